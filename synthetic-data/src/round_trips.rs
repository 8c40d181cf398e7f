//! Fills a statement of any length in constant memory without changing a balance.

use std::ops::Range;

use fastrand::Rng;
use jiff::Timestamp;

/// Money that goes one way and comes back at once, so many times in a span of some years at most: how a statement
/// gets any number of entries without another balance at the end of a month, and without holding them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RoundTrips {
    from: Timestamp,
    until: Timestamp,
    count: u64,
    seed: u64,
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RoundTrip {
    pub(crate) number: u64,
    pub(crate) out: Timestamp,
    pub(crate) back: Timestamp,
}

impl RoundTrips {
    /// Another count gives other round trips, not the same ones at other times.
    pub(crate) fn new(from: Timestamp, until: Timestamp, count: u64, mut rng: Rng) -> Self {
        Self { from, until, count, seed: rng.u64(..) ^ count }
    }

    pub(crate) fn none() -> Self {
        Self { from: Timestamp::MIN, until: Timestamp::MIN, count: 0, seed: 0 }
    }

    /// A generator for one of them.
    pub(crate) fn rng(&self, number: u64) -> Rng {
        Rng::with_seed(self.seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// How many there are in all.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Which lie between two instants, each as a whole. Parts without a gap between them have all of them.
    pub(crate) fn between(
        &self,
        begin: Timestamp,
        end: Timestamp,
    ) -> impl Iterator<Item = RoundTrip> + use<> {
        let numbers = self.numbers(begin, end);
        let begin = self.clamped(begin);
        let nanoseconds = self.clamped(end) - begin;
        let first = numbers.start;
        let legs = i128::from(numbers.end - first) * 2;
        let at = move |leg: i128| {
            Timestamp::from_nanosecond(begin + nanoseconds * leg / legs).unwrap_or(Timestamp::MAX)
        };
        numbers.map(move |number| {
            let leg = i128::from(number - first) * 2;
            RoundTrip { number, out: at(leg), back: at(leg + 1) }
        })
    }

    pub(crate) fn numbers(&self, begin: Timestamp, end: Timestamp) -> Range<u64> {
        self.number_at(begin)..self.number_at(end)
    }

    /// How many lie before an instant.
    fn number_at(&self, at: Timestamp) -> u64 {
        let whole = self.until.as_nanosecond() - self.from.as_nanosecond();
        if whole <= 0 || self.count == 0 {
            return 0;
        }
        let gone = self.clamped(at) - self.from.as_nanosecond();
        u64::try_from(i128::from(self.count) * gone / whole).unwrap_or(self.count)
    }

    fn clamped(&self, at: Timestamp) -> i128 {
        at.clamp(self.from, self.until).as_nanosecond()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_make_up_the_whole_and_are_in_order() {
        let at = |second| Timestamp::from_second(second).unwrap();
        for count in [0, 1, 2, 999] {
            let trips = RoundTrips::new(at(100), at(1_000), count, Rng::with_seed(1));
            let all: Vec<_> = [(0, 250), (250, 251), (251, 900), (900, 2_000)]
                .into_iter()
                .flat_map(|(begin, end)| trips.between(at(begin), at(end)))
                .collect();
            assert_eq!(all.len() as u64, count);
            let numbers: Vec<_> = all.iter().map(|trip| trip.number).collect();
            assert_eq!(numbers, (0..count).collect::<Vec<_>>());
            assert!(all.iter().all(|trip| trip.out < trip.back && trip.back < at(1_000)));
            assert!(all.windows(2).all(|pair| pair[0].back < pair[1].out));
        }
    }

    #[test]
    fn the_largest_number_is_no_problem() {
        let two_years = Timestamp::from_second(2 * 366 * 86_400).unwrap();
        let trips = RoundTrips::new(Timestamp::UNIX_EPOCH, two_years, u64::MAX, Rng::with_seed(1));
        let mut all = trips.between(Timestamp::MIN, Timestamp::MAX);
        assert_eq!(all.next().unwrap().number, 0);
        assert_eq!(trips.numbers(Timestamp::MIN, Timestamp::MAX), 0..u64::MAX);
    }
}
