//! Plans: steps with small numbers in them that choose among few texts, entries and tickets, so that any step makes sense
//! after any other and a failing plan can be cut down. Nothing here knows what the right answer is.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use klavi_webhook::{Change, EntryKind, EntryState, Envelope, Filter, NewEntry, Target, TargetChange};
use proptest::prelude::*;

/// When every plan begins.
pub(crate) const START: Timestamp = Timestamp::constant(1_767_323_045, 0);

/// One step.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Store {
        client: u8,
        entries: Vec<Message>,
    },
    /// The caller goes away after so many turns of the runtime, and stores the same again later.
    StoreUnknown {
        client: u8,
        entries: Vec<Message>,
        turns: u8,
    },
    Expect {
        client: u8,
        request: u8,
        products: u8,
        deadline: u8,
        by_events: bool,
        targets: u8,
    },
    Lease {
        client: u8,
        target: u8,
        most: u8,
        lease: u8,
        pause: u8,
        per_link: bool,
        idle: bool,
    },
    /// The holder is gone and settles nothing.
    Crash,
    Settle {
        client: u8,
        settlements: Vec<Settle>,
    },
    Change {
        client: u8,
        change: Changing,
        filter: Which,
    },
    /// Pauses it, resumes it and so on.
    Target {
        client: u8,
        target: u8,
        change: u8,
        reason: u8,
    },
    Forget {
        client: u8,
        before: u8,
    },
    List {
        client: u8,
        filter: Which,
        limit: u8,
        after: Option<(u8, u8)>,
    },
    Get {
        client: u8,
        entry: u8,
    },
    Counts {
        client: u8,
    },
    Expected {
        client: u8,
        limit: u8,
    },
    Advance {
        seconds: u8,
    },
    StepBack {
        seconds: u8,
    },
    /// The second client's clock goes wrong by so many seconds.
    Skew {
        seconds: i8,
    },
    Reopen {
        client: u8,
    },
    Damage {
        entry: u8,
    },
}

/// An entry to store.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) kind: u8,
    pub(crate) message: u8,
    pub(crate) body: u8,
    pub(crate) link: u8,
    pub(crate) request: u8,
    pub(crate) name: u8,
    pub(crate) other: u8,
    pub(crate) age: u8,
    pub(crate) quarantined: bool,
    pub(crate) due: Option<u8>,
    pub(crate) targets: u8,
}

/// A ticket and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Settle {
    /// One that was settled or lost before.
    pub(crate) old: bool,
    pub(crate) ticket: u8,
    pub(crate) outcome: u8,
    pub(crate) after: u8,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Changing {
    Replay,
    Erase,
    Prune,
    Assign(u8),
    Close,
}

impl From<Changing> for Change {
    fn from(changing: Changing) -> Self {
        match changing {
            Changing::Replay => Self::Replay,
            Changing::Erase => Self::Erase,
            Changing::Prune => Self::Prune,
            Changing::Assign(target) => Self::Assign(of(&TARGETS, target).into()),
            Changing::Close => Self::Close,
        }
    }
}

/// A filter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Which {
    pub(crate) entries: Vec<u8>,
    pub(crate) states: Vec<u8>,
    pub(crate) kinds: Vec<u8>,
    pub(crate) texts: [Option<u8>; 6],
    pub(crate) target: Option<u8>,
    pub(crate) since: Option<u8>,
    pub(crate) until: Option<u8>,
}

/// Chooses one of them.
pub(crate) fn of<T: Clone>(choices: &[T], number: u8) -> T {
    choices[usize::from(number) % choices.len()].clone()
}

const KINDS: [EntryKind; 4] =
    [EntryKind::Report, EntryKind::Event, EntryKind::LegacyReport, EntryKind::Unknown];
const LINKS: [Option<&str>; 5] = [Some("l-1"), None, Some("l-2"), Some("l:1"), Some("")];
pub(crate) const REQUESTS: [&str; 3] = ["rq-1", "rq-2", "rq:ü"];
pub(crate) const NAMES: [&str; 3] = ["pf_balance", "pf_accounts", ""];
const OTHERS: [Option<&str>; 3] = [None, Some("033"), Some("açaí ☕")];
pub(crate) const TARGETS: [&str; 3] = ["default", "a", "pull:ç"];
/// In seconds.
const AGES: [i64; 5] = [0, 1, 60, 3_600, 90_000];
const WAITS: [u64; 6] = [0, 1, 30, 61, 601, 3_600];
pub(crate) const ERRORS: [&str; 4] = ["no", "", "two\nlines", "não: \"é\""];

pub(crate) fn seconds(number: u8) -> Duration {
    Duration::from_secs(of(&WAITS, number))
}

/// A target is resumed more often than it is paused, so that plans go on.
pub(crate) fn target_change(number: u8, reason: u8) -> TargetChange {
    let reason = || of(&ERRORS, reason).to_owned();
    match number % 8 {
        0 => TargetChange::Pause { reason: reason() },
        1..=4 => TargetChange::Resume,
        5 => TargetChange::Down { reason: reason() },
        6 => TargetChange::Up,
        _ => TargetChange::Introduce,
    }
}

/// Before the plan begins, or somewhere within it.
pub(crate) fn instant(number: u8) -> Timestamp {
    START + SignedDuration::from_secs(of(&AGES, number) * 2 - 3_600)
}

/// Few ids where the plan is of few messages, and odd ones.
fn message_id(number: u8) -> Option<String> {
    let ids = [Some("m-1"), None, Some("m"), Some("m-1:x"), Some(""), Some("çã💳"), Some(":")];
    match usize::from(number) % (ids.len() + 1) {
        // Longer than what an index takes.
        7 => Some("long".repeat(300)),
        number => ids[number].map(str::to_owned),
    }
}

fn body(number: u8) -> Vec<u8> {
    match number % 5 {
        0 => b"{}".to_vec(),
        1 => b"{\"a\":1}".to_vec(),
        2 => Vec::new(),
        3 => vec![0xff, 0xfe, 0],
        _ => vec![b'7'; 5_000],
    }
}

/// Mostly the default target.
pub(crate) fn targets(number: u8) -> Vec<Target> {
    match number % 16 {
        0..=8 => vec![Target::default()],
        9 | 15 => vec!["a".into()],
        10 => vec!["pull:ç".into(), Target::default()],
        11 => vec!["a".into(), "a".into(), Target::default()],
        _ => TARGETS.iter().map(|name| Target::new(name)).collect(),
    }
}

impl Message {
    /// The entry, received by a client at that time. A plan of little variety has few different messages.
    pub(crate) fn entry(&self, variety: u8, now: Timestamp) -> NewEntry {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let received_at = now - SignedDuration::from_secs(of(&AGES, self.age));
        let mut envelope = Envelope::new(of(&KINDS, self.kind % variety), received_at);
        envelope.message_id = message_id(self.message % variety);
        envelope.link_id = owned(of(&LINKS, self.link));
        envelope.request_id =
            (!self.request.is_multiple_of(4)).then(|| of(&REQUESTS, self.request).to_owned());
        envelope.name = (!self.name.is_multiple_of(4)).then(|| of(&NAMES, self.name).to_owned());
        envelope.provider = owned(of(&OTHERS, self.other));
        envelope.consent_id = owned(of(&OTHERS, self.other / 3));
        envelope.institution_code = owned(of(&OTHERS, self.other / 9));
        if self.other.is_multiple_of(2) {
            envelope.source = Some("2001:db8::1".parse().unwrap());
            envelope.headers = vec![("x-a".to_owned(), "b: c".to_owned()), ("x-b".to_owned(), String::new())];
        }
        let mut entry = NewEntry::new(envelope, body(self.body % variety).into());
        entry.targets = targets(self.targets);
        entry.due = self.due.map(|due| now + seconds(due));
        if self.quarantined { entry.quarantined("odd") } else { entry }
    }
}

impl Which {
    /// The filter, but for its entries.
    pub(crate) fn filter(&self) -> Filter {
        let text = |place: usize, choices: &[Option<&str>]| {
            self.texts[place].and_then(|number| of(choices, number)).map(str::to_owned)
        };
        let mut filter = Filter::all();
        filter.states = self.states.iter().map(|state| of(&EntryState::ALL, *state)).collect();
        filter.kinds = self.kinds.iter().map(|kind| of(&EntryKind::ALL, *kind)).collect();
        filter.name = text(0, &NAMES.map(Some));
        filter.link_id = text(1, &LINKS);
        filter.request_id = text(2, &REQUESTS.map(Some));
        filter.provider = text(3, &OTHERS);
        filter.consent_id = text(4, &OTHERS);
        filter.institution_code = text(5, &OTHERS);
        filter.target = self.target.map(|target| of(&TARGETS, target).into());
        filter.since = self.since.map(instant);
        filter.until = self.until.map(instant);
        filter
    }
}

/// Entries that are stored together.
fn messages() -> impl Strategy<Value = Vec<Message>> {
    let rare = |weight: u32| prop::bool::weighted(f64::from(weight) / 100.0);
    let identity = (any::<u8>(), any::<u8>(), any::<u8>());
    let known = (any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>());
    let way = (rare(7), prop::option::weighted(0.07, any::<u8>()), any::<u8>());
    let message = (identity, known, way).prop_map(|(identity, known, way)| {
        let ((kind, message, body), (link, request, name, other, age)) = (identity, known);
        let (quarantined, due, targets) = way;
        Message { kind, message, body, link, request, name, other, age, quarantined, due, targets }
    });
    prop::collection::vec(message, 1..=4)
}

fn which() -> impl Strategy<Value = Which> {
    let rare = || prop::option::weighted(0.12, any::<u8>());
    let few = || prop_oneof![4 => Just(Vec::new()), 1 => prop::collection::vec(any::<u8>(), 1..=3)];
    let texts = [rare(), rare(), rare(), rare(), rare(), rare()];
    let lists = (few(), prop_oneof![few(), prop::collection::vec(any::<u8>(), 1..=2)], few());
    (lists, texts, rare(), rare(), rare()).prop_map(
        |((entries, states, kinds), texts, target, since, until)| Which {
            entries,
            states,
            kinds,
            texts,
            target,
            since,
            until,
        },
    )
}

fn settle() -> impl Strategy<Value = Settle> {
    (prop::bool::weighted(0.12), any::<u8>(), any::<u8>(), any::<u8>())
        .prop_map(|(old, ticket, outcome, after)| Settle { old, ticket, outcome, after })
}

/// Any step; what settles is more likely where there are tickets.
pub(crate) fn op(has_tickets: bool) -> impl Strategy<Value = Op> {
    let client = || prop_oneof![3 => Just(0_u8), 1 => Just(1_u8)];
    let store = (client(), messages()).prop_map(|(client, entries)| Op::Store { client, entries });
    let unknown = (client(), messages(), any::<u8>()).prop_map(|(client, entries, turns)| Op::StoreUnknown {
        client,
        entries,
        turns,
    });
    let expect = (client(), any::<u8>(), any::<u8>(), any::<u8>(), any::<bool>(), any::<u8>()).prop_map(
        |(client, request, products, deadline, by_events, targets)| Op::Expect {
            client,
            request,
            products,
            deadline,
            by_events,
            targets,
        },
    );
    let lease = (client(), 0..6_u8, 0..7_u8, any::<u8>(), any::<u8>(), any::<bool>(), any::<bool>());
    let lease = lease.prop_map(|(client, target, most, lease, pause, per_link, idle)| Op::Lease {
        client,
        target,
        most,
        lease,
        pause,
        per_link,
        idle,
    });
    let settle = (client(), prop::collection::vec(settle(), 0..=5))
        .prop_map(|(client, settlements)| Op::Settle { client, settlements });
    let changing = prop_oneof![
        6 => Just(Changing::Replay),
        2 => Just(Changing::Erase),
        4 => Just(Changing::Prune),
        2 => any::<u8>().prop_map(Changing::Assign),
        1 => Just(Changing::Close),
    ];
    let target = (client(), any::<u8>(), any::<u8>(), any::<u8>())
        .prop_map(|(client, target, change, reason)| Op::Target { client, target, change, reason });
    let change = (client(), changing, which()).prop_map(|(client, change, filter)| Op::Change {
        client,
        change,
        filter,
    });
    let list = (client(), which(), any::<u8>(), prop::option::of(any::<(u8, u8)>()))
        .prop_map(|(client, filter, limit, after)| Op::List { client, filter, limit, after });
    prop_oneof![
        18 => store,
        3 => unknown,
        4 => expect,
        20 => lease,
        2 => Just(Op::Crash),
        if has_tickets { 26 } else { 2 } => settle,
        6 => change,
        2 => target,
        2 => (client(), any::<u8>()).prop_map(|(client, before)| Op::Forget { client, before }),
        4 => list,
        3 => (client(), any::<u8>()).prop_map(|(client, entry)| Op::Get { client, entry }),
        2 => client().prop_map(|client| Op::Counts { client }),
        2 => (client(), any::<u8>()).prop_map(|(client, limit)| Op::Expected { client, limit }),
        9 => any::<u8>().prop_map(|seconds| Op::Advance { seconds }),
        1 => any::<u8>().prop_map(|seconds| Op::StepBack { seconds }),
        1 => any::<i8>().prop_map(|seconds| Op::Skew { seconds }),
        1 => (0..2_u8).prop_map(|client| Op::Reopen { client }),
        1 => any::<u8>().prop_map(|entry| Op::Damage { entry }),
    ]
}
