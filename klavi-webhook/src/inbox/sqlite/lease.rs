//! Leases entries: in the writer who gets which, beside it what they hold.

use rusqlite::{OptionalExtension, params};

use super::{Cause, SqliteInbox, Transaction, failed, read};
use crate::inbox::lease::{HELD_AT_ONCE, HOLD, SILENT};
use crate::inbox::sql::{DAMAGED, Found, entry_id, history_with, later, number};
use crate::inbox::{EntryId, EntryState, Inbox, InboxError, Lease, LeaseRequest, Leased, Order, Ticket};

const IS_PAUSED: &str = "SELECT 1 FROM inbox_targets WHERE target = $1 AND paused_at IS NOT NULL";
/// Behind a certain one, in the order in which they are leased. The hint keeps a long backlog from being sorted.
const DUE: &str =
    "SELECT due, entry, state, mark, link, bytes FROM inbox_deliveries INDEXED BY inbox_deliveries_due
WHERE target = $1 AND state IN ('pending', 'leased', 'outstanding') AND due <= $2
    AND (due > $3 OR due = $3 AND entry > $4) ORDER BY due, entry LIMIT $5";
const EARLIER: &str = "SELECT 1 FROM inbox_deliveries INDEXED BY inbox_deliveries_link
WHERE target = $1 AND link = $2 AND entry < $3 AND state IN ('pending', 'leased') LIMIT 1";
const HOLD_UP: &str = "UPDATE inbox_deliveries SET due = $1, mark = 2 WHERE entry = $2 AND target = $3";
const LEASE: &str = "UPDATE inbox_deliveries SET state = 'leased', due = $1, mark = $2, leases = leases + 1
WHERE entry = $3 AND target = $4 RETURNING leases";
const HISTORY: &str = "SELECT history FROM inbox_deliveries WHERE entry = $1 AND target = $2";
const FAILED_SILENTLY: &str =
    "UPDATE inbox_deliveries SET attempts = attempts + 1, last_error = $1, history = $2
WHERE entry = $3 AND target = $4";
/// Which due times lie further ahead than they may.
const BEYOND: &str = "UPDATE inbox_deliveries SET due = $1
WHERE target = $2 AND due > $1 AND state IN ('pending', 'leased', 'outstanding') AND state <> 'outstanding'";

/// How many are looked at in one step beside those that are wanted, where some of them may be held up.
const MARGIN: usize = 64;

struct Due {
    due: i64,
    entry: i64,
    state: EntryState,
    alone: bool,
    link: Option<i64>,
    bytes: i64,
}

impl SqliteInbox {
    pub(super) async fn lease_due(&self, request: LeaseRequest) -> Result<Lease, InboxError> {
        const DOING: &str = "lease entries";
        let now = self.micros();
        let (target, order) = (request.target.clone(), request.order);
        let step_back = self.steps_back().unknown_to(&target);
        let take = move |transaction: &mut Transaction<'_>| {
            if step_back.is_some() {
                let limit = later(now, request.longest_pause.max(request.lease));
                transaction
                    .connection
                    .prepare_cached(BEYOND)?
                    .execute(params![limit, request.target.as_str()])?;
            }
            take(transaction, &request, now)
        };
        let (taken, mut lease) = self.write(DOING, take).await?;
        step_back.into_iter().for_each(|step| self.steps_back().made_known(&target, step));
        if taken.is_empty() {
            return Ok(lease);
        }
        let (of, ids) = (target.clone(), taken.clone());
        let read = self.read(DOING, &self.readers.leases, move |connection| {
            let read = |(id, _): (EntryId, u64)| {
                let found = read::entry(connection, id, Some(&of));
                // One that cannot be read keeps none of the others back.
                found.transpose().map(|found| (id, found))
            };
            Ok(ids.into_iter().filter_map(read).collect::<Vec<_>>())
        });
        let tickets =
            taken.into_iter().map(|(id, lease)| Ticket { id, target: target.clone(), lease, order });
        let mut tickets: Vec<_> = tickets.collect();
        let opened = match read.await {
            Ok(found) => Found::open_all(found).await.map_err(|cause| failed(DOING, cause)),
            Err(error) => Err(error),
        };
        let opened = match opened {
            Ok(opened) => opened,
            Err(error) => {
                // None was handled, so none counts an attempt.
                let back =
                    tickets.into_iter().map(|ticket| ticket.released(std::time::Duration::from_secs(1)));
                let _ = self.settle(back.collect()).await;
                return Err(error);
            }
        };
        let mut damaged = Vec::new();
        for (id, entry) in opened {
            let Some(place) = tickets.iter().position(|ticket| ticket.id == id) else { continue };
            let ticket = tickets.remove(place);
            match entry {
                Ok(entry) => lease.entries.push(Leased { entry, ticket }),
                Err(cause) => {
                    tracing::error!(entry = %id, %cause, "an entry cannot be read: it becomes a dead letter");
                    damaged.push(ticket.dead(DAMAGED));
                }
            }
        }
        if !damaged.is_empty() {
            // They took the places of others that are due.
            lease.more = true;
            // What is not settled is leased again when its lease has run out.
            let _ = self.settle(damaged).await;
        }
        Ok(lease)
    }
}

type Taken = Vec<(EntryId, u64)>;

/// Chooses entries and leases them.
fn take(
    transaction: &mut Transaction<'_>,
    request: &LeaseRequest,
    now: i64,
) -> Result<(Taken, Lease), Cause> {
    let mut lease = Lease::default();
    let mut is_paused = transaction.connection.prepare_cached(IS_PAUSED)?;
    if is_paused.exists([request.target.as_str()])? {
        return Ok((Vec::new(), lease));
    }
    drop(is_paused);
    let (mut picked, mut suspect, mut held) = (Vec::new(), None, 0);
    let margin = if request.order == Order::PerLink { MARGIN } else { 0 };
    let mut last = (i64::MIN, i64::MIN);
    'pages: while picked.len() < request.most {
        let page = due(transaction, request, now, last, request.most - picked.len() + margin)?;
        let Some(end) = page.last() else { break };
        last = (end.due, end.entry);
        for one in page {
            if picked.len() == request.most {
                break;
            }
            if one.state == EntryState::Leased {
                suspect.get_or_insert(one);
            } else if request.order == Order::PerLink && is_held_up(transaction, request, &one)? {
                let until = later(now, HOLD);
                let mut statement = transaction.connection.prepare_cached(HOLD_UP)?;
                statement.execute(params![until, one.entry, request.target.as_str()])?;
                held += 1;
                if held == HELD_AT_ONCE {
                    lease.more = true;
                    break 'pages;
                }
            } else {
                picked.push(one);
            }
        }
    }
    let alone = suspect.is_some() && request.idle && request.most > 0;
    lease.suspect_waits = suspect.is_some() && !alone;
    lease.alone = alone;
    if alone {
        picked = suspect.into_iter().collect();
    }
    let taken = picked.iter().map(|one| lease_one(transaction, request, one, alone, now));
    Ok((taken.collect::<Result<_, _>>()?, lease))
}

fn due(
    transaction: &Transaction<'_>,
    request: &LeaseRequest,
    now: i64,
    last: (i64, i64),
    limit: usize,
) -> Result<Vec<Due>, Cause> {
    let mut statement = transaction.connection.prepare_cached(DUE)?;
    let target = request.target.as_str();
    let rows = statement.query_map(params![target, now, last.0, last.1, number(limit)], |row| {
        let state = match row.get_ref(2)?.as_str() {
            Ok("leased") => EntryState::Leased,
            Ok("outstanding") => EntryState::Outstanding,
            _ => EntryState::Pending,
        };
        Ok(Due {
            due: row.get(0)?,
            entry: row.get(1)?,
            state,
            alone: read::integer(row, 3)? == 1,
            link: read::optional_integer(row, 4)?,
            bytes: read::integer(row, 5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether an earlier entry of its link is open.
fn is_held_up(transaction: &Transaction<'_>, request: &LeaseRequest, one: &Due) -> Result<bool, Cause> {
    let Some(link) = one.link else { return Ok(false) };
    let mut statement = transaction.connection.prepare_cached(EARLIER)?;
    let earlier = statement.query_row(params![request.target.as_str(), link, one.entry], |_| Ok(()));
    Ok(earlier.optional()?.is_some())
}

fn lease_one(
    transaction: &mut Transaction<'_>,
    request: &LeaseRequest,
    one: &Due,
    alone: bool,
    now: i64,
) -> Result<(EntryId, u64), Cause> {
    let target = request.target.as_str();
    if one.state == EntryState::Leased && one.alone {
        let mut statement = transaction.connection.prepare_cached(HISTORY)?;
        // A history that cannot be read begins anew.
        let history =
            statement.query_row(params![one.entry, target], |row| Ok(row.get(0).unwrap_or(None)))?;
        let history = history_with(&history.unwrap_or_else(String::new), now, SILENT);
        let mut statement = transaction.connection.prepare_cached(FAILED_SILENTLY)?;
        statement.execute(params![SILENT, history, one.entry, target])?;
    }
    let mut statement = transaction.connection.prepare_cached(LEASE)?;
    let until = later(now, request.lease);
    let leases: i64 =
        statement.query_row(params![until, i64::from(alone), one.entry, target], |row| row.get(0))?;
    transaction.counts.moved(&request.target, one.state, EntryState::Leased, one.bytes);
    Ok((entry_id(one.entry)?, u64::try_from(leases).unwrap_or(0)))
}

#[cfg(test)]
pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("lease DUE", DUE),
    ("lease EARLIER", EARLIER),
    ("lease HOLD_UP", HOLD_UP),
    ("lease LEASE", LEASE),
    ("lease FAILED_SILENTLY", FAILED_SILENTLY),
    ("lease BEYOND", BEYOND),
    ("lease IS_PAUSED", IS_PAUSED),
];
