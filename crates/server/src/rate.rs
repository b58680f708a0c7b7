//! Rate limits: token buckets per device, user and address for each class of calls, and stricter ones for guesses at secrets.
//!
//! Rules: what is over is refused with the time to wait, never delayed (G9). A header never changes whose bucket is taken from, except through a trusted
//! proxy ([`crate::peer`]). Memory is bounded: [`RateLimiter::sweep`] forgets whoever has a full bucket again.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota};
use parlor_engine::Session;
use parlor_protocol::operations::Rate as Class;
use parlor_types::Handle;
use tokio_util::sync::CancellationToken;

use crate::api::Refused;
use crate::config::{Rate, Rates};
use crate::peer::network_of;

/// A user has several devices, of which rarely more than these are busy at once.
const DEVICES: u32 = 3;
/// A family, a school or a company stands behind one address.
const PEOPLE: u32 = 20;
/// Fewer of them type passwords at the same time.
const PEOPLE_LOGGING_IN: u32 = 5;
/// All guesses of a node together: hashing must not eat the machine.
const EVERYBODY: u32 = 100;
/// How often full buckets are forgotten.
const SWEEP_EVERY: Duration = Duration::from_secs(30);

/// Who is charged for a call.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Caller {
    /// The session, if there is one.
    pub(crate) session: Option<Session>,
    /// The client's address; `None` for who is not limited by it.
    pub(crate) address: Option<IpAddr>,
}

impl Caller {
    /// A caller. Who comes over loopback is not limited by address: it is the operator, or a proxy that the configuration does not name.
    pub(crate) fn new(session: Option<Session>, address: Option<IpAddr>) -> Self {
        Self { session, address: address.filter(|address| !address.is_loopback()).map(network_of) }
    }
}

/// The buckets of a node.
pub struct RateLimiter {
    classes: [Buckets; 6],
    accounts: DefaultKeyedRateLimiter<u64>,
    everybody: DefaultDirectRateLimiter,
    hasher: RandomState,
    clock: DefaultClock,
}

struct Buckets {
    devices: DefaultKeyedRateLimiter<u64>,
    users: DefaultKeyedRateLimiter<u64>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
}

impl Buckets {
    fn new(rate: Rate, people: u32) -> Self {
        Self {
            devices: DefaultKeyedRateLimiter::keyed(quota(rate, 1)),
            users: DefaultKeyedRateLimiter::keyed(quota(rate, DEVICES)),
            addresses: DefaultKeyedRateLimiter::keyed(quota(rate, people)),
        }
    }
}

fn quota(rate: Rate, times: u32) -> Quota {
    let number = |number: u32| NonZeroU32::new(number.saturating_mul(times)).unwrap_or(NonZeroU32::MIN);
    Quota::per_minute(number(rate.per_minute)).allow_burst(number(rate.burst))
}

impl RateLimiter {
    /// Buckets as configured, all full.
    pub fn new(rates: &Rates) -> Self {
        let classes = [
            Buckets::new(rates.credentials, PEOPLE_LOGGING_IN),
            Buckets::new(rates.create, PEOPLE),
            Buckets::new(rates.write, PEOPLE),
            Buckets::new(rates.silent, PEOPLE),
            Buckets::new(rates.read, PEOPLE),
            Buckets::new(rates.lookup, PEOPLE),
        ];
        Self {
            classes,
            accounts: DefaultKeyedRateLimiter::keyed(quota(rates.credentials, 1)),
            everybody: DefaultDirectRateLimiter::direct(quota(rates.credentials, EVERYBODY)),
            hasher: RandomState::new(),
            clock: DefaultClock::default(),
        }
    }

    /// Takes one call from the caller's buckets.
    pub(crate) fn charge(&self, class: Class, caller: Caller) -> Result<(), Refused> {
        let buckets = &self.classes[place(class)];
        if let Some(address) = caller.address {
            buckets.addresses.check_key(&address).map_err(|until| refuse(until.wait_time_from(self.clock.now())))?;
        }
        if let Some(session) = caller.session {
            buckets.devices.check_key(&session.device.raw()).map_err(|until| refuse(until.wait_time_from(self.clock.now())))?;
            buckets.users.check_key(&session.user.raw()).map_err(|until| refuse(until.wait_time_from(self.clock.now())))?;
        }
        Ok(())
    }

    /// Takes one guess at the secret of an account, whoever makes it. Who holds a session goes on undisturbed while others guess.
    pub(crate) fn charge_guess(&self, account: &Handle) -> Result<(), Refused> {
        let account = self.hasher.hash_one(account.as_str());
        self.accounts.check_key(&account).map_err(|until| refuse(until.wait_time_from(self.clock.now())))?;
        self.everybody.check().map_err(|until| refuse(until.wait_time_from(self.clock.now())))
    }

    /// Forgets full buckets.
    pub fn sweep(&self) {
        for buckets in &self.classes {
            sweep(&buckets.devices);
            sweep(&buckets.users);
            buckets.addresses.retain_recent();
            buckets.addresses.shrink_to_fit();
        }
        sweep(&self.accounts);
    }

    /// Sweeps now and then until `stopping`.
    pub(crate) async fn sweep_until(self: Arc<Self>, stopping: CancellationToken) {
        while stopping.run_until_cancelled(tokio::time::sleep(SWEEP_EVERY)).await.is_some() {
            self.sweep();
        }
    }
}

fn refuse(wait: Duration) -> Refused {
    Refused::rate_limited((wait.as_millis() as u64).max(1))
}

fn sweep(buckets: &DefaultKeyedRateLimiter<u64>) {
    buckets.retain_recent();
    buckets.shrink_to_fit();
}

const fn place(class: Class) -> usize {
    match class {
        Class::Credentials => 0,
        Class::Create => 1,
        Class::Write => 2,
        Class::Silent => 3,
        Class::Read => 4,
        Class::Lookup => 5,
    }
}

#[cfg(test)]
mod tests {
    use parlor_types::{DeviceId, ServerRole, UserId};

    use super::*;

    fn limiter(burst: u32) -> RateLimiter {
        let rate = Rate { per_minute: 1, burst };
        RateLimiter::new(&Rates { credentials: rate, create: rate, write: rate, silent: rate, read: rate, lookup: rate })
    }

    fn caller(user: u64, device: u64) -> Caller {
        let session = Session { user: UserId::from_raw(user), device: DeviceId::from_raw(device), role: ServerRole::Member };
        Caller::new(Some(session), None)
    }

    #[test]
    fn each_device_has_its_bucket_and_all_of_a_user_share_another() {
        let limiter = limiter(2);
        let taken = |device| (0..5).filter(|_| limiter.charge(Class::Write, caller(7, device)).is_ok()).count();
        assert_eq!([taken(1), taken(2), taken(3), taken(4)], [2, 2, 2, 0]);
        assert!(limiter.charge(Class::Write, caller(8, 9)).is_ok(), "another user is not disturbed");
        assert!(limiter.charge(Class::Read, caller(7, 1)).is_ok(), "another class has other buckets");
        let refused = limiter.charge(Class::Write, caller(7, 1)).unwrap_err();
        assert!(refused.0.retry_after_ms.is_some_and(|wait| wait > 0 && wait <= 60_000), "{refused:?}");
    }

    #[test]
    fn one_ipv6_network_shares_a_bucket_and_loopback_has_none() {
        let limiter = limiter(1);
        let from = |address: &str| Caller::new(None, Some(address.parse().unwrap()));
        let taken = (0..100).filter(|host| limiter.charge(Class::Read, from(&format!("2001:db8::{host:x}"))).is_ok()).count();
        assert_eq!(taken, PEOPLE as usize);
        assert!((0..100).all(|_| limiter.charge(Class::Read, from("127.0.0.1")).is_ok()));
    }

    #[test]
    fn abuse_19_ten_thousand_guesses_at_one_account_are_stopped() {
        let limiter = limiter(20);
        let mia: Handle = "mia".parse().unwrap();
        let let_through = (0..10_000).filter(|_| limiter.charge_guess(&mia).is_ok()).count();
        assert!(let_through <= 21, "{let_through} guesses were let through");
        assert!(limiter.charge_guess(&"bob".parse().unwrap()).is_ok(), "another account is not disturbed");
    }

    #[test]
    fn sweeping_forgets_full_buckets_and_keeps_empty_ones() {
        let rate = Rate { per_minute: 6_000_000, burst: 1_000 };
        let limiter = RateLimiter::new(&Rates { credentials: rate, create: rate, write: rate, silent: rate, read: rate, lookup: rate });
        for device in 1..1_000 {
            let _ = limiter.charge(Class::Read, caller(device, device));
        }
        std::thread::yield_now();
        while !limiter.classes[place(Class::Read)].devices.is_empty() {
            limiter.sweep();
        }
    }
}
