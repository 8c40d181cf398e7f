use std::fmt;

use super::{InboxError, InboxErrorKind};

/// Why something failed, before it is known what was being done.
pub(super) type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why an entry whose bytes cannot be had any more is a dead letter.
pub(super) const DAMAGED: &str = "the bytes kept of it are damaged";

/// There is no inbox, and none was to be made.
#[derive(Debug)]
pub(super) struct Missing;

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nobody has made an inbox there")
    }
}

impl std::error::Error for Missing {}

/// What stands in the database makes no entry.
#[derive(Debug)]
pub(super) struct Unreadable(pub(super) &'static str);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Unreadable {}

/// The error for the caller; the database's own errors are sorted by `kind`.
pub(super) fn failed(
    doing: &'static str,
    cause: Cause,
    kind: impl FnOnce(&Cause) -> InboxErrorKind,
) -> InboxError {
    let kind = match &cause {
        cause if cause.is::<Unreadable>() => InboxErrorKind::Unreadable,
        cause if cause.is::<Missing>() => InboxErrorKind::Missing,
        cause => kind(cause),
    };
    InboxError::new(doing, cause).with_kind(kind)
}
