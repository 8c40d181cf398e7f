//! What a handler is, and how it fails.

use std::fmt;

use crate::{BoxFuture, Entry};

/// Works on one entry.
pub trait Handle: Send + Sync + 'static {
    /// Handles it. Handling is at least once: after a crash, a stop or a lost lease the same entry is handled again. A
    /// handler that takes too long is dropped at its next await.
    fn handle(&self, entry: Entry) -> BoxFuture<'static, Result<(), HandlerError>>;
}

/// Why a handler did not handle an entry, and whether another attempt may help.
///
/// Made by `?` from every error, and then retried. Its text is kept with the entry, so it should hold nothing
/// personal.
#[derive(Debug)]
pub struct HandlerError {
    cause: Box<dyn std::error::Error + Send + Sync>,
    permanent: bool,
    shown: bool,
}

impl HandlerError {
    /// Another attempt may help.
    pub fn retry(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { cause: cause.into(), permanent: false, shown: false }
    }

    /// No attempt can help: the entry becomes a dead letter at once.
    pub fn permanent(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { cause: cause.into(), permanent: true, shown: false }
    }

    /// Its text may be logged: it holds no secret and no personal data. Without this it is kept in the inbox alone.
    #[must_use]
    pub fn shown(mut self) -> Self {
        self.shown = true;
        self
    }

    pub(super) const fn is_permanent(&self) -> bool {
        self.permanent
    }

    /// The text, where it may be logged.
    pub(super) fn loggable(&self) -> Option<String> {
        self.shown.then(|| self.to_string())
    }
}

impl fmt::Display for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

// No `Error` for HandlerError itself: it would overlap with the standard library's `From<T> for T`.
impl<E: Into<Box<dyn std::error::Error + Send + Sync>>> From<E> for HandlerError {
    fn from(cause: E) -> Self {
        Self::retry(cause)
    }
}
