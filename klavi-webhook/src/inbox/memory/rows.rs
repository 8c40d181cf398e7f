//! Rows and indexes of the inbox in memory: what is stored, leased, settled and listed.

mod change;
mod targets;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;

use crate::inbox::counts::CountChanges;
use crate::inbox::entry::{Attempt, one_line};
use crate::inbox::envelope::DIGEST_DIGITS;
use crate::inbox::lease::{HELD_AT_ONCE, HOLD, SILENT};
use crate::inbox::steps_back::StepsBack;
use crate::inbox::{
    Count, Counts, Entry, EntryId, EntryState, Envelope, Filter, Lease, LeaseRequest, Leased, NewEntry,
    Order, Outcome, Page, Settlement, Stored, Summary, Target, TargetStatus, Ticket,
};

type Index = BTreeSet<(Target, i64, EntryId)>;

#[derive(Default)]
pub(super) struct Rows {
    last: u64,
    /// Boxed, since a tree moves what it holds and leaves room beside it.
    rows: BTreeMap<EntryId, Box<Row>>,
    /// Every key, also of entries that were pruned.
    keys: BTreeMap<String, EntryId>,
    /// The keys of entries that were pruned, by the time of receipt.
    pruned: BTreeMap<(Timestamp, EntryId), String>,
    by_request: HashMap<String, Vec<EntryId>>,
    /// What is open, by when it is due.
    due: Index,
    /// What is pending or leased and keeps the order of a link, by the link's number.
    links: Index,
    counts: HashMap<(Target, EntryState), (i64, i64)>,
    steps_back: StepsBack,
    /// Rows by the time of receipt.
    received: BTreeSet<(Timestamp, EntryId)>,
    targets: BTreeMap<Target, TargetStatus>,
}

struct Row {
    dedup_key: String,
    envelope: Envelope,
    body: Bytes,
    deliveries: Vec<Delivery>,
}

#[derive(Clone)]
struct Delivery {
    target: Target,
    state: EntryState,
    /// Microseconds.
    due: i64,
    attempts: u32,
    leases: u64,
    /// Leased while nothing else was.
    alone: bool,
    /// Put off because of an earlier entry of its link.
    held: bool,
    link: Option<i64>,
    /// The bytes of the entry count with it.
    first: bool,
    last_error: Option<String>,
    history: Vec<Attempt>,
}

impl Delivery {
    fn failed(&mut self, error: String, now: i64) {
        self.attempts += 1;
        if self.history.len() == Attempt::MOST {
            self.history.remove(0);
        }
        self.history.push(Attempt { at: instant(now), error: one_line(&error) });
        self.last_error = Some(error);
    }
}

impl Row {
    fn summary(&self, id: EntryId, delivery: &Delivery) -> Summary {
        Summary {
            id,
            dedup_key: self.dedup_key.clone(),
            envelope: self.envelope.clone(),
            bytes: self.body.len() as u64,
            target: delivery.target.clone(),
            state: delivery.state,
            attempts: delivery.attempts,
            due: delivery.state.is_open().then(|| instant(delivery.due)),
            last_error: delivery.last_error.clone(),
            history: delivery.history.clone(),
        }
    }

    fn summaries(&self, id: EntryId) -> impl Iterator<Item = Summary> {
        self.deliveries.iter().map(move |delivery| self.summary(id, delivery))
    }
}

impl Rows {
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Takes note of the time.
    pub(super) fn at(&mut self, now: i64) -> &mut Self {
        self.steps_back.observe(now);
        self
    }

    pub(super) fn store(&mut self, new: NewEntry, dedup_key: String, now: i64) -> Stored {
        if let Some(id) = self.keys.get(&dedup_key) {
            return Stored::Duplicate(*id);
        }
        self.last += 1;
        let id = EntryId::from(self.last);
        let stored = match new.envelope.message_prefix() {
            Some(prefix) if self.has_revision(&prefix) => Stored::Revision(id),
            _ => Stored::New(id),
        };
        if let Some(request) = &new.request_id {
            self.by_request.entry(request.clone()).or_default().push(id);
        }
        let (state, attempts, last_error) = (new.state(), new.attempts(), new.last_error());
        let link = new.envelope.link_number().filter(|_| state != EntryState::Outstanding);
        let due = new.due.map_or(now, Timestamp::as_microsecond);
        let mut targets = new.targets.clone();
        targets.sort_unstable();
        targets.dedup();
        let deliveries = targets.into_iter().enumerate().map(|(place, target)| Delivery {
            target,
            state,
            due,
            attempts,
            leases: 0,
            alone: false,
            held: false,
            link,
            first: place == 0,
            last_error: last_error.clone(),
            history: Vec::new(),
        });
        let deliveries = deliveries.collect();
        let (envelope, body, _) = new.into_parts();
        self.keys.insert(dedup_key.clone(), id);
        self.received.insert((envelope.received_at, id));
        self.rows.insert(id, Box::new(Row { dedup_key, envelope, body, deliveries }));
        for place in 0..self.rows[&id].deliveries.len() {
            self.index(id, place, true);
        }
        stored
    }

    fn has_revision(&self, prefix: &str) -> bool {
        let of_message = self.keys.range(prefix.to_owned()..).take_while(|(key, _)| key.starts_with(prefix));
        { of_message }.any(|(key, _)| key.len() == prefix.len() + DIGEST_DIGITS)
    }

    /// Puts a delivery into the indexes and counts, or takes it out.
    fn index(&mut self, id: EntryId, place: usize, add: bool) {
        let Some(row) = self.rows.get(&id) else { return };
        let delivery = &row.deliveries[place];
        let (target, state) = (delivery.target.clone(), delivery.state);
        let set = |index: &mut Index, number: i64| {
            let key = (target.clone(), number, id);
            if add {
                index.insert(key)
            } else {
                index.remove(&key)
            };
        };
        if state.is_open() {
            set(&mut self.due, delivery.due);
        }
        if matches!(state, EntryState::Pending | EntryState::Leased) {
            delivery.link.into_iter().for_each(|link| set(&mut self.links, link));
        }
        let bytes = if delivery.first { i64::try_from(row.body.len()).unwrap_or(i64::MAX) } else { 0 };
        let mut changes = CountChanges::default();
        if add {
            changes.add(&target, state, bytes);
        } else {
            changes.remove(&target, state, bytes);
        }
        for (target, state, entries, bytes) in changes.drain() {
            let count = self.counts.entry((target, state)).or_default();
            *count = (count.0 + entries, count.1 + bytes);
        }
    }

    fn update(&mut self, id: EntryId, place: usize, change: impl FnOnce(&mut Delivery)) {
        self.index(id, place, false);
        if let Some(row) = self.rows.get_mut(&id) {
            change(&mut row.deliveries[place]);
        }
        self.index(id, place, true);
    }

    fn place(&self, id: EntryId, target: &Target) -> Option<usize> {
        self.rows.get(&id)?.deliveries.iter().position(|delivery| delivery.target == *target)
    }

    pub(super) fn lease(&mut self, request: &LeaseRequest, now: i64) -> Lease {
        self.after_a_step_back(request, now);
        let mut lease = Lease::default();
        if self.is_paused(&request.target) {
            return lease;
        }
        let (mut picked, mut suspect, mut held) = (Vec::new(), None, Vec::new());
        let target = &request.target;
        let due = self.due.range((target.clone(), i64::MIN, EntryId::from(0))..);
        for (_, due, id) in due.take_while(|(of, due, _)| of == target && *due <= now) {
            if picked.len() == request.most {
                break;
            }
            let delivery = &self.rows[id].deliveries[self.place(*id, target).unwrap_or(0)];
            if delivery.state == EntryState::Leased {
                suspect.get_or_insert(*id);
            } else if request.order == Order::PerLink && self.is_held_up(*id, delivery) {
                held.push(*id);
                if held.len() == HELD_AT_ONCE {
                    lease.more = true;
                    break;
                }
            } else {
                picked.push((*due, *id));
            }
        }
        for id in held {
            let place = self.place(id, target).unwrap_or(0);
            self.update(id, place, |delivery| {
                (delivery.due, delivery.held) = (later(now, HOLD), true);
            });
        }
        let alone = suspect.filter(|_| request.idle && request.most > 0);
        lease.suspect_waits = suspect.is_some() && alone.is_none();
        lease.alone = alone.is_some();
        let ids: Vec<_> = match alone {
            Some(suspect) => vec![suspect],
            None => picked.into_iter().map(|(_, id)| id).collect(),
        };
        lease.entries =
            ids.into_iter().filter_map(|id| self.take(id, request, alone.is_some(), now)).collect();
        lease
    }

    fn take(&mut self, id: EntryId, request: &LeaseRequest, alone: bool, now: i64) -> Option<Leased> {
        let place = self.place(id, &request.target)?;
        self.update(id, place, |delivery| {
            if delivery.state == EntryState::Leased && delivery.alone {
                delivery.failed(SILENT.to_owned(), now);
            }
            delivery.state = EntryState::Leased;
            delivery.due = later(now, request.lease);
            delivery.leases += 1;
            (delivery.alone, delivery.held) = (alone, false);
        });
        let row = self.rows.get(&id)?;
        let delivery = &row.deliveries[place];
        let ticket =
            Ticket { id, target: delivery.target.clone(), lease: delivery.leases, order: request.order };
        let entry = Entry { summary: row.summary(id, delivery), body: row.body.clone() };
        Some(Leased { entry, ticket })
    }

    /// Whether an earlier entry of its link is open.
    fn is_held_up(&self, id: EntryId, delivery: &Delivery) -> bool {
        let Some(link) = delivery.link else { return false };
        let first = (delivery.target.clone(), link, EntryId::from(0));
        self.links.range(first..(delivery.target.clone(), link, id)).next().is_some()
    }

    /// What was due under a clock that ran ahead would wait until the right one gets there.
    fn after_a_step_back(&mut self, request: &LeaseRequest, now: i64) {
        let Some(step) = self.steps_back.unknown_to(&request.target) else { return };
        let limit = later(now, request.longest_pause.max(request.lease));
        let target = &request.target;
        let beyond = self.due.range((target.clone(), limit.saturating_add(1), EntryId::from(0))..);
        let beyond: Vec<_> = beyond.take_while(|(of, _, _)| of == target).map(|(_, _, id)| *id).collect();
        for id in beyond {
            let Some(place) = self.place(id, target) else { continue };
            if self.rows[&id].deliveries[place].state != EntryState::Outstanding {
                self.update(id, place, |delivery| delivery.due = limit);
            }
        }
        self.steps_back.made_known(target, step);
    }

    /// Whether each was settled, and the targets for which another entry is due by that. Links are looked at once all of
    /// them are settled: in whatever order they come, the same entries are due.
    pub(super) fn settle_all(
        &mut self,
        settlements: Vec<Settlement>,
        now: i64,
    ) -> (Vec<bool>, BTreeSet<Target>) {
        let mut links = BTreeSet::new();
        let settled = settlements.into_iter().map(|one| self.settle(one, now, &mut links)).collect();
        let is_freed = |(target, link): &(Target, i64)| self.free_next(target, *link, now);
        (settled, links.into_iter().filter(is_freed).map(|(target, _)| target).collect())
    }

    fn settle(&mut self, settlement: Settlement, now: i64, links: &mut BTreeSet<(Target, i64)>) -> bool {
        let Settlement { ticket, outcome } = settlement;
        let Some(place) = self.place(ticket.id, &ticket.target) else { return false };
        let delivery = &self.rows[&ticket.id].deliveries[place];
        if delivery.state != EntryState::Leased || delivery.leases != ticket.lease {
            return false;
        }
        let link = delivery.link.filter(|_| ticket.order == Order::PerLink);
        let ends = matches!(outcome, Outcome::Done | Outcome::Dead { .. });
        self.update(ticket.id, place, |delivery| {
            delivery.alone = false;
            match outcome {
                Outcome::Done => {
                    delivery.state = EntryState::Done;
                    delivery.attempts += 1;
                    delivery.last_error = None;
                }
                Outcome::Retry { after, error } => {
                    (delivery.state, delivery.due) = (EntryState::Pending, later(now, after));
                    delivery.failed(error, now);
                }
                Outcome::Dead { error } => {
                    delivery.state = EntryState::Dead;
                    delivery.failed(error, now);
                }
                Outcome::Released { after } => {
                    (delivery.state, delivery.due) = (EntryState::Pending, later(now, after));
                }
            }
        });
        links.extend(link.filter(|_| ends).map(|link| (ticket.target, link)));
        true
    }

    /// Makes the next entry of a link due, if it was put off.
    fn free_next(&mut self, target: &Target, link: i64, now: i64) -> bool {
        let next = self.links.range((target.clone(), link, EntryId::from(0))..).next();
        let Some(id) = next.filter(|(of, number, _)| of == target && *number == link).map(|(_, _, id)| *id)
        else {
            return false;
        };
        let Some(place) = self.place(id, target) else { return false };
        let held = self.rows[&id].deliveries[place].held;
        if held {
            self.update(id, place, |delivery| (delivery.due, delivery.held) = (now, false));
        }
        held
    }

    pub(super) fn get(&self, id: EntryId) -> Option<Entry> {
        let row = self.rows.get(&id)?;
        Some(Entry { summary: row.summary(id, row.deliveries.first()?), body: row.body.clone() })
    }

    pub(super) fn list(&self, filter: &Filter, page: &Page) -> Vec<Summary> {
        let first = page.after.as_ref().map_or(EntryId::from(0), |(id, _)| *id);
        let of_request = filter.request_id.as_ref().map(|request| self.by_request.get(request));
        let ids: Box<dyn Iterator<Item = EntryId>> = match of_request {
            Some(ids) => Box::new(ids.into_iter().flatten().copied().filter(|id| *id >= first)),
            None => Box::new(self.rows.range(first..).map(|(id, _)| *id)),
        };
        let behind = |summary: &Summary| {
            page.after.as_ref().is_none_or(|(id, target)| (summary.id, &summary.target) > (*id, target))
        };
        let rows = ids.filter_map(|id| self.rows.get(&id).map(|row| (id, row)));
        let summaries = rows.flat_map(|(id, row)| row.summaries(id));
        summaries.filter(|summary| behind(summary) && filter.selects(summary)).take(page.limit).collect()
    }

    pub(super) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        let number = |number: i64| u64::try_from(number).unwrap_or(0);
        for (key, (entries, bytes)) in self.counts.iter().filter(|(_, (entries, _))| *entries > 0) {
            let count = Count { entries: number(*entries), bytes: number(*bytes) };
            counts.by_state.insert(key.clone(), count);
        }
        let targets: BTreeSet<_> = counts.by_state.keys().map(|(target, _)| target.clone()).collect();
        for target in targets {
            let first = self.due.range((target.clone(), i64::MIN, EntryId::from(0))..).next();
            if let Some((_, due, _)) = first.filter(|(of, _, _)| *of == target) {
                counts.oldest_due.insert(target, instant(*due));
            }
        }
        counts.oldest_body = self.received.first().map(|(received_at, _)| *received_at);
        counts
    }
}

fn later(now: i64, by: Duration) -> i64 {
    now.saturating_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX))
}

fn instant(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(if micros < 0 { Timestamp::MIN } else { Timestamp::MAX })
}
