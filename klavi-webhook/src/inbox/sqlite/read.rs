//! Reads entries and counts.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use super::Cause;
use crate::inbox::sql::{
    Columns, Found, Joins, Param, Select, TARGETS, add_count, instant, number, summary, target_status,
};
use crate::inbox::{Counts, EntryId, Filter, Page, Summary, Target, TargetStatus};

/// A `CROSS JOIN` goes through the tables in the order in which they are written.
pub(super) const JOINS: Joins = Joins {
    entries_first: "inbox_entries AS e CROSS JOIN inbox_deliveries AS d ON d.entry = e.id",
    deliveries_first: "inbox_deliveries AS d CROSS JOIN inbox_entries AS e ON e.id = d.entry",
};

const COUNTS: &str =
    "SELECT target, state, sum(entries), sum(bytes) FROM inbox_counts GROUP BY target, state";
const OLDEST_DUE: &str = "SELECT due FROM inbox_deliveries INDEXED BY inbox_deliveries_due
WHERE target = $1 AND state IN ('pending', 'leased', 'outstanding') ORDER BY due LIMIT 1";
const OLDEST_BODY: &str = "SELECT received_at FROM inbox_entries INDEXED BY inbox_entries_received
WHERE body IS NOT NULL ORDER BY received_at LIMIT 1";

/// An entry as it is with a target, or with the first of its targets.
pub(super) fn entry(
    connection: &Connection,
    id: EntryId,
    target: Option<&Target>,
) -> Result<Option<Found>, Cause> {
    let mut statement = connection.prepare_cached(&Select::entry(target.is_some()))?;
    let mut params = vec![Param::Number(number(id.get()))];
    params.extend(target.map(|target| Param::Text(target.as_str().to_owned())));
    let mut rows = statement.query(params_from_iter(params))?;
    rows.next()?.map(|row| Found::read(&Strict(row))).transpose()
}

/// A page of entries. A damaged one is shown as well as it can be: what cannot be read has to be found.
pub(super) fn list(connection: &Connection, filter: &Filter, page: &Page) -> Result<Vec<Summary>, Cause> {
    let select = Select::summaries(JOINS, filter, page);
    let mut statement = connection.prepare_cached(&select.sql)?;
    let mut rows = statement.query(params_from_iter(select.params))?;
    let mut listed = Vec::new();
    while let Some(row) = rows.next()? {
        listed.push(summary(&Lossy(row))?);
    }
    Ok(listed)
}

pub(super) fn counts(connection: &Connection) -> Result<Counts, Cause> {
    let mut counts = Counts::default();
    let mut statement = connection.prepare_cached(COUNTS)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (target, state): (String, String) = (row.get(0)?, row.get(1)?);
        add_count(&mut counts, &target, &state, row.get(2)?, row.get(3)?)?;
    }
    let targets: std::collections::BTreeSet<_> =
        counts.by_state.keys().map(|(target, _)| target.clone()).collect();
    for target in targets {
        let mut statement = connection.prepare_cached(OLDEST_DUE)?;
        let due = statement.query_row([target.as_str()], |row| optional_integer(row, 0)).optional()?;
        counts.oldest_due.extend(due.flatten().map(|due| (target, instant(due))));
    }
    let oldest = connection.prepare_cached(OLDEST_BODY)?.query_row([], |row| integer(row, 0)).optional()?;
    counts.oldest_body = oldest.map(instant);
    Ok(counts)
}

pub(super) fn targets(connection: &Connection) -> Result<Vec<TargetStatus>, Cause> {
    let mut statement = connection.prepare_cached(TARGETS)?;
    let mut rows = statement.query([])?;
    let mut targets = Vec::new();
    while let Some(row) = rows.next()? {
        targets.push(target_status(&Lossy(row))?);
    }
    Ok(targets)
}

/// A number of a row, zero where it is none: what decides which entries are leased and settled must not fail for one of
/// them. Whether the entry can be read shows when it is.
pub(super) fn integer(row: &Row<'_>, column: usize) -> rusqlite::Result<i64> {
    Ok(optional_integer(row, column)?.unwrap_or(0))
}

/// The same of a column that may be empty.
pub(super) fn optional_integer(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<i64>> {
    Ok(match row.get_ref(column)? {
        ValueRef::Integer(number) => Some(number),
        _ => None,
    })
}

/// A text of a row as well as it can be read.
pub(super) fn lossy(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<String>> {
    Ok(match row.get_ref(column)? {
        ValueRef::Null => None,
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
    })
}

/// A row whose texts have to be texts.
pub(super) struct Strict<'a, 'b>(pub(super) &'a Row<'b>);

impl Columns for Strict<'_, '_> {
    fn optional_text(&self, column: usize) -> Result<Option<String>, Cause> {
        Ok(self.0.get(column)?)
    }

    fn number(&self, column: usize) -> Result<i64, Cause> {
        Ok(self.0.get(column)?)
    }

    fn optional_number(&self, column: usize) -> Result<Option<i64>, Cause> {
        Ok(self.0.get(column)?)
    }

    fn blob(&self, column: usize) -> Result<Vec<u8>, Cause> {
        Ok(self.0.get(column)?)
    }
}

/// A row that may hold anything.
struct Lossy<'a, 'b>(&'a Row<'b>);

impl Columns for Lossy<'_, '_> {
    fn is_lenient(&self) -> bool {
        true
    }

    fn optional_text(&self, column: usize) -> Result<Option<String>, Cause> {
        Ok(lossy(self.0, column)?)
    }

    fn number(&self, column: usize) -> Result<i64, Cause> {
        Ok(integer(self.0, column)?)
    }

    fn optional_number(&self, column: usize) -> Result<Option<i64>, Cause> {
        Ok(optional_integer(self.0, column)?)
    }

    fn blob(&self, column: usize) -> Result<Vec<u8>, Cause> {
        Ok(self.0.get(column)?)
    }
}

#[cfg(test)]
pub(super) const STATEMENTS: &[(&str, &str)] =
    &[("read OLDEST_DUE", OLDEST_DUE), ("read OLDEST_BODY", OLDEST_BODY)];
