//! A clock that moves only when a test sleeps on it or turns it.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

use jiff::Timestamp;

use super::{Clock, Sleep};

/// A clock for tests: a sleep returns at once, moves the time on by its length, and is written down. That of
/// [`held`](Self::held) moves only when it is turned, so that a sleep may be slower than an answer.
///
/// Clones share one time.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use std::time::Duration;
/// use provider_call::{Clock, ManualClock};
///
/// let clock = ManualClock::new();
/// clock.sleep(Duration::from_secs(5)).await;
/// clock.advance(Duration::from_secs(1));
/// assert_eq!(clock.monotonic(), Duration::from_secs(6));
/// assert_eq!(clock.sleeps(), [Duration::from_secs(5)]);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ManualClock {
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    start: Timestamp,
    elapsed: Duration,
    sleeps: Vec<Duration>,
    held: bool,
    asleep: Vec<Waker>,
}

impl ManualClock {
    /// A clock that starts at 2026-01-01T00:00:00Z.
    #[must_use]
    pub fn new() -> Self {
        Self::starting_at(Timestamp::constant(1_767_225_600, 0))
    }

    /// A clock that starts at `start`.
    #[must_use]
    pub fn starting_at(start: Timestamp) -> Self {
        let (sleeps, asleep) = (Vec::new(), Vec::new());
        let state = State { start, elapsed: Duration::ZERO, sleeps, held: false, asleep };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// A clock that moves only by [`advance`](Self::advance): a sleep ends when it was turned far enough.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use std::time::Duration;
    /// use provider_call::{Clock, ManualClock};
    ///
    /// let clock = ManualClock::held();
    /// // A sleep counts from when it is polled.
    /// tokio::join!(clock.sleep(Duration::from_secs(5)), async {
    ///     assert_eq!(clock.sleeps(), [Duration::from_secs(5)]);
    ///     clock.advance(Duration::from_secs(5));
    /// });
    /// # }
    /// ```
    #[must_use]
    pub fn held() -> Self {
        let clock = Self::new();
        clock.lock().held = true;
        clock
    }

    /// Moves the time on, and wakes those whose sleep is over.
    pub fn advance(&self, by: Duration) {
        let asleep = {
            let mut state = self.lock();
            state.elapsed = state.elapsed.saturating_add(by);
            std::mem::take(&mut state.asleep)
        };
        asleep.into_iter().for_each(Waker::wake);
    }

    /// Sets the time of day alone, as an administrator or a time server does. Nothing that is measured notices.
    pub fn set_wall(&self, now: Timestamp) {
        let mut state = self.lock();
        state.start = now.checked_sub(state.elapsed).unwrap_or(Timestamp::MIN);
    }

    /// The lengths of all sleeps so far, in order.
    #[must_use]
    pub fn sleeps(&self) -> Vec<Duration> {
        self.lock().sleeps.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for ManualClock {
    fn monotonic(&self) -> Duration {
        self.lock().elapsed
    }

    fn wall(&self) -> Timestamp {
        let state = self.lock();
        state.start.checked_add(state.elapsed).unwrap_or(Timestamp::MAX)
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let clock = self.clone();
        // Only when polled: a sleep that loses a race against a ready future never takes place.
        let mut ends_at = None;
        Box::pin(poll_fn(move |context| {
            let mut state = clock.lock();
            let ends_at = *ends_at.get_or_insert_with(|| {
                state.sleeps.push(duration);
                state.elapsed.saturating_add(duration)
            });
            if !state.held {
                state.elapsed = state.elapsed.max(ends_at);
            }
            if state.elapsed >= ends_at {
                return Poll::Ready(());
            }
            state.asleep.push(context.waker().clone());
            Poll::Pending
        }))
    }
}
