//! Looks whether what was expected has come.

use bytes::Bytes;

use crate::inbox::{Overdue, missing};
use crate::{Entry, Inbox, SinkError};

/// What an expectation has come to by its deadline.
pub(super) enum Reckoned {
    /// All of it is there, so there is nothing to handle.
    Arrived,
    /// Not all of it is there. What the handler gets as body says what is missing.
    Overdue(Bytes),
}

/// Looks whether what an entry expects is there.
pub(super) async fn reckon(inbox: &dyn Inbox, entry: &Entry) -> Result<Reckoned, SinkError> {
    let Some(Overdue { expectation, .. }) = Overdue::read(&entry.body) else {
        return Err(SinkError::permanent("the entry is no expectation"));
    };
    Ok(match missing(inbox, &expectation).await? {
        None => Reckoned::Arrived,
        Some(missing) => Reckoned::Overdue(Overdue { expectation, missing }.write()),
    })
}
