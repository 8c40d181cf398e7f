//! Leases entries: in one transaction who gets which, in another what they hold.

use std::sync::atomic::Ordering;
use std::time::Duration;

use sqlx::Row;
use sqlx::postgres::PgRow;

use super::timeouts::{WAIT, within};
use super::transaction::Transaction;
use super::{PostgresInbox, failed, locks, settle};
use crate::inbox::cause::{Cause, DAMAGED};
use crate::inbox::lease::{HELD_AT_ONCE, HOLD, SILENT};
use crate::inbox::sql::{Found, entry_id, history_line, later, number};
use crate::inbox::{EntryId, EntryState, Inbox, InboxError, Lease, LeaseRequest, Leased, Order, Ticket};

/// Behind a certain one, in the order in which they are leased; none of a target that is paused. What another has locked is
/// being leased or settled.
macro_rules! due {
    ($held_up:literal) => {
        concat!(
            "SELECT due, entry, state, mark, link, bytes, ", $held_up, " FROM inbox_deliveries AS d
WHERE target = $1 AND state IN ('pending', 'leased', 'outstanding') AND due <= $2 AND (due, entry) > ($3, $4)
    AND NOT EXISTS (SELECT 1 FROM inbox_targets AS t WHERE t.target = $1 AND t.paused_at IS NOT NULL)
ORDER BY due, entry LIMIT $5 FOR UPDATE OF d SKIP LOCKED"
        )
    };
}

pub(super) const DUE: &str = due!("false");
/// Also whether an earlier entry of its link is open.
pub(super) const DUE_PER_LINK: &str = due!(
    "link IS NOT NULL AND EXISTS (SELECT 1 FROM inbox_deliveries AS earlier WHERE earlier.target = d.target
    AND earlier.link = d.link AND earlier.entry < d.entry AND earlier.state IN ('pending', 'leased'))"
);

/// Puts off those that are held up still.
pub(super) const HOLD_UP: &str = "UPDATE inbox_deliveries AS d SET due = $1, mark = 2
WHERE entry = ANY($2) AND target = $3
    AND EXISTS (SELECT 1 FROM inbox_deliveries AS earlier WHERE earlier.target = d.target
        AND earlier.link = d.link AND earlier.entry < d.entry AND earlier.state IN ('pending', 'leased'))";

/// With an attempt more where the last lease ended in silence while nothing else was handled.
pub(super) const LEASE: &str = concat!(
    "UPDATE inbox_deliveries AS d SET state = 'leased', due = $1, mark = $2, leases = leases + 1,
    attempts = CASE WHEN $3::text IS NULL THEN attempts ELSE attempts + 1 END,
    last_error = coalesce($3, last_error),
    history = CASE WHEN $3 IS NULL THEN history ELSE ",
    settle::history!("history", "$4::text"),
    " END
WHERE entry = ANY($5) AND target = $6 RETURNING entry, leases"
);

/// Which due times lie further ahead than they may.
pub(super) const BEYOND: &str = "UPDATE inbox_deliveries SET due = $1 WHERE target = $2 AND due > $1
    AND state IN ('pending', 'leased', 'outstanding') AND state <> 'outstanding'";

/// How many are looked at in one step beside those that are wanted, where some of them may be held up.
const MARGIN: usize = 64;

/// How many are looked at in one step at most.
const PAGE: usize = 1024;

struct Due {
    due: i64,
    entry: i64,
    state: EntryState,
    alone: bool,
    link: Option<i64>,
    bytes: i64,
    held_up: bool,
}

impl Due {
    fn read(row: &PgRow) -> Result<Self, Cause> {
        let state = match row.try_get(2)? {
            "leased" => EntryState::Leased,
            "outstanding" => EntryState::Outstanding,
            _ => EntryState::Pending,
        };
        Ok(Self {
            due: row.try_get(0)?,
            entry: row.try_get(1)?,
            state,
            alone: row.try_get::<i64, _>(3)? == 1,
            link: row.try_get(4)?,
            bytes: row.try_get(5)?,
            held_up: row.try_get(6)?,
        })
    }
}

/// What one transaction has leased.
#[derive(Default)]
struct Taken {
    leases: Vec<(EntryId, u64)>,
    lease: Lease,
    held: usize,
}

impl PostgresInbox {
    pub(super) async fn lease_due(&self, request: LeaseRequest) -> Result<Lease, InboxError> {
        const DOING: &str = "lease entries";
        let fail = |cause| failed(DOING, cause);
        let mut held = 0;
        let Taken { leases, mut lease, .. } = loop {
            let taken = within(WAIT, Box::pin(self.take(&request))).await.map_err(fail)?;
            held += taken.held;
            // A transaction puts few off, since it locks a link for each.
            if !taken.leases.is_empty() || !taken.lease.more || taken.held == 0 || held >= HELD_AT_ONCE {
                break taken;
            }
        };
        if leases.is_empty() {
            return Ok(lease);
        }
        let ids: Vec<_> = leases.iter().map(|(id, _)| *id).collect();
        let (target, order) = (request.target, request.order);
        let ticket = |(id, lease)| Ticket { id, target: target.clone(), lease, order };
        let mut tickets: Vec<_> = leases.into_iter().map(ticket).collect();
        let opened = match self.entries(&ids, &target).await {
            Ok(found) => Found::open_all(found).await,
            Err(cause) => Err(cause),
        };
        let opened = match opened {
            Ok(opened) => opened,
            Err(cause) => {
                // None was handled, so none counts an attempt.
                let back = tickets.into_iter().map(|ticket| ticket.released(Duration::from_secs(1)));
                let _ = self.settle(back.collect()).await;
                return Err(fail(cause));
            }
        };
        let (mut found, mut damaged) = (Vec::with_capacity(opened.len()), Vec::new());
        for (id, entry) in opened {
            let Some(place) = tickets.iter().position(|ticket| ticket.id == id) else { continue };
            let ticket = tickets.remove(place);
            match entry {
                Ok(entry) => found.push(Leased { entry, ticket }),
                Err(cause) => {
                    tracing::error!(entry = %id, %cause, "an entry cannot be read: it becomes a dead letter");
                    damaged.push(ticket.dead(DAMAGED));
                }
            }
        }
        // As they were chosen.
        found.sort_by_key(|leased| ids.iter().position(|id| *id == leased.ticket.id));
        lease.entries = found;
        if !damaged.is_empty() {
            // What is not settled is leased again when its lease has run out.
            let _ = self.settle(damaged).await;
        }
        Ok(lease)
    }

    async fn take(&self, request: &LeaseRequest) -> Result<Taken, Cause> {
        let (mut transaction, _) = self.begin(WAIT, "").await?;
        let stepped_back = transaction.now < self.latest.swap(transaction.now, Ordering::Relaxed);
        let taken = take(&mut transaction, request, stepped_back).await;
        transaction.end(taken).await
    }
}

/// Chooses entries and leases them.
async fn take(
    transaction: &mut Transaction,
    request: &LeaseRequest,
    stepped_back: bool,
) -> Result<Taken, Cause> {
    let (now, target) = (transaction.now, request.target.as_str());
    if stepped_back {
        let limit = later(now, request.longest_pause.max(request.lease));
        transaction.execute(sqlx::query(BEYOND).bind(limit).bind(target)).await?;
    }
    let mut taken = Taken::default();
    let (mut picked, mut suspect, mut held) = (Vec::new(), None, Vec::new());
    let (mut last, mut page) = ((i64::MIN, i64::MIN), 0);
    'pages: while picked.len() < request.most {
        // Rows are locked here and never waited for, and links after all rows.
        let margin = if request.order == Order::PerLink { MARGIN } else { 0 };
        page = (request.most - picked.len() + margin).max(2 * page).min(PAGE);
        let due = due(transaction, request, last, page).await?;
        let is_last = due.len() < page;
        for one in due {
            last = (one.due, one.entry);
            if picked.len() == request.most {
                break;
            }
            if one.state == EntryState::Leased {
                suspect.get_or_insert(one);
            } else if one.held_up {
                held.push(one);
                if held.len() == locks::MOST {
                    taken.lease.more = true;
                    break 'pages;
                }
            } else {
                picked.push(one);
            }
        }
        if is_last {
            break;
        }
    }
    if let Some(lock) = locks::of_links(held.iter().filter_map(|one| one.link)) {
        transaction.run(lock).await?;
        let entries: Vec<_> = held.iter().map(|one| one.entry).collect();
        let query = sqlx::query(HOLD_UP).bind(later(now, HOLD)).bind(entries).bind(target);
        let are_held = transaction.execute(query).await?;
        // An earlier entry was settled meanwhile: the next one is due now.
        taken.lease.more |= are_held < held.len() as u64;
        taken.held = held.len();
    }
    let alone = suspect.is_some() && request.idle && request.most > 0;
    taken.lease.suspect_waits = suspect.is_some() && !alone;
    taken.lease.alone = alone;
    if alone {
        picked = suspect.into_iter().collect();
    }
    taken.leases = lease(transaction, request, &picked, alone).await?;
    Ok(taken)
}

async fn due(
    transaction: &mut Transaction,
    request: &LeaseRequest,
    last: (i64, i64),
    limit: usize,
) -> Result<Vec<Due>, Cause> {
    let statement = match request.order {
        Order::Free => DUE,
        Order::PerLink => DUE_PER_LINK,
    };
    let query = sqlx::query(statement).bind(request.target.as_str()).bind(transaction.now);
    let rows = transaction.fetch(query.bind(last.0).bind(last.1).bind(number(limit))).await?;
    rows.iter().map(Due::read).collect()
}

/// Leases rows that are locked; their numbers and those of their leases, in the same order.
async fn lease(
    transaction: &mut Transaction,
    request: &LeaseRequest,
    picked: &[Due],
    alone: bool,
) -> Result<Vec<(EntryId, u64)>, Cause> {
    if picked.is_empty() {
        return Ok(Vec::new());
    }
    let now = transaction.now;
    let entries: Vec<_> = picked.iter().map(|one| one.entry).collect();
    let silent = picked.iter().any(|one| one.state == EntryState::Leased && one.alone);
    let query = sqlx::query(LEASE)
        .bind(later(now, request.lease))
        .bind(i64::from(alone))
        .bind(silent.then_some(SILENT))
        .bind(history_line(now, SILENT))
        .bind(entries)
        .bind(request.target.as_str());
    let rows = transaction.fetch(query).await?;
    let leases = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
    let leases = leases.collect::<Result<std::collections::HashMap<i64, i64>, Cause>>()?;
    let mut leased = Vec::with_capacity(picked.len());
    for one in picked {
        let Some(lease) = leases.get(&one.entry) else { continue };
        transaction.counts.moved(&request.target, one.state, EntryState::Leased, one.bytes);
        leased.push((entry_id(one.entry)?, u64::try_from(*lease).unwrap_or(0)));
    }
    Ok(leased)
}
