//! Choosing from numbers.

use parlor_types::{Seq, Timestamp};

/// What one step of a script is chosen from. The smaller the numbers, the plainer the write.
pub type Step = [u16; 8];

/// Hands out the numbers of a step, one after the other and around again.
pub(super) struct Choice {
    numbers: Step,
    next: usize,
}

impl Choice {
    pub(super) const fn new(numbers: Step) -> Self {
        Self { numbers, next: 0 }
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        let number = self.numbers[self.next % self.numbers.len()];
        // The second time around the same number gives another choice.
        let turned = number.rotate_left((self.next / self.numbers.len()) as u32 * 5);
        self.next += 1;
        u64::from(turned) % end.max(1)
    }

    /// True once in `times`.
    pub(super) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == times - 1
    }

    pub(super) fn one_of<T: Clone>(&mut self, things: &[T]) -> Option<T> {
        let place = self.below(things.len() as u64) as usize;
        things.get(place).cloned()
    }

    pub(super) fn some_of<T: Clone>(&mut self, things: &[T]) -> Vec<T> {
        let chosen = self.below(1 << things.len().min(16));
        things.iter().enumerate().filter(|(place, _)| chosen >> place & 1 == 1).map(|(_, thing)| thing.clone()).collect()
    }

    /// Nothing, or something chosen.
    pub(super) fn maybe<T>(&mut self, choose: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.below(2) == 0 { None } else { Some(choose(self)) }
    }

    pub(super) fn yes(&mut self) -> bool {
        self.below(2) == 1
    }

    /// One of sixty moments.
    pub(super) fn moment(&mut self) -> Timestamp {
        moment(self.below(60))
    }

    /// A seq up to the head, or now and then one past it.
    pub(super) fn seq(&mut self, head: Seq) -> Seq {
        Seq(self.below(head.0 + 2))
    }
}

/// The moments of a script, in seconds.
pub(super) const fn moment(second: u64) -> Timestamp {
    Timestamp::from_milliseconds(1_767_000_000_000 + second as i64 * 1000)
}
