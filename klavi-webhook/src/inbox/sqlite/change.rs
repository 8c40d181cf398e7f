//! Replays, erases, prunes, assigns and closes what a filter selects, and forgets what was pruned, in steps that hold no
//! store up for long; and changes targets as a whole.

use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
use tokio::time::Instant;

use super::{Cause, SqliteInbox, Transaction, read, settle};
use crate::inbox::filter::CLOSED;
use crate::inbox::sql::{Cursor, PRUNED, Select, Statement, entry_id, number};
use crate::inbox::{Change, EntryId, EntryState, Filter, InboxError, Target};

/// How many entries one step changes, and how many bytes it overwrites.
const ENTRIES: usize = 200;
const BYTES: i64 = 2 * 1024 * 1024;

const DELIVERIES: &str = "SELECT target, state, link, bytes FROM inbox_deliveries WHERE entry = $1";
const REPLAY: &str = "UPDATE inbox_deliveries SET state = 'pending', attempts = 0, due = $1, mark = 0
WHERE entry = $2 AND target = $3";
/// With the link of the others. Nothing where it is for that target already, or must not be.
const ASSIGN: &str = "INSERT INTO inbox_deliveries (entry, target, state, due, attempts, link, bytes)
SELECT d.entry, $1, 'pending', $2, 0, max(d.link), 0 FROM inbox_deliveries AS d
WHERE d.entry = $3 AND (SELECT kind FROM inbox_entries WHERE id = $3) <> 'expectation'
GROUP BY d.entry HAVING max(d.state = 'quarantined' OR d.target = $1) = 0";
const CLOSE: &str = "UPDATE inbox_deliveries SET state = 'dead', mark = 0, last_error = $1
WHERE entry = $2 AND target = $3";
const AWAITED: &str =
    "SELECT 1 FROM inbox_entries AS e CROSS JOIN inbox_entries AS x ON x.request_id = e.request_id
CROSS JOIN inbox_deliveries AS d ON d.entry = x.id
WHERE e.id = $1 AND x.kind = 'expectation' AND d.state IN ('pending', 'leased', 'outstanding') LIMIT 1";
const FORGET: &str = "DELETE FROM inbox_deliveries WHERE entry = $1";
const ERASE: &str = "DELETE FROM inbox_entries WHERE id = $1";
const PRUNE: &str = "UPDATE inbox_entries SET provider = NULL, name = NULL, message_id = NULL, link_id = NULL,
    consent_id = NULL, institution_code = NULL, request_id = NULL, source = NULL, headers = NULL, encoding = NULL,
    body = NULL WHERE id = $1";

struct Delivery {
    target: Target,
    state: EntryState,
    link: Option<i64>,
    bytes: i64,
}

impl SqliteInbox {
    pub(super) async fn change_all(&self, filter: &Filter, change: Change) -> Result<u64, InboxError> {
        const DOING: &str = "change entries";
        let (mut changed, mut after) = (0, None::<Cursor>);
        // A step back of the clock is noticed by those who looked at it before, also where nothing is to be changed.
        self.micros();
        loop {
            let (of, last) = (filter.clone(), after.clone());
            let step = self
                .read(DOING, &self.readers.lists, move |connection| step(connection, &of, last.as_ref()))
                .await?;
            let Some(last) = step.last().cloned() else { break };
            after = Some(last);
            let (of, change, now) = (filter.clone(), change.clone(), self.micros());
            let begin = Instant::now();
            let work = move |transaction: &mut Transaction<'_>| {
                let mut changed = 0;
                let mut previous = None;
                for Cursor { id, target, .. } in &step {
                    let is_changed = match &change {
                        Change::Replay => replay(transaction, *id, target, &of, now)?,
                        Change::Close => close(transaction, *id, target, &of, now)?,
                        _ if previous == Some(*id) => false,
                        Change::Assign(to) => assign(transaction, *id, to, now)?,
                        Change::Erase | Change::Prune => remove(transaction, *id, &of, &change, now)?,
                    };
                    changed += u64::from(is_changed);
                    previous = Some(*id);
                }
                Ok(changed)
            };
            changed += self.write(DOING, work).await?;
            // Other processes want to write as well.
            tokio::time::sleep(begin.elapsed()).await;
        }
        if change == Change::Erase && changed > 0 {
            // The log still has the bytes. A reader in the middle of something may keep it that way.
            let cut_back = |connection: &Connection| {
                Ok(connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
            };
            self.read(DOING, &self.readers.lists, cut_back).await?;
        }
        Ok(changed)
    }

    pub(super) async fn forget_pruned(&self, before: i64) -> Result<u64, InboxError> {
        const DOING: &str = "delete the keys of pruned entries";
        let (mut forgotten, mut after) = (0, (i64::MIN, 0));
        loop {
            let read = move |connection: &Connection| pruned(connection, before, after);
            let step = self.read(DOING, &self.readers.lists, read).await?;
            let Some(last) = step.last() else { return Ok(forgotten) };
            after = *last;
            let begin = Instant::now();
            let work = move |transaction: &mut Transaction<'_>| {
                let mut statement = transaction.connection.prepare_cached(ERASE)?;
                let erase = |(_, id): &(i64, i64)| Ok(statement.execute([id])? as u64);
                step.iter().map(erase).sum::<Result<u64, Cause>>()
            };
            forgotten += self.write(DOING, work).await?;
            // Other processes want to write as well.
            tokio::time::sleep(begin.elapsed()).await;
        }
    }
}

/// The next entries whose keys to delete, by time of receipt and number.
fn pruned(connection: &Connection, before: i64, after: (i64, i64)) -> Result<Vec<(i64, i64)>, Cause> {
    let mut statement = connection.prepare_cached(PRUNED)?;
    let params = params![before, after.0, after.1, number(ENTRIES)];
    let rows = statement.query_map(params, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The next entries to change, not too many bytes of them.
fn step(connection: &Connection, filter: &Filter, after: Option<&Cursor>) -> Result<Vec<Cursor>, Cause> {
    let select = Select::to_change(read::JOINS, filter, ENTRIES, after);
    let mut statement = connection.prepare_cached(&select.sql)?;
    let mut rows = statement.query(params_from_iter(select.params))?;
    let (mut step, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        bytes += read::integer(row, 2)?;
        if bytes > BYTES && !step.is_empty() {
            break;
        }
        let target = Target::new(&read::lossy(row, 1)?.unwrap_or_default());
        step.push(Cursor { received_at: read::integer(row, 3)?, id: entry_id(row.get(0)?)?, target });
    }
    Ok(step)
}

fn deliveries(connection: &Connection, id: EntryId) -> Result<Vec<Delivery>, Cause> {
    let mut statement = connection.prepare_cached(DELIVERIES)?;
    let rows = statement.query_map([number(id.get())], |row| {
        let text = |column| Ok::<_, rusqlite::Error>(read::lossy(row, column)?.unwrap_or_default());
        Ok(Delivery {
            target: Target::new(&text(0)?),
            state: text(1)?.parse().unwrap_or(EntryState::Quarantined),
            link: read::optional_integer(row, 2)?,
            bytes: read::integer(row, 3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether the filter still selects it: another may have worked on it since it was looked up.
fn selects(filter: &Filter, delivery: &Delivery) -> bool {
    (filter.states.is_empty() || filter.states.contains(&delivery.state))
        && filter.target.as_ref().is_none_or(|target| *target == delivery.target)
}

fn replay(
    transaction: &mut Transaction<'_>,
    id: EntryId,
    target: &Target,
    filter: &Filter,
    now: i64,
) -> Result<bool, Cause> {
    let deliveries = deliveries(transaction.connection, id)?;
    let found = deliveries.into_iter().find(|delivery| delivery.target == *target);
    let Some(delivery) = found.filter(|delivery| selects(filter, delivery)) else { return Ok(false) };
    if matches!(delivery.state, EntryState::Leased | EntryState::Outstanding) {
        return Ok(false);
    }
    let mut statement = transaction.connection.prepare_cached(REPLAY)?;
    statement.execute(params![now, number(id.get()), target.as_str()])?;
    transaction.counts.moved(target, delivery.state, EntryState::Pending, delivery.bytes);
    Ok(true)
}

fn close(
    transaction: &mut Transaction<'_>,
    id: EntryId,
    target: &Target,
    filter: &Filter,
    now: i64,
) -> Result<bool, Cause> {
    let deliveries = deliveries(transaction.connection, id)?;
    let found = deliveries.into_iter().find(|delivery| delivery.target == *target);
    let Some(delivery) = found.filter(|delivery| selects(filter, delivery)) else { return Ok(false) };
    if !matches!(delivery.state, EntryState::Pending | EntryState::Outstanding) {
        return Ok(false);
    }
    let mut statement = transaction.connection.prepare_cached(CLOSE)?;
    statement.execute(params![CLOSED, number(id.get()), target.as_str()])?;
    transaction.counts.moved(target, delivery.state, EntryState::Dead, delivery.bytes);
    if let Some(link) = delivery.link {
        settle::free_next(transaction, target, link, now)?;
    }
    Ok(true)
}

fn assign(transaction: &mut Transaction<'_>, id: EntryId, target: &Target, now: i64) -> Result<bool, Cause> {
    let mut statement = transaction.connection.prepare_cached(ASSIGN)?;
    let is_new = statement.execute(params![target.as_str(), now, number(id.get())])? > 0;
    if is_new {
        transaction.counts.add(target, EntryState::Pending, 0);
    }
    Ok(is_new)
}

/// Changes a target as a whole; whether that made a difference.
pub(super) fn target(
    transaction: &Transaction<'_>,
    target: &Target,
    Statement { sql, takes_time, reason }: &Statement,
    now: i64,
) -> Result<bool, Cause> {
    let mut statement = transaction.connection.prepare_cached(sql)?;
    let changed = match (takes_time, reason) {
        (false, _) => statement.execute([target.as_str()]),
        (true, None) => statement.execute(params![target.as_str(), now]),
        (true, Some(reason)) => statement.execute(params![target.as_str(), now, reason]),
    };
    Ok(changed? > 0)
}

fn remove(
    transaction: &mut Transaction<'_>,
    id: EntryId,
    filter: &Filter,
    change: &Change,
    now: i64,
) -> Result<bool, Cause> {
    let (connection, number) = (transaction.connection, number(id.get()));
    let deliveries = deliveries(connection, id)?;
    let stays = |delivery: &Delivery| match change {
        Change::Prune => {
            matches!(delivery.state, EntryState::Leased | EntryState::Outstanding)
                || !selects(filter, delivery)
        }
        _ => delivery.state == EntryState::Leased,
    };
    if deliveries.is_empty() || deliveries.iter().any(stays) {
        return Ok(false);
    }
    if *change == Change::Prune {
        let awaited = connection.prepare_cached(AWAITED)?.query_row([number], |_| Ok(())).optional()?;
        if awaited.is_some() {
            return Ok(false);
        }
    }
    connection.prepare_cached(FORGET)?.execute([number])?;
    let statement = if *change == Change::Prune { PRUNE } else { ERASE };
    connection.prepare_cached(statement)?.execute([number])?;
    for Delivery { target, state, link, bytes } in deliveries {
        transaction.counts.remove(&target, state, bytes);
        if let Some(link) = link {
            settle::free_next(transaction, &target, link, now)?;
        }
    }
    Ok(true)
}

#[cfg(test)]
pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("change DELIVERIES", DELIVERIES),
    ("change REPLAY", REPLAY),
    ("change ASSIGN", ASSIGN),
    ("change CLOSE", CLOSE),
    ("change AWAITED", AWAITED),
    ("change FORGET", FORGET),
    ("change ERASE", ERASE),
    ("change PRUNE", PRUNE),
    ("change PRUNED", PRUNED),
];
