//! Settles leases.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, params};

use super::{Cause, Transaction, read};
use crate::inbox::sql::{history_with, later, number, text};
use crate::inbox::{EntryState, Order, Outcome, Settlement, Target, Ticket};

const LEASED: &str = "SELECT bytes, link, history FROM inbox_deliveries
WHERE entry = $1 AND target = $2 AND leases = $3 AND state = 'leased'";
const DONE: &str =
    "UPDATE inbox_deliveries SET state = 'done', attempts = attempts + 1, last_error = NULL, mark = 0
WHERE entry = $1 AND target = $2 AND leases = $3 AND state = 'leased' RETURNING bytes, link";
const FAILED: &str =
    "UPDATE inbox_deliveries SET state = $1, due = $2, attempts = attempts + 1, last_error = $3,
    history = $4, mark = 0 WHERE entry = $5 AND target = $6";
const RELEASED: &str = "UPDATE inbox_deliveries SET state = 'pending', due = $1, mark = 0
WHERE entry = $2 AND target = $3 AND leases = $4 AND state = 'leased' RETURNING bytes, link";
const NEXT: &str = "SELECT entry, mark FROM inbox_deliveries INDEXED BY inbox_deliveries_link
WHERE target = $1 AND link = $2 AND state IN ('pending', 'leased') ORDER BY entry LIMIT 1";
const FREE: &str = "UPDATE inbox_deliveries SET due = $1, mark = 0 WHERE entry = $2 AND target = $3";

/// Whether each was settled, and the targets for which another entry is due by that. Links are looked at once all of them are
/// settled: in whatever order they come, the same entries are due.
pub(super) fn settle_all(
    transaction: &mut Transaction<'_>,
    settlements: &[Settlement],
    now: i64,
) -> Result<(Vec<bool>, Vec<Target>), Cause> {
    let (mut links, mut freed) = (BTreeSet::new(), Vec::new());
    let settled = settlements.iter().map(|one| settle(transaction, one, now, &mut links));
    let settled = settled.collect::<Result<_, _>>()?;
    for (target, link) in links {
        if free_next(transaction, &target, link, now)? {
            freed.push(target);
        }
    }
    Ok((settled, freed))
}

/// Settles one lease; `false` where it was lost. `links` gets the link whose next entry may be due.
fn settle(
    transaction: &mut Transaction<'_>,
    settlement: &Settlement,
    now: i64,
    links: &mut BTreeSet<(Target, i64)>,
) -> Result<bool, Cause> {
    let Settlement { ticket, outcome } = settlement;
    let (state, settled) = match outcome {
        Outcome::Done => (EntryState::Done, simple(transaction, ticket, DONE, None)?),
        Outcome::Released { after } => {
            (EntryState::Pending, simple(transaction, ticket, RELEASED, Some(later(now, *after)))?)
        }
        Outcome::Retry { after, error } => {
            let state = EntryState::Pending;
            (state, fail(transaction, ticket, state, later(now, *after), error, now)?)
        }
        Outcome::Dead { error } => {
            let state = EntryState::Dead;
            (state, fail(transaction, ticket, state, now, error, now)?)
        }
    };
    let Some((bytes, link)) = settled else { return Ok(false) };
    transaction.counts.moved(&ticket.target, EntryState::Leased, state, bytes);
    let link = link.filter(|_| ticket.order == Order::PerLink && !state.is_open());
    links.extend(link.map(|link| (ticket.target.clone(), link)));
    Ok(true)
}

type Settled = Option<(i64, Option<i64>)>;

fn simple(
    transaction: &Transaction<'_>,
    ticket: &Ticket,
    statement: &str,
    due: Option<i64>,
) -> Result<Settled, Cause> {
    let mut statement = transaction.connection.prepare_cached(statement)?;
    let (id, target, lease) = (number(ticket.id.get()), ticket.target.as_str(), number(ticket.lease));
    let read = |row: &rusqlite::Row<'_>| Ok((read::integer(row, 0)?, read::optional_integer(row, 1)?));
    let settled = match due {
        None => statement.query_row(params![id, target, lease], read),
        Some(due) => statement.query_row(params![due, id, target, lease], read),
    };
    Ok(settled.optional()?)
}

fn fail(
    transaction: &Transaction<'_>,
    ticket: &Ticket,
    state: EntryState,
    due: i64,
    error: &str,
    now: i64,
) -> Result<Settled, Cause> {
    let (id, target) = (number(ticket.id.get()), ticket.target.as_str());
    let mut statement = transaction.connection.prepare_cached(LEASED)?;
    // A history that cannot be read begins anew.
    let leased = statement.query_row(params![id, target, number(ticket.lease)], |row| {
        let history = row.get::<_, Option<String>>(2).unwrap_or(None);
        Ok((read::integer(row, 0)?, read::optional_integer(row, 1)?, history))
    });
    let Some((bytes, link, history)) = leased.optional()? else { return Ok(None) };
    let error = text(error.to_owned());
    let history = history_with(&history.unwrap_or_default(), now, &error);
    let mut statement = transaction.connection.prepare_cached(FAILED)?;
    statement.execute(params![state.as_str(), due, error, history, id, target])?;
    Ok(Some((bytes, link)))
}

/// Makes the next entry of a link due, if it was held up; whether it was.
pub(super) fn free_next(
    transaction: &Transaction<'_>,
    target: &Target,
    link: i64,
    now: i64,
) -> Result<bool, Cause> {
    let mut statement = transaction.connection.prepare_cached(NEXT)?;
    let next: Option<(i64, i64)> = statement
        .query_row(params![target.as_str(), link], |row| Ok((row.get(0)?, read::integer(row, 1)?)))
        .optional()?;
    let Some((entry, 2)) = next else { return Ok(false) };
    transaction.connection.prepare_cached(FREE)?.execute(params![now, entry, target.as_str()])?;
    Ok(true)
}

#[cfg(test)]
pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("settle LEASED", LEASED),
    ("settle DONE", DONE),
    ("settle FAILED", FAILED),
    ("settle RELEASED", RELEASED),
    ("settle NEXT", NEXT),
    ("settle FREE", FREE),
];
