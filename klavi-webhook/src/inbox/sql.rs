//! What SQLite and PostgreSQL have in common: tables, statements, and entries as rows.

mod record;
mod row;
pub(super) mod schema;
mod select;
mod targets;

pub(super) use super::cause::{Cause, Missing, Unreadable};
#[cfg(feature = "sqlite")]
pub(super) use super::cause::{DAMAGED, failed};
pub(super) use record::{Record, text};
pub(super) use row::{Columns, Found, summary};
pub(super) use select::{Cursor, Joins, PRUNED, Param, Select};
pub(super) use targets::{Statement, TARGETS, target_status};

use std::time::Duration;

use jiff::Timestamp;

#[cfg(feature = "sqlite")]
use super::Attempt;
use super::entry::one_line;
use super::{Count, Counts, EntryId, EntryState, Target};

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

/// The instant after that time, in microseconds.
pub(super) fn later(now: i64, by: Duration) -> i64 {
    now.saturating_add(number(by.as_micros()))
}

/// An instant of a column.
pub(super) fn instant(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(if micros < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

pub(super) fn entry_id(number: i64) -> Result<EntryId, Cause> {
    u64::try_from(number).map(EntryId::from).map_err(|_| Unreadable("an entry has a negative number").into())
}

/// A line of the history.
pub(super) fn history_line(at: i64, error: &str) -> String {
    format!("{at} {}", one_line(error))
}

/// A history with one more attempt: a line for each of the last ones, with the time when it ended and why it failed.
#[cfg(feature = "sqlite")]
pub(super) fn history_with(history: &str, at: i64, error: &str) -> String {
    let lines: Vec<_> = history.lines().collect();
    let kept = &lines[lines.len().saturating_sub(Attempt::MOST - 1)..];
    kept.iter().map(|line| format!("{line}\n")).chain([history_line(at, error)]).collect()
}

/// Adds a line of the table of counts. Shards may be negative by themselves; only their sum counts.
pub(super) fn add_count(
    counts: &mut Counts,
    target: &str,
    state: &str,
    entries: i64,
    bytes: i64,
) -> Result<(), Cause> {
    let state: EntryState = state.parse().map_err(|_| Unreadable("the counts name an unknown state"))?;
    let number = |number: i64| u64::try_from(number).unwrap_or(0);
    if entries > 0 {
        let count = Count { entries: number(entries), bytes: number(bytes) };
        counts.by_state.insert((Target::new(target), state), count);
    }
    Ok(())
}
