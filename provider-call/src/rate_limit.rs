//! A limit on the attempts of one client.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Clock;

/// At most so many attempts in a time, for a contract that allows no more.
///
/// Attempts beyond it wait, about in the order in which they came, as long as the time of their call allows, and fail as
/// soon as it is clear that it does not. Logins and repeats count as well. The limit holds for one client and its
/// clones; several processes have to share the rate of a contract out among them.
///
/// ```
/// use std::num::NonZeroU32;
/// use provider_call::RateLimit;
///
/// let limit = RateLimit::per_second(NonZeroU32::new(10).expect("not zero")).burst(NonZeroU32::MIN);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub struct RateLimit {
    /// Between two attempts.
    interval: Duration,
    burst: u32,
}

impl RateLimit {
    /// So many attempts a second, all of them at once if they come at once.
    pub fn per_second(attempts: NonZeroU32) -> Self {
        Self::within(Duration::from_secs(1), attempts)
    }

    /// So many attempts a minute, all of them at once if they come at once.
    pub fn per_minute(attempts: NonZeroU32) -> Self {
        Self::within(Duration::from_secs(60), attempts)
    }

    fn within(time: Duration, attempts: NonZeroU32) -> Self {
        Self { interval: time / attempts.get(), burst: attempts.get() }
    }

    /// How many may come at once; one spreads the attempts evenly.
    pub fn burst(mut self, attempts: NonZeroU32) -> Self {
        self.burst = attempts.get();
        self
    }
}

/// The gate in front of the transport. No lock is held while somebody waits: whoever waits and is not polled holds
/// nobody up.
pub(crate) struct Gate {
    limit: RateLimit,
    clock: Arc<dyn Clock>,
    /// When everything that was let through is paid back (the generic cell rate algorithm).
    paid_at: Mutex<Duration>,
    waiting: AtomicU32,
}

/// The room does not come before the call has to end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct TooLate;

/// One who waits is counted, also where the wait is given up.
struct Waiter<'g>(&'g AtomicU32);

impl<'g> Waiter<'g> {
    /// And how many wait already.
    fn join(waiting: &'g AtomicU32) -> (Self, u32) {
        let ahead = waiting.fetch_add(1, Ordering::Relaxed);
        (Self(waiting), ahead)
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Gate {
    pub(crate) fn new(limit: RateLimit, clock: Arc<dyn Clock>) -> Self {
        Self { limit, clock, paid_at: Mutex::default(), waiting: AtomicU32::new(0) }
    }

    /// Waits for room, but not beyond `remaining`. Returns how long it took.
    pub(crate) async fn pass(&self, remaining: Duration) -> Result<Duration, TooLate> {
        let begun = self.clock.monotonic();
        let waited = || self.clock.monotonic().saturating_sub(begun);
        let (_waiter, mut ahead) = Waiter::join(&self.waiting);
        // Those who came before have the next room, and those after leave it to this one.
        loop {
            let pause = match self.take(ahead) {
                None => return Ok(waited()),
                Some(pause) => pause,
            };
            if waited() + pause >= remaining {
                return Err(TooLate);
            }
            self.clock.sleep(pause).await;
            ahead = 0;
        }
    }

    /// Takes room, or says how long it takes until there is some behind so many others.
    fn take(&self, ahead: u32) -> Option<Duration> {
        let now = self.clock.monotonic();
        let RateLimit { interval, burst } = self.limit;
        let mut paid_at = self.paid_at.lock().unwrap_or_else(PoisonError::into_inner);
        let start = (*paid_at).max(now);
        // Room there is as long as no more than a burst is owed.
        let owed = start.saturating_add(interval.saturating_mul(ahead)).saturating_sub(now);
        let free = interval.saturating_mul(burst - 1);
        if owed <= free {
            *paid_at = start + interval;
            return None;
        }
        Some(owed - free)
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("limit", &self.limit).finish_non_exhaustive()
    }
}
#[cfg(test)]
mod tests {
    use futures_util::future::join_all;

    use super::*;
    use crate::clock::{ManualClock, SystemClock};

    const MINUTE: Duration = Duration::from_secs(60);

    fn one_a_second() -> RateLimit {
        RateLimit::per_second(NonZeroU32::MIN)
    }

    #[tokio::test(start_paused = true)]
    async fn attempts_beyond_the_rate_queue_up_as_long_as_their_time_allows() {
        let gate = Gate::new(one_a_second(), Arc::new(SystemClock::new()));
        let waits = join_all((0..5).map(|_| gate.pass(Duration::from_millis(3_500)))).await;
        let seconds: Vec<_> = waits.into_iter().map(|wait| wait.map(|wait| wait.as_secs())).collect();
        assert_eq!(seconds, [Ok(0), Ok(1), Ok(2), Ok(3), Err(TooLate)]);
    }

    #[tokio::test]
    async fn what_was_not_used_may_come_at_once() {
        let clock = ManualClock::new();
        let limit = RateLimit::per_minute(NonZeroU32::new(60).unwrap()).burst(NonZeroU32::new(3).unwrap());
        let gate = Gate::new(limit, Arc::new(clock.clone()));
        for _ in 0..2 {
            for _ in 0..3 {
                assert_eq!(gate.pass(MINUTE).await, Ok(Duration::ZERO));
            }
            assert_eq!(gate.pass(Duration::from_millis(999)).await, Err(TooLate));
            clock.advance(MINUTE);
        }
    }

    #[tokio::test]
    async fn a_wait_beyond_the_time_is_not_begun_and_takes_no_room() {
        let clock = ManualClock::new();
        let gate = Gate::new(one_a_second(), Arc::new(clock.clone()));
        gate.pass(MINUTE).await.unwrap();
        for _ in 0..10 {
            assert_eq!(gate.pass(Duration::from_secs(1)).await, Err(TooLate));
        }
        assert!(clock.sleeps().is_empty());
        assert_eq!(gate.pass(MINUTE).await, Ok(Duration::from_secs(1)));
    }

    #[tokio::test(start_paused = true)]
    async fn one_who_gives_up_waiting_leaves_its_turn_to_the_next() {
        let gate = Gate::new(one_a_second(), Arc::new(SystemClock::new()));
        gate.pass(MINUTE).await.unwrap();
        let mut first = Box::pin(gate.pass(MINUTE));
        let mut second = Box::pin(gate.pass(MINUTE));
        assert!(futures_util::poll!(&mut first).is_pending());
        assert!(futures_util::poll!(&mut second).is_pending());
        drop(first);
        assert_eq!(second.await.unwrap().as_secs(), 1, "the one who gave up took no room");
    }
}
