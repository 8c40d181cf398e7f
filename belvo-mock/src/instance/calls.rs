use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

const WINDOW: SignedDuration = SignedDuration::from_secs(30);

/// When each address called, in the last 30 seconds. Calls that are refused do not count.
#[derive(Debug, Default)]
pub(super) struct Calls(Mutex<HashMap<IpAddr, VecDeque<Timestamp>>>);

impl Calls {
    /// Counts a call; whether it is taken.
    pub(super) fn count(&self, address: IpAddr, most: Option<u32>, now: Timestamp) -> bool {
        let Some(most) = most else { return true };
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was turned back leaves none behind.
        let counts = |at: &Timestamp| (SignedDuration::ZERO..WINDOW).contains(&now.duration_since(*at));
        calls.retain(|_, times| {
            times.retain(counts);
            !times.is_empty()
        });
        let times = calls.entry(address).or_default();
        let taken = (times.len() as u64) < u64::from(most);
        if taken {
            times.push_back(now);
        }
        taken
    }

    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn each_address_has_its_own_half_minute() {
        let calls = Calls::default();
        let [one, two] = [1, 2].map(|last| IpAddr::from(Ipv4Addr::new(127, 0, 0, last)));
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let taken = [(one, 0), (one, 1), (one, 29), (two, 29), (one, 30), (one, 30), (one, 0)];
        let taken = taken.map(|(address, second)| calls.count(address, Some(2), at(second)));
        assert_eq!(taken, [true, true, false, true, true, false, true]);
        assert!(calls.count(one, None, at(30)));
    }
}
