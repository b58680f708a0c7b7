//! The one thread that writes, and group commit: what queued up while the last commit ran goes into the next one. No timer; a lone write commits at once.
//!
//! An answer is given only after `COMMIT` returned, that is, after the fsync (G1). When a transaction fails, nothing of it happened: for want of room everybody in
//! it hears so and the next one is tried afresh; on damage nobody is served any more. A write that cannot be made for a reason of its own must not take its
//! neighbours with it, so a group that fails for any other reason is tried again batch by batch.

use std::cell::Cell;
use std::sync::Arc;
use std::thread::JoinHandle;

use parlor_store::{Result, StoreError, Write, Written};
use parlor_types::EventBody;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::checkpoint::{self, Checkpointer};
use crate::failure::{Failure, Outcome, from_sqlite};
use crate::shared::Shared;
use crate::working::Working;

/// Batches that may wait; more wait in their callers.
const QUEUE_MAX: usize = 4_096;
/// Writes of one transaction: beyond this a commit is no cheaper per write, and everybody waits longer.
const GROUP_WRITES_MAX: usize = 2_048;
/// Bytes of text in one transaction.
const GROUP_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Pages in the write-ahead log that call for a checkpoint. The more, the more often a page is rewritten before it is copied; 16 MiB.
const LOG_PAGES_MAX: i32 = 4_096;

thread_local! {
    /// Pages in the write-ahead log after the last commit of this thread.
    static LOG_PAGES: Cell<i32> = const { Cell::new(0) };
}

/// A batch on its way.
pub(crate) struct Request {
    pub(crate) batch: Vec<Write>,
    pub(crate) answer: oneshot::Sender<Result<Vec<Written>>>,
    /// What the planted bug read before it queued.
    #[cfg(feature = "plant")]
    pub(crate) seen: Vec<(parlor_types::ConversationId, parlor_types::Seq)>,
}

/// Starts the thread. It ends when the last sender is gone and everything queued was answered.
pub(crate) fn start(
    connection: Connection,
    shared: Arc<Shared>,
    checkpointer: Checkpointer,
    #[cfg(feature = "plant")] plant: Option<crate::Plant>,
) -> std::io::Result<(mpsc::Sender<Request>, JoinHandle<()>)> {
    let (sender, receiver) = mpsc::channel(QUEUE_MAX);
    let run = move || {
        connection.wal_hook(Some(|_, pages| {
            LOG_PAGES.set(pages);
            Ok(())
        }));
        match Working::load(&connection) {
            #[cfg_attr(not(feature = "plant"), expect(unused_mut, reason = "the planted version changes it"))]
            Ok(mut working) => {
                #[cfg(feature = "plant")]
                {
                    working.planted.plant = plant;
                }
                Writer { working, shared, receiver, checkpointer }.run();
            }
            Err(failure) => {
                shared.damaged(&failure.to_string());
            }
        }
    };
    let thread = std::thread::Builder::new().name("store-writer".to_owned()).spawn(run)?;
    Ok((sender, thread))
}

struct Writer<'writer> {
    working: Working<'writer>,
    shared: Arc<Shared>,
    receiver: mpsc::Receiver<Request>,
    checkpointer: Checkpointer,
}

impl Writer<'_> {
    fn run(mut self) {
        while let Some(first) = self.receiver.blocking_recv() {
            let group = self.gather(first);
            self.serve(group);
        }
        let Self { working, shared, checkpointer, .. } = self;
        drop(checkpointer);
        if shared.refuse_if_damaged().is_ok() {
            checkpoint::copy(working.connection, &shared);
        }
    }

    /// The first batch and what queued up behind it, within bounds.
    fn gather(&mut self, first: Request) -> Vec<Request> {
        let (mut writes, mut bytes) = weight(&first.batch);
        let mut group = vec![first];
        while writes < GROUP_WRITES_MAX
            && bytes < GROUP_BYTES_MAX
            && let Ok(next) = self.receiver.try_recv()
        {
            let (more_writes, more_bytes) = weight(&next.batch);
            writes += more_writes;
            bytes += more_bytes;
            group.push(next);
        }
        group
    }

    fn serve(&mut self, group: Vec<Request>) {
        if let Err(damaged) = self.shared.refuse_if_damaged() {
            for request in group {
                answer(request, Err(repeat(&damaged)));
            }
            return;
        }
        #[cfg(feature = "plant")]
        if self.working.planted.plant == Some(crate::Plant::AckBeforeCommit) && group.iter().all(is_sends) {
            return self.serve_early(group);
        }
        match self.commit(&group) {
            Ok(written) => group.into_iter().zip(written).for_each(|(request, written)| answer(request, Ok(written))),
            Err(StoreError::Unavailable(_)) if group.len() > 1 => {
                for request in group {
                    let result = self.commit(std::slice::from_ref(&request)).map(|mut written| written.pop().unwrap_or_default());
                    answer(request, result);
                }
            }
            Err(error) => {
                for request in group {
                    answer(request, Err(repeat(&error)));
                }
            }
        }
        if LOG_PAGES.get() >= LOG_PAGES_MAX {
            self.checkpointer.advance(self.working.connection, &self.shared);
        }
    }

    /// One transaction for all batches of a group; when it returns, it is on stable storage or nothing of it happened.
    fn commit(&mut self, group: &[Request]) -> Result<Vec<Vec<Written>>> {
        match self.transact(group) {
            Ok(written) => {
                self.publish();
                Ok(written)
            }
            Err(failure) => Err(self.roll_back(failure)),
        }
    }

    fn transact(&mut self, group: &[Request]) -> Outcome<Vec<Vec<Written>>> {
        self.begin()?;
        let written = self.make(group)?;
        self.end()?;
        Ok(written)
    }

    fn begin(&self) -> Outcome<()> {
        self.working.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        Ok(())
    }

    fn make(&mut self, group: &[Request]) -> Outcome<Vec<Vec<Written>>> {
        let mut all = Vec::with_capacity(group.len());
        for request in group {
            #[cfg(feature = "plant")]
            self.working.planted.seen.extend(request.seen.iter().copied());
            let written = request.batch.iter().map(|write| self.working.apply(write)).collect::<Outcome<Vec<Written>>>()?;
            all.push(written);
        }
        self.working.save()?;
        Ok(all)
    }

    fn end(&mut self) -> Outcome<()> {
        self.working.connection.prepare_cached("COMMIT")?.execute([])?;
        self.working.committed();
        Ok(())
    }

    /// Lets readers of the feed know, before anybody is answered.
    fn publish(&mut self) {
        let mut feed = self.shared.feed.lock();
        feed.extend(self.working.appended.drain(..));
        for (conversation, through) in self.working.trimmed.drain(..) {
            feed.trim(conversation, through);
        }
        drop(feed);
        self.shared.set_horizon(self.working.counters.committed_position());
    }

    /// Takes everything back and says what it means.
    fn roll_back(&mut self, failure: Failure) -> StoreError {
        let connection = self.working.connection;
        let mut error = StoreError::from(failure);
        if !connection.is_autocommit()
            && let Err(again) = connection.execute_batch("ROLLBACK")
        {
            error = worse(error, from_sqlite(&again));
        }
        if let Err(again) = self.working.forget() {
            error = worse(error, again.into());
        }
        match &error {
            StoreError::Damaged(what) => self.shared.damaged(what),
            StoreError::Full(what) => tracing::error!(cause = %what, "no room is left on the disk: nothing is taken until there is"),
            StoreError::Unavailable(what) => tracing::error!(cause = %what, "a transaction was taken back"),
        }
        error
    }

    /// The planted bug: everybody is answered first, and the commit comes later.
    #[cfg(feature = "plant")]
    fn serve_early(&mut self, group: Vec<Request>) {
        let made = self.begin().and_then(|()| self.make(&group));
        match made {
            Ok(written) => {
                group.into_iter().zip(written).for_each(|(request, written)| answer(request, Ok(written)));
                std::thread::sleep(crate::plant::ACK_AHEAD);
                match self.end() {
                    Ok(()) => self.publish(),
                    Err(failure) => drop(self.roll_back(failure)),
                }
            }
            Err(failure) => {
                let error = self.roll_back(failure);
                for request in group {
                    answer(request, Err(repeat(&error)));
                }
            }
        }
    }
}

/// Only sends are answered early: whoever makes an account or a group reads it at once, and would stumble where a crash harness is not looking.
#[cfg(feature = "plant")]
fn is_sends(request: &Request) -> bool {
    request.batch.iter().all(|write| matches!(write, Write::Append(append) if append.key.is_some()))
}

/// How many writes a batch has, and how many bytes of text.
fn weight(batch: &[Write]) -> (usize, usize) {
    let bytes = |write: &Write| match write {
        Write::Append(append) => append
            .events
            .iter()
            .map(|event| match &event.body {
                EventBody::Message { content, .. } | EventBody::Edit { content, .. } => content.text.as_ref().map_or(0, |text| text.as_str().len()),
                _ => 0,
            })
            .sum(),
        _ => 0,
    };
    (batch.len(), batch.iter().map(bytes).sum())
}

/// Who asked may be gone; the write happened all the same.
fn answer(request: Request, result: Result<Vec<Written>>) {
    drop(request.answer.send(result));
}

/// The same error for the next one in the group.
fn repeat(error: &StoreError) -> StoreError {
    match error {
        StoreError::Unavailable(what) => StoreError::Unavailable(what.clone()),
        StoreError::Full(what) => StoreError::Full(what.clone()),
        StoreError::Damaged(what) => StoreError::Damaged(what.clone()),
    }
}

/// The one of two errors that asks for more.
fn worse(one: StoreError, other: StoreError) -> StoreError {
    match (&one, &other) {
        (StoreError::Damaged(_), _) => one,
        (_, StoreError::Damaged(_)) => other,
        (StoreError::Full(_), _) => one,
        _ => other,
    }
}
