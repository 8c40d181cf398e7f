//! Entries on their way in, as they are stored, and as they are listed.

use std::fmt;
use std::num::ParseIntError;
use std::ops::{Deref, DerefMut};
use std::str::FromStr;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::{EntryKind, Envelope, Expectation, InboxError, InboxErrorKind, Target};
use crate::ingress::memory::MemoryPermit;
use crate::{Delivery, Verified};

/// Number of an entry in its inbox, in the order of arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(u64);

impl EntryId {
    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl From<u64> for EntryId {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for EntryId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// How far an entry is with one of its targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntryState {
    /// Waits to be handled, perhaps until its next attempt is due.
    Pending,
    /// Being handled.
    Leased,
    /// Handled.
    Done,
    /// Its attempts are used up, or its handler gave up: a dead letter, to be replayed by hand.
    Dead,
    /// Authentic but not understood: not leased unless replayed.
    Quarantined,
    /// Kept back: not leased before the instant that it is [due](NewEntry::due).
    Outstanding,
}

impl EntryState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Pending, Self::Leased, Self::Done, Self::Dead, Self::Quarantined, Self::Outstanding];

    /// The word for it: `pending`, `leased`, `done`, `dead`, `quarantined`, `outstanding`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Leased => "leased",
            Self::Done => "done",
            Self::Dead => "dead",
            Self::Quarantined => "quarantined",
            Self::Outstanding => "outstanding",
        }
    }

    /// Whether it waits to be handled, be it until it is due, or is being handled.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Leased | Self::Outstanding)
    }
}

impl FromStr for EntryState {
    type Err = UnknownState;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|state| state.as_str() == word).ok_or(UnknownState(()))
    }
}

/// The word names no state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a state is pending, leased, done, dead, quarantined or outstanding")]
pub struct UnknownState(());

/// How far an entry was in another inbox.
#[derive(Clone)]
pub(super) struct Progress {
    pub(super) state: EntryState,
    pub(super) attempts: u32,
    pub(super) last_error: Option<String>,
}

/// An entry on its way into the inbox. Its [`Envelope`] is read and written as if its fields were the entry's own.
#[derive(Clone)]
#[non_exhaustive]
pub struct NewEntry {
    /// Its metadata.
    pub envelope: Envelope,
    /// Why it is quarantined, if it is.
    pub quarantine: Option<String>,
    /// When to lease it, if not at once: it is outstanding until then, and keeps no order of its link.
    pub due: Option<Timestamp>,
    /// Which targets it is for. An entry without any is refused: no list and no lease would ever show it.
    pub targets: Vec<Target>,
    body: Bytes,
    /// SHA-256 of the body, where it was computed while the body arrived.
    sha256: Option<[u8; 32]>,
    pub(super) progress: Option<Progress>,
    /// What its delivery takes of the memory budget, until it is stored.
    pub(crate) permit: Option<Arc<MemoryPermit>>,
}

impl NewEntry {
    /// An entry with these bytes for the [default target](Target::default).
    pub fn new(envelope: Envelope, body: Bytes) -> Self {
        Self {
            envelope,
            quarantine: None,
            due: None,
            targets: vec![Target::default()],
            body,
            sha256: None,
            progress: None,
            permit: None,
        }
    }

    /// The whole body of a delivery as one entry, with those of its headers that are kept.
    pub fn whole(kind: EntryKind, delivery: &Delivery<Verified>, kept: &[&str]) -> Self {
        let mut entry = Self::part(kind, delivery, kept, delivery.body().clone());
        entry.sha256 = delivery.digest();
        entry
    }

    /// A part of the body of a delivery as an entry of its own.
    pub fn part(kind: EntryKind, delivery: &Delivery<Verified>, kept: &[&str], bytes: Bytes) -> Self {
        let headers = delivery.headers();
        let kept = kept.iter().flat_map(|name| headers.get_all(*name).iter().map(move |value| (name, value)));
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let mut envelope = Envelope::new(kind, delivery.received_at());
        envelope.source = delivery.source();
        envelope.headers = kept.map(|(name, value)| ((*name).to_owned(), text(value))).collect();
        Self { permit: delivery.permit(), ..Self::new(envelope, bytes) }
    }

    /// An entry of another inbox, with its state, attempts and last error, to be stored in this one. What is leased
    /// there is pending here. An expectation keeps its deadline; everything else that is kept back is due.
    pub fn copy_of(entry: Entry) -> Self {
        let is_outstanding = entry.state == EntryState::Outstanding;
        let due = Expectation::of_entry(&entry).filter(|_| is_outstanding).map(|known| known.deadline);
        let state = match entry.state {
            EntryState::Leased => EntryState::Pending,
            EntryState::Outstanding if due.is_none() => EntryState::Pending,
            state => state,
        };
        let Entry { summary, body } = entry;
        let Summary { envelope, target, attempts, last_error, .. } = summary;
        Self {
            due,
            targets: vec![target],
            progress: Some(Progress { state, attempts, last_error }),
            ..Self::new(envelope, body)
        }
    }

    /// The same, to be kept without being leased.
    #[must_use]
    pub fn quarantined(mut self, reason: &str) -> Self {
        self.quarantine = Some(reason.to_owned());
        self
    }

    /// Its bytes.
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// Gives it other bytes.
    pub fn set_body(&mut self, body: Bytes) {
        self.body = body;
        self.sha256 = None;
    }

    /// Refuses what no inbox can store.
    pub(crate) fn check(entries: &[Self]) -> Result<(), InboxError> {
        if entries.iter().any(|entry| entry.targets.is_empty()) {
            let error = InboxError::new("store entries", "an entry has no target: give it at least one");
            return Err(error.with_kind(InboxErrorKind::InvalidEntry));
        }
        Ok(())
    }

    pub(super) fn into_parts(self) -> (Envelope, Bytes, Option<Arc<MemoryPermit>>) {
        (self.envelope, self.body, self.permit)
    }

    /// The state that it begins in.
    pub fn state(&self) -> EntryState {
        if let Some(progress) = &self.progress {
            progress.state
        } else if self.quarantine.is_some() {
            EntryState::Quarantined
        } else if self.due.is_some() {
            EntryState::Outstanding
        } else {
            EntryState::Pending
        }
    }

    pub(super) fn attempts(&self) -> u32 {
        self.progress.as_ref().map_or(0, |progress| progress.attempts)
    }

    /// Why it is quarantined, or how its last attempt failed in another inbox.
    pub(super) fn last_error(&self) -> Option<String> {
        self.progress.as_ref().map_or(&self.quarantine, |progress| &progress.last_error).clone()
    }

    /// Computes the digest of the body, unless it is computed already.
    pub(crate) fn hash_body(&mut self) {
        self.sha256 = Some(self.digest());
    }

    fn digest(&self) -> [u8; 32] {
        self.sha256.unwrap_or_else(|| Sha256::digest(&self.body).into())
    }

    /// What makes it the same entry: kind, the provider's id and the SHA-256 of its bytes. May hash the body: ask once.
    pub fn dedup_key(&self) -> String {
        self.envelope.dedup_key(&self.digest())
    }
}

impl Deref for NewEntry {
    type Target = Envelope;

    fn deref(&self) -> &Envelope {
        &self.envelope
    }
}

impl DerefMut for NewEntry {
    fn deref_mut(&mut self) -> &mut Envelope {
        &mut self.envelope
    }
}

impl fmt::Debug for NewEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewEntry")
            .field("kind", &self.kind)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// An entry without its bytes, with how far it is with one target. Its [`Envelope`] is read as if its fields were the
/// summary's own.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// Its number.
    pub id: EntryId,
    /// Key that makes handling it idempotent: the same for every attempt and redelivery, another for a revision.
    pub dedup_key: String,
    /// Its metadata.
    pub envelope: Envelope,
    /// How many bytes it holds.
    pub bytes: u64,
    /// The target that the rest is about.
    pub target: Target,
    /// How far it is.
    pub state: EntryState,
    /// How many attempts have ended since it was stored or last replayed.
    pub attempts: u32,
    /// When it is leased next; of a leased entry when the lease ends. `None` where it is settled.
    pub due: Option<Timestamp>,
    /// Why the last attempt failed, or why it is quarantined.
    pub last_error: Option<String>,
    /// The last [attempts](Attempt::MOST), oldest first. An entry that was handled at the first attempt has none.
    pub history: Vec<Attempt>,
}

impl Deref for Summary {
    type Target = Envelope;

    fn deref(&self) -> &Envelope {
        &self.envelope
    }
}

impl fmt::Debug for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Summary")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("state", &self.state)
            .field("attempts", &self.attempts)
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

/// How an attempt ended that did not handle its entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When it ended.
    pub at: Timestamp,
    /// Why, in one line.
    pub error: String,
}

impl Attempt {
    /// How many are kept with an entry.
    pub const MOST: usize = 10;
}

/// A text without ends of lines, as it stands in a history.
pub(super) fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// An entry with its bytes. It reads as its [`Summary`].
#[derive(Clone)]
#[non_exhaustive]
pub struct Entry {
    /// All but the bytes.
    pub summary: Summary,
    /// The bytes, as they came.
    pub body: Bytes,
}

impl Deref for Entry {
    type Target = Summary;

    fn deref(&self) -> &Summary {
        &self.summary
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.summary.fmt(f)
    }
}
