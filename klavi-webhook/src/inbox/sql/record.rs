//! Entries as they are written.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;

use super::{Cause, number};
use crate::blocking::run_blocking;
use crate::inbox::{EntryState, Envelope, NewEntry, Target, body, envelope};
use crate::ingress::memory::MemoryPermit;

/// An entry as it is written.
pub(in crate::inbox) struct Record {
    pub(in crate::inbox) dedup_key: String,
    /// What the keys of the revisions of its message begin with, and where they end.
    pub(in crate::inbox) revisions: Option<Revisions>,
    /// With texts that a database takes.
    pub(in crate::inbox) envelope: Envelope,
    pub(in crate::inbox) headers: String,
    pub(in crate::inbox) bytes: i64,
    pub(in crate::inbox) encoding: Option<&'static str>,
    pub(in crate::inbox) body: Bytes,
    pub(in crate::inbox) state: EntryState,
    /// Microseconds; `None` for at once.
    pub(in crate::inbox) due: Option<i64>,
    pub(in crate::inbox) attempts: i64,
    pub(in crate::inbox) last_error: Option<String>,
    /// In order, each once.
    pub(in crate::inbox) targets: Vec<Target>,
    pub(in crate::inbox) link: Option<i64>,
    /// Held until it is written.
    _permit: Option<Arc<MemoryPermit>>,
}

/// The range of keys of a message: from `first` on, before `end`, of that length.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(in crate::inbox) struct Revisions {
    pub(in crate::inbox) first: String,
    pub(in crate::inbox) end: String,
    pub(in crate::inbox) length: i64,
}

impl Revisions {
    fn new(first: String) -> Self {
        // A colon ends it, and a semicolon is the next character.
        let mut end = first.clone();
        end.pop();
        end.push(';');
        let length = number(first.chars().count() + envelope::DIGEST_DIGITS);
        Self { first, end, length }
    }
}

impl Record {
    fn new(entry: NewEntry) -> Self {
        let dedup_key = text(entry.dedup_key());
        let revisions = entry.envelope.message_prefix().map(text).map(Revisions::new);
        let (state, attempts, last_error) = (entry.state(), entry.attempts(), entry.last_error());
        let link = entry.envelope.link_number().filter(|_| state != EntryState::Outstanding);
        let due = entry.due.map(Timestamp::as_microsecond);
        let mut targets = entry.targets.clone();
        targets.sort_unstable();
        targets.dedup();
        let (mut envelope, body, permit) = entry.into_parts();
        let bytes = number(body.len());
        let (encoding, body) = pack(body, permit.as_deref());
        for field in [
            &mut envelope.provider,
            &mut envelope.name,
            &mut envelope.message_id,
            &mut envelope.consent_id,
            &mut envelope.institution_code,
        ] {
            *field = field.take().map(text);
        }
        for id in [&mut envelope.link_id, &mut envelope.request_id] {
            *id = id.take().map(|id| indexed(&id));
        }
        Self {
            dedup_key,
            revisions,
            headers: text(lines(&envelope.headers)),
            envelope,
            bytes,
            encoding,
            body,
            state,
            due,
            attempts: attempts.into(),
            last_error: last_error.map(text),
            targets,
            link,
            _permit: permit,
        }
    }

    /// Hashes and packs, on the blocking pool where the bodies are large.
    pub(in crate::inbox) async fn of(entries: Vec<NewEntry>) -> Result<Vec<Self>, Cause> {
        let bytes = entries.iter().map(|entry| entry.body().len()).sum();
        Ok(run_blocking(bytes, || entries.into_iter().map(Self::new).collect()).await?)
    }
}

/// Packs a body if there is memory for the packed copy beside it.
fn pack(body: Bytes, permit: Option<&MemoryPermit>) -> (Option<&'static str>, Bytes) {
    match permit.map(|permit| permit.copy(body.len())) {
        Some(Err(_)) => (None, body),
        Some(Ok(_copy)) => body::pack(body),
        None => body::pack(body),
    }
}

/// Text that a database takes: JSON may hold the character zero, PostgreSQL's texts may not. The body keeps it.
pub(in crate::inbox) fn text(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

/// An id that a database finds entries by. The body keeps what is too long for that.
pub(super) fn indexed(id: &str) -> String {
    text(envelope::short(id).into_owned())
}

/// A header on each line.
fn lines(headers: &[(String, String)]) -> String {
    let lines: Vec<_> =
        headers.iter().map(|(name, value)| format!("{name}: {value}").replace(['\r', '\n'], " ")).collect();
    lines.join("\n")
}
