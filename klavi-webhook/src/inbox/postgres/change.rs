//! Replays, erases, prunes, assigns and closes what a filter selects, and forgets what was pruned, in steps that hold no
//! store up for long; and changes targets as a whole.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::Row;

use super::timeouts::{LONG_WAIT, WAIT, within};
use super::transaction::Transaction;
use super::{PostgresInbox, read, settle};
use crate::inbox::cause::Cause;
use crate::inbox::filter::CLOSED;
use crate::inbox::sql::{Cursor, PRUNED, Select, Statement, entry_id, number};
use crate::inbox::{Change, EntryState, Filter, Target};

/// How many entries one step changes, and how many bytes of theirs.
pub(super) const ENTRIES: usize = 200;
const BYTES: i64 = 2 * 1024 * 1024;

/// In ascending order: two that change the same entries do not wait for each other for ever.
pub(super) const DELIVERIES: &str = "SELECT entry, target, state, link, bytes FROM inbox_deliveries
WHERE entry = ANY($1) ORDER BY entry, target FOR UPDATE";
pub(super) const REPLAY: &str =
    "UPDATE inbox_deliveries AS d SET state = 'pending', attempts = 0, due = $1, mark = 0
FROM unnest($2::bigint[], $3::text[]) AS a(entry, target) WHERE d.entry = a.entry AND d.target = a.target";
/// Which of them an open expectation waits for. `OFFSET 0` keeps the server to looking each of them up: it takes requests
/// for common, and would go through all expectations.
pub(super) const AWAITED: &str = "SELECT a.entry FROM unnest($1::bigint[]) AS a(entry)
CROSS JOIN LATERAL (SELECT request_id FROM inbox_entries WHERE id = a.entry OFFSET 0) AS e
WHERE EXISTS (SELECT 1 FROM (SELECT id, kind FROM inbox_entries WHERE request_id = e.request_id OFFSET 0) AS x
    CROSS JOIN LATERAL (SELECT state FROM inbox_deliveries WHERE entry = x.id OFFSET 0) AS d
    WHERE x.kind = 'expectation' AND d.state IN ('pending', 'leased', 'outstanding') OFFSET 0)";
/// With the link of the others. Nothing where it is for that target already, or must not be.
pub(super) const ASSIGN: &str =
    "INSERT INTO inbox_deliveries (entry, target, state, due, attempts, link, bytes)
SELECT a.entry, $1, 'pending', $2, 0, d.link, 0 FROM unnest($3::bigint[]) AS a(entry)
CROSS JOIN LATERAL (SELECT kind FROM inbox_entries WHERE id = a.entry OFFSET 0) AS e
CROSS JOIN LATERAL (SELECT max(link) AS link, bool_or(state = 'quarantined') AS kept_back
    FROM inbox_deliveries WHERE entry = a.entry) AS d
WHERE e.kind <> 'expectation' AND NOT d.kept_back ON CONFLICT (entry, target) DO NOTHING";
pub(super) const CLOSE: &str = "UPDATE inbox_deliveries AS d SET state = 'dead', mark = 0, last_error = $1
FROM unnest($2::bigint[], $3::text[]) AS a(entry, target) WHERE d.entry = a.entry AND d.target = a.target";
pub(super) const FORGET: &str = "DELETE FROM inbox_deliveries WHERE entry = ANY($1)";
pub(super) const ERASE: &str = "DELETE FROM inbox_entries WHERE id = ANY($1)";
pub(super) const PRUNE: &str = "UPDATE inbox_entries SET provider = NULL, name = NULL, message_id = NULL,
    link_id = NULL, consent_id = NULL, institution_code = NULL, request_id = NULL, source = NULL, headers = NULL,
    encoding = NULL, body = NULL WHERE id = ANY($1)";

struct Delivery {
    target: Target,
    state: EntryState,
    link: Option<i64>,
    bytes: i64,
}

impl PostgresInbox {
    pub(super) async fn change_all(&self, filter: &Filter, change: &Change) -> Result<u64, Cause> {
        let (mut changed, mut after) = (0, None);
        loop {
            let step = within(LONG_WAIT, Box::pin(self.change_some(filter, change, after.as_ref()))).await?;
            let Some((last, so_many)) = step else { return Ok(changed) };
            changed += so_many;
            after = Some(last);
        }
    }

    /// One step; where it ended and how many it changed.
    async fn change_some(
        &self,
        filter: &Filter,
        change: &Change,
        after: Option<&Cursor>,
    ) -> Result<Option<(Cursor, u64)>, Cause> {
        let (mut transaction, _) = self.begin(LONG_WAIT, "").await?;
        let changed = async {
            let step = step(&mut transaction, filter, after).await?;
            let Some(last) = step.last().cloned() else { return Ok(None) };
            let changed = match change {
                Change::Replay => replay(&mut transaction, &step, filter).await?,
                Change::Close => close(&mut transaction, &step, filter).await?,
                Change::Assign(target) => assign(&mut transaction, &step, target).await?,
                Change::Erase | Change::Prune => remove(&mut transaction, &step, filter, change).await?,
            };
            Ok(Some((last, changed)))
        };
        let changed = changed.await;
        transaction.end(changed).await
    }

    /// Changes a target as a whole; whether that made a difference.
    pub(super) async fn target(&self, target: &Target, statement: Statement) -> Result<bool, Cause> {
        let (mut transaction, _) = self.begin(WAIT, "").await?;
        let mut query = sqlx::query(statement.sql).bind(target.as_str());
        if statement.takes_time {
            query = query.bind(transaction.now);
        }
        if let Some(reason) = &statement.reason {
            query = query.bind(reason.as_str());
        }
        let changed = transaction.execute(query).await.map(|rows| rows > 0);
        transaction.end(changed).await
    }

    pub(super) async fn forget_pruned(&self, before: i64) -> Result<u64, Cause> {
        let (mut forgotten, mut after) = (0, (i64::MIN, 0));
        loop {
            let step = within(LONG_WAIT, Box::pin(self.forget_some(before, after))).await?;
            let Some((last, so_many)) = step else { return Ok(forgotten) };
            forgotten += so_many;
            after = last;
        }
    }

    /// One step; where it ended, by time of receipt and number, and how many keys it deleted.
    async fn forget_some(&self, before: i64, after: (i64, i64)) -> Result<Option<((i64, i64), u64)>, Cause> {
        let (mut transaction, _) = self.begin(LONG_WAIT, "").await?;
        let forgotten = async {
            let pruned = sqlx::query(PRUNED).bind(before).bind(after.0).bind(after.1).bind(number(ENTRIES));
            let rows = transaction.fetch(pruned).await?;
            let Some(last) = rows.last() else { return Ok(None) };
            let last = (last.try_get(0)?, last.try_get(1)?);
            let ids = rows.iter().map(|row| row.try_get(1)).collect::<Result<Vec<i64>, _>>()?;
            Ok(Some((last, transaction.execute(sqlx::query(ERASE).bind(ids)).await?)))
        };
        let forgotten = forgotten.await;
        transaction.end(forgotten).await
    }
}

/// The next entries to change, not too many bytes of them.
async fn step(
    transaction: &mut Transaction,
    filter: &Filter,
    after: Option<&Cursor>,
) -> Result<Vec<Cursor>, Cause> {
    let select = Select::to_change(read::JOINS, filter, ENTRIES, after);
    let (mut step, mut bytes) = (Vec::new(), 0);
    for row in transaction.fetch(read::query(&select)).await? {
        bytes += i64::from(row.try_get::<i32, _>(2)?);
        if bytes > BYTES && !step.is_empty() {
            break;
        }
        let target = Target::new(row.try_get(1)?);
        step.push(Cursor { received_at: row.try_get(3)?, id: entry_id(row.try_get(0)?)?, target });
    }
    Ok(step)
}

/// The deliveries of these entries, which are locked.
async fn deliveries(
    transaction: &mut Transaction,
    step: &[Cursor],
) -> Result<BTreeMap<i64, Vec<Delivery>>, Cause> {
    let ids: BTreeSet<_> = step.iter().map(|cursor| number(cursor.id.get())).collect();
    let query = sqlx::query(DELIVERIES).bind(ids.into_iter().collect::<Vec<_>>());
    let mut deliveries = BTreeMap::<_, Vec<_>>::new();
    for row in transaction.fetch(query).await? {
        let state: &str = row.try_get(2)?;
        deliveries.entry(row.try_get(0)?).or_default().push(Delivery {
            target: Target::new(row.try_get(1)?),
            state: state.parse().unwrap_or(EntryState::Quarantined),
            link: row.try_get(3)?,
            bytes: row.try_get(4)?,
        });
    }
    Ok(deliveries)
}

/// Whether the filter still selects it: another may have worked on it since it was looked up.
fn selects(filter: &Filter, delivery: &Delivery) -> bool {
    (filter.states.is_empty() || filter.states.contains(&delivery.state))
        && filter.target.as_ref().is_none_or(|target| *target == delivery.target)
}

/// Those of the step that the filter still selects and that are in such a state.
async fn in_state(
    transaction: &mut Transaction,
    step: &[Cursor],
    filter: &Filter,
    wanted: impl Fn(EntryState) -> bool,
) -> Result<Vec<(i64, Delivery)>, Cause> {
    let mut deliveries = deliveries(transaction, step).await?;
    let found = step.iter().filter_map(|cursor| {
        let id = number(cursor.id.get());
        let of_entry = deliveries.get_mut(&id)?;
        let place = of_entry.iter().position(|delivery| delivery.target == cursor.target)?;
        Some((id, of_entry.swap_remove(place)))
    });
    Ok(found.filter(|(_, delivery)| wanted(delivery.state) && selects(filter, delivery)).collect())
}

async fn replay(transaction: &mut Transaction, step: &[Cursor], filter: &Filter) -> Result<u64, Cause> {
    let rests = |state| !matches!(state, EntryState::Leased | EntryState::Outstanding);
    let found = in_state(transaction, step, filter, rests).await?;
    if found.is_empty() {
        return Ok(0);
    }
    for (_, Delivery { target, state, bytes, .. }) in &found {
        transaction.counts.moved(target, *state, EntryState::Pending, *bytes);
    }
    let (entries, targets) = columns(&found);
    transaction.execute(sqlx::query(REPLAY).bind(transaction.now).bind(entries).bind(targets)).await
}

async fn close(transaction: &mut Transaction, step: &[Cursor], filter: &Filter) -> Result<u64, Cause> {
    let waits = |state| matches!(state, EntryState::Pending | EntryState::Outstanding);
    let found = in_state(transaction, step, filter, waits).await?;
    if found.is_empty() {
        return Ok(0);
    }
    let mut links = BTreeSet::new();
    for (_, Delivery { target, state, link, bytes }) in &found {
        transaction.counts.moved(target, *state, EntryState::Dead, *bytes);
        links.extend(link.map(|link| (target.as_str().to_owned(), link)));
    }
    settle::lock_links(transaction, &links).await?;
    let (entries, targets) = columns(&found);
    let closed = transaction.execute(sqlx::query(CLOSE).bind(CLOSED).bind(entries).bind(targets)).await?;
    settle::free(transaction, &links).await?;
    Ok(closed)
}

/// Entries and targets, as a statement takes them.
fn columns(found: &[(i64, Delivery)]) -> (Vec<i64>, Vec<String>) {
    found.iter().map(|(id, delivery)| (*id, delivery.target.as_str().to_owned())).unzip()
}

async fn assign(transaction: &mut Transaction, step: &[Cursor], target: &Target) -> Result<u64, Cause> {
    // Locked, so that none is erased meanwhile.
    let entries: Vec<_> = deliveries(transaction, step).await?.into_keys().collect();
    let query = sqlx::query(ASSIGN).bind(target.as_str()).bind(transaction.now).bind(entries);
    let assigned = transaction.execute(query).await?;
    for _ in 0..assigned {
        transaction.counts.add(target, EntryState::Pending, 0);
    }
    Ok(assigned)
}

async fn remove(
    transaction: &mut Transaction,
    step: &[Cursor],
    filter: &Filter,
    change: &Change,
) -> Result<u64, Cause> {
    let mut deliveries = deliveries(transaction, step).await?;
    let stays = |delivery: &Delivery| match change {
        Change::Prune => {
            matches!(delivery.state, EntryState::Leased | EntryState::Outstanding)
                || !selects(filter, delivery)
        }
        _ => delivery.state == EntryState::Leased,
    };
    deliveries.retain(|_, deliveries| !deliveries.iter().any(stays));
    if *change == Change::Prune && !deliveries.is_empty() {
        let ids: Vec<_> = deliveries.keys().copied().collect();
        for row in transaction.fetch(sqlx::query(AWAITED).bind(ids)).await? {
            deliveries.remove(&row.try_get::<i64, _>(0)?);
        }
    }
    let ids: Vec<_> = deliveries.keys().copied().collect();
    if ids.is_empty() {
        return Ok(0);
    }
    let mut links = BTreeSet::new();
    for Delivery { target, state, link, bytes } in deliveries.values().flatten() {
        transaction.counts.remove(target, *state, *bytes);
        links.extend(link.map(|link| (target.as_str().to_owned(), link)));
    }
    settle::lock_links(transaction, &links).await?;
    transaction.execute(sqlx::query(FORGET).bind(&ids)).await?;
    let statement = if *change == Change::Prune { PRUNE } else { ERASE };
    transaction.execute(sqlx::query(statement).bind(&ids)).await?;
    settle::free(transaction, &links).await?;
    Ok(ids.len() as u64)
}
