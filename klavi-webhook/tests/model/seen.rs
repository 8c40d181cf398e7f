//! What an inbox answers, in a form that compares and prints. It must not know how an answer comes about.

use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::Timestamp;
use klavi_webhook::{
    Count, Counts, Entry, EntryId, EntryState, Envelope, Expected, InboxErrorKind, Interruption, Lease,
    Leased, Stored, Summary, Target, TargetStatus, Ticket,
};

/// The answer to any call. Numbers of entries are those of the model.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    Stored(Vec<Stored>),
    Leased(SeenLease),
    Settled(Vec<bool>),
    Changed(u64),
    Got(Option<SeenEntry>),
    Listed(Vec<Seen>),
    Counted(SeenCounts),
    Expected(Vec<SeenExpectation>),
    Targets(Vec<SeenTarget>),
    TargetChanged(bool),
    /// An error of that kind.
    Failed(InboxErrorKind),
}

/// A [`Summary`] with all that it holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) id: EntryId,
    pub(crate) dedup_key: String,
    pub(crate) envelope: SeenEnvelope,
    pub(crate) bytes: u64,
    pub(crate) target: Target,
    pub(crate) state: EntryState,
    pub(crate) attempts: u32,
    pub(crate) due: Option<Timestamp>,
    pub(crate) last_error: Option<String>,
    pub(crate) history: Vec<(Timestamp, String)>,
}

impl From<Summary> for Seen {
    fn from(summary: Summary) -> Self {
        Self {
            id: summary.id,
            dedup_key: summary.dedup_key,
            envelope: SeenEnvelope(summary.envelope),
            bytes: summary.bytes,
            target: summary.target,
            state: summary.state,
            attempts: summary.attempts,
            due: summary.due,
            last_error: summary.last_error,
            history: summary.history.into_iter().map(|attempt| (attempt.at, attempt.error)).collect(),
        }
    }
}

/// An envelope that prints: everything here is synthetic.
#[derive(Clone, PartialEq)]
pub(crate) struct SeenEnvelope(pub(crate) Envelope);

impl std::fmt::Debug for SeenEnvelope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Envelope { kind, received_at, headers, source, .. } = &self.0;
        write!(f, "{} {received_at} {source:?} {headers:?}", kind.as_str())?;
        for (name, value) in [
            ("provider", &self.0.provider),
            ("name", &self.0.name),
            ("message", &self.0.message_id),
            ("link", &self.0.link_id),
            ("consent", &self.0.consent_id),
            ("institution", &self.0.institution_code),
            ("request", &self.0.request_id),
        ] {
            if let Some(value) = value {
                write!(f, " {name}={value:?}")?;
            }
        }
        Ok(())
    }
}

/// An entry with its bytes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SeenEntry {
    pub(crate) summary: Seen,
    pub(crate) body: Bytes,
}

impl From<Entry> for SeenEntry {
    fn from(entry: Entry) -> Self {
        Self { summary: entry.summary.into(), body: entry.body }
    }
}

/// A lease.
#[derive(Clone, Debug, Default)]
pub(crate) struct SeenLease {
    pub(crate) entries: Vec<(SeenEntry, Ticket)>,
    pub(crate) alone: bool,
    pub(crate) suspect_waits: bool,
    /// In an answer of the inbox: whether it says that there may be more. In one of the model: whether it has to, since
    /// the lease is short of what was asked for while more is due.
    pub(crate) more: bool,
}

impl PartialEq for SeenLease {
    fn eq(&self, answer: &Self) -> bool {
        (&self.entries, self.alone, self.suspect_waits)
            == (&answer.entries, answer.alone, answer.suspect_waits)
            && (answer.more || !self.more)
    }
}

impl From<Lease> for SeenLease {
    fn from(lease: Lease) -> Self {
        let entries = lease.entries.into_iter().map(|Leased { entry, ticket }| (entry.into(), ticket));
        Self {
            entries: entries.collect(),
            alone: lease.alone,
            suspect_waits: lease.suspect_waits,
            more: lease.more,
        }
    }
}

/// Counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct SeenCounts {
    pub(crate) by_state: BTreeMap<(Target, EntryState), Count>,
    pub(crate) oldest_due: BTreeMap<Target, Timestamp>,
    pub(crate) oldest_body: Option<Timestamp>,
    /// Whether bodies may be stored in fewer bytes than they have.
    pub(crate) packed: bool,
}

impl PartialEq for SeenCounts {
    fn eq(&self, answer: &Self) -> bool {
        let bytes = |wanted: u64, found: u64| if self.packed { found <= wanted } else { found == wanted };
        let same = |((of, count), (of_answer, answer)): ((&_, &Count), (&_, &Count))| {
            of == of_answer && count.entries == answer.entries && bytes(count.bytes, answer.bytes)
        };
        self.by_state.len() == answer.by_state.len()
            && self.by_state.iter().zip(&answer.by_state).all(same)
            && (&self.oldest_due, self.oldest_body) == (&answer.oldest_due, answer.oldest_body)
    }
}

impl From<Counts> for SeenCounts {
    fn from(counts: Counts) -> Self {
        Self {
            by_state: counts.by_state,
            oldest_due: counts.oldest_due,
            oldest_body: counts.oldest_body,
            packed: false,
        }
    }
}

/// An expectation with what has become of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SeenExpectation {
    pub(crate) entry: Seen,
    pub(crate) missing: Vec<String>,
    pub(crate) status: &'static str,
}

impl From<Expected> for SeenExpectation {
    fn from(expected: Expected) -> Self {
        let Expected { entry, missing, status, .. } = expected;
        Self { entry: entry.into(), missing, status: status.as_str() }
    }
}

/// What is known of a target.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SeenTarget {
    pub(crate) target: Target,
    pub(crate) introduced_at: Option<Timestamp>,
    pub(crate) paused: Option<(Timestamp, String)>,
    pub(crate) down: Option<(Timestamp, String)>,
}

impl SeenTarget {
    pub(crate) fn new(target: Target) -> Self {
        Self { target, introduced_at: None, paused: None, down: None }
    }
}

impl From<TargetStatus> for SeenTarget {
    fn from(status: TargetStatus) -> Self {
        let seen = |one: Interruption| (one.since, one.reason);
        Self {
            target: status.target,
            introduced_at: status.introduced_at,
            paused: status.paused.map(seen),
            down: status.down.map(seen),
        }
    }
}
