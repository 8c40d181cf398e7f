//! Entries as scripts see them.

use klavi_webhook::{Attempt, Entry, Summary};
use serde::Serialize;

/// An entry of `list --json`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListedEntry {
    id: u64,
    kind: &'static str,
    name: Option<String>,
    dedup_key: String,
    link_id: Option<String>,
    consent_id: Option<String>,
    institution_code: Option<String>,
    request_id: Option<String>,
    state: &'static str,
    attempts: u32,
    /// Not leased before; while it is leased the end of the lease.
    due_at: Option<String>,
    last_error: Option<String>,
    received_at: String,
    bytes: u64,
    target: String,
    provider: Option<String>,
}

impl From<&Summary> for ListedEntry {
    fn from(entry: &Summary) -> Self {
        Self {
            id: entry.id.get(),
            kind: entry.kind.as_str(),
            name: entry.name.clone(),
            dedup_key: entry.dedup_key.clone(),
            link_id: entry.link_id.clone(),
            consent_id: entry.consent_id.clone(),
            institution_code: entry.institution_code.clone(),
            request_id: entry.request_id.clone(),
            state: entry.state.as_str(),
            attempts: entry.attempts,
            due_at: entry.due.map(|due| due.to_string()),
            last_error: entry.last_error.clone(),
            received_at: entry.received_at.to_string(),
            bytes: entry.bytes,
            target: entry.target.to_string(),
            provider: entry.provider.clone(),
        }
    }
}

/// An attempt that did not handle the entry.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FailedAttempt<'a> {
    at: String,
    error: &'a str,
}

impl<'a> From<&'a Attempt> for FailedAttempt<'a> {
    fn from(attempt: &'a Attempt) -> Self {
        Self { at: attempt.at.to_string(), error: &attempt.error }
    }
}

/// An entry with what it holds.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExportedEntry<'a> {
    #[serde(flatten)]
    listed: ListedEntry,
    source: Option<String>,
    headers: &'a [(String, String)],
    /// The latest attempts that failed, oldest first.
    history: Vec<FailedAttempt<'a>>,
    /// The bytes as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
    /// The bytes in hexadecimal digits, where they are no text.
    #[serde(skip_serializing_if = "Option::is_none")]
    body_hex: Option<String>,
}

impl<'a> From<&'a Entry> for ExportedEntry<'a> {
    fn from(entry: &'a Entry) -> Self {
        let body = std::str::from_utf8(&entry.body).ok();
        Self {
            listed: ListedEntry::from(&entry.summary),
            source: entry.source.map(|source| source.to_string()),
            headers: &entry.headers,
            history: entry.history.iter().map(FailedAttempt::from).collect(),
            body,
            body_hex: body.is_none().then(|| hex::encode(&entry.body)),
        }
    }
}
