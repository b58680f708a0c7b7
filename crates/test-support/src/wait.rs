//! Waiting for a condition, with a bound that only a failing test reaches.

use std::future::Future;
use std::time::Duration;

/// Long enough for a slow machine under load.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The outcome of something that happens soon.
///
/// # Panics
/// When it does not happen in time; `what` says what was waited for.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    let outcome = tokio::time::timeout(PATIENCE, future).await.ok();
    outcome.unwrap_or_else(|| panic!("waited {PATIENCE:?} in vain for {what}"))
}

/// Asks again and again until the answer is yes.
///
/// # Panics
/// When it does not become so in time; `what` says what was waited for.
pub async fn until<F: Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> F) {
    soon(what, async {
        let mut pause = Duration::from_millis(1);
        while !is_so().await {
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    })
    .await;
}
