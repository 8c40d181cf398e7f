use std::fmt;

use super::{InboxError, InboxErrorKind};

/// Why something failed, before it is known what was being done.
pub(super) type Cause = Box<dyn std::error::Error + Send + Sync>;

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
    let kind = if cause.is::<Unreadable>() { InboxErrorKind::Unreadable } else { kind(&cause) };
    InboxError::new(doing, cause).with_kind(kind)
}
