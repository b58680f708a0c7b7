//! Chance comes from outside: whoever needs random bytes takes a [`Random`].

/// A source of random bytes.
pub trait Random: Send + Sync + 'static {
    /// Fills `bytes`. For tokens and salts, so a production source must be cryptographically strong.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's source.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    /// # Panics
    /// When the operating system refuses to give random bytes: no secret can be made safely then, so the process must not go on.
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}
