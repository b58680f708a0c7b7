//! Room for connections: how many in all, so that descriptors are left for the store, and how many from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ipnet::IpNet;
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::peer::network_of;

/// How many refused connections are told so at the same time.
const REFUSING_MAX: usize = 32;

/// The room of a node.
pub struct Capacity {
    max: usize,
    per_address_max: Option<usize>,
    /// Addresses that speak for many: not counted one by one.
    exempt: Vec<IpNet>,
    open: AtomicUsize,
    by_address: Mutex<HashMap<IpAddr, usize>>,
    refusing: Arc<Semaphore>,
}

/// Why a connection was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// The node has as many as it takes.
    Node,
    /// The address has as many as one may have.
    Address,
}

/// A connection's place. Dropping it makes room.
pub struct Slot {
    capacity: Arc<Capacity>,
    counted_as: Option<IpAddr>,
}

impl Capacity {
    /// Room for `max` connections, `per_address_max` from one address; loopback and `exempt` are not counted by address.
    pub fn new(max: usize, per_address_max: Option<usize>, exempt: Vec<IpNet>) -> Arc<Self> {
        Arc::new(Self {
            max,
            per_address_max,
            exempt,
            open: AtomicUsize::new(0),
            by_address: Mutex::default(),
            refusing: Arc::new(Semaphore::new(REFUSING_MAX)),
        })
    }

    /// A place for one more connection.
    pub fn admit(self: &Arc<Self>, address: IpAddr) -> Result<Slot, Full> {
        let taken = self.open.fetch_update(Ordering::AcqRel, Ordering::Acquire, |open| (open < self.max).then_some(open + 1));
        taken.map_err(|_| Full::Node)?;
        // From here on dropping the slot gives the place back.
        let mut slot = Slot { capacity: self.clone(), counted_as: None };
        if let Some(max) = self.per_address_max
            && !self.is_exempt(address)
        {
            let network = network_of(address);
            let mut by_address = self.by_address.lock();
            let count = by_address.entry(network).or_default();
            if *count >= max {
                return Err(Full::Address);
            }
            *count += 1;
            slot.counted_as = Some(network);
        }
        Ok(slot)
    }

    /// How many connections there are.
    pub fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// How many there may be.
    pub const fn max(&self) -> usize {
        self.max
    }

    /// A permit to tell a refused client so.
    pub(super) fn refusing(&self) -> Option<OwnedSemaphorePermit> {
        self.refusing.clone().try_acquire_owned().ok()
    }

    fn is_exempt(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_loopback() || self.exempt.iter().any(|network| network.contains(&address))
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.capacity.open.fetch_sub(1, Ordering::AcqRel);
        let Some(network) = self.counted_as else { return };
        let mut by_address = self.capacity.by_address.lock();
        if let Some(count) = by_address.get_mut(&network) {
            *count -= 1;
            if *count == 0 {
                by_address.remove(&network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_node_is_full_at_its_limit_and_takes_again_when_one_goes() {
        let capacity = Capacity::new(2, None, Vec::new());
        let slots: Vec<Slot> = (0..2).map(|_| capacity.admit(address("192.0.2.1")).ok().unwrap()).collect();
        assert_eq!(capacity.admit(address("192.0.2.2")).err(), Some(Full::Node));
        drop(slots);
        assert_eq!(capacity.open(), 0);
        assert!(capacity.admit(address("192.0.2.2")).is_ok());
    }

    #[test]
    fn one_address_cannot_take_every_place_and_an_ipv6_network_is_one_address() {
        let capacity = Capacity::new(100, Some(2), vec!["10.0.0.0/8".parse().unwrap()]);
        let admit = |text: &str| capacity.admit(address(text));
        let slots = [admit("2001:db8::1").ok().unwrap(), admit("2001:db8::2").ok().unwrap()];
        assert_eq!(admit("2001:db8::3").err(), Some(Full::Address));
        assert_eq!(capacity.open(), 2, "a refused connection takes no place");
        assert!(admit("2001:db8:0:1::3").is_ok());
        drop(slots);
        assert!(admit("2001:db8::3").is_ok());
        assert!(capacity.by_address.lock().is_empty(), "addresses that have gone are forgotten");
    }

    #[test]
    fn proxies_and_loopback_are_not_counted_as_one_client() {
        let capacity = Capacity::new(100, Some(1), vec!["10.0.0.0/8".parse().unwrap()]);
        let slots: Vec<Slot> =
            ["10.0.0.1", "10.0.0.1", "127.0.0.1", "127.0.0.1", "::1", "::1"].iter().filter_map(|text| capacity.admit(address(text)).ok()).collect();
        assert_eq!(slots.len(), 6);
    }
}
