//! Stores a batch of entries in one transaction.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use sqlx::Row;
use sqlx::postgres::PgPool;

use super::locks;
use super::transaction::{Settings, Transaction};
use crate::inbox::Stored;
use crate::inbox::cause::Cause;
use crate::inbox::sql::{Record, entry_id, number};

/// Adds the entries that are not known, with their deliveries, and says of each whether its message was known. The keys
/// come sorted: two that add the same entries in one order do not wait for each other for ever. A statement sees what was
/// there before it, so the keys of a message that it finds are earlier ones.
pub(super) const INSERT: &str = "WITH given AS (
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
        $9::text[], $10::text[], $11::bigint[], $12::text[], $13::text[], $14::bigint[], $15::text[], $16::bytea[])
    AS g(id, dedup_key, provider, kind, name, message_id, link_id, consent_id, institution_code, request_id, received_at,
        source, headers, bytes, encoding, body)),
new AS (
    INSERT INTO inbox_entries (id, dedup_key, provider, kind, name, message_id, link_id, consent_id, institution_code,
        request_id, received_at, source, headers, bytes, encoding, body)
    SELECT * FROM given ON CONFLICT (dedup_key) DO NOTHING RETURNING id),
delivered AS (
    INSERT INTO inbox_deliveries (entry, target, state, due, attempts, link, bytes, last_error)
    SELECT * FROM unnest($17::bigint[], $18::text[], $19::text[], $20::bigint[], $21::bigint[], $22::bigint[],
        $23::bigint[], $24::text[]) AS d(entry, target, state, due, attempts, link, bytes, last_error)
    WHERE d.entry IN (SELECT id FROM new))
SELECT new.id, r.first IS NOT NULL AND EXISTS (SELECT 1 FROM inbox_entries AS e
    WHERE e.dedup_key >= r.first AND e.dedup_key < r.past AND length(e.dedup_key) = r.length) AS revision
FROM new JOIN unnest($1::bigint[], $25::text[], $26::text[], $27::bigint[]) AS r(id, first, past, length)
    ON r.id = new.id";

pub(super) const KNOWN: &str = "SELECT dedup_key, id FROM inbox_entries WHERE dedup_key = ANY($1)";

/// How often to begin anew where an entry is erased in the moment in which it is found to be known.
const ATTEMPTS: usize = 3;

/// Stores all of them or none, and answers in the same order.
pub(super) async fn insert(
    pool: &PgPool,
    settings: &Settings,
    records: &[&Record],
    time: Duration,
) -> Result<Vec<Stored>, Cause> {
    for _ in 0..ATTEMPTS {
        // An entry that comes twice in a batch is a duplicate of the first one.
        let mut seen = HashSet::new();
        let firsts: Vec<_> =
            records.iter().filter(|record| seen.insert(&record.dedup_key)).copied().collect();
        let mut first = "SET LOCAL enable_hashjoin = on;\n".to_owned();
        first.push_str(&locks::of_records(firsts.iter().copied()));
        // Drawn under the locks, in the order of arrival.
        first.push_str(&format!(
            "SELECT nextval(sequence) AS number FROM
    (SELECT pg_get_serial_sequence('inbox_entries', 'id')::regclass AS sequence OFFSET 0) AS s,
    generate_series(1, {})",
            firsts.len()
        ));
        let (mut transaction, rows) = Transaction::begin(pool, settings, time, &first).await?;
        let mut ids: Vec<i64> = rows.iter().filter_map(|row| row.try_get("number").ok()).collect();
        ids.sort_unstable();
        let stored = write(&mut transaction, &firsts, &ids).await;
        match transaction.end(stored).await {
            Ok(known) => return Ok(answers(records, known)),
            Err(cause) if cause.is::<Erased>() => {}
            Err(cause) => return Err(cause),
        }
    }
    Err(Erased.into())
}

/// What was known is not any more.
#[derive(Debug, thiserror::Error)]
#[error("the same entry was erased while it was stored")]
struct Erased;

/// The entries by their keys. Of one that comes again later it is a duplicate.
fn answers(records: &[&Record], mut known: HashMap<String, Stored>) -> Vec<Stored> {
    let answer = |record: &&Record| {
        let stored = known.get_mut(&record.dedup_key)?;
        Some(std::mem::replace(stored, Stored::Duplicate(stored.id())))
    };
    records.iter().filter_map(answer).collect()
}

/// Writes entries, each key once.
async fn write(
    transaction: &mut Transaction,
    records: &[&Record],
    ids: &[i64],
) -> Result<HashMap<String, Stored>, Cause> {
    if ids.len() != records.len() {
        return Err("the database gave out no numbers".into());
    }
    let mut sorted: Vec<_> = records.iter().copied().zip(ids.iter().copied()).collect();
    sorted.sort_unstable_by(|(one, _), (other, _)| one.dedup_key.cmp(&other.dedup_key));
    let inserted = insert_rows(transaction, &sorted).await?;

    let (mut stored, mut messages) = (HashMap::new(), HashSet::new());
    let mut known = Vec::new();
    // In the order of arrival: of two revisions in one batch the first one is new.
    for (record, id) in records.iter().zip(ids) {
        let Some(mut revision) = inserted.get(id).copied() else {
            known.push(&record.dedup_key);
            continue;
        };
        if let Some(revisions) = &record.revisions {
            revision |= !messages.insert(&revisions.first);
        }
        let id = entry_id(*id)?;
        let is = if revision { Stored::Revision(id) } else { Stored::New(id) };
        stored.insert(record.dedup_key.clone(), is);
        for (target, bytes) in deliveries(record) {
            transaction.counts.add(target, record.state, bytes);
        }
    }
    if !known.is_empty() {
        let rows = transaction.fetch(sqlx::query(KNOWN).bind(&known)).await?;
        for row in rows {
            stored.insert(row.try_get(0)?, Stored::Duplicate(entry_id(row.try_get(1)?)?));
        }
        if stored.len() < records.len() {
            return Err(Erased.into());
        }
    }
    Ok(stored)
}

/// The targets of an entry with the stored bytes that count for each.
fn deliveries(record: &Record) -> impl Iterator<Item = (&crate::Target, i64)> {
    let stored = number(record.body.len());
    record
        .targets
        .iter()
        .enumerate()
        .map(move |(place, target)| (target, if place == 0 { stored } else { 0 }))
}

/// The entries that were not known, with whether their message was.
async fn insert_rows(
    transaction: &mut Transaction,
    sorted: &[(&Record, i64)],
) -> Result<HashMap<i64, bool>, Cause> {
    fn column<'a, T>(rows: &[(&'a Record, i64)], of: impl Fn(&'a Record) -> T) -> Vec<T> {
        rows.iter().map(|(record, _)| of(record)).collect()
    }
    let now = transaction.now;
    let ids: Vec<_> = sorted.iter().map(|(_, id)| *id).collect();
    let delivered: Vec<_> = sorted
        .iter()
        .flat_map(|(record, id)| deliveries(record).map(move |(target, bytes)| (*record, *id, target, bytes)))
        .collect();
    let query = sqlx::query(INSERT)
        .bind(&ids)
        .bind(column(sorted, |record| record.dedup_key.as_str()))
        .bind(column(sorted, |record| record.envelope.provider.as_deref()))
        .bind(column(sorted, |record| record.envelope.kind.as_str()))
        .bind(column(sorted, |record| record.envelope.name.as_deref()))
        .bind(column(sorted, |record| record.envelope.message_id.as_deref()))
        .bind(column(sorted, |record| record.envelope.link_id.as_deref()))
        .bind(column(sorted, |record| record.envelope.consent_id.as_deref()))
        .bind(column(sorted, |record| record.envelope.institution_code.as_deref()))
        .bind(column(sorted, |record| record.envelope.request_id.as_deref()))
        .bind(column(sorted, |record| record.envelope.received_at.as_microsecond()))
        .bind(column(sorted, |record| record.envelope.source.map(|address| address.to_string())))
        .bind(column(sorted, |record| record.headers.as_str()))
        .bind(column(sorted, |record| record.bytes))
        .bind(column(sorted, |record| record.encoding))
        .bind(column(sorted, |record| &record.body[..]))
        .bind(delivered.iter().map(|(_, id, _, _)| *id).collect::<Vec<_>>())
        .bind(delivered.iter().map(|(_, _, target, _)| target.as_str()).collect::<Vec<_>>())
        .bind(delivered.iter().map(|(record, _, _, _)| record.state.as_str()).collect::<Vec<_>>())
        .bind(delivered.iter().map(|(record, _, _, _)| record.due.unwrap_or(now)).collect::<Vec<_>>())
        .bind(delivered.iter().map(|(record, _, _, _)| record.attempts).collect::<Vec<_>>())
        .bind(delivered.iter().map(|(record, _, _, _)| record.link).collect::<Vec<_>>())
        .bind(delivered.iter().map(|(_, _, _, bytes)| *bytes).collect::<Vec<_>>())
        .bind(delivered.iter().map(|(record, _, _, _)| record.last_error.as_deref()).collect::<Vec<_>>())
        .bind(column(sorted, |record| record.revisions.as_ref().map(|revisions| revisions.first.as_str())))
        .bind(column(sorted, |record| record.revisions.as_ref().map(|revisions| revisions.end.as_str())))
        .bind(column(sorted, |record| record.revisions.as_ref().map(|revisions| revisions.length)));
    let rows = transaction.fetch(query).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}
