//! A limit on the attempts of one client.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU32;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::select;
use tokio::sync::Notify;

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

/// The gate in front of the transport. No lock is held while a call waits. A call that waits and is not polled loses its
/// turn: it takes nothing from those behind it.
pub(crate) struct Gate {
    limit: RateLimit,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    /// A waiting call gave up, so that those behind it move up.
    left: Notify,
}

#[derive(Default)]
struct State {
    /// When everything that was let through is paid back (the generic cell rate algorithm).
    paid_at: Duration,
    /// When the turn of each waiting call comes, in the order in which they came.
    queue: BTreeMap<u64, Duration>,
    tickets: u64,
}

/// The room does not come before the call has to end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct TooLate;

/// The place of a call in the queue, also where the wait is given up.
struct Place<'g> {
    gate: &'g Gate,
    ticket: u64,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        // A call that took room is out of the queue already.
        if self.gate.lock().queue.remove(&self.ticket).is_some() {
            self.gate.left.notify_waiters();
        }
    }
}

impl Gate {
    pub(crate) fn new(limit: RateLimit, clock: Arc<dyn Clock>) -> Self {
        Self { limit, clock, state: Mutex::default(), left: Notify::new() }
    }

    /// Waits for room, but not beyond `remaining`. Returns how long it took.
    pub(crate) async fn pass(&self, remaining: Duration) -> Result<Duration, TooLate> {
        let begun = self.clock.monotonic();
        let place = self.enter();
        loop {
            // Made before the look at the queue, so that no change is missed.
            let left = pin!(self.left.notified());
            let now = self.clock.monotonic();
            let waited = now.saturating_sub(begun);
            let Some(pause) = self.take(place.ticket, now) else {
                return Ok(waited);
            };
            if waited.saturating_add(pause) >= remaining {
                return Err(TooLate);
            }
            self.lock().queue.insert(place.ticket, now.saturating_add(pause));
            select(self.clock.sleep(pause), left).await;
        }
    }

    fn enter(&self) -> Place<'_> {
        let mut state = self.lock();
        state.tickets += 1;
        Place { gate: self, ticket: state.tickets }
    }

    /// Takes room, or says how long it takes until there is some.
    fn take(&self, ticket: u64, now: Duration) -> Option<Duration> {
        let RateLimit { interval, burst } = self.limit;
        let mut state = self.lock();
        // A call whose turn is over is not polled, or will find out by itself that there is no room.
        let ahead = state.queue.range(..ticket).filter(|(_, turn)| **turn > now).count();
        let ahead = u32::try_from(ahead).unwrap_or(u32::MAX);
        let start = state.paid_at.max(now);
        // Room there is as long as no more than a burst is owed.
        let owed = start.saturating_add(interval.saturating_mul(ahead)).saturating_sub(now);
        let free = interval.saturating_mul(burst - 1);
        if owed <= free {
            state.paid_at = start.saturating_add(interval);
            state.queue.remove(&ticket);
            return None;
        }
        Some(owed - free)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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

    #[tokio::test(start_paused = true)]
    async fn those_behind_one_who_gives_up_while_they_wait_move_up() {
        let gate = Gate::new(one_a_second(), Arc::new(SystemClock::new()));
        gate.pass(MINUTE).await.unwrap();
        let mut first = Box::pin(gate.pass(MINUTE));
        assert!(futures_util::poll!(&mut first).is_pending());
        let giving_up = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            drop(first);
        };
        let ((), second) = futures_util::future::join(giving_up, gate.pass(MINUTE)).await;
        assert_eq!(second.unwrap().as_secs(), 1);
    }

    #[tokio::test]
    async fn one_who_is_not_polled_holds_up_those_behind_for_its_turn_at_most() {
        let clock = ManualClock::held();
        let gate = Gate::new(one_a_second(), Arc::new(clock.clone()));
        gate.pass(MINUTE).await.unwrap();
        let mut stalled = Vec::new();
        for _ in 0..3 {
            let mut one = Box::pin(gate.pass(MINUTE));
            assert!(futures_util::poll!(&mut one).is_pending());
            stalled.push(one);
        }
        // Their turns come and go unused.
        clock.advance(Duration::from_secs(4));
        for _ in 0..3 {
            assert_eq!(gate.pass(Duration::from_millis(1)).await, Ok(Duration::ZERO));
            clock.advance(Duration::from_secs(1));
        }
        assert_eq!(stalled.remove(0).await.unwrap().as_secs(), 7);
    }
}
