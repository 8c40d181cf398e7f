//! Settles leases.

use std::collections::{BTreeSet, HashMap, HashSet};

use sqlx::Row;

use super::timeouts::WAIT;
use super::transaction::Transaction;
use super::{PostgresInbox, locks};
use crate::inbox::cause::Cause;
use crate::inbox::sql::{history_line, later, number, text};
use crate::inbox::{EntryState, Order, Outcome, Settlement, Target, Ticket};

/// The last lines of the history with one more: as many as [`Attempt::MOST`](crate::Attempt::MOST).
macro_rules! history {
    ($history:literal, $line:literal) => {
        concat!(
            "array_to_string((string_to_array(",
            $history,
            ", E'\\n'))
        [greatest(cardinality(string_to_array(",
            $history,
            ", E'\\n')) - 8, 1):] || ",
            $line,
            ", E'\\n')"
        )
    };
}

pub(super) use history;

/// Locks the rows in ascending order, where they are still leased, and tells their links. The state is veiled, so that no
/// row is looked for in the index of all that are due, where only the first column would narrow it down.
pub(super) const LOCK: &str = "SELECT d.entry, d.target, d.leases, d.link
FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS a(entry, target, leases)
JOIN inbox_deliveries AS d ON d.entry = a.entry AND d.target = a.target AND d.leases = a.leases
WHERE coalesce(d.state) = 'leased' ORDER BY d.entry, d.target FOR UPDATE OF d";

/// A row without an error is done or given back. The state is veiled as above. They come in ascending order, and are locked in it.
pub(super) const SETTLE: &str = concat!(
    "UPDATE inbox_deliveries AS d SET state = a.state, due = coalesce(a.due, d.due), mark = 0,
    attempts = d.attempts + a.attempts,
    last_error = CASE WHEN a.state = 'done' THEN NULL ELSE coalesce(a.error, d.last_error) END,
    history = CASE WHEN a.line IS NULL THEN d.history ELSE ",
    history!("d.history", "a.line"),
    " END
FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::text[])
    AS a(entry, target, leases, state, due, attempts, error, line)
WHERE d.entry = a.entry AND d.target = a.target AND d.leases = a.leases AND coalesce(d.state) = 'leased'
RETURNING d.entry, d.target, d.leases, d.bytes"
);

/// Makes the next entries of links due, where they were held up. A row that is locked is being leased, or is left for the
/// fresh look of a dispatcher that waits for the lock of the link.
pub(super) const FREE: &str = "WITH next AS (
    SELECT d.entry, d.target FROM unnest($1::text[], $2::bigint[]) AS l(target, link)
    CROSS JOIN LATERAL (SELECT n.entry FROM inbox_deliveries AS n WHERE n.target = l.target AND n.link = l.link
        AND n.state IN ('pending', 'leased') ORDER BY n.entry LIMIT 1) AS first
    JOIN inbox_deliveries AS d ON d.entry = first.entry AND d.target = l.target
    WHERE d.mark = 2 FOR UPDATE OF d SKIP LOCKED)
UPDATE inbox_deliveries AS d SET due = $3, mark = 0 FROM next WHERE d.entry = next.entry AND d.target = next.target
RETURNING d.target";

/// What becomes of a row.
struct Settled<'a> {
    ticket: &'a Ticket,
    state: EntryState,
    due: Option<i64>,
    attempts: i64,
    error: Option<String>,
    line: Option<String>,
}

impl<'a> Settled<'a> {
    fn new(settlement: &'a Settlement, now: i64) -> Self {
        let (state, due, error) = match &settlement.outcome {
            Outcome::Done => (EntryState::Done, None, None),
            Outcome::Retry { after, error } => (EntryState::Pending, Some(later(now, *after)), Some(error)),
            Outcome::Dead { error } => (EntryState::Dead, None, Some(error)),
            Outcome::Released { after } => (EntryState::Pending, Some(later(now, *after)), None),
        };
        let error = error.map(|error| text(error.clone()));
        Self {
            ticket: &settlement.ticket,
            state,
            due,
            attempts: i64::from(!matches!(settlement.outcome, Outcome::Released { .. })),
            line: error.as_deref().map(|error| history_line(now, error)),
            error,
        }
    }
}

impl PostgresInbox {
    /// Settles them in one transaction; whether each was settled, and the targets of which another entry became due by that.
    pub(super) async fn settle_all(
        &self,
        settlements: &[Settlement],
    ) -> Result<(Vec<bool>, Vec<Target>), Cause> {
        let (mut transaction, _) = self.begin(WAIT, "").await?;
        let settled = settle(&mut transaction, settlements).await;
        transaction.end(settled).await
    }
}

async fn settle(
    transaction: &mut Transaction,
    settlements: &[Settlement],
) -> Result<(Vec<bool>, Vec<Target>), Cause> {
    let now = transaction.now;
    // Of two for the same lease the second one finds it settled.
    let mut seen = HashSet::new();
    let mut firsts: Vec<_> = settlements.iter().filter(|one| seen.insert(&one.ticket)).collect();
    firsts.sort_by(|one, other| {
        (one.ticket.id, &one.ticket.target).cmp(&(other.ticket.id, &other.ticket.target))
    });
    let all: Vec<_> = firsts.into_iter().map(|one| Settled::new(one, now)).collect();
    // Where an order is kept, the rows are locked before the links are: who holds a link never waits for a row.
    let links = links_to_free(transaction, &all).await?;
    let settled = update(transaction, &all).await?;
    let freed = free(transaction, &links).await?;
    let mut answered = HashSet::new();
    let is_settled = |ticket: &Ticket| settled.contains(&key(ticket));
    let answers = settlements.iter().map(|one| is_settled(&one.ticket) && answered.insert(&one.ticket));
    Ok((answers.collect(), freed))
}

type Key = (i64, Target, i64);

fn key(ticket: &Ticket) -> Key {
    (number(ticket.id.get()), ticket.target.clone(), number(ticket.lease))
}

/// The three columns that name a lease.
struct Leases<'a> {
    entries: Vec<i64>,
    targets: Vec<&'a str>,
    leases: Vec<i64>,
}

impl<'a> Leases<'a> {
    fn of(tickets: impl Iterator<Item = &'a Ticket> + Clone) -> Self {
        Self {
            entries: tickets.clone().map(|ticket| number(ticket.id.get())).collect(),
            targets: tickets.clone().map(|ticket| ticket.target.as_str()).collect(),
            leases: tickets.map(|ticket| number(ticket.lease)).collect(),
        }
    }
}

/// Locks the rows and links of leases that keep an order and end.
async fn links_to_free(
    transaction: &mut Transaction,
    all: &[Settled<'_>],
) -> Result<BTreeSet<(String, i64)>, Cause> {
    let ends = |one: &&Settled<'_>| one.ticket.order == Order::PerLink && !one.state.is_open();
    if !all.iter().any(|one| ends(&one)) {
        return Ok(BTreeSet::new());
    }
    let Leases { entries, targets, leases } = Leases::of(all.iter().map(|one| one.ticket));
    let rows = transaction.fetch(sqlx::query(LOCK).bind(entries).bind(targets).bind(leases)).await?;
    let ending: HashSet<_> = all.iter().filter(ends).map(|one| key(one.ticket)).collect();
    let mut links = BTreeSet::new();
    for row in rows {
        let (entry, target, leases): (i64, String, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let Some(link) = row.try_get(3)? else { continue };
        if ending.contains(&(entry, Target::new(&target), leases)) {
            links.insert((target, link));
        }
    }
    lock_links(transaction, &links).await?;
    Ok(links)
}

/// Locks links until the transaction ends.
pub(super) async fn lock_links(
    transaction: &mut Transaction,
    links: &BTreeSet<(String, i64)>,
) -> Result<(), Cause> {
    if let Some(lock) = locks::of_links(links.iter().map(|(_, link)| *link)) {
        transaction.run(lock).await?;
    }
    Ok(())
}

/// Writes what became of the leases; those that were still held.
async fn update(transaction: &mut Transaction, all: &[Settled<'_>]) -> Result<HashSet<Key>, Cause> {
    let Leases { entries, targets, leases } = Leases::of(all.iter().map(|one| one.ticket));
    let query = sqlx::query(SETTLE)
        .bind(entries)
        .bind(targets)
        .bind(leases)
        .bind(all.iter().map(|one| one.state.as_str()).collect::<Vec<_>>())
        .bind(all.iter().map(|one| one.due).collect::<Vec<_>>())
        .bind(all.iter().map(|one| one.attempts).collect::<Vec<_>>())
        .bind(all.iter().map(|one| one.error.as_deref()).collect::<Vec<_>>())
        .bind(all.iter().map(|one| one.line.as_deref()).collect::<Vec<_>>());
    let states: HashMap<_, _> = all.iter().map(|one| (key(one.ticket), one.state)).collect();
    let mut settled = HashSet::new();
    for row in transaction.fetch(query).await? {
        let target = Target::new(row.try_get(1)?);
        let key = (row.try_get(0)?, target, row.try_get(2)?);
        if let Some(state) = states.get(&key) {
            transaction.counts.moved(&key.1, EntryState::Leased, *state, row.try_get(3)?);
            settled.insert(key);
        }
    }
    Ok(settled)
}

/// Makes the next entry of each link due, where it was held up; the targets of those.
pub(super) async fn free(
    transaction: &mut Transaction,
    links: &BTreeSet<(String, i64)>,
) -> Result<Vec<Target>, Cause> {
    if links.is_empty() {
        return Ok(Vec::new());
    }
    let targets: Vec<_> = links.iter().map(|(target, _)| target.as_str()).collect();
    let numbers: Vec<_> = links.iter().map(|(_, link)| *link).collect();
    let query = sqlx::query(FREE).bind(targets).bind(numbers).bind(transaction.now);
    let rows = transaction.fetch(query).await?;
    let mut targets =
        rows.iter().map(|row| Ok(Target::new(row.try_get(0)?))).collect::<Result<Vec<_>, Cause>>()?;
    targets.sort_unstable();
    targets.dedup();
    Ok(targets)
}
