//! Leases: entries that one holder works on for a limited time, and what became of them.

use std::time::Duration;

use super::{Entry, EntryId, Target};

/// Which entries may be handled at the same time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Order {
    /// Any.
    #[default]
    Free,
    /// Of each link only the oldest that is pending or leased. The next one waits until that is done or dead, its backoff
    /// included. Entries without a link are free, and so are expectations: they neither wait nor hold others up.
    PerLink,
}

/// What a dispatcher asks for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LeaseRequest {
    /// Whose entries.
    pub target: Target,
    /// At most that many.
    pub most: usize,
    /// How long the leases hold.
    pub lease: Duration,
    /// Which entries may be handled at the same time.
    pub order: Order,
    /// Whether nothing else is being handled. Only then a suspect is leased: an entry whose last lease ran out without a
    /// word, perhaps because it ended the process.
    pub idle: bool,
    /// No entry is put off for longer than this, except those with a deadline of their own.
    pub longest_pause: Duration,
}

impl LeaseRequest {
    /// At most that many entries of the default target, for a minute, in any order, by a holder that is idle.
    pub fn new(most: usize) -> Self {
        Self {
            target: Target::default(),
            most,
            lease: Duration::from_secs(60),
            order: Order::Free,
            idle: true,
            longest_pause: Duration::from_secs(60 * 60),
        }
    }

    /// Leases the entries of that target.
    #[must_use]
    pub fn target(mut self, target: Target) -> Self {
        self.target = target;
        self
    }

    /// Leases for that long.
    #[must_use]
    pub const fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// Leases in that order.
    #[must_use]
    pub const fn order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    /// Says whether the holder has nothing else in hand.
    #[must_use]
    pub const fn idle(mut self, idle: bool) -> Self {
        self.idle = idle;
        self
    }

    /// Says what no entry is put off beyond.
    #[must_use]
    pub const fn longest_pause(mut self, pause: Duration) -> Self {
        self.longest_pause = pause;
        self
    }
}

/// What a dispatcher gets.
#[derive(Clone, Debug, Default)]
pub struct Lease {
    /// The entries, due longest first. A suspect comes by itself.
    pub entries: Vec<Leased>,
    /// The entry is a suspect: nothing else may be handled until it is settled.
    pub alone: bool,
    /// A suspect waits for its holder to be idle.
    pub suspect_waits: bool,
    /// There may be more that is due now: ask again at once.
    pub more: bool,
}

/// A leased entry.
#[derive(Clone, Debug)]
pub struct Leased {
    /// The entry. Its `attempts` are those that ended before.
    pub entry: Entry,
    /// Settles it.
    pub ticket: Ticket,
}

/// The right to settle a lease. It is worthless once the entry was leased again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ticket {
    /// The entry.
    pub id: EntryId,
    /// The target.
    pub target: Target,
    /// Counts how often the entry was ever leased for the target, replays included.
    pub lease: u64,
    /// Whether the lease keeps an order, so that the next entry of the link is due once this one is settled.
    pub order: Order,
}

/// What became of a leased entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Handled.
    Done,
    /// Not handled: due again after that time. Counts as an attempt.
    Retry {
        /// How long to wait.
        after: Duration,
        /// Why.
        error: String,
    },
    /// Not handled, and not to be retried: a dead letter. Counts as an attempt.
    Dead {
        /// Why.
        error: String,
    },
    /// Given back without an attempt: due again after that time.
    Released {
        /// How long to wait.
        after: Duration,
    },
}

/// An outcome with the ticket that it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The lease.
    pub ticket: Ticket,
    /// What became of it.
    pub outcome: Outcome,
}

impl Ticket {
    /// The entry was handled.
    pub const fn done(self) -> Settlement {
        Settlement { ticket: self, outcome: Outcome::Done }
    }

    /// The attempt failed; the next one is due after that time.
    pub fn retry(self, after: Duration, error: impl Into<String>) -> Settlement {
        Settlement { ticket: self, outcome: Outcome::Retry { after, error: error.into() } }
    }

    /// The attempt failed, and no other follows.
    pub fn dead(self, error: impl Into<String>) -> Settlement {
        Settlement { ticket: self, outcome: Outcome::Dead { error: error.into() } }
    }

    /// Nothing was attempted.
    pub const fn released(self, after: Duration) -> Settlement {
        Settlement { ticket: self, outcome: Outcome::Released { after } }
    }
}

/// How long an entry is put off that an earlier one of its link holds up. It is due as soon as that one is settled; this
/// is for holders that do not keep the order any more.
pub(super) const HOLD: Duration = Duration::from_secs(10 * 60);

/// How many entries one call puts off, so that others are let in.
pub(super) const HELD_AT_ONCE: usize = 1_000;

/// Why an attempt failed that ended without a word.
pub(super) const SILENT: &str =
    "the lease ran out while the entry was handled alone: the process may have crashed";
