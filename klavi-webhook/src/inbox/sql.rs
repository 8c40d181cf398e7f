//! What SQLite and PostgreSQL have in common: tables, statements, and entries as rows.

mod record;
mod row;
pub(super) mod statements;

pub(super) use super::cause::{Cause, DAMAGED, Missing, Unreadable, failed};
pub(super) use record::{Record, indexed, text};
pub(super) use row::{Columns, Found, summary};

use jiff::Timestamp;

use super::{Depth, EntryId, Stored};

/// How many entries one statement deletes, so that stores need not wait long for it.
pub(super) const PRUNED_AT_ONCE: i64 = 500;

/// The version that the tables have; an error where this code does not know it.
pub(super) fn known_version(version: Option<i64>, known: usize) -> Result<usize, Cause> {
    let version = usize::try_from(version.unwrap_or(0)).unwrap_or(usize::MAX);
    if version > known {
        return Err(Unreadable("a newer version has made the tables").into());
    }
    Ok(version)
}

/// A number for a column. What does not fit is beyond every row.
pub(super) fn number(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

/// A number that stands for a text.
#[cfg(feature = "postgres")]
pub(super) fn digest(text: &str) -> i64 {
    use sha2::{Digest, Sha256};
    Sha256::digest(text).first_chunk().map_or(0, |first| i64::from_be_bytes(*first))
}

/// Below the ids of the entries behind that one.
pub(super) fn behind(after: Option<EntryId>) -> i64 {
    after.map_or(-1, |id| number(id.get()))
}

pub(super) fn entry_id(number: i64) -> Result<EntryId, Cause> {
    u64::try_from(number).map(EntryId::from).map_err(|_| Unreadable("an entry has a negative number").into())
}

/// What became of an entry that was not known; `revision` counts the earlier ones of its message.
pub(super) fn stored(id: i64, revision: i64) -> Result<Stored, Cause> {
    let id = entry_id(id)?;
    Ok(if revision == 0 { Stored::New(id) } else { Stored::Revision(id) })
}

/// From how many there are in each state, and when the oldest one that is pending came.
pub(super) fn depth(counts: Vec<(String, i64)>, oldest: Option<i64>) -> Result<Depth, Cause> {
    let mut depth = Depth::default();
    for (state, count) in counts {
        let state = state.parse().map_err(|_| Unreadable("an entry is in an unknown state"))?;
        *depth.count(state) = u64::try_from(count).unwrap_or(0);
    }
    depth.oldest_pending = oldest.and_then(|oldest| Timestamp::from_microsecond(oldest).ok());
    Ok(depth)
}
