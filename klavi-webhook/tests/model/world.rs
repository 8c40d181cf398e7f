//! The model with what a plan needs around it: clocks, and the tickets of the holders. It turns a step of a plan into a
//! call and the answer that is right. It must not know any inbox.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use klavi_webhook::{
    Change, EntryId, EntryKind, Expectation, Filter, LeaseRequest, NewEntry, Order, Page, Settlement, Target,
    TargetChange, Ticket,
};
use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

use crate::model::{Model, Rules};
use crate::plan::{
    ERRORS, Message, NAMES, Op, REQUESTS, START, Settle, TARGETS, Which, instant, of, op, seconds,
    target_change,
};
use crate::query::expectation;
use crate::seen::Answer;

/// How many tickets that are worth nothing any more are kept for being tried.
const OLD: usize = 24;

/// A number that no entry has.
const NO_ENTRY: u64 = 1_000_000_000;

/// How long leases hold, and how long the longest pause is, in seconds.
const LEASES: [u64; 4] = [60, 1, 10, 601];
const PAUSES: [u64; 3] = [3_600, 30, 601];

/// What is asked of an inbox. Numbers of entries are those of the model.
#[derive(Clone, Debug)]
pub(crate) enum Call {
    Store(Vec<NewEntry>),
    StoreUnknown(Vec<NewEntry>, u8),
    Expect(Expectation),
    Lease(LeaseRequest),
    Settle(Vec<Settlement>),
    Change(Filter, Change),
    ChangeTarget(Target, TargetChange),
    Targets,
    Forget(Timestamp),
    List(Filter, Page),
    Get(EntryId),
    Counts,
    Expected(Page),
}

/// What a step comes to.
#[derive(Debug)]
pub(crate) enum Step {
    Call { client: usize, call: Call, right: Answer },
    Clocks,
    Reopen(usize),
    Damage(EntryId),
    Nothing,
}

/// A model, its clocks and the tickets that are held.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) model: Model,
    /// How many different messages there are, roughly.
    variety: u8,
    now: Timestamp,
    /// How wrong the second client's clock is.
    skew: SignedDuration,
    held: Vec<Ticket>,
    old: Vec<Ticket>,
}

impl World {
    pub(crate) fn new(rules: Rules, variety: u8) -> Self {
        Self {
            model: Model::new(rules, START),
            variety,
            now: START,
            skew: SignedDuration::ZERO,
            held: Vec::new(),
            old: Vec::new(),
        }
    }

    /// The same beginning under other rules.
    pub(crate) fn under(&self, rules: Rules) -> Self {
        Self::new(rules, self.variety)
    }

    /// Does the step in the model.
    pub(crate) fn step(&mut self, op: &Op) -> Step {
        match op {
            Op::Crash => {
                let held = std::mem::take(&mut self.held);
                self.lose(held);
                Step::Nothing
            }
            Op::Advance { seconds: by } => self.turn(|world| world.now += seconds(*by)),
            Op::StepBack { seconds: by } if self.model.rules.own_clocks => {
                self.turn(|world| world.now -= seconds(*by))
            }
            Op::Skew { seconds } if self.model.rules.own_clocks && self.model.rules.clients > 1 => {
                self.turn(|world| world.skew = SignedDuration::from_secs(i64::from(*seconds)))
            }
            Op::Reopen { client } if self.model.rules.clients > 1 => {
                let client = self.client(*client);
                self.model.reopen(client);
                Step::Reopen(client)
            }
            Op::StepBack { .. } | Op::Skew { .. } | Op::Reopen { .. } => Step::Nothing,
            Op::Damage { entry } => self.damage(*entry),
            op => {
                let (client, call) = self.call(op);
                let right = self.answer(client, &call);
                Step::Call { client, call, right }
            }
        }
    }

    fn lose(&mut self, tickets: Vec<Ticket>) {
        self.old.extend(tickets);
        self.old.drain(..self.old.len().saturating_sub(OLD));
    }

    fn client(&self, number: u8) -> usize {
        usize::from(number) % self.model.rules.clients
    }

    pub(crate) fn turn(&mut self, turn: impl FnOnce(&mut Self)) -> Step {
        turn(self);
        for (place, client) in self.model.clients.iter_mut().enumerate() {
            client.now = if place == 0 { self.now } else { self.now + self.skew };
        }
        Step::Clocks
    }

    /// Sets every clock right, later than now by that time.
    pub(crate) fn set_right(&mut self, later: Duration) -> Step {
        self.turn(|world| (world.now, world.skew) = (world.now + later, SignedDuration::ZERO))
    }

    fn damage(&mut self, entry: u8) -> Step {
        let fit = self.model.rows.iter().filter(|row| {
            // What expectations say is read with the page that lists them.
            !row.pruned && !row.deliveries.is_empty() && row.envelope.kind != EntryKind::Expectation
        });
        let fit: Vec<_> = fit.map(|row| row.id).collect();
        if fit.is_empty() || !self.model.rules.damage {
            return Step::Nothing;
        }
        let id = of(&fit, entry);
        self.model.damage(id);
        Step::Damage(id)
    }

    /// Any entry that is or was there, or one that never was.
    fn entry(&self, number: u8) -> EntryId {
        let rows = &self.model.rows;
        let place = usize::from(number) % (rows.len() + 1);
        rows.get(place).map_or(EntryId::from(NO_ENTRY), |row| row.id)
    }

    fn filter(&self, which: &Which) -> Filter {
        let mut filter = which.filter();
        filter.ids = which.entries.iter().map(|entry| self.entry(*entry)).collect();
        filter
    }

    /// What the step asks for.
    fn call(&self, op: &Op) -> (usize, Call) {
        match op {
            Op::Store { client, entries } => {
                let client = self.client(*client);
                (client, Call::Store(self.entries(client, entries)))
            }
            Op::StoreUnknown { client, entries, turns } => {
                let client = self.client(*client);
                (client, Call::StoreUnknown(self.entries(client, entries), *turns))
            }
            Op::Expect { client, request, products, deadline, by_events, targets } => {
                let client = self.client(*client);
                let products = NAMES.iter().enumerate().filter(|(place, _)| products >> place & 1 == 1);
                let products: Vec<_> = products.map(|(_, name)| *name).collect();
                let deadline = START + Duration::from_secs(of(&[600, 3_600, 90_000], *deadline));
                let expectation = expectation(of(&REQUESTS, *request), &products, deadline, *by_events);
                if !targets.is_multiple_of(8) {
                    return (client, Call::Expect(expectation));
                }
                let mut entry = expectation.into_entry(self.model.clients[client].now);
                entry.targets = TARGETS.iter().map(|name| Target::new(name)).collect();
                (client, Call::Store(vec![entry]))
            }
            Op::Lease { client, target, most, lease, pause, per_link, idle } => {
                // Most of what is stored is for the default target.
                let request = LeaseRequest::new(usize::from(*most))
                    .target(of(&TARGETS, target.saturating_sub(3)).into())
                    .lease(Duration::from_secs(of(&LEASES, *lease)))
                    .longest_pause(Duration::from_secs(of(&PAUSES, *pause)))
                    .order(if *per_link { Order::PerLink } else { Order::Free })
                    .idle(*idle);
                (self.client(*client), Call::Lease(request))
            }
            Op::Settle { client, settlements } => {
                let settlements = settlements.iter().filter_map(|one| self.settlement(one)).collect();
                (self.client(*client), Call::Settle(settlements))
            }
            Op::Change { client, change, filter } => {
                (self.client(*client), Call::Change(self.filter(filter), (*change).into()))
            }
            Op::Target { client, target, change, reason } => {
                let target = of(&TARGETS, *target).into();
                (self.client(*client), Call::ChangeTarget(target, target_change(*change, *reason)))
            }
            Op::Forget { client, before } => (self.client(*client), Call::Forget(instant(*before))),
            Op::List { client, filter, limit, after } => {
                let mut page = Page::first(usize::from(limit % 9));
                page.after = after.map(|(entry, target)| (self.entry(entry), of(&TARGETS, target).into()));
                (self.client(*client), Call::List(self.filter(filter), page))
            }
            Op::Get { client, entry } => (self.client(*client), Call::Get(self.entry(*entry))),
            Op::Expected { client, limit } => {
                (self.client(*client), Call::Expected(Page::first(usize::from(limit % 9))))
            }
            Op::Counts { client } => (self.client(*client), Call::Counts),
            // The others call nothing.
            _ => (0, Call::Counts),
        }
    }

    fn entries(&self, client: usize, entries: &[Message]) -> Vec<NewEntry> {
        let now = self.model.clients[client].now;
        entries.iter().map(|message| message.entry(self.variety, now)).collect()
    }

    fn settlement(&self, settle: &Settle) -> Option<Settlement> {
        let from = if settle.old && !self.old.is_empty() { &self.old } else { &self.held };
        let ticket = (!from.is_empty()).then(|| of(from, settle.ticket))?;
        let (after, error) = (seconds(settle.after), of(&ERRORS, settle.after));
        Some(match settle.outcome % 8 {
            0 | 1 => ticket.done(),
            2 => ticket.dead(error),
            3 | 4 => ticket.released(after),
            _ => ticket.retry(after, error),
        })
    }

    /// The right answer.
    pub(crate) fn answer(&mut self, client: usize, call: &Call) -> Answer {
        let model = &mut self.model;
        match call {
            Call::Store(entries) | Call::StoreUnknown(entries, _) => {
                Answer::Stored(model.store(client, entries))
            }
            Call::Expect(expectation) => Answer::Stored(vec![model.expect(client, expectation)]),
            Call::Lease(request) => {
                let lease = model.lease(client, request);
                self.held.extend(lease.entries.iter().map(|(_, ticket)| ticket.clone()));
                Answer::Leased(lease)
            }
            Call::Settle(settlements) => {
                let settled = model.settle(client, settlements);
                let held = std::mem::take(&mut self.held).into_iter();
                let (held, lost): (_, Vec<_>) = held.partition(|ticket| model.holds(ticket));
                self.held = held;
                self.lose(lost);
                Answer::Settled(settled)
            }
            Call::Change(filter, change) => Answer::Changed(model.change(client, filter, change)),
            Call::ChangeTarget(target, change) => {
                Answer::TargetChanged(model.change_target(client, target, change))
            }
            Call::Targets => model.all_targets(),
            Call::Forget(before) => Answer::Changed(model.forget(*before)),
            Call::List(filter, page) => Answer::Listed(model.list(filter, page)),
            Call::Get(id) => model.get(*id),
            Call::Counts => Answer::Counted(model.counts()),
            Call::Expected(page) => Answer::Expected(model.expected(client, page)),
        }
    }
}

/// The machine that plans are made for: the model under the rules of the inbox that can do most.
pub(crate) struct Machine;

impl ReferenceStateMachine for Machine {
    type State = World;
    type Transition = Op;

    fn init_state() -> BoxedStrategy<World> {
        let rules = Rules { clients: 2, own_clocks: true, packs: true, damage: true };
        // A plan with few messages comes back to the same entries often; one with many covers more kinds of them.
        prop_oneof![Just(1), Just(2), Just(8), Just(64)]
            .prop_map(move |variety| World::new(rules, variety))
            .boxed()
    }

    fn transitions(world: &World) -> BoxedStrategy<Op> {
        thread_local! {
            static WITH_TICKETS: BoxedStrategy<Op> = op(true).boxed();
            static WITHOUT: BoxedStrategy<Op> = op(false).boxed();
        }
        let transitions = if world.held.is_empty() { &WITHOUT } else { &WITH_TICKETS };
        transitions.with(BoxedStrategy::clone)
    }

    fn apply(mut world: World, op: &Op) -> World {
        world.step(op);
        world
    }
}
