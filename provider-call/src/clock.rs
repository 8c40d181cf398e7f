//! Time, as something that can be handed in.

#[cfg(any(test, feature = "test-util"))]
mod manual;

use std::fmt::Debug;
use std::pin::Pin;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

#[cfg(any(test, feature = "test-util"))]
pub use self::manual::ManualClock;

/// The future of a [`Clock::sleep`]. No time passes before it is polled.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where this crate takes the time from, so that tests can turn it.
pub trait Clock: Debug + Send + Sync {
    /// Time since some fixed moment, never running backwards. For measuring.
    fn monotonic(&self) -> Duration;

    /// The time of day. For comparing with dates that a server sends.
    fn wall(&self) -> Timestamp;

    /// Completes after `duration`.
    fn sleep(&self, duration: Duration) -> Sleep;
}

/// The clock of the machine. Its sleeps need a tokio runtime with timers switched on.
#[derive(Clone, Debug)]
pub struct SystemClock {
    origin: Instant,
}

impl SystemClock {
    /// A clock that measures from now on.
    #[must_use]
    pub fn new() -> Self {
        // tokio's instant, so that a runtime with paused time agrees with its own sleeps.
        Self { origin: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn monotonic(&self) -> Duration {
        self.origin.elapsed()
    }

    #[expect(clippy::disallowed_methods, reason = "this is the clock that everything else goes through")]
    fn wall(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(async move { tokio::time::sleep(duration).await })
    }
}
