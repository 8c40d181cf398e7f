//! What this process has read of both streams, in memory: to find duplicates, what is due, and lists.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;

use async_nats::datetime::DateTime;

use super::queue::Queue;
use super::record::{Meta, Object, Record};
use super::state::State;
use crate::inbox::cause::Cause;
use crate::{Depth, EntryId, EntryKind, EntryState, Order, Page, Prune, Stored, Summary, Ticket};

/// Every decision is checked by the server when it is written, so this may lag behind but never leads astray.
#[derive(Default)]
pub(super) struct Replica {
    /// Of the last entry that was ever stored.
    last_id: u64,
    /// The message of the last delivery and when the server took it.
    pub(super) last_record: Option<(u64, DateTime)>,
    rows: BTreeMap<u64, Row>,
    queue: Queue,
    expectations: BTreeSet<u64>,
    by_request: HashMap<String, BTreeSet<u64>>,
    by_dedup_key: HashMap<String, u64>,
    /// How many entries a message has.
    messages: HashMap<String, u64>,
    records: HashMap<u64, Held>,
    /// Deliveries of which every entry is pruned, until they are deleted as well.
    finished: BTreeMap<u64, Held>,
    /// States of entries that are not here, not yet or no longer; none where it cannot be read.
    apart: BTreeMap<u64, (u64, Option<State>)>,
    /// How often entries of these numbers had been leased when the server forgot something.
    void: HashMap<u64, u64>,
}

#[derive(Clone)]
pub(super) struct Row {
    pub(super) summary: Summary,
    pub(super) state: State,
    /// The message of its state; 0 where nothing has happened to it.
    pub(super) revision: u64,
    /// The message of its delivery.
    pub(super) record: u64,
    message_key: String,
}

struct Held {
    ids: Range<u64>,
    /// How many of its entries are not pruned.
    left: usize,
    object: Option<Object>,
}

/// What a store comes down to.
pub(super) struct Plan {
    pub(super) stored: Vec<Stored>,
    /// Places of those that are to be written.
    pub(super) new: Vec<usize>,
    /// The deliveries of those that are known.
    pub(super) known: HashSet<u64>,
    pub(super) first: u64,
    /// The message after which it is to be written.
    pub(super) after: u64,
}

impl Replica {
    /// Knows nothing any more, but the leases that are worthless now: numbers are given out again.
    pub(super) fn begin_anew(&mut self) {
        let mut void = std::mem::take(&mut self.void);
        for (id, row) in self.rows.iter().filter(|(_, row)| row.state.leases > 0) {
            let last = void.entry(*id).or_default();
            *last = row.state.leases.max(*last);
        }
        *self = Self { void, ..Self::default() };
    }

    pub(super) fn is_void(&self, ticket: Ticket) -> bool {
        self.void.get(&ticket.id.get()).is_some_and(|last| ticket.lease <= *last)
    }

    /// The number of the last lease of an entry in that state, or of another one that had its number.
    pub(super) fn last_lease(&self, id: EntryId, state: &State) -> u64 {
        self.void.get(&id.get()).copied().unwrap_or_default().max(state.leases)
    }

    /// A message that cannot be read. Where it is a delivery, its numbers are given out.
    pub(super) fn leave_out(&mut self, sequence: u64, time: DateTime, ids: Option<Range<u64>>) {
        self.last_record = Some((sequence, time));
        if let Some(ids) = ids.filter(|ids| ids.start == self.last_id + 1) {
            self.last_id = self.last_id.max(ids.end.saturating_sub(1));
        }
    }

    pub(super) fn add_record(
        &mut self,
        sequence: u64,
        time: DateTime,
        record: &Record,
        metas: &[Meta],
    ) -> Result<(), Cause> {
        let ids = record.first..record.first.saturating_add(record.count as u64);
        self.last_id = self.last_id.max(ids.end.saturating_sub(1));
        self.last_record = Some((sequence, time));
        self.records.insert(sequence, Held { ids, left: metas.len(), object: record.object.clone() });
        for (id, meta) in (record.first..).zip(metas) {
            let (revision, state) = self.apart.remove(&id).unwrap_or_default();
            let state = state.unwrap_or_else(|| meta.state());
            if state.is_pruned() {
                self.apart.insert(id, (revision, Some(state)));
                self.leave(sequence);
                continue;
            }
            let summary = meta.summary(id, &state)?;
            if summary.kind == EntryKind::Expectation {
                self.expectations.insert(id);
            }
            if let Some(request) = &summary.request_id {
                self.by_request.entry(request.clone()).or_default().insert(id);
            }
            self.by_dedup_key.insert(meta.dedup_key.clone(), id);
            *self.messages.entry(meta.message_key.clone()).or_default() += 1;
            let message_key = meta.message_key.clone();
            self.queue.put(id, summary.state, state.due);
            self.rows.insert(id, Row { summary, state, revision, record: sequence, message_key });
        }
        if metas.is_empty() {
            self.finish(sequence);
        }
        Ok(())
    }

    /// Whether the entry became due by hand. Of a state that cannot be read, the entry keeps the one before.
    pub(super) fn add_state(&mut self, id: u64, revision: u64, state: Option<State>) -> Result<bool, Cause> {
        let Some(row) = self.rows.get_mut(&id) else {
            let state = state.or_else(|| self.apart.remove(&id).and_then(|(_, before)| before));
            self.apart.insert(id, (revision, state));
            return Ok(false);
        };
        if revision <= row.revision {
            return Ok(false);
        }
        let Some(state) = state else {
            row.revision = revision;
            return Ok(false);
        };
        if state.is_pruned() {
            let record = row.record;
            self.remove(id);
            self.apart.insert(id, (revision, Some(state)));
            self.leave(record);
            return Ok(false);
        }
        let (before, now) = (row.summary.state, state.entry_state()?);
        let sooner = before == EntryState::Pending && state.due < row.state.due;
        let replayed = now == EntryState::Pending && (sooner || !before.is_open());
        self.queue.take(id, row.state.due);
        self.queue.put(id, now, state.due);
        row.summary.state = now;
        row.summary.attempts = state.attempts;
        row.summary.due = state.due()?;
        row.summary.last_error = state.error.clone();
        (row.state, row.revision) = (state, revision);
        Ok(replayed)
    }

    fn remove(&mut self, id: u64) {
        let Some(row) = self.rows.remove(&id) else { return };
        self.queue.take(id, row.state.due);
        self.by_dedup_key.remove(&row.summary.dedup_key);
        self.expectations.remove(&id);
        if let Some(request) = &row.summary.request_id
            && let Some(entries) = self.by_request.get_mut(request)
        {
            entries.remove(&id);
            if entries.is_empty() {
                self.by_request.remove(request);
            }
        }
        if let Some(entries) = self.messages.get_mut(&row.message_key) {
            *entries -= 1;
            if *entries == 0 {
                self.messages.remove(&row.message_key);
            }
        }
    }

    /// One of the entries of a delivery is pruned.
    fn leave(&mut self, record: u64) {
        if let Some(held) = self.records.get_mut(&record) {
            held.left -= 1;
            if held.left == 0 {
                self.finish(record);
            }
        }
    }

    fn finish(&mut self, record: u64) {
        if let Some(held) = self.records.remove(&record) {
            self.finished.insert(record, held);
        }
    }

    /// The delivery is gone from the server, so its entries are not here either.
    pub(super) fn forget(&mut self, record: u64) {
        let held = self.records.remove(&record).or_else(|| self.finished.remove(&record));
        let Some(Held { ids, .. }) = held else { return };
        let rows: Vec<_> =
            self.rows.range(ids).map(|(id, row)| (*id, row.revision, row.state.clone())).collect();
        for (id, revision, state) in rows {
            self.remove(id);
            if revision > 0 {
                self.apart.insert(id, (revision, Some(state)));
            }
        }
    }

    pub(super) fn row(&self, id: EntryId) -> Option<&Row> {
        self.rows.get(&id.get())
    }

    /// What would become of entries with these dedup and message keys.
    pub(super) fn plan<'a>(&self, keys: impl Iterator<Item = (&'a str, &'a str)>) -> Plan {
        let first = self.last_id + 1;
        let mut plan = Plan {
            stored: Vec::new(),
            new: Vec::new(),
            known: HashSet::new(),
            first,
            after: self.last_record.map_or(0, |(sequence, _)| sequence),
        };
        let (mut here, mut messages) = (HashMap::new(), HashSet::new());
        for (place, (dedup_key, message_key)) in keys.enumerate() {
            let known = self.by_dedup_key.get(dedup_key).and_then(|id| self.rows.get(id));
            let stored = if let Some(row) = known {
                plan.known.insert(row.record);
                Stored::Duplicate(row.summary.id)
            } else if let Some(id) = here.get(dedup_key) {
                Stored::Duplicate(*id)
            } else {
                let id = EntryId::from(first + plan.new.len() as u64);
                plan.new.push(place);
                here.insert(dedup_key, id);
                let new = messages.insert(message_key) && !self.messages.contains_key(message_key);
                if new { Stored::New(id) } else { Stored::Revision(id) }
            };
            plan.stored.push(stored);
        }
        plan
    }

    /// Entries that are due, oldest first.
    pub(super) fn due(&self, now: i64, most: usize, order: Order) -> Vec<Row> {
        let mut links = HashSet::new();
        let open = self.queue.open().filter_map(|id| self.rows.get(&id));
        let free = open.filter(|Row { summary, .. }| {
            let link = order.link(summary.kind, summary.link_id.as_deref());
            link.is_none_or(|link| links.insert(link))
        });
        let free = free.filter(|row| row.state.due <= now).take(most);
        let overdue = self.queue.overdue(now).filter_map(|id| self.rows.get(&id)).take(most);
        let mut due: Vec<_> = free.chain(overdue).collect();
        due.sort_unstable_by_key(|row| row.summary.id);
        due.into_iter().take(most).cloned().collect()
    }

    /// Pending and leased entries that are due later than that. What is outstanding is meant to be due late.
    pub(super) fn due_after(&self, limit: i64) -> Vec<Row> {
        let open = self.queue.open().filter_map(|id| self.rows.get(&id));
        open.filter(|row| row.state.due > limit).cloned().collect()
    }

    pub(super) fn page(&self, page: Page) -> Vec<Summary> {
        let after = page.after.map_or(0, |last| last.get().saturating_add(1));
        let rows = self.rows.range(after..).map(|(_, row)| &row.summary);
        let wanted = rows.filter(|summary| page.state.is_none_or(|state| summary.state == state));
        wanted.take(page.limit).cloned().collect()
    }

    pub(super) fn of_request(&self, request_id: &str) -> Vec<Summary> {
        let ids = self.by_request.get(request_id).into_iter().flatten();
        ids.filter_map(|id| self.rows.get(id)).map(|row| row.summary.clone()).collect()
    }

    /// Expectations behind that one.
    pub(super) fn expectations(&self, after: Option<EntryId>, limit: usize) -> Vec<EntryId> {
        let first = after.map_or(0, |last| last.get().saturating_add(1));
        self.expectations.range(first..).take(limit).copied().map(EntryId::from).collect()
    }

    /// Report requests whose reports somebody waits for.
    fn awaited(&self) -> HashSet<&String> {
        let expectations = self.expectations.iter().filter_map(|id| self.rows.get(id));
        let open = expectations.filter(|row| row.summary.state.is_open());
        open.filter_map(|row| row.summary.request_id.as_ref()).collect()
    }

    pub(super) fn depth(&self) -> Depth {
        let mut depth = Depth::default();
        for row in self.rows.values() {
            *depth.count(row.summary.state) += 1;
            if row.summary.state == EntryState::Pending && row.summary.kind != EntryKind::Expectation {
                depth.oldest_pending.get_or_insert(row.summary.received_at);
            }
        }
        depth
    }

    /// Entries to be pruned.
    pub(super) fn old(&self, before: jiff::Timestamp, which: Prune) -> Vec<Row> {
        let awaited = self.awaited();
        let old = self.rows.values().filter(|row| {
            let awaited = row.summary.request_id.as_ref().is_some_and(|request| awaited.contains(request));
            which.takes(row.summary.state) && row.summary.received_at < before && !awaited
        });
        old.cloned().collect()
    }

    /// Messages of deliveries without entries, and where their payloads lie.
    pub(super) fn finished(&self) -> Vec<(u64, Option<Object>)> {
        self.finished.iter().map(|(record, held)| (*record, held.object.clone())).collect()
    }

    /// The states of entries whose delivery is gone. Right only when both streams were read to their ends.
    pub(super) fn strays(&self) -> Vec<(u64, u64)> {
        let mut gone: BTreeMap<_, _> =
            self.apart.range(..=self.last_id).map(|(id, (revision, _))| (*id, *revision)).collect();
        for held in self.held() {
            let here: Vec<_> = gone.range(held.ids.clone()).map(|(id, _)| *id).collect();
            for id in here {
                gone.remove(&id);
            }
        }
        gone.into_iter().collect()
    }

    fn held(&self) -> impl Iterator<Item = &Held> {
        self.records.values().chain(self.finished.values())
    }

    pub(super) fn forget_stray(&mut self, id: u64) {
        self.apart.remove(&id);
    }

    /// Whether a delivery names that object.
    pub(super) fn names(&self, object: &Object) -> bool {
        self.held().any(|held| held.object.as_ref() == Some(object))
    }

    /// What the objects and their chunks are called.
    pub(super) fn objects(&self) -> HashSet<String> {
        let objects = self.held().filter_map(|held| held.object.clone());
        objects.flat_map(|object| [object.name, object.chunks]).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }
}
