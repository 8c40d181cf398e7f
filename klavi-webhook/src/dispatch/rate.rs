//! How often deliveries to a target may begin. It must not know what is delivered.

use std::num::NonZeroU32;
use std::time::Duration;

use tokio::time::Instant;

/// Deliveries begin evenly spread, so many in a second.
#[derive(Debug)]
pub(super) struct Rate(Option<Spread>);

#[derive(Debug)]
struct Spread {
    every: Duration,
    next: Option<Instant>,
}

impl Rate {
    pub(super) fn new(per_second: Option<NonZeroU32>) -> Self {
        Self(per_second.map(|number| Spread { every: Duration::from_secs(1) / number.get(), next: None }))
    }

    pub(super) fn allows(&self, now: Instant) -> bool {
        self.next().is_none_or(|next| next <= now)
    }

    /// When the next one may begin; `None` for at once.
    pub(super) fn next(&self) -> Option<Instant> {
        self.0.as_ref()?.next
    }

    pub(super) fn took(&mut self, now: Instant) {
        if let Some(Spread { every, next }) = &mut self.0 {
            // Timers are coarser than short pauses: what was late by one pause is made up for, and no more.
            let earliest = now.checked_sub(*every).unwrap_or(now);
            *next = Some(next.unwrap_or(now).max(earliest) + *every);
        }
    }

    /// How many of those that there is room for may be leased: as many as begin within a part of the lease.
    pub(super) fn most(&self, room: usize, lease: Duration) -> usize {
        self.0.as_ref().map_or(room, |Spread { every, .. }| {
            let begin = (lease / 4).as_nanos() / every.as_nanos().max(1);
            room.min(usize::try_from(begin).unwrap_or(room)).max(1)
        })
    }

    /// Whether more are to be leased beside so many that wait.
    pub(super) fn wants(&self, waiting: usize, lease: Duration) -> bool {
        self.0.is_none() || waiting < self.most(usize::MAX, lease)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_begin_in_a_second_as_were_asked_for() {
        let mut rate = Rate::new(NonZeroU32::new(200));
        let begin = Instant::now();
        let (mut now, mut began) = (begin, 0);
        while now < begin + Duration::from_secs(1) {
            // A timer that wakes every 3 ms.
            now += Duration::from_millis(3);
            while rate.allows(now) {
                rate.took(now);
                began += 1;
            }
        }
        assert!((198..=203).contains(&began), "{began}");
    }

    #[test]
    fn what_was_not_used_is_not_kept() {
        let mut rate = Rate::new(NonZeroU32::new(10));
        let begin = Instant::now();
        rate.took(begin);
        let later = begin + Duration::from_secs(60);
        let began = (0..10).take_while(|_| {
            let allows = rate.allows(later);
            rate.took(later);
            allows
        });
        assert!(began.count() <= 2);
    }

    #[test]
    fn no_more_is_leased_than_begins_within_a_quarter_of_the_lease() {
        let minute = Duration::from_secs(60);
        assert_eq!(Rate::new(NonZeroU32::new(1)).most(64, minute), 15);
        assert_eq!(Rate::new(NonZeroU32::new(1)).most(64, Duration::from_secs(1)), 1);
        assert_eq!(Rate::new(None).most(64, minute), 64);
    }
}
