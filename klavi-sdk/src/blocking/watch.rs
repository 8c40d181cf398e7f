//! Watching, as an iterator.

use std::time::Duration;

use provider_call::BlockingRuntime;

use crate::error::Result;

/// Asks at growing intervals how something stands, and yields each change, until it is settled; see
/// [`klavi_sdk::Watch`](crate::Watch).
#[derive(Debug)]
#[must_use = "nothing is asked before the first item"]
pub struct Watch<T> {
    watch: crate::Watch<T>,
    runtime: BlockingRuntime,
}

impl<T: Clone> Watch<T> {
    pub(super) fn new(watch: crate::Watch<T>, runtime: BlockingRuntime) -> Self {
        Self { watch, runtime }
    }

    /// How long to go on, see [`klavi_sdk::Watch::timeout`](crate::Watch::timeout).
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { watch: self.watch.timeout(timeout), ..self }
    }

    /// The pause after a change, and the longest one, see [`klavi_sdk::Watch::backoff`](crate::Watch::backoff).
    pub fn backoff(self, first: Duration, longest: Duration) -> Self {
        Self { watch: self.watch.backoff(first, longest), ..self }
    }

    /// Waits until it is settled.
    ///
    /// # Errors
    /// See [`klavi_sdk::Watch`](crate::Watch).
    pub fn settled(self) -> Result<T> {
        self.runtime.wait(self.watch.settled())
    }
}

impl<T: Clone> Iterator for Watch<T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        self.runtime.wait(self.watch.next())
    }
}
