//! A limit on the attempts of one client.

use std::fmt;
use std::num::NonZeroU32;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use governor::clock::Clock as Governed;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::sync::Mutex;

use crate::clock::Clock;

/// At most so many attempts in a time, for a contract that allows no more.
///
/// Attempts beyond it wait in the order in which they came, as long as the total time of their call allows, and
/// fail as soon as it is clear that it does not. Logins and repeats count as well. The limit holds for one client
/// and its clones; several processes have to share the rate of a contract out among them.
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
    quota: Quota,
}

impl RateLimit {
    /// So many attempts a second, all of them at once if they come at once.
    pub fn per_second(attempts: NonZeroU32) -> Self {
        Self { quota: Quota::per_second(attempts) }
    }

    /// So many attempts a minute, all of them at once if they come at once.
    pub fn per_minute(attempts: NonZeroU32) -> Self {
        Self { quota: Quota::per_minute(attempts) }
    }

    /// How many may come at once; one spreads the attempts evenly.
    pub fn burst(mut self, attempts: NonZeroU32) -> Self {
        self.quota = self.quota.allow_burst(attempts);
        self
    }
}

/// The gate in front of the transport.
pub(crate) struct Gate {
    limiter: RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Duration>>,
    clock: Arc<dyn Clock>,
    /// Held by the one who waits for room, so that the others queue up behind it; let go of when that one is dropped.
    turn: Mutex<()>,
}

/// The room does not come before the call has to end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct TooLate;

struct Ticks(Arc<dyn Clock>);

impl Governed for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.monotonic()
    }
}

impl Gate {
    pub(crate) fn new(limit: RateLimit, clock: Arc<dyn Clock>) -> Self {
        let limiter = RateLimiter::direct_with_clock(limit.quota, Ticks(Arc::clone(&clock)));
        Self { limiter, clock, turn: Mutex::new(()) }
    }

    /// Waits for room, but not beyond `remaining`. Returns how long it took.
    pub(crate) async fn pass(&self, remaining: Duration) -> Result<Duration, TooLate> {
        let begun = self.clock.monotonic();
        let waited = || self.clock.monotonic().saturating_sub(begun);
        let turn = match select(pin!(self.turn.lock()), self.clock.sleep(remaining)).await {
            Either::Left((turn, _)) => turn,
            Either::Right(_) => return Err(TooLate),
        };
        while let Err(full) = self.limiter.check() {
            let pause = full.wait_time_from(self.clock.monotonic());
            if waited() + pause >= remaining {
                return Err(TooLate);
            }
            self.clock.sleep(pause).await;
        }
        drop(turn);
        Ok(waited())
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").finish_non_exhaustive()
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
