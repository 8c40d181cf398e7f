//! Why a message was not published.

use crate::{InboxError, InboxErrorKind, SinkError};

/// A message was not confirmed, or a publisher could not be set up. The text is one sentence and may be logged: it holds
/// names of streams, queues and subjects, and never a body, an id or a credential.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{sentence}")]
pub struct PublishError {
    kind: PublishErrorKind,
    sentence: String,
}

/// What keeps a message from being published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PublishErrorKind {
    /// There is no connection to the broker.
    Unreachable,
    /// The broker did not confirm in time.
    Timeout,
    /// A limit of the broker is reached: of its disk, memory, an account, a stream or a queue.
    Full,
    /// The user may not publish there.
    Denied,
    /// The stream, exchange or queue is not there.
    Missing,
    /// The broker would take messages and not keep them.
    Unsuitable,
    /// The body is larger than a message may be.
    TooLarge,
    /// The broker refuses this message, whenever it is published.
    Refused,
    /// Anything else.
    Other,
}

impl PublishError {
    /// `sentence` says what is wrong, and what to do where that can be said.
    pub fn new(kind: PublishErrorKind, sentence: impl Into<String>) -> Self {
        Self { kind, sentence: sentence.into() }
    }

    /// What keeps the message from being published.
    pub const fn kind(&self) -> PublishErrorKind {
        self.kind
    }
}

impl From<PublishError> for InboxError {
    fn from(error: PublishError) -> Self {
        let kind = match error.kind {
            PublishErrorKind::Unreachable | PublishErrorKind::Timeout => InboxErrorKind::Unreachable,
            PublishErrorKind::Full => InboxErrorKind::Full,
            PublishErrorKind::Missing => InboxErrorKind::Missing,
            PublishErrorKind::Denied
            | PublishErrorKind::Unsuitable
            | PublishErrorKind::TooLarge
            | PublishErrorKind::Refused => InboxErrorKind::Unsuitable,
            PublishErrorKind::Other => InboxErrorKind::Other,
        };
        Self::new("store entries", error.sentence).with_kind(kind)
    }
}

impl PublishError {
    /// The same as a failed delivery of a sink.
    pub(crate) fn into_sink(self) -> SinkError {
        let as_error = match self.kind {
            PublishErrorKind::Unreachable | PublishErrorKind::Missing | PublishErrorKind::Unsuitable => {
                SinkError::outage
            }
            PublishErrorKind::Timeout
            | PublishErrorKind::Full
            | PublishErrorKind::Denied
            | PublishErrorKind::Other => SinkError::unavailable,
            PublishErrorKind::TooLarge | PublishErrorKind::Refused => SinkError::permanent,
        };
        as_error(self).shown()
    }
}
