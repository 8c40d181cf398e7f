//! What is known of an entry beside its bytes and its progress. Written once, when the entry is stored.

use std::borrow::Cow;
use std::net::IpAddr;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

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
    /// An authentic body that was not understood.
    Unknown,
    /// Reports that were requested and should come: an [`Expectation`](crate::Expectation).
    Expectation,
}

impl EntryKind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Report, Self::Event, Self::LegacyReport, Self::Unknown, Self::Expectation];

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

    /// The kind of that word. A word of a later version is [`Unknown`](Self::Unknown).
    pub(super) fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).unwrap_or(Self::Unknown)
    }
}

impl std::str::FromStr for EntryKind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or(UnknownKind(()))
    }
}

/// The word names no kind of entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a kind is report, event, legacy_report, unknown or expectation")]
pub struct UnknownKind(());

/// The metadata of an entry: what its delivery and its body say of it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Envelope {
    /// Name of the provider that sent it, such as the one that [`Provider::name`](crate::Provider::name) gives.
    pub provider: Option<String>,
    /// What it holds.
    pub kind: EntryKind,
    /// Name of the product or event.
    pub name: Option<String>,
    /// The provider's id of the message.
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
}

impl Envelope {
    /// Of an entry of that kind, received at that instant. Everything else is empty.
    pub const fn new(kind: EntryKind, received_at: Timestamp) -> Self {
        Self {
            provider: None,
            kind,
            name: None,
            message_id: None,
            link_id: None,
            consent_id: None,
            institution_code: None,
            request_id: None,
            received_at,
            source: None,
            headers: Vec::new(),
        }
    }

    /// What makes it the same entry: kind, the provider's id and the SHA-256 of its bytes.
    pub(super) fn dedup_key(&self, sha256: &[u8; 32]) -> String {
        let mut key = self.message_prefix().unwrap_or_else(|| format!("{}::", self.kind.as_str()));
        HEXLOWER.encode_append(sha256, &mut key);
        key
    }

    /// What the keys of all revisions of the message begin with. `None` where the provider gave no id.
    pub(super) fn message_prefix(&self) -> Option<String> {
        let id = self.message_id.as_deref().filter(|id| !id.is_empty())?;
        Some([self.kind.as_str(), &short(id), ""].join(":"))
    }

    /// The number of the link whose order the entry keeps. A collision only keeps an order that was not asked for.
    pub(super) fn link_number(&self) -> Option<i64> {
        if self.kind == EntryKind::Expectation {
            return None;
        }
        self.link_id.as_deref().map(number_of)
    }
}

/// How many hexadecimal digits of a SHA-256 end a key.
pub(super) const DIGEST_DIGITS: usize = 64;

/// A number that stands for a text.
pub(super) fn number_of(text: &str) -> i64 {
    Sha256::digest(text).first_chunk().map_or(0, |first| i64::from_be_bytes(*first))
}

/// The longest id, in bytes, that stands for itself: indexes of databases take some thousand.
const LONGEST_ID: usize = 512;

/// An id as it stands in keys and indexes: a longer one is a digest of itself.
pub(super) fn short(id: &str) -> Cow<'_, str> {
    match id.len() {
        ..=LONGEST_ID => Cow::Borrowed(id),
        _ => Cow::Owned(format!("sha256-{}", HEXLOWER.encode(&Sha256::digest(id)))),
    }
}

impl std::fmt::Debug for Envelope {
    /// Without ids, headers and addresses, which are personal or secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Envelope").field("kind", &self.kind).field("name", &self.name).finish_non_exhaustive()
    }
}
