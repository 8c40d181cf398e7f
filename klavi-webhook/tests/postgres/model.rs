//! The inbox in memory is the plainest account of the rules: the one in PostgreSQL does the same, step by step.

use std::collections::HashMap;
use std::time::Duration;

use klavi_webhook::{
    Change, Clock, Counts, EntryId, EntryKind, EntryState, Envelope, Filter, Inbox, Lease, LeaseRequest,
    MemoryInbox, NewEntry, Order, Page, PostgresInbox, PostgresOptions, Settlement, Store, Stored, Summary,
    Target, Ticket,
};

use crate::{Schema, start};

const STEPS: usize = 150;

/// Both inboxes. Numbers differ, since the database draws some in vain; keys do not.
struct Pair {
    memory: MemoryInbox,
    postgres: PostgresInbox,
    keys: HashMap<EntryId, String>,
    expected_keys: HashMap<EntryId, String>,
    chance: fastrand::Rng,
    clock: Clock,
    tickets: Vec<(Ticket, Ticket)>,
}

/// An entry as it is compared: without its number.
type Seen = (String, Target, EntryState, u32, Option<jiff::Timestamp>, Option<String>, Vec<String>, u64);

fn seen(summary: &Summary) -> Seen {
    (
        summary.dedup_key.clone(),
        summary.target.clone(),
        summary.state,
        summary.attempts,
        summary.due,
        summary.last_error.clone(),
        summary.history.iter().map(|attempt| format!("{} {}", attempt.at, attempt.error)).collect(),
        summary.bytes,
    )
}

fn kind(stored: &Stored) -> &'static str {
    match stored {
        Stored::New(_) => "new",
        Stored::Revision(_) => "revision",
        Stored::Duplicate(_) => "duplicate",
    }
}

impl Pair {
    fn target(&mut self) -> Target {
        Target::new(["a", "b"][usize::from(self.chance.u8(..3) == 0)])
    }

    fn entry(&mut self) -> NewEntry {
        let kinds = [EntryKind::Report, EntryKind::Event, EntryKind::Expectation];
        let kind = kinds[self.chance.usize(..kinds.len())];
        let mut envelope = Envelope::new(kind, self.clock.now());
        if self.chance.u8(..5) > 0 {
            envelope.message_id = Some(format!("m'\\{}", self.chance.u8(..12)));
        }
        envelope.link_id = (self.chance.u8(..4) > 0).then(|| format!("l-{}", self.chance.u8(..3)));
        envelope.request_id = (self.chance.u8(..2) > 0).then(|| format!("rq-{}", self.chance.u8(..4)));
        envelope.name = self.chance.bool().then(|| "pf_balance".to_owned());
        let body = format!("{{\"n\":{}}}", self.chance.u8(..3));
        let mut entry = NewEntry::new(envelope, body.into());
        if kind == EntryKind::Expectation {
            entry.due = Some(self.clock.now() + Duration::from_secs(self.chance.u64(1..90)));
        } else if self.chance.u8(..8) == 0 {
            entry = entry.quarantined("not understood");
        }
        if self.chance.u8(..4) == 0 {
            entry.targets = vec![Target::new("b"), Target::new("a"), Target::new("b")];
        } else {
            entry.targets = vec![self.target()];
        }
        entry
    }

    fn filter(&mut self) -> Filter {
        let mut filter = Filter::all();
        if self.chance.u8(..3) == 0 {
            filter = filter.of_link(&format!("l-{}", self.chance.u8(..3)));
        }
        if self.chance.u8(..3) == 0 {
            filter.request_id = Some(format!("rq-{}", self.chance.u8(..4)));
        }
        for _ in 0..self.chance.u8(..3) {
            filter = filter.in_state(EntryState::ALL[self.chance.usize(..EntryState::ALL.len())]);
        }
        if self.chance.u8(..4) == 0 {
            filter = filter.of_kind(EntryKind::ALL[self.chance.usize(..EntryKind::ALL.len())]);
        }
        if self.chance.u8(..4) == 0 {
            filter = filter.for_target(self.target());
        }
        if self.chance.u8(..3) == 0 {
            filter = filter.until(self.clock.now() - Duration::from_secs(self.chance.u64(..100)));
        }
        filter
    }

    async fn store(&mut self) {
        let entries: Vec<_> = (0..self.chance.usize(1..5)).map(|_| self.entry()).collect();
        let expected = self.memory.store(entries.clone()).await.unwrap();
        let stored = self.postgres.store(entries.clone()).await.unwrap();
        let kinds = |stored: &[Stored]| stored.iter().map(kind).collect::<Vec<_>>();
        assert_eq!(kinds(&expected), kinds(&stored));
        for ((entry, stored), expected) in entries.iter().zip(stored).zip(expected) {
            let key = entry.dedup_key();
            assert_eq!(*self.keys.entry(stored.id()).or_insert(key.clone()), key);
            self.expected_keys.insert(expected.id(), key);
        }
    }

    async fn lease(&mut self) {
        let mut request = LeaseRequest::new(self.chance.usize(..4))
            .target(self.target())
            .lease(Duration::from_secs(self.chance.u64(1..60)))
            .idle(self.chance.bool())
            .longest_pause(Duration::from_secs(100));
        if self.chance.bool() {
            request = request.order(Order::PerLink);
        }
        let expected = self.memory.lease(request.clone()).await.unwrap();
        let leased = self.postgres.lease(request).await.unwrap();
        let flags = |lease: &Lease| (lease.alone, lease.suspect_waits);
        assert_eq!(flags(&expected), flags(&leased));
        let entries = |lease: &Lease| {
            lease.entries.iter().map(|one| (seen(&one.entry), one.entry.body.clone())).collect::<Vec<_>>()
        };
        assert_eq!(entries(&expected), entries(&leased));
        for (expected, leased) in expected.entries.into_iter().zip(leased.entries) {
            assert_eq!(expected.ticket.lease, leased.ticket.lease);
            self.tickets.push((expected.ticket, leased.ticket));
        }
    }

    async fn settle(&mut self) {
        let mut settlements: (Vec<Settlement>, Vec<Settlement>) = Default::default();
        for _ in 0..self.chance.usize(..4).min(self.tickets.len()) {
            let place = self.chance.usize(..self.tickets.len());
            let (expected, ticket) = self.tickets[place].clone();
            if self.chance.u8(..4) > 0 {
                self.tickets.swap_remove(place);
            }
            let after = Duration::from_secs(self.chance.u64(..30));
            let outcome = self.chance.u8(..5);
            let settle = |ticket: Ticket| match outcome {
                0 => ticket.dead("it is dead"),
                1 => ticket.released(after),
                2 | 3 => ticket.retry(after, format!("no {}", after.as_secs())),
                _ => ticket.done(),
            };
            settlements.0.push(settle(expected));
            settlements.1.push(settle(ticket));
            if self.tickets.is_empty() {
                break;
            }
        }
        let expected = self.memory.settle(settlements.0).await.unwrap();
        assert_eq!(expected, self.postgres.settle(settlements.1).await.unwrap());
    }

    async fn change(&mut self) {
        let mut filter = self.filter();
        if filter.states.is_empty() {
            filter = filter.in_state(EntryState::Done).in_state(EntryState::Dead);
        }
        let changes =
            [Change::Replay, Change::Erase, Change::Prune, Change::Assign("late".into()), Change::Close];
        let change = changes[self.chance.usize(..changes.len())].clone();
        let expected = self.memory.change(&filter, change.clone()).await.unwrap();
        assert_eq!(
            expected,
            self.postgres.change(&filter, change.clone()).await.unwrap(),
            "{change:?} {filter:?}"
        );
    }

    async fn compare(&mut self) {
        let filter = self.filter();
        let all = Page::first(usize::MAX);
        let expected = self.memory.list(&filter, all.clone()).await.unwrap();
        let listed = self.postgres.list(&filter, all).await.unwrap();
        let entries = |listed: &[Summary]| listed.iter().map(seen).collect::<Vec<_>>();
        assert_eq!(entries(&expected), entries(&listed), "{filter:?}");
        if let Some((expected, last)) = expected.iter().zip(&listed).nth(self.chance.usize(..10)) {
            let expected = self.memory.list(&filter, Page::first(3).after(expected)).await.unwrap();
            let listed = self.postgres.list(&filter, Page::first(3).after(last)).await.unwrap();
            assert_eq!(entries(&expected), entries(&listed));
            let get = self.postgres.get(last.id).await.unwrap().unwrap();
            assert_eq!(get.dedup_key, self.keys[&last.id]);
        }
        let counts = |counts: Counts| (counts.by_state, counts.oldest_due);
        assert_eq!(
            counts(self.memory.counts().await.unwrap()),
            counts(self.postgres.counts().await.unwrap())
        );
        assert_eq!(self.memory.now().await.unwrap(), self.postgres.now().await.unwrap());
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn it_does_what_the_inbox_in_memory_does() {
    let seeds = std::env::var("KLAVI_TEST_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(4);
    for seed in 0..seeds {
        Schema::with(async |schema| {
            println!("seed {seed}");
            let clock = Clock::manual(start());
            let postgres = PostgresOptions::new(&schema.url()).clock(clock.clone()).connect().await.unwrap();
            let mut pair = Pair {
                memory: MemoryInbox::with_clock(clock.clone()),
                postgres,
                keys: HashMap::new(),
                expected_keys: HashMap::new(),
                chance: fastrand::Rng::with_seed(seed),
                clock,
                tickets: Vec::new(),
            };
            for _ in 0..STEPS {
                match pair.chance.u8(..14) {
                    0..4 => pair.store().await,
                    4..8 => pair.lease().await,
                    8..11 => pair.settle().await,
                    11 => pair.change().await,
                    12 => pair.compare().await,
                    _ if pair.chance.u8(..10) == 0 => {
                        let back = Duration::from_secs(pair.chance.u64(..300));
                        pair.clock.set(pair.clock.now() - back);
                    }
                    _ => pair.clock.advance(Duration::from_millis(pair.chance.u64(..40_000))),
                }
            }
            pair.compare().await;
        })
        .await;
    }
}
