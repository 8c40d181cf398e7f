use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;

use super::{Cause, number};
use crate::NewEntry;
use crate::blocking::run_blocking;
use crate::inbox::{body, entry};
use crate::ingress::memory::Share;

/// An entry as it is written.
pub(in crate::inbox) struct Record {
    pub(in crate::inbox) dedup_key: String,
    pub(in crate::inbox) message_key: String,
    pub(in crate::inbox) kind: &'static str,
    pub(in crate::inbox) name: Option<String>,
    pub(in crate::inbox) message_id: Option<String>,
    pub(in crate::inbox) link_id: Option<String>,
    pub(in crate::inbox) consent_id: Option<String>,
    pub(in crate::inbox) institution_code: Option<String>,
    pub(in crate::inbox) request_id: Option<String>,
    pub(in crate::inbox) received_at: i64,
    pub(in crate::inbox) source: Option<String>,
    pub(in crate::inbox) headers: String,
    pub(in crate::inbox) bytes: i64,
    pub(in crate::inbox) state: &'static str,
    pub(in crate::inbox) due: i64,
    pub(in crate::inbox) last_error: Option<String>,
    pub(in crate::inbox) attempts: i64,
    pub(in crate::inbox) encoding: Option<&'static str>,
    pub(in crate::inbox) body: Bytes,
    /// Held until it is written.
    _share: Option<Arc<Share>>,
}

impl Record {
    fn new(mut entry: NewEntry) -> Self {
        let dedup_key = entry.dedup_key();
        // It keeps the body, which is to go as soon as it is packed.
        entry.digest = None;
        let message_key = entry.message_key(&dedup_key);
        let (state, attempts, last_error) = (entry.state(), entry.attempts(), entry.last_error());
        let bytes = number(entry.body.len());
        let (encoding, body) = body::pack(entry.body);
        Self {
            dedup_key: text(dedup_key),
            message_key: text(message_key),
            kind: entry.kind.as_str(),
            name: entry.name.map(text),
            message_id: entry.message_id.map(text),
            link_id: entry.link_id.as_deref().map(indexed),
            consent_id: entry.consent_id.map(text),
            institution_code: entry.institution_code.map(text),
            request_id: entry.request_id.as_deref().map(indexed),
            received_at: entry.received_at.as_microsecond(),
            source: entry.source.map(|address| address.to_string()),
            headers: text(lines(&entry.headers)),
            bytes,
            state: state.as_str(),
            due: entry.due.map_or(0, Timestamp::as_microsecond),
            last_error: last_error.map(text),
            attempts: attempts.into(),
            encoding,
            body,
            _share: entry.share,
        }
    }

    /// Hashes and packs, which large bodies do on a thread of their own.
    pub(in crate::inbox) async fn of(entries: Vec<NewEntry>) -> Result<Vec<Self>, Cause> {
        let bytes = entries.iter().map(|entry| entry.body.len()).sum();
        Ok(run_blocking(bytes, || entries.into_iter().map(Self::new).collect()).await?)
    }
}

/// Text that a database takes: JSON may hold the character zero, PostgreSQL's texts may not. The body keeps it.
pub(in crate::inbox) fn text(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

/// An id that a database finds entries by. The body keeps what is too long for that.
pub(in crate::inbox) fn indexed(id: &str) -> String {
    text(entry::short(id).into_owned())
}

/// A header on each line.
fn lines(headers: &[(String, String)]) -> String {
    let lines: Vec<_> =
        headers.iter().map(|(name, value)| format!("{name}: {value}").replace(['\r', '\n'], " ")).collect();
    lines.join("\n")
}
