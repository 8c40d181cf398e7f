//! A clock that only moves when somebody sleeps on it or turns it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::{Clock, Sleep};

/// A clock for tests: a sleep returns at once, moves the time on by its length, and is written down.
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
        let state = State { start, elapsed: Duration::ZERO, sleeps: Vec::new() };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// Moves the time on.
    pub fn advance(&self, by: Duration) {
        self.lock().elapsed += by;
    }

    /// Sets the time of day alone, as an administrator or a time server does. Nothing that is measured notices.
    pub fn set_wall(&self, now: Timestamp) {
        let mut state = self.lock();
        state.start = now - state.elapsed;
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
        state.start + state.elapsed
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let clock = self.clone();
        // Inside the future: a sleep that loses a race against a ready future never takes place.
        Box::pin(async move {
            let mut state = clock.lock();
            state.elapsed += duration;
            state.sleeps.push(duration);
        })
    }
}
