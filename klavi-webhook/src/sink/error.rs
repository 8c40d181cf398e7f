//! How a delivery to a target fails.

use std::fmt;
use std::time::Duration;

/// Why an entry was not delivered, whose fault that is, and whether another attempt may help.
///
/// Made by `?` from every error, and then [`retry`](Self::retry). Its text is kept with the entry, so it should hold
/// nothing personal.
#[derive(Debug)]
pub struct SinkError {
    cause: Box<dyn std::error::Error + Send + Sync>,
    fault: Fault,
    retry_after: Option<Duration>,
    shown: bool,
}

/// What a failure says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// This entry failed; the target works.
    Entry,
    /// This entry can never be delivered; the target works.
    Permanent,
    /// The target may be down, or this entry may be what it fails at.
    Unavailable,
    /// The target is down.
    Outage,
}

impl SinkError {
    /// This entry failed, and another attempt may help. Says nothing against the target.
    pub fn retry(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { cause: cause.into(), fault: Fault::Entry, retry_after: None, shown: false }
    }

    /// No attempt can help: the entry becomes a dead letter at once.
    pub fn permanent(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { fault: Fault::Permanent, ..Self::retry(cause) }
    }

    /// The target may be down: it did not answer, or said that it cannot answer now. When several entries in a row fail
    /// like this, the [`Breaker`](crate::Breaker) opens; until then each of them counts an attempt.
    pub fn unavailable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { fault: Fault::Unavailable, ..Self::retry(cause) }
    }

    /// The target is certainly down, whatever the entry: the [`Breaker`](crate::Breaker) opens at once, and the entry
    /// counts no attempt.
    pub fn outage(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { fault: Fault::Outage, ..Self::retry(cause) }
    }

    /// The target asked to be left alone for that long.
    #[must_use]
    pub fn retry_after(mut self, time: Duration) -> Self {
        self.retry_after = Some(time);
        self
    }

    /// Its text may be logged: it holds no secret and no personal data. Without this it is kept in the inbox alone.
    #[must_use]
    pub fn shown(mut self) -> Self {
        self.shown = true;
        self
    }

    pub(crate) const fn fault(&self) -> Fault {
        self.fault
    }

    pub(crate) const fn wanted_pause(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The text, where it may be logged.
    pub(crate) fn loggable(&self) -> Option<String> {
        self.shown.then(|| self.to_string())
    }
}

impl fmt::Display for SinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

// No `Error` for SinkError itself: it would overlap with the standard library's `From<T> for T`.
impl<E: Into<Box<dyn std::error::Error + Send + Sync>>> From<E> for SinkError {
    fn from(cause: E) -> Self {
        Self::retry(cause)
    }
}
