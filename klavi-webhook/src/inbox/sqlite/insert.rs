//! Stores entries.

use rusqlite::blob::ZeroBlob;
use rusqlite::{MAIN_DB, OptionalExtension, ToSql, params};

use super::{Cause, Record, Transaction};
use crate::inbox::Stored;
use crate::inbox::sql::{entry_id, number};

/// Changes nothing where the entry is known.
const ENTRY: &str =
    "INSERT INTO inbox_entries (dedup_key, provider, kind, name, message_id, link_id, consent_id,
    institution_code, request_id, received_at, source, headers, bytes, encoding, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (dedup_key) DO NOTHING";
const KNOWN: &str = "SELECT id FROM inbox_entries WHERE dedup_key = $1";
const REVISION: &str = "SELECT 1 FROM inbox_entries
WHERE dedup_key >= $1 AND dedup_key < $2 AND dedup_key <> $3 AND length(dedup_key) = $4 LIMIT 1";
const DELIVERY: &str =
    "INSERT INTO inbox_deliveries (entry, target, state, due, attempts, link, bytes, last_error)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

/// From this size on the bytes of a body go straight to the pages of the file: of what is bound to a statement SQLite
/// makes two more copies.
const LARGE: usize = 1024 * 1024;

pub(super) fn insert(transaction: &mut Transaction<'_>, record: &Record, now: i64) -> Result<Stored, Cause> {
    let connection = transaction.connection;
    let (envelope, body) = (&record.envelope, &record.body[..]);
    let is_large = body.len() >= LARGE;
    let room = ZeroBlob(body.len() as u64);
    let source = envelope.source.map(|address| address.to_string());
    let inserted = connection.prepare_cached(ENTRY)?.execute(params![
        record.dedup_key,
        envelope.provider,
        envelope.kind.as_str(),
        envelope.name,
        envelope.message_id,
        envelope.link_id,
        envelope.consent_id,
        envelope.institution_code,
        envelope.request_id,
        envelope.received_at.as_microsecond(),
        source,
        record.headers,
        record.bytes,
        record.encoding,
        if is_large { &room as &dyn ToSql } else { &body },
    ])?;
    if inserted == 0 {
        let known = connection.prepare_cached(KNOWN)?.query_row([&record.dedup_key], |row| row.get(0))?;
        return Ok(Stored::Duplicate(entry_id(known)?));
    }
    let id = connection.last_insert_rowid();
    if is_large {
        connection.blob_open(MAIN_DB, "inbox_entries", "body", id, false)?.write_all_at(body, 0)?;
    }
    for (place, target) in record.targets.iter().enumerate() {
        let bytes = if place == 0 { number(body.len()) } else { 0 };
        connection.prepare_cached(DELIVERY)?.execute(params![
            id,
            target.as_str(),
            record.state.as_str(),
            record.due.unwrap_or(now),
            record.attempts,
            record.link,
            bytes,
            record.last_error,
        ])?;
        transaction.counts.add(target, record.state, bytes);
    }
    let id = entry_id(id)?;
    let revision = match &record.revisions {
        None => false,
        Some(of) => connection
            .prepare_cached(REVISION)?
            .query_row(params![of.first, of.end, record.dedup_key, of.length], |_| Ok(()))
            .optional()?
            .is_some(),
    };
    Ok(if revision { Stored::Revision(id) } else { Stored::New(id) })
}

#[cfg(test)]
pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("insert ENTRY", ENTRY),
    ("insert KNOWN", KNOWN),
    ("insert REVISION", REVISION),
    ("insert DELIVERY", DELIVERY),
];
