//! When failed entries are retried.

use std::time::Duration;

/// When a failed entry is tried again.
///
/// The pause doubles from attempt to attempt up to a limit; a quarter of it is left to chance, so that entries that failed
/// together do not come back together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetrySchedule {
    attempts: u32,
    first: Duration,
    longest: Duration,
}

impl RetrySchedule {
    /// At most that many attempts, the first pause and the longest.
    pub const fn new(attempts: u32, first: Duration, longest: Duration) -> Self {
        Self { attempts, first, longest }
    }

    /// How many attempts there are at most.
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The pause after the first attempt, at most.
    pub const fn first(&self) -> Duration {
        self.first
    }

    /// No pause is longer.
    pub const fn longest(&self) -> Duration {
        self.longest
    }

    /// Whether no further attempt may begin after so many: the last ones ended without a word, perhaps with the whole
    /// process.
    pub(super) fn is_used_up(&self, attempts: u32) -> bool {
        attempts >= self.attempts
    }

    /// The pause after that attempt (the first is 1); `None` where it was the last.
    pub(super) fn pause_after(&self, attempt: u32) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
        let pause = doubled.min(self.longest);
        Some(pause - (pause / 4).mul_f64(fastrand::f64()))
    }
}

impl Default for RetrySchedule {
    /// 21 attempts, the second after a second, the last ones six hours apart: 29 to 39 hours in all, so that what fails in
    /// the evening is still tried the next night.
    fn default() -> Self {
        Self::new(21, Duration::from_secs(1), Duration::from_secs(6 * 60 * 60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_within_their_bounds_and_end() {
        let schedule = RetrySchedule::new(5, Duration::from_secs(1), Duration::from_secs(3));
        for (attempt, longest) in [(1, 1), (2, 2), (3, 3), (4, 3)] {
            for _ in 0..200 {
                let pause = schedule.pause_after(attempt).unwrap();
                assert!(
                    pause <= Duration::from_secs(longest) && pause >= Duration::from_secs(longest) * 3 / 4
                );
            }
        }
        assert_eq!(schedule.pause_after(5), None);
        assert!(
            RetrySchedule::new(u32::MAX, Duration::from_secs(1), Duration::MAX).pause_after(4_000).is_some()
        );
    }
    #[test]
    fn the_ordinary_one_reaches_beyond_a_day() {
        let schedule = RetrySchedule::default();
        let all: Duration = (1..).map_while(|attempt| schedule.pause_after(attempt)).sum();
        let hours = all.as_secs_f64() / 3600.0;
        assert!((29.0..40.0).contains(&hours), "{hours}");
    }
}
