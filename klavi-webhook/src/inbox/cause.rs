//! Causes of errors inside a backend, before it is known what was being done.

use super::{InboxError, InboxErrorKind};

/// Why something failed.
pub(super) type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why an entry whose row or bytes cannot be read is a dead letter.
pub(super) const DAMAGED: &str = "the stored row or its bytes are damaged";

/// There is no inbox, and none was to be made.
#[derive(Debug, thiserror::Error)]
#[error("there is no inbox")]
pub(super) struct Missing;

/// What is stored makes no entry.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unreadable(pub(super) &'static str);

/// The database cannot be used as it is. The text says why and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unsuitable(pub(super) String);

/// The file is not where it was opened.
#[cfg(feature = "sqlite")]
#[derive(Debug, thiserror::Error)]
#[error("the file is not where it was opened")]
pub(super) struct Moved;

/// The error for the caller. `kind` sorts the database's own errors.
#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
pub(super) fn failed(
    doing: &'static str,
    cause: Cause,
    kind: impl FnOnce(&Cause) -> InboxErrorKind,
) -> InboxError {
    failed_by(doing, &cause, kind)
}

/// The same, of a cause that several callers are told of.
pub(super) fn failed_by(
    doing: &'static str,
    cause: &Cause,
    kind: impl FnOnce(&Cause) -> InboxErrorKind,
) -> InboxError {
    let kind = match cause {
        cause if cause.is::<Unreadable>() => InboxErrorKind::Unreadable,
        cause if cause.is::<Missing>() => InboxErrorKind::Missing,
        cause if cause.is::<Unsuitable>() => InboxErrorKind::Unsuitable,
        #[cfg(feature = "sqlite")]
        cause if cause.is::<Moved>() => InboxErrorKind::Moved,
        cause => kind(cause),
    };
    InboxError::new(doing, with_sources(&**cause)).with_kind(kind)
}

/// The text of an error and of those behind it.
fn with_sources(error: &(dyn std::error::Error + Send + Sync)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let behind = error.to_string();
        if !text.contains(&behind) {
            text = format!("{text}: {behind}");
        }
        source = error.source();
    }
    text
}
