//! Following the store's change feed, for nodes that are not the only ones to write.
//!
//! A hint says that there is news; whether or not it arrives, the feed is read at least every [`POLL`]. The horizon that cursors are taken from moves only
//! after everything below the store's own horizon was published here, so a slow commit of another node is never skipped (G4).

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parlor_bus::Hint;
use parlor_types::{ConversationId, Position, Seq};
use tokio_util::sync::CancellationToken;

use crate::hub::CloseReason;
use crate::{Engine, Result};

/// How long a lost hint can delay an event.
const POLL: Duration = Duration::from_secs(1);
/// Conversations and events read at once.
const PAGE: usize = 500;

pub(crate) async fn run(engine: Arc<Engine>, stopping: CancellationToken) {
    let mut subscription = engine.bus.subscribe();
    let mut published = HashMap::new();
    loop {
        if let Err(error) = follow(&engine, &mut published).await {
            tracing::warn!(error = %error, "the change feed could not be read; trying again");
        }
        tokio::select! {
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(POLL) => {}
            hint = engine.bus.next(&mut subscription) => match hint {
                Some(Hint::Revoked { user, devices }) => engine.hub.close_devices(user, &devices, CloseReason::Revoked),
                Some(Hint::News(_)) | None => {}
            },
        }
    }
}

/// Publishes what the feed has between the hub's horizon and the store's.
async fn follow(engine: &Engine, published: &mut HashMap<ConversationId, Seq>) -> Result<()> {
    let through = engine.store.horizon().await?;
    loop {
        let after = engine.hub.horizon();
        if after >= through {
            return Ok(());
        }
        let changed = engine.store.list_changed_conversations(after, through, PAGE).await?;
        for (conversation, _) in &changed {
            publish_since(engine, *conversation, after, published).await?;
        }
        let reached = if changed.len() < PAGE { through } else { changed.last().map_or(through, |(_, position)| *position) };
        engine.hub.raise_horizon(reached);
    }
}

async fn publish_since(
    engine: &Engine,
    conversation: ConversationId,
    mut since: Position,
    published: &mut HashMap<ConversationId, Seq>,
) -> Result<()> {
    loop {
        let page = engine.store.list_events_since(conversation, since, PAGE).await?;
        for stored in &page {
            // A page may reach past the horizon; what was published once is not published again.
            let last = published.entry(conversation).or_insert(Seq::ZERO);
            if stored.event.seq > *last {
                *last = stored.event.seq;
                engine.hub.publish(&stored.event);
            }
        }
        match page.last() {
            Some(stored) if page.len() == PAGE => since = stored.position,
            _ => break,
        }
    }
    if published.len() > 100_000 {
        // Forgetting costs at most a duplicate, which clients drop.
        published.clear();
    }
    Ok(())
}
