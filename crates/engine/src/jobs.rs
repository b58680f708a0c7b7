//! What happens without being asked: retention, and the forgetting of old send keys.

use std::sync::Arc;
use std::time::Duration;

use parlor_domain::{Conversation, retention};
use parlor_store::{ForgetKeys, Trim};
use parlor_types::{ConversationKind, Retention, Seq};
use tokio_util::sync::CancellationToken;

use crate::{Engine, Result};

/// How late a retention rule may act.
const EVERY: Duration = Duration::from_mins(1);
const PAGE: usize = 200;

pub(crate) async fn run(engine: Arc<Engine>, stopping: CancellationToken) {
    loop {
        tokio::select! {
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        if let Err(error) = engine.run_jobs().await {
            tracing::warn!(error = %error, "retention could not run; trying again in a minute");
        }
    }
}

impl Engine {
    /// Applies every retention rule and forgets send keys that are due. Runs by itself every minute; may be called at any time. Returns how many events went.
    pub async fn run_jobs(&self) -> Result<u64> {
        let mut removed = 0;
        let mut after = None;
        loop {
            let page = self.store.list_trimmable(after, PAGE).await?;
            for conversation in &page {
                removed += self.trim(conversation).await?;
            }
            match page.last() {
                Some(last) if page.len() == PAGE => after = Some(last.id),
                _ => break,
            }
        }
        let before = self.clock.now().plus_days(-i64::from(self.limits.send_key_days));
        self.committer.commit(ForgetKeys { before }).await?;
        Ok(removed)
    }

    async fn trim(&self, conversation: &Conversation) -> Result<u64> {
        let through = match conversation.retention {
            Retention::Forever => Seq::ZERO,
            Retention::Days { .. } => match retention::due_before(conversation.retention, self.clock.now()) {
                Some(before) => self.store.find_last_before(conversation.id, before).await?,
                None => Seq::ZERO,
            },
            // Who joins a channel may come from anywhere, so "delivered to all" has no meaning there.
            Retention::UntilDelivered if conversation.kind == ConversationKind::Channel => Seq::ZERO,
            Retention::UntilDelivered => {
                retention::delivered_to_all(conversation.last_seq, self.store.list_device_watermarks(conversation.id).await?)
            }
        };
        if through <= conversation.trimmed_seq {
            return Ok(0);
        }
        let outcome = self.committer.commit(Trim { conversation: conversation.id, through }).await?;
        if outcome.removed > 0 {
            tracing::debug!(conversation = %conversation.id, through = through.0, removed = outcome.removed, "events went by the retention rule");
        }
        Ok(outcome.removed)
    }
}
