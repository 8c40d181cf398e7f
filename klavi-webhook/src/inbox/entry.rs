use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;
use std::num::ParseIntError;
use std::str::FromStr;
use std::sync::Arc;

use bytes::Bytes;
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::Expectation;
use crate::ingress::digest::Digest;
use crate::ingress::memory::Share;
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

/// What an entry holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EntryKind {
    /// A report.
    Report,
    /// An event.
    Event,
    /// A report of the first generation.
    LegacyReport,
    /// Something authentic that was not understood.
    Unknown,
    /// Reports that were asked for and should come: an [`Expectation`](crate::Expectation).
    Expectation,
}

impl EntryKind {
    /// The word for it: `report`, `event`, `legacy_report`, `unknown`, `expectation`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Event => "event",
            Self::LegacyReport => "legacy_report",
            Self::Unknown => "unknown",
            Self::Expectation => "expectation",
        }
    }

    /// The kind of that word; a word of a later version is unknown.
    pub(super) fn of(word: &str) -> Self {
        let kinds = [Self::Report, Self::Event, Self::LegacyReport, Self::Expectation];
        kinds.into_iter().find(|kind| kind.as_str() == word).unwrap_or(Self::Unknown)
    }
}

/// How far an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryState {
    /// Waits to be handled, perhaps until its next attempt is due.
    Pending,
    /// Being handled.
    Leased,
    /// Handled.
    Done,
    /// Its attempts are used up, or its handler gave up: a dead letter, to be replayed by hand.
    Dead,
    /// Authentic but not understood: never handed out unless replayed.
    Quarantined,
    /// Kept back: not handed out before the instant that it is [due](NewEntry::due).
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

/// The word is no state's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownState(());

impl fmt::Display for UnknownState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a state is pending, leased, done, dead, quarantined or outstanding")
    }
}

impl std::error::Error for UnknownState {}

/// How far an entry is.
#[derive(Clone)]
pub(super) struct Progress {
    state: EntryState,
    attempts: u32,
    last_error: Option<String>,
}

/// An entry on its way into the inbox.
#[derive(Clone)]
#[non_exhaustive]
pub struct NewEntry {
    /// What it holds.
    pub kind: EntryKind,
    /// Name of the product or event.
    pub name: Option<String>,
    /// The sender's id of the message.
    pub message_id: Option<String>,
    /// Link.
    pub link_id: Option<String>,
    /// Consent.
    pub consent_id: Option<String>,
    /// Institution.
    pub institution_code: Option<String>,
    /// Report request.
    pub request_id: Option<String>,
    /// When it was verified.
    pub received_at: Timestamp,
    /// Address it came from.
    pub source: Option<IpAddr>,
    /// Headers kept.
    pub headers: Vec<(String, String)>,
    /// The bytes of this entry, as they came.
    pub body: Bytes,
    /// Why it is quarantined, if it is.
    pub quarantine: Option<String>,
    /// When to hand it out, if not at once: it is outstanding until then, and keeps no order of its link.
    pub due: Option<Timestamp>,
    /// How far it was in another inbox, if it was in one.
    pub(super) progress: Option<Progress>,
    /// What its delivery takes of the memory for all, until it is stored.
    #[cfg_attr(
        not(any(feature = "sqlite", feature = "postgres")),
        expect(dead_code, reason = "an inbox in memory has stored it at once")
    )]
    pub(super) share: Option<Arc<Share>>,
    /// The digest of its bytes, where it was taken while they arrived.
    pub(super) digest: Option<Digest>,
}

impl NewEntry {
    /// An entry of a delivery; `body` is its part of the delivery's bytes.
    pub fn new(kind: EntryKind, delivery: &Delivery<Verified>, kept: &[&str], body: Bytes) -> Self {
        let headers = delivery.headers();
        let kept = kept.iter().flat_map(|name| headers.get_all(*name).iter().map(move |value| (name, value)));
        Self {
            kind,
            name: None,
            message_id: None,
            link_id: None,
            consent_id: None,
            institution_code: None,
            request_id: None,
            received_at: delivery.received_at(),
            source: delivery.source(),
            headers: kept
                .map(|(name, value)| {
                    ((*name).to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
                })
                .collect(),
            digest: delivery.digest_of(&body),
            body,
            quarantine: None,
            due: None,
            progress: None,
            share: delivery.share(),
        }
    }

    /// An entry as another inbox has it, with its state, attempts and last error, to be stored in this one. What is being
    /// handled there waits to be handled here. An expectation keeps its deadline; whatever else is kept back is due.
    pub fn copy_of(entry: Entry) -> Self {
        let is_outstanding = entry.state == EntryState::Outstanding;
        let due = Expectation::of_entry(&entry).filter(|_| is_outstanding).map(|known| known.deadline);
        let state = match entry.state {
            EntryState::Leased => EntryState::Pending,
            EntryState::Outstanding if due.is_none() => EntryState::Pending,
            state => state,
        };
        Self {
            kind: entry.kind,
            name: entry.name,
            message_id: entry.message_id,
            link_id: entry.link_id,
            consent_id: entry.consent_id,
            institution_code: entry.institution_code,
            request_id: entry.request_id,
            received_at: entry.received_at,
            source: entry.source,
            headers: entry.headers,
            body: entry.body,
            quarantine: None,
            due,
            progress: Some(Progress { state, attempts: entry.attempts, last_error: entry.last_error }),
            share: None,
            digest: None,
        }
    }

    /// The same, to be kept without being handed out.
    #[must_use]
    pub fn quarantined(mut self, reason: &str) -> Self {
        self.quarantine = Some(reason.to_owned());
        self
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

    /// How often it was handed out, in another inbox.
    pub(super) fn attempts(&self) -> u32 {
        self.progress.as_ref().map_or(0, |progress| progress.attempts)
    }

    /// Why it is quarantined, or how its last attempt failed in another inbox.
    pub(super) fn last_error(&self) -> Option<String> {
        self.progress.as_ref().map_or(&self.quarantine, |progress| &progress.last_error).clone()
    }

    /// What makes it the same message: kind and the sender's id; its [`dedup_key`](Self::dedup_key) where it has none.
    pub fn message_key(&self, dedup_key: &str) -> String {
        message_key(self.kind, self.message_id.as_deref(), dedup_key)
    }

    /// What makes it the same entry: kind, the sender's id and the SHA-256 of its bytes. May hash the body: ask once.
    pub fn dedup_key(&self) -> String {
        let digest = Digest::of(&self.body, self.digest.as_ref());
        let id = short(self.message_id.as_deref().unwrap_or_default());
        let mut key = [self.kind.as_str(), &id, ""].join(":");
        HEXLOWER.encode_append(&digest, &mut key);
        key
    }
}

/// An empty id is none.
fn message_key(kind: EntryKind, message_id: Option<&str>, dedup_key: &str) -> String {
    match message_id.filter(|id| !id.is_empty()) {
        Some(id) => [kind.as_str(), &short(id)].join(":"),
        None => dedup_key.to_owned(),
    }
}

/// The longest id, in bytes, that stands for itself: indexes of databases take some thousand.
const LONGEST_ID: usize = 512;

/// An id as it stands in keys: a longer one is a digest of itself.
pub(super) fn short(id: &str) -> Cow<'_, str> {
    match id.len() {
        ..=LONGEST_ID => Cow::Borrowed(id),
        _ => Cow::Owned(format!("sha256-{}", HEXLOWER.encode(&Sha256::digest(id)))),
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

/// An entry of the inbox.
#[derive(Clone)]
#[non_exhaustive]
pub struct Entry {
    /// Its number.
    pub id: EntryId,
    /// What it holds.
    pub kind: EntryKind,
    /// Name of the product or event.
    pub name: Option<String>,
    /// Key that makes handling it idempotent: the same for every attempt and redelivery, another for a revision.
    pub dedup_key: String,
    /// The sender's id of the message.
    pub message_id: Option<String>,
    /// Link.
    pub link_id: Option<String>,
    /// Consent.
    pub consent_id: Option<String>,
    /// Institution.
    pub institution_code: Option<String>,
    /// Report request.
    pub request_id: Option<String>,
    /// When it came.
    pub received_at: Timestamp,
    /// Address it came from.
    pub source: Option<IpAddr>,
    /// Headers kept.
    pub headers: Vec<(String, String)>,
    /// The bytes, as they came.
    pub body: Bytes,
    /// How far it is.
    pub state: EntryState,
    /// How often it was handed out.
    pub attempts: u32,
    /// Not handed out before; while it is leased the end of the lease. `None` where it never had to wait, or does no more.
    pub due: Option<Timestamp>,
    /// Why the last attempt failed, or why it is quarantined.
    pub last_error: Option<String>,
}

impl Entry {
    /// A new entry under its number, with its [`dedup_key`](NewEntry::dedup_key).
    pub fn new(id: EntryId, new: NewEntry, dedup_key: String) -> Self {
        let (state, attempts, last_error) = (new.state(), new.attempts(), new.last_error());
        Self {
            id,
            kind: new.kind,
            dedup_key,
            name: new.name,
            message_id: new.message_id,
            link_id: new.link_id,
            consent_id: new.consent_id,
            institution_code: new.institution_code,
            request_id: new.request_id,
            received_at: new.received_at,
            source: new.source,
            headers: new.headers,
            body: new.body,
            state,
            attempts,
            due: new.due.filter(|_| state.is_open()),
            last_error,
        }
    }

    /// The [`message_key`](NewEntry::message_key) that it came under.
    pub(super) fn message_key(&self) -> String {
        message_key(self.kind, self.message_id.as_deref(), &self.dedup_key)
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("state", &self.state)
            .field("attempts", &self.attempts)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
