//! Drives two stores with the same random writes and compares every outcome and every read. With the memory store as the model, this is what says that
//! another store does the same.
//!
//! A script is a list of [`Step`]s, plain numbers, so that any generator makes one and any shrinker makes it smaller. With proptest:
//!
//! ```text
//! proptest!(|(script in vec(any::<Step>(), 1..120))| runtime.block_on(assert_equivalent(&model, &store, &script)));
//! ```
//!
//! It compares only what the contract fixes: lists in no promised order are sorted first, and writes that are not defined are not made.

mod choice;
mod conversations;
mod reads;
mod writes;

use parlor_types::Position;

pub use choice::Step;

use choice::Choice;
use reads::Pair;
use writes::World;

use crate::{Store, Write, Written};

/// Applies `script` to two empty stores, compares them, and gives back all outcomes, so that a test can see what its scripts reach.
///
/// # Panics
/// When they differ, with the outcome or the read that does.
pub async fn assert_equivalent(model: &dyn Store, trial: &dyn Store, script: &[Step]) -> Vec<Written> {
    let mut world = World::new(model);
    let (mut batch, mut outcomes) = (Vec::new(), Vec::new());
    for step in script {
        let mut choice = Choice::new(*step);
        let ends_batch = choice.below(3) > 0;
        batch.extend(world.choose(&mut choice).await);
        if ends_batch {
            outcomes.extend(commit(model, trial, std::mem::take(&mut batch)).await);
        }
    }
    outcomes.extend(commit(model, trial, batch).await);
    compare(model, trial, &world).await;
    outcomes
}

async fn commit(model: &dyn Store, trial: &dyn Store, batch: Vec<Write>) -> Vec<Written> {
    let expected = model.commit(batch.clone()).await.expect("the model commits");
    let written = trial.commit(batch.clone()).await.expect("the store on trial commits");
    assert_eq!(expected.len(), batch.len(), "one outcome per write");
    assert_eq!(written.len(), batch.len(), "one outcome per write");
    for ((write, written), expected) in batch.iter().zip(&written).zip(&expected) {
        assert_eq!(written, expected, "the outcome of {write:?} (in a batch of {})", batch.len());
    }
    written
}

async fn compare(model: &dyn Store, trial: &dyn Store, world: &World<'_>) {
    let pair = Pair { model, trial };
    let head = pair.horizon().await;
    let positions = [Position::ZERO, Position(head.0 / 3), Position(head.0 / 2), Position(head.0 - head.0 / 5), head.previous(), head];
    pair.compare_server(&positions).await;
    pair.compare_users(world.users(), &positions).await;
    pair.compare_conversations(world.conversations(), world.users(), &positions).await;
    pair.compare_invites(world.conversations(), world.codes()).await;
}
