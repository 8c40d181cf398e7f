//! The rules of an inbox as a state machine in plain lists, written from the documentation of [`Inbox`]. It must not know
//! how any inbox keeps its entries.
//!
//! [`Inbox`]: klavi_webhook::Inbox

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use klavi_webhook::{
    EntryId, EntryKind, EntryState, Envelope, Expectation, LeaseRequest, NewEntry, Order, Outcome,
    Settlement, Stored, Target, TargetChange, Ticket,
};

use crate::seen::{SeenEntry, SeenEnvelope, SeenLease, SeenTarget};

/// For how long an entry is put off that an earlier one of its link holds up.
const HOLD: Duration = Duration::from_secs(10 * 60);

/// How many failed attempts are kept with an entry.
const HISTORY: usize = 10;

const SILENT: &str = "the lease ran out while the entry was handled alone: the process may have crashed";
const DAMAGED: &str = "the stored row or its bytes are damaged";

/// What a backend can do beside the rules that all of them keep.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// Clients in processes of their own share the entries.
    pub(crate) clients: usize,
    /// Each of them has a clock of its own, and what is put off too far after a step back of it is put right.
    pub(crate) own_clocks: bool,
    /// Large bodies are packed.
    pub(crate) packs: bool,
    /// A stored row can be damaged.
    pub(crate) damage: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) rules: Rules,
    pub(crate) rows: Vec<Row>,
    pub(crate) clients: Vec<Client>,
    /// By name.
    pub(crate) targets: BTreeMap<Target, SeenTarget>,
    last_id: u64,
}

/// What an opened inbox knows of the time.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) now: Timestamp,
    /// The time when it was last used.
    latest: Option<Timestamp>,
    /// How often the clock was turned back, and how often that was noticed for each target.
    turned_back: u32,
    noticed: BTreeMap<Target, u32>,
    /// The targets that something was stored or made due for since it was last asked.
    pub(crate) arrived: BTreeSet<Target>,
}

#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) id: EntryId,
    pub(crate) dedup_key: String,
    pub(crate) envelope: Envelope,
    pub(crate) body: Bytes,
    pub(crate) deliveries: Vec<Delivery>,
    pub(crate) pruned: bool,
    pub(crate) damaged: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) target: Target,
    pub(crate) state: EntryState,
    pub(crate) due: Timestamp,
    pub(crate) attempts: u32,
    pub(crate) leases: u64,
    pub(crate) alone: bool,
    pub(crate) held: bool,
    /// The link whose order it keeps.
    pub(crate) link: Option<String>,
    /// The bytes of the entry count with it.
    pub(crate) first: bool,
    pub(crate) last_error: Option<String>,
    pub(crate) history: Vec<(Timestamp, String)>,
}

impl Delivery {
    fn fail(&mut self, error: &str, now: Timestamp) {
        self.attempts += 1;
        self.last_error = Some(error.to_owned());
        self.history.push((now, error.replace(['\n', '\r'], " ")));
        if self.history.len() > HISTORY {
            self.history.remove(0);
        }
    }
}

impl Model {
    pub(crate) fn new(rules: Rules, now: Timestamp) -> Self {
        let mut model =
            Self { rules, rows: Vec::new(), clients: Vec::new(), targets: BTreeMap::new(), last_id: 0 };
        model.clients = vec![model.opened(now); rules.clients];
        model
    }

    /// A client that was just opened takes the time when the newest entry was received as the latest that it knows.
    fn opened(&self, now: Timestamp) -> Client {
        let latest = self.rows.last().map(|row| row.envelope.received_at);
        Client { now, latest, turned_back: 0, noticed: BTreeMap::new(), arrived: BTreeSet::new() }
    }

    pub(crate) fn reopen(&mut self, client: usize) {
        self.clients[client] = self.opened(self.clients[client].now);
    }

    /// The time, where the client notices it.
    pub(crate) fn look_at_clock(&mut self, client: usize) -> Timestamp {
        let client = &mut self.clients[client];
        if client.latest.is_some_and(|latest| client.now < latest) {
            client.turned_back += 1;
        }
        client.latest = Some(client.now);
        client.now
    }

    pub(crate) fn row(&self, id: EntryId) -> Option<&Row> {
        self.rows.iter().find(|row| row.id == id)
    }

    fn row_mut(&mut self, id: EntryId) -> Option<&mut Row> {
        self.rows.iter_mut().find(|row| row.id == id)
    }

    pub(crate) fn delivery(&mut self, id: EntryId, target: &Target) -> Option<&mut Delivery> {
        let row = self.row_mut(id)?;
        row.deliveries.iter_mut().find(|delivery| delivery.target == *target)
    }

    /// Numbers and states of the entries for that target.
    fn of_target(&self, target: &Target) -> impl Iterator<Item = (EntryId, &Delivery)> {
        let deliveries = self.rows.iter().flat_map(|row| row.deliveries.iter().map(|one| (row.id, one)));
        deliveries.filter(move |(_, delivery)| delivery.target == *target)
    }

    pub(crate) fn store(&mut self, client: usize, entries: &[NewEntry]) -> Vec<Stored> {
        let now = self.look_at_clock(client);
        let stored: Vec<_> = entries.iter().map(|entry| self.store_one(entry, now)).collect();
        for stored in &stored {
            if let (Stored::New(id) | Stored::Revision(id), arrived) =
                (stored, &mut self.clients[client].arrived)
            {
                let row = self.rows.iter().find(|row| row.id == *id);
                let deliveries = row.into_iter().flat_map(|row| &row.deliveries);
                arrived.extend(deliveries.map(|delivery| delivery.target.clone()));
            }
        }
        stored
    }

    fn store_one(&mut self, new: &NewEntry, now: Timestamp) -> Stored {
        let dedup_key = new.dedup_key();
        if let Some(known) = self.rows.iter().find(|row| row.dedup_key == dedup_key) {
            return Stored::Duplicate(known.id);
        }
        // The digest that ends a key is of one length, so what stands before it is the kind and the id.
        let message = |key: &str| key[..key.len() - 64].to_owned();
        let has_id = new.message_id.as_deref().is_some_and(|id| !id.is_empty());
        let revision = has_id && self.rows.iter().any(|row| message(&row.dedup_key) == message(&dedup_key));
        let state = match (&new.quarantine, new.due) {
            (Some(_), _) => EntryState::Quarantined,
            (None, Some(_)) => EntryState::Outstanding,
            (None, None) => EntryState::Pending,
        };
        let keeps_order = new.kind != EntryKind::Expectation && state != EntryState::Outstanding;
        let targets: BTreeSet<_> = new.targets.iter().cloned().collect();
        let deliveries = targets.into_iter().enumerate().map(|(place, target)| Delivery {
            target,
            state,
            due: new.due.unwrap_or(now),
            attempts: 0,
            leases: 0,
            alone: false,
            held: false,
            link: new.link_id.clone().filter(|_| keeps_order),
            first: place == 0,
            last_error: new.quarantine.clone(),
            history: Vec::new(),
        });
        self.last_id += 1;
        let id = EntryId::from(self.last_id);
        self.rows.push(Row {
            id,
            dedup_key,
            envelope: new.envelope.clone(),
            body: new.body().clone(),
            deliveries: deliveries.collect(),
            pruned: false,
            damaged: false,
        });
        if revision { Stored::Revision(id) } else { Stored::New(id) }
    }

    pub(crate) fn expect(&mut self, client: usize, expectation: &Expectation) -> Stored {
        let entry = expectation.clone().into_entry(self.clients[client].now);
        self.store(client, &[entry])[0]
    }

    pub(crate) fn lease(&mut self, client: usize, request: &LeaseRequest) -> SeenLease {
        let now = self.look_at_clock(client);
        let target = &request.target;
        self.put_right(client, request, now);
        if self.targets.get(target).is_some_and(|target| target.paused.is_some()) {
            return SeenLease::default();
        }
        let due = self.of_target(target).filter(|(_, one)| one.state.is_open() && one.due <= now);
        let mut due: Vec<_> = due.map(|(id, one)| (one.due, id, one.state)).collect();
        due.sort_unstable();
        let (mut picked, mut suspect, mut full) = (Vec::new(), None, false);
        for (_, id, state) in due {
            // A suspect takes its turn among those that are due: it is met once less than what was asked for is before it.
            full = picked.len() == request.most;
            if full {
                break;
            }
            if state == EntryState::Leased {
                suspect.get_or_insert(id);
            } else if request.order == Order::PerLink && self.waits_for_earlier(id, target) {
                let delivery = self.delivery(id, target).unwrap();
                (delivery.due, delivery.held) = (now + HOLD, true);
            } else {
                picked.push(id);
            }
        }
        let alone = suspect.is_some() && request.idle;
        let mut lease =
            SeenLease { alone, suspect_waits: suspect.is_some() && !alone, ..SeenLease::default() };
        if alone {
            picked = suspect.into_iter().collect();
        }
        for id in picked {
            lease.entries.extend(self.take(client, id, request, alone, now));
        }
        let freed_or_left = |(_, one): (_, &Delivery)| one.state == EntryState::Pending && one.due <= now;
        let short = lease.entries.len() < request.most && !alone;
        lease.more = short && (full || self.of_target(target).any(freed_or_left));
        lease
    }

    /// After a step back of the clock nothing is due later than after the longest pause, deadlines aside.
    fn put_right(&mut self, client: usize, request: &LeaseRequest, now: Timestamp) {
        let known = &mut self.clients[client];
        let noticed = known.noticed.insert(request.target.clone(), known.turned_back);
        if !self.rules.own_clocks || noticed.unwrap_or(0) == known.turned_back {
            return;
        }
        let latest = now + request.longest_pause.max(request.lease);
        for row in &mut self.rows {
            for delivery in row.deliveries.iter_mut().filter(|one| one.target == request.target) {
                if matches!(delivery.state, EntryState::Pending | EntryState::Leased) {
                    delivery.due = delivery.due.min(latest);
                }
            }
        }
    }

    /// Whether an earlier entry of its link is pending or leased.
    fn waits_for_earlier(&mut self, id: EntryId, target: &Target) -> bool {
        let link = self.delivery(id, target).and_then(|delivery| delivery.link.clone());
        link.is_some_and(|link| self.first_of_link(target, &link).is_some_and(|first| first < id))
    }

    fn first_of_link(&self, target: &Target, link: &str) -> Option<EntryId> {
        let waits = |state| matches!(state, EntryState::Pending | EntryState::Leased);
        let of_target = self.of_target(target);
        let mut open = of_target.filter(|(_, one)| waits(one.state) && one.link.as_deref() == Some(link));
        open.next().map(|(id, _)| id)
    }

    fn take(
        &mut self,
        client: usize,
        id: EntryId,
        request: &LeaseRequest,
        alone: bool,
        now: Timestamp,
    ) -> Option<(SeenEntry, Ticket)> {
        let target = &request.target;
        let delivery = self.delivery(id, target)?;
        if delivery.state == EntryState::Leased && delivery.alone {
            delivery.fail(SILENT, now);
        }
        delivery.state = EntryState::Leased;
        delivery.due = now + request.lease;
        delivery.leases += 1;
        (delivery.alone, delivery.held) = (alone, false);
        let ticket = Ticket { id, target: target.clone(), lease: delivery.leases, order: request.order };
        let row = self.row(id)?;
        if row.damaged {
            self.settle(client, &[ticket.dead(DAMAGED)]);
            return None;
        }
        let delivery = row.deliveries.iter().find(|one| one.target == *target)?;
        let summary = row.seen(delivery);
        Some((SeenEntry { summary, body: row.body.clone() }, ticket))
    }

    pub(crate) fn settle(&mut self, client: usize, settlements: &[Settlement]) -> Vec<bool> {
        let now = self.look_at_clock(client);
        let mut links = BTreeSet::new();
        let settled = settlements.iter().map(|one| self.settle_one(one, now, &mut links)).collect();
        // Once all of them are settled: the order of the settlements makes no difference.
        for (target, link) in links {
            self.free_next(client, &target, &link, now);
        }
        settled
    }

    /// Whether a ticket is worth something: its lease is the last one and is not settled.
    pub(crate) fn holds(&mut self, ticket: &Ticket) -> bool {
        self.delivery(ticket.id, &ticket.target)
            .is_some_and(|one| one.state == EntryState::Leased && one.leases == ticket.lease)
    }

    fn settle_one(
        &mut self,
        settlement: &Settlement,
        now: Timestamp,
        links: &mut BTreeSet<(Target, String)>,
    ) -> bool {
        let Settlement { ticket, outcome } = settlement;
        if !self.holds(ticket) {
            return false;
        }
        let Some(delivery) = self.delivery(ticket.id, &ticket.target) else { return false };
        delivery.alone = false;
        match outcome {
            Outcome::Done => {
                delivery.state = EntryState::Done;
                delivery.attempts += 1;
                delivery.last_error = None;
            }
            Outcome::Retry { after, error } => {
                delivery.state = EntryState::Pending;
                delivery.due = now + *after;
                delivery.fail(error, now);
            }
            Outcome::Dead { error } => {
                delivery.state = EntryState::Dead;
                delivery.fail(error, now);
            }
            Outcome::Released { after } => {
                delivery.state = EntryState::Pending;
                delivery.due = now + *after;
            }
        }
        let ended = !delivery.state.is_open();
        let link = delivery.link.clone().filter(|_| ended && ticket.order == Order::PerLink);
        links.extend(link.map(|link| (ticket.target.clone(), link)));
        true
    }

    /// The next entry of a link is due, where it was put off.
    pub(crate) fn free_next(&mut self, client: usize, target: &Target, link: &str, now: Timestamp) {
        let Some(next) = self.first_of_link(target, link) else { return };
        let Some(delivery) = self.delivery(next, target).filter(|delivery| delivery.held) else { return };
        (delivery.due, delivery.held) = (now, false);
        self.clients[client].arrived.insert(target.clone());
    }

    pub(crate) fn change_target(&mut self, client: usize, target: &Target, change: &TargetChange) -> bool {
        let now = self.look_at_clock(client);
        let begin = |interruption: &mut Option<_>, reason: &str| {
            let is_new = interruption.is_none();
            interruption.get_or_insert((now, reason.replace(['\n', '\r'], " ")));
            is_new
        };
        let ends = matches!(change, TargetChange::Resume | TargetChange::Up);
        if ends && !self.targets.contains_key(target) {
            return false;
        }
        let status = self.targets.entry(target.clone());
        let status = status.or_insert_with(|| SeenTarget::new(target.clone()));
        match change {
            TargetChange::Pause { reason } => begin(&mut status.paused, reason),
            TargetChange::Down { reason } => begin(&mut status.down, reason),
            TargetChange::Up => status.down.take().is_some(),
            TargetChange::Resume => {
                let resumed = status.paused.take().is_some();
                if resumed {
                    self.clients[client].arrived.insert(target.clone());
                }
                resumed
            }
            TargetChange::Introduce => {
                let is_new = status.introduced_at.is_none();
                status.introduced_at.get_or_insert(now);
                is_new
            }
        }
    }

    /// A byte of the name of that entry is none of a text any more.
    pub(crate) fn damage(&mut self, id: EntryId) {
        if let Some(row) = self.row_mut(id) {
            row.envelope.name = Some("\u{fffd}".to_owned());
            row.damaged = true;
        }
    }
}

impl Row {
    pub(crate) fn seen(&self, delivery: &Delivery) -> crate::seen::Seen {
        crate::seen::Seen {
            id: self.id,
            dedup_key: self.dedup_key.clone(),
            envelope: SeenEnvelope(self.envelope.clone()),
            bytes: self.body.len() as u64,
            target: delivery.target.clone(),
            state: delivery.state,
            attempts: delivery.attempts,
            due: delivery.state.is_open().then_some(delivery.due),
            last_error: delivery.last_error.clone(),
            history: delivery.history.clone(),
        }
    }
}
