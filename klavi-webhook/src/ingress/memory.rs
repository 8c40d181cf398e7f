//! The memory budget for bodies: how much all of them, and the unverified ones of one source, may take.
//!
//! Counts bytes and knows addresses as keys. It must not know bodies.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;

/// The unit of counting, in bytes.
const UNIT: usize = 1024;

/// How many copies there are of a body at most: its chunks and the whole, or the whole and its packed form.
const COPIES: usize = 2;

/// Memory that the bodies of all requests may take together.
#[derive(Clone, Debug)]
pub(crate) struct Memory(Arc<Budget>);

#[derive(Debug)]
struct Budget {
    free: Semaphore,
    whole: usize,
    /// What the unverified bodies of each source hold.
    unverified: Mutex<HashMap<IpAddr, usize>>,
}

/// The memory that one body takes, given back when dropped.
#[derive(Debug)]
pub(crate) struct MemoryPermit {
    memory: Memory,
    /// Whose unverified bodies it counts among.
    source: Option<IpAddr>,
    body: usize,
    /// What is held beside the body.
    beside: AtomicUsize,
}

/// The memory of a second copy of a body, given back when dropped.
#[derive(Debug)]
pub(crate) struct CopyPermit {
    memory: Memory,
    units: usize,
}

/// The budget, or the part of it that one source may hold, has too little left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("out of memory for deliveries")]
pub(crate) struct OutOfMemory;

impl Memory {
    pub(crate) fn new(bytes: usize) -> Self {
        let whole = (bytes / UNIT).min(Semaphore::MAX_PERMITS);
        Self(Arc::new(Budget { free: Semaphore::new(whole), whole, unverified: Mutex::default() }))
    }

    /// The largest body that can ever fit.
    pub(crate) fn largest(&self) -> usize {
        self.0.whole / COPIES * UNIT
    }

    /// The smallest budget in which a body of that many bytes can fit.
    pub(crate) const fn least_for(body: usize) -> usize {
        units(body).saturating_mul(COPIES).saturating_mul(UNIT)
    }

    pub(crate) fn in_use(&self) -> usize {
        (self.0.whole - self.0.free.available_permits()) * UNIT
    }

    /// Whether a body of that many bytes from that source fits now. Nothing is reserved for it.
    pub(crate) fn has(&self, body: usize, source: Option<IpAddr>) -> bool {
        units(body) <= self.0.free.available_permits() && self.allows(source.map(network), 0, units(body))
    }

    /// Whether so little is left that bodies which have begun need it: if others were admitted, none might complete.
    pub(crate) fn is_short(&self) -> bool {
        self.0.free.available_permits() < self.0.whole / 4
    }

    /// A permit for a body of that source, which holds nothing yet.
    pub(crate) fn permit(&self, source: Option<IpAddr>) -> MemoryPermit {
        MemoryPermit {
            memory: self.clone(),
            source: source.map(network),
            body: 0,
            beside: AtomicUsize::new(0),
        }
    }

    /// Whether a body of that source that holds `own` may hold `more`. The only body of a source may be of any size,
    /// several together may hold half of the budget.
    fn allows(&self, source: Option<IpAddr>, own: usize, more: usize) -> bool {
        let Some(source) = source else { return true };
        let held = self.unverified().get(&source).copied().unwrap_or(0);
        held <= own || held + more <= self.0.whole / 2
    }

    fn acquire(&self, units: usize) -> Result<(), OutOfMemory> {
        let count = u32::try_from(units).map_err(|_| OutOfMemory)?;
        self.0.free.try_acquire_many(count).map_err(|_| OutOfMemory)?.forget();
        Ok(())
    }

    fn unverified(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.0.unverified.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forget(&self, source: IpAddr, units: usize) {
        let mut unverified = self.unverified();
        if let Some(held) = unverified.get_mut(&source) {
            *held -= units;
            if *held == 0 {
                unverified.remove(&source);
            }
        }
    }
}

impl MemoryPermit {
    /// Reserves what a body of that many bytes takes, without waiting for others to give some back.
    pub(crate) fn grow_to(&mut self, body: usize) -> Result<(), OutOfMemory> {
        let more = units(body).saturating_sub(self.body);
        if more == 0 {
            return Ok(());
        }
        if !self.memory.allows(self.source, self.body, more) {
            return Err(OutOfMemory);
        }
        self.memory.acquire(more)?;
        if let Some(source) = self.source {
            *self.memory.unverified().entry(source).or_default() += more;
        }
        self.body += more;
        Ok(())
    }

    /// Reserves that many bytes beside the body.
    pub(crate) fn add(&self, bytes: usize) -> Result<(), OutOfMemory> {
        self.memory.acquire(units(bytes))?;
        self.beside.fetch_add(units(bytes), Ordering::Relaxed);
        Ok(())
    }

    /// Reserves a second copy of that many bytes for as long as it exists.
    pub(crate) fn copy(&self, bytes: usize) -> Result<CopyPermit, OutOfMemory> {
        self.memory.acquire(units(bytes))?;
        Ok(CopyPermit { memory: self.memory.clone(), units: units(bytes) })
    }

    /// Gives back what a body of that many bytes does not take.
    pub(crate) fn shrink_to(&mut self, body: usize) {
        let less = self.body.saturating_sub(units(body));
        if less > 0 {
            self.give_back(less);
        }
    }

    /// The sender is verified: the body no longer counts among the unverified ones of its source.
    pub(crate) fn verified(&mut self) {
        if let Some(source) = self.source.take() {
            self.memory.forget(source, self.body);
        }
    }

    fn give_back(&mut self, units: usize) {
        if let Some(source) = self.source {
            self.memory.forget(source, units);
        }
        self.memory.0.free.add_permits(units);
        self.body -= units;
    }
}

impl Drop for MemoryPermit {
    fn drop(&mut self) {
        self.give_back(self.body);
        self.memory.0.free.add_permits(*self.beside.get_mut());
    }
}

impl Drop for CopyPermit {
    fn drop(&mut self) {
        self.memory.0.free.add_permits(self.units);
    }
}

/// How many units that many bytes take.
const fn units(bytes: usize) -> usize {
    bytes.div_ceil(UNIT)
}

/// The address that a source counts under. One subscriber usually has a /64 of IPv6 addresses.
fn network(source: IpAddr) -> IpAddr {
    match source.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        IpAddr::V4(address) => IpAddr::V4(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_unverified_bodies_of_one_source_hold_half_of_the_budget_at_most() {
        let memory = Memory::new(100 * UNIT);
        let [source, other] = ["2001:db8::1", "2001:db8:0:1::1"].map(|text| text.parse().ok());
        let neighbour = "2001:db8::2".parse().ok();
        let mut first = memory.permit(source);
        first.grow_to(30 * UNIT).unwrap();
        let mut second = memory.permit(neighbour);
        second.grow_to(20 * UNIT).unwrap();
        assert!(second.grow_to(21 * UNIT).is_err() && first.grow_to(31 * UNIT).is_err());
        assert!(!memory.has(UNIT, source) && memory.has(UNIT, other));
        memory.permit(other).grow_to(50 * UNIT).unwrap();
        // What is verified does not count any more, and the only one may be of any size.
        first.verified();
        second.grow_to(70 * UNIT).unwrap();
        assert_eq!(memory.in_use(), 100 * UNIT);
        drop((first, second));
        assert_eq!(memory.in_use(), 0);
        assert!(memory.unverified().is_empty());
    }

    #[test]
    fn a_copy_is_reserved_as_long_as_it_exists() {
        let memory = Memory::new(10 * UNIT);
        let mut permit = memory.permit(None);
        permit.grow_to(5 * UNIT).unwrap();
        let copy = permit.copy(5 * UNIT).unwrap();
        assert!(permit.copy(1).is_err());
        drop(copy);
        assert_eq!(memory.in_use(), 5 * UNIT);
        permit.shrink_to(1);
        assert_eq!(memory.in_use(), UNIT);
    }
}
