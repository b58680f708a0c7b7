//! Passwords: judged when they are chosen, hashed with Argon2id (RFC 9106) in a bounded pool, so that log-ins cannot eat the machine.

use std::sync::Arc;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use parlor_types::{Handle, Password, Random};
use tokio::sync::Semaphore;

use crate::error::{EngineError, Result};

/// How much work one guess at a stolen hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory of one hashing, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Default for PasswordCost {
    /// The lower of OWASP's recommendations for Argon2id.
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2 }
    }
}

impl PasswordCost {
    /// The least that Argon2 allows; for tests, which make accounts by the hundred.
    pub const CHEAPEST: Self = Self { memory_kib: 8, passes: 1 };
}

/// Hashings that may run at once: one core stays free for messages.
fn parallel_max() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1).max(1))
}

/// Hashings that may wait before callers are refused: about three seconds of work.
const WAITING_MAX: usize = 64;

pub(crate) struct Passwords {
    argon2: Argon2<'static>,
    random: Arc<dyn Random>,
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// Compared against when there is no such account, so that both take as long.
    decoy: tokio::sync::OnceCell<String>,
}

impl Passwords {
    pub(crate) fn new(cost: PasswordCost, random: Arc<dyn Random>) -> Self {
        let params = Params::new(cost.memory_kib, cost.passes, 1, None).unwrap_or(Params::DEFAULT);
        Self {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            random,
            running: Arc::new(Semaphore::new(parallel_max())),
            waiting: Arc::new(Semaphore::new(WAITING_MAX)),
            decoy: tokio::sync::OnceCell::new(),
        }
    }

    /// Refuses a password that is easy to guess, by zxcvbn's estimate with the user's own names known.
    pub(crate) async fn judge(&self, password: &Password, handle: Option<&Handle>) -> Result<()> {
        let (password, names) = (password.clone(), handle.map(|handle| handle.as_str().to_owned()));
        self.work(move || {
            let names: Vec<&str> = names.iter().map(String::as_str).chain(["parlor"]).collect();
            // The estimate is slow on long input and cannot rise any more after a hundred characters.
            let head: String = password.expose().chars().take(100).collect();
            let estimate = zxcvbn::zxcvbn(&head, &names);
            if estimate.score() >= zxcvbn::Score::Three {
                return Ok(());
            }
            let advice = estimate.feedback().and_then(|feedback| feedback.suggestions().first().map(ToString::to_string));
            Err(EngineError::WeakPassword(advice.unwrap_or_else(|| "use several uncommon words".to_owned())))
        })
        .await?
    }

    /// The hash of a password, in PHC form.
    pub(crate) async fn hash(&self, password: &Password) -> Result<String> {
        let mut salt = [0; 16];
        self.random.fill(&mut salt);
        let (argon2, password) = (self.argon2.clone(), password.clone());
        self.work(move || {
            let salt = SaltString::encode_b64(&salt).expect("16 bytes are a salt");
            argon2.hash_password(password.expose().as_bytes(), &salt).expect("the parameters are valid").to_string()
        })
        .await
    }

    /// Whether the password fits the hash. Without a hash it works as long and says no.
    pub(crate) async fn verify(&self, password: &Password, hash: Option<String>) -> Result<bool> {
        let known = hash.is_some();
        let hash = match hash {
            Some(hash) => hash,
            None => self.decoy.get_or_try_init(|| async { self.hash(&"decoy".parse().expect("a valid password")).await }).await?.clone(),
        };
        let (argon2, password) = (self.argon2.clone(), password.clone());
        let fits =
            self.work(move || PasswordHash::new(&hash).is_ok_and(|hash| argon2.verify_password(password.expose().as_bytes(), &hash).is_ok())).await?;
        Ok(fits && known)
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let overloaded = || EngineError::Overloaded { retry_after_ms: 3_000 };
        let waiting = self.waiting.clone().try_acquire_owned().map_err(|_| overloaded())?;
        let running = self.running.clone().acquire_owned().await.map_err(|_| overloaded())?;
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop((running, waiting));
            result
        });
        done.await.map_err(|_| overloaded())
    }
}
