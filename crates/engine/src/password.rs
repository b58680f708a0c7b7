//! Passwords: judged when they are chosen, hashed with Argon2id (RFC 9106) in a bounded pool, so that log-ins cannot eat the machine.

use std::sync::Arc;

use argon2::password_hash::{Output, ParamsString, PasswordHash, SaltString};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use parking_lot::Mutex;
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
    params: Params,
    memory: Arc<Memory>,
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
            params,
            memory: Arc::default(),
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
        let (memory, params, password) = (self.memory.clone(), self.params.clone(), password.clone());
        self.work(move || memory.hash(params, &password, salt).expect("the parameters are valid")).await
    }

    /// Whether the password fits the hash. Without a hash it works as long and says no.
    pub(crate) async fn verify(&self, password: &Password, hash: Option<String>) -> Result<bool> {
        let known = hash.is_some();
        let hash = match hash {
            Some(hash) => hash,
            None => self.decoy.get_or_try_init(|| async { self.hash(&"decoy".parse().expect("a valid password")).await }).await?.clone(),
        };
        let (memory, password) = (self.memory.clone(), password.clone());
        let fits = self.work(move || memory.fits(&password, &hash).unwrap_or(false)).await?;
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

/// What hashing works in, kept from one to the next: given back to the allocator by one thread after another, its 19 MiB would stay resident once for each of them.
/// There is as much of it as there were hashings at the same time.
#[derive(Default)]
struct Memory {
    unused: Mutex<Vec<Vec<Block>>>,
}

impl Memory {
    /// The hash in PHC form.
    fn hash(&self, params: Params, password: &Password, salt: [u8; 16]) -> argon2::password_hash::Result<String> {
        let text = SaltString::encode_b64(&salt)?;
        let output = self.run(Algorithm::Argon2id, Version::V0x13, params.clone(), password, &salt, Params::DEFAULT_OUTPUT_LEN)?;
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params)?,
            salt: Some(text.as_salt()),
            hash: Some(output),
        };
        Ok(hash.to_string())
    }

    /// Whether the password fits a hash in PHC form. The comparison takes the same time wherever the two differ.
    fn fits(&self, password: &Password, hash: &str) -> argon2::password_hash::Result<bool> {
        let hash = PasswordHash::new(hash)?;
        let (Some(salt), Some(expected)) = (hash.salt, hash.hash) else { return Ok(false) };
        let mut buffer = [0; 64];
        let salt = salt.decode_b64(&mut buffer)?;
        let version = hash.version.map(Version::try_from).transpose()?.unwrap_or_default();
        let output = self.run(hash.algorithm.try_into()?, version, Params::try_from(&hash)?, password, salt, expected.len())?;
        Ok(output == expected)
    }

    fn run(
        &self,
        algorithm: Algorithm,
        version: Version,
        params: Params,
        password: &Password,
        salt: &[u8],
        output_bytes: usize,
    ) -> argon2::password_hash::Result<Output> {
        let mut blocks = self.unused.lock().pop().unwrap_or_default();
        blocks.resize(params.block_count(), Block::default());
        let argon2 = Argon2::new(algorithm, version, params);
        let output = Output::init_with(output_bytes, |output| {
            Ok(argon2.hash_password_into_with_memory(password.expose().as_bytes(), salt, output, &mut blocks)?)
        });
        self.unused.lock().push(blocks);
        output
    }
}

#[cfg(test)]
mod tests {
    use argon2::{PasswordHasher, PasswordVerifier};

    use super::*;

    #[test]
    fn our_hashes_are_those_of_the_library_and_the_other_way_round() {
        let memory = Memory::default();
        let (right, wrong): (Password, Password) = ("right one".parse().unwrap(), "wrong one".parse().unwrap());
        // Different costs one after the other: the memory is as large as each needs.
        for (memory_kib, passes) in [(8, 1), (64, 2), (16, 3)] {
            let params = Params::new(memory_kib, passes, 1, None).unwrap();
            let library = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
            let ours = memory.hash(params, &right, [7; 16]).unwrap();
            let theirs = library.hash_password(right.expose().as_bytes(), &SaltString::encode_b64(&[7; 16]).unwrap()).unwrap().to_string();
            assert_eq!(ours, theirs);
            assert!(library.verify_password(right.expose().as_bytes(), &PasswordHash::new(&ours).unwrap()).is_ok());
            assert!(memory.fits(&right, &theirs).unwrap() && !memory.fits(&wrong, &theirs).unwrap());
        }
        assert!(!memory.fits(&right, "").unwrap_or(false) && !memory.fits(&right, "$argon2id$v=19$m=8,t=1,p=1").unwrap_or(false));
        assert_eq!(memory.unused.lock().len(), 1, "one after the other they share the memory");
    }
}
