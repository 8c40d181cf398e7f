//! A delivery as one message of the stream: it is there with all its entries or not at all.

use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;

use async_nats::HeaderMap;
use async_nats::header::HeaderValue;
use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::state::State;
use crate::heavy::beside;
use crate::inbox::body;
use crate::inbox::cause::{Cause, Unreadable};
use crate::memory::Share;
use crate::{Entry, EntryId, EntryKind, EntryState, NewEntry, Summary};

/// What stands of each entry beside its bytes, unless it is too long for a header.
const INDEX: &str = "Inbox-Index";
/// How many bytes of the payload it takes then.
const INDEX_BYTES: &str = "Inbox-Index-Bytes";
/// Number of the first entry; the others follow.
const FIRST: &str = "Inbox-First";
/// How many entries.
const COUNT: &str = "Inbox-Count";
/// Name and chunks of the object that holds the payload.
const OBJECT: &str = "Inbox-Object";

/// The server takes 64 KiB of headers, and at most a message.
const INDEX_IN_HEADER: usize = 32 * 1024;
/// For the other headers.
const HEADERS: usize = 1024;

/// What is known of an entry beside its bytes and how far it is.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Meta {
    pub(super) kind: String,
    pub(super) dedup_key: String,
    pub(super) message_key: String,
    name: Option<String>,
    message_id: Option<String>,
    link_id: Option<String>,
    consent_id: Option<String>,
    institution_code: Option<String>,
    request_id: Option<String>,
    /// Microseconds since 1970.
    received_at: i64,
    source: Option<IpAddr>,
    headers: Vec<(String, String)>,
    quarantine: Option<String>,
    /// When an entry that is kept back is to be handed out, in microseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due: Option<i64>,
    /// How far it was in another inbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    progress: Option<State>,
    /// Size of the body as it came.
    bytes: u64,
    /// How it is packed.
    encoding: Option<String>,
    /// Its size in the payload.
    packed: usize,
}

impl Meta {
    /// How far the entry is before anything happened to it.
    pub(super) fn state(&self) -> State {
        if let Some(progress) = &self.progress {
            return progress.clone();
        }
        match (&self.quarantine, self.due) {
            (Some(why), _) => {
                let mut state = State::new(EntryState::Quarantined);
                state.error = Some(why.clone());
                state
            }
            (None, Some(due)) => {
                let mut state = State::new(EntryState::Outstanding);
                state.due = due;
                state
            }
            (None, None) => State::new(EntryState::Pending),
        }
    }

    pub(super) fn summary(&self, id: u64, state: &State) -> Result<Summary, Cause> {
        let (entry_state, due) = (state.entry_state()?, state.due()?);
        Ok(Summary {
            id: EntryId::from(id),
            kind: EntryKind::of(&self.kind),
            name: self.name.clone(),
            dedup_key: self.dedup_key.clone(),
            message_id: self.message_id.clone(),
            link_id: self.link_id.clone(),
            consent_id: self.consent_id.clone(),
            institution_code: self.institution_code.clone(),
            request_id: self.request_id.clone(),
            received_at: Timestamp::from_microsecond(self.received_at)
                .map_err(|_| Unreadable("an entry has an impossible time"))?,
            state: entry_state,
            attempts: state.attempts,
            due,
            last_error: state.error.clone(),
            bytes: self.bytes,
        })
    }
}

/// An entry ready to be written.
pub(super) struct Packed {
    pub(super) meta: Meta,
    body: Bytes,
    /// Held until it is written.
    _share: Option<Arc<Share>>,
}

impl Packed {
    fn new(mut entry: NewEntry) -> Self {
        let dedup_key = entry.dedup_key();
        // It keeps the body, which is to go as soon as it is packed.
        entry.digest = None;
        let message_key = entry.message_key(&dedup_key);
        let progress = entry.is_copy().then(|| {
            let mut state = State::new(entry.state());
            state.due = entry.due.map_or(i64::MIN, Timestamp::as_microsecond);
            (state.attempts, state.error) = (entry.attempts(), entry.last_error());
            state
        });
        let bytes = entry.body.len() as u64;
        let (encoding, body) = body::pack(entry.body);
        let meta = Meta {
            kind: entry.kind.as_str().to_owned(),
            dedup_key,
            message_key,
            name: entry.name,
            message_id: entry.message_id,
            link_id: entry.link_id,
            consent_id: entry.consent_id,
            institution_code: entry.institution_code,
            request_id: entry.request_id,
            received_at: entry.received_at.as_microsecond(),
            source: entry.source,
            headers: entry.headers,
            quarantine: entry.quarantine,
            due: entry.due.map(Timestamp::as_microsecond),
            progress,
            bytes,
            encoding: encoding.map(str::to_owned),
            packed: body.len(),
        };
        Self { meta, body, _share: entry.share }
    }

    /// Hashes and packs, which large bodies do on a thread of their own.
    pub(super) async fn of(entries: Vec<NewEntry>) -> Result<Vec<Self>, Cause> {
        let bytes = entries.iter().map(|entry| entry.body.len()).sum();
        Ok(beside(bytes, || entries.into_iter().map(Self::new).collect()).await?)
    }
}

/// Where a payload lies that is too large for a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) name: String,
    /// The server's name for its chunks.
    pub(super) chunks: String,
}

/// A message to be published; the numbers of its entries are not given out yet.
pub(super) struct Draft {
    headers: HeaderMap,
    pub(super) payload: Bytes,
    pub(super) object: Option<Object>,
}

impl Draft {
    pub(super) fn new<'a>(
        entries: impl Iterator<Item = &'a Packed> + Clone,
        max_payload: usize,
    ) -> Result<Self, Cause> {
        let metas: Vec<_> = entries.clone().map(|entry| &entry.meta).collect();
        let index = serde_json::to_string(&metas)?;
        let mut headers = HeaderMap::new();
        headers.insert(COUNT, metas.len().to_string());
        let mut parts = Vec::with_capacity(metas.len() + 1);
        if index.len() <= INDEX_IN_HEADER.min(max_payload / 2) {
            headers.insert(INDEX, index.parse::<HeaderValue>()?);
        } else {
            headers.insert(INDEX_BYTES, index.len().to_string());
            parts.push(index.into());
        }
        parts.extend(entries.map(|entry| entry.body.clone()));
        // The only part, as of a report, need not be copied.
        let payload = if let [part] = &parts[..] { part.clone() } else { parts.concat().into() };
        Ok(Self { headers, payload, object: None })
    }

    /// Whether it is too large for a message of that size.
    pub(super) fn exceeds(&self, max_payload: usize) -> bool {
        let index = self.headers.get(INDEX).map_or(0, |index| index.as_str().len());
        self.payload.len() + index + HEADERS > max_payload
    }

    /// The headers, now that its first entry has a number.
    pub(super) fn headers(&self, first: u64) -> HeaderMap {
        let mut headers = self.headers.clone();
        headers.insert(FIRST, first.to_string());
        if let Some(Object { name, chunks }) = &self.object {
            headers.insert(OBJECT, format!("{name} {chunks}"));
        }
        headers
    }
}

/// What the headers of a message say.
pub(super) struct Record {
    pub(super) first: u64,
    pub(super) count: usize,
    pub(super) object: Option<Object>,
    index: Index,
}

enum Index {
    Read(Vec<Meta>),
    /// The payload begins with that many bytes of it.
    InPayload(usize),
}

impl Record {
    /// The numbers of its entries, also where nothing else can be read.
    pub(super) fn ids(headers: Option<&HeaderMap>) -> Option<Range<u64>> {
        let number = |name| headers?.get(name)?.as_str().parse::<u64>().ok();
        let first = number(FIRST)?;
        Some(first..first.saturating_add(number(COUNT)?))
    }

    pub(super) fn read(headers: Option<&HeaderMap>) -> Result<Self, Cause> {
        let text = |name| headers.and_then(|headers| headers.get(name)).map(HeaderValue::as_str);
        let number = |name| text(name).and_then(|text| text.parse::<u64>().ok());
        let size = |name| number(name).and_then(|number| usize::try_from(number).ok());
        let (Some(first), Some(count)) = (number(FIRST), size(COUNT)) else {
            return Err(Unreadable("a message of the stream is no delivery").into());
        };
        let object = match text(OBJECT) {
            None => None,
            Some(object) => {
                let (name, chunks) =
                    object.split_once(' ').ok_or(Unreadable("a delivery names no object"))?;
                Some(Object { name: name.to_owned(), chunks: chunks.to_owned() })
            }
        };
        let index = match (text(INDEX), size(INDEX_BYTES)) {
            (Some(index), _) => Index::Read(metas(index.as_bytes(), count)?),
            (None, Some(bytes)) => Index::InPayload(bytes),
            (None, None) => return Err(Unreadable("a delivery has no index").into()),
        };
        Ok(Self { first, count, object, index })
    }

    /// What is known of its entries, where the headers say it.
    pub(super) fn metas(&self) -> Option<&[Meta]> {
        match &self.index {
            Index::Read(metas) => Some(metas),
            Index::InPayload(_) => None,
        }
    }

    /// With its payload.
    pub(super) fn open(self, payload: Bytes) -> Result<Opened, Cause> {
        let (metas, bodies) = match self.index {
            Index::Read(metas) => (metas, payload),
            Index::InPayload(bytes) => {
                let index = payload.get(..bytes).ok_or(Unreadable("a delivery is cut short"))?;
                (metas(index, self.count)?, payload.slice(bytes..))
            }
        };
        Ok(Opened { first: self.first, metas, bodies })
    }
}

fn metas(index: &[u8], count: usize) -> Result<Vec<Meta>, Cause> {
    // The parser's error may quote what it read.
    let metas: Vec<Meta> =
        serde_json::from_slice(index).map_err(|_| Unreadable("the index of a delivery is damaged"))?;
    if metas.len() != count {
        return Err(Unreadable("a delivery has another number of entries than it says").into());
    }
    if metas.iter().any(|meta| Timestamp::from_microsecond(meta.received_at).is_err()) {
        return Err(Unreadable("an entry has an impossible time").into());
    }
    Ok(metas)
}

/// A delivery with the bytes of its entries.
#[derive(Clone)]
pub(super) struct Opened {
    first: u64,
    pub(super) metas: Vec<Meta>,
    bodies: Bytes,
}

impl Opened {
    /// The entry of that number, as far as that state says.
    pub(super) async fn entry(&self, id: u64, state: &State) -> Result<Option<Entry>, Cause> {
        let place = id.checked_sub(self.first).and_then(|place| usize::try_from(place).ok());
        let Some((place, meta)) = place.and_then(|place| Some((place, self.metas.get(place)?))) else {
            return Ok(None);
        };
        let start = self.metas[..place].iter().map(|meta| meta.packed).fold(0, usize::saturating_add);
        let end = start.saturating_add(meta.packed);
        if end > self.bodies.len() {
            return Err(Unreadable("a delivery is cut short").into());
        }
        let (packed, encoding, bytes) = (self.bodies.slice(start..end), meta.encoding.clone(), meta.bytes);
        let size = usize::try_from(bytes).unwrap_or(usize::MAX);
        let body = beside(size, move || body::unpack(encoding.as_deref(), packed.into(), bytes)).await??;
        let summary = meta.summary(id, state)?;
        Ok(Some(Entry {
            id: summary.id,
            kind: summary.kind,
            name: summary.name,
            dedup_key: summary.dedup_key,
            message_id: summary.message_id,
            link_id: summary.link_id,
            consent_id: summary.consent_id,
            institution_code: summary.institution_code,
            request_id: summary.request_id,
            received_at: summary.received_at,
            source: meta.source,
            headers: meta.headers.clone(),
            body,
            state: summary.state,
            attempts: summary.attempts,
            due: summary.due,
            last_error: summary.last_error,
        }))
    }
}
