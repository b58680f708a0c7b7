//! The questions of one connection that are being answered: side by side, except where one must not overtake another.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;

use crate::api::{Order, Refused, Started};

/// Questions of one connection at the same time; past it nothing more is read (G9).
pub(super) const QUESTIONS_MAX: usize = 32;

/// What is under way. Made for the first question and dropped after the last, so that an idle connection does not own one.
#[derive(Default)]
pub(super) struct Work {
    running: FuturesUnordered<Running>,
    waiting: VecDeque<Running>,
}

/// A question with its number.
struct Running {
    id: u64,
    order: Order,
    answer: BoxFuture<'static, Result<Bytes, Refused>>,
}

impl Future for Running {
    type Output = (u64, Result<Bytes, Refused>);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.answer.as_mut().poll(context).map(|answer| (self.id, answer))
    }
}

impl Work {
    /// How many questions are under way.
    pub(super) fn len(&self) -> usize {
        self.running.len() + self.waiting.len()
    }

    /// Takes a question. It begins at the next [`Work::poll_next`], or after those that it must not overtake.
    pub(super) fn push(&mut self, id: u64, started: Started) {
        self.waiting.push_back(Running { id, order: started.order, answer: started.answer });
    }

    /// Drops the questions that have not begun.
    pub(super) fn drop_waiting(&mut self) {
        self.waiting.clear();
    }

    /// The next answer. Pending also when nothing is under way. Reads begin only while there is room for what they may answer.
    pub(super) fn poll_next(&mut self, context: &mut Context<'_>, has_room: bool) -> Poll<(u64, Result<Bytes, Refused>)> {
        self.begin(has_room);
        match self.running.poll_next_unpin(context) {
            Poll::Ready(Some((id, answer))) => Poll::Ready((id, answer)),
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }

    fn begin(&mut self, has_room: bool) {
        let mut place = 0;
        while let Some(order) = self.waiting.get(place).map(|question| question.order) {
            let is_held = order == Order::Reads && !has_room;
            let same = |other: &Running| other.order == order;
            let follows = order != Order::Free && (self.running.iter().any(same) || self.waiting.iter().take(place).any(same));
            if is_held || follows {
                place += 1;
            } else if let Some(question) = self.waiting.remove(place) {
                self.running.push(question);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures_util::FutureExt;
    use parking_lot::Mutex;
    use parlor_types::ConversationId;
    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn g3_what_writes_to_one_log_keeps_its_order_and_nothing_else_waits_for_it() {
        let begun = Arc::new(Mutex::new(Vec::new()));
        let gate = Arc::new(Notify::new());
        let mut work = Work::default();
        let log = |raw| Order::Log(ConversationId::from_raw(raw));
        for (id, order) in [(1, log(1)), (2, log(1)), (3, log(2)), (4, Order::Free), (5, log(1))] {
            let (begun, gate) = (begun.clone(), gate.clone());
            let answer = async move {
                begun.lock().push(id);
                if id == 1 {
                    gate.notified().await;
                }
                Ok(Bytes::new())
            };
            work.push(id, Started { order, answer: answer.boxed() });
        }
        assert_eq!(work.len(), 5);
        let mut answered = Vec::new();
        for _ in 0..2 {
            answered.push(std::future::poll_fn(|context| work.poll_next(context, true)).await.0);
        }
        answered.sort_unstable();
        assert_eq!(answered, [3, 4], "the first one of log 1 holds up its followers only");
        gate.notify_one();
        for id in [1, 2, 5] {
            assert_eq!(std::future::poll_fn(|context| work.poll_next(context, true)).await.0, id);
        }
        assert_eq!(work.len(), 0);
        let of_log_one: Vec<u64> = begun.lock().iter().copied().filter(|id| [1, 2, 5].contains(id)).collect();
        assert_eq!(of_log_one, [1, 2, 5]);
    }
}
