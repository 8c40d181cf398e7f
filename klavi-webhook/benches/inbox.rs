//! How fast the SQLite inbox takes entries in, beside a bare loop that commits batches of the same rows with the same
//! library, tables and settings, without dedup, queue or answers. Prints a table at the end.
//!
//!     cargo bench -p klavi-webhook --bench inbox

#![expect(clippy::print_stdout, reason = "the table is the result")]
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "what it measures is time")]

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::HeaderMap;
use klavi_webhook::klavi::{Klavi, SigningKey};
use klavi_webhook::{Clock, Delivery, Inbox, NewEntry, Provider, Split, SqliteInbox};
use rusqlite::{Connection, params};
use tempfile::TempDir;
use tokio::task::JoinSet;

const PARALLEL: usize = 64;
const EACH: usize = 100;
const ROUNDS: usize = 15;
/// Of the body, in bytes.
const SIZE: usize = 1024;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    let (mut inbox, mut bare, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let entries = entries(round);
        alone.push(rate(&folder(), &entries[..EACH], |path, entries| store_bare(path, entries, 1)));
        bare.push(rate(&folder(), &entries, |path, entries| store_bare(path, entries, PARALLEL)));
        inbox.push(rate(&folder(), &entries, |path, entries| runtime.block_on(store(path, entries))));
    }
    let (inbox, bare, alone) = (median(inbox), median(bare), median(alone));
    println!("| {SIZE}-byte entries, synced before they are acknowledged | entries/s | ratio |");
    println!("|---|---:|---:|");
    println!("| SQLite inbox, {PARALLEL} stores at a time | {inbox:.0} | {:.2} |", inbox / bare);
    println!("| bare loop, a commit for every {PARALLEL} | {bare:.0} | 1.00 |");
    println!("| bare loop, a commit for each | {alone:.0} | {:.2} |", alone / bare);
}

/// On the disk that the build is on: a temporary folder is in memory on many machines.
fn folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

fn rate(folder: &TempDir, entries: &[NewEntry], store: impl FnOnce(&Path, &[NewEntry]) -> f64) -> f64 {
    entries.len() as f64 / store(&folder.path().join("inbox.db"), entries)
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

fn entries(round: usize) -> Vec<NewEntry> {
    let klavi = Klavi::new("key");
    let entry = |n| {
        let start = format!(r#"{{"eventId":"{round}-{n}","eventName":"link_created","note":""#);
        let body = Bytes::from(format!(r#"{start}{}"}}"#, "x".repeat(SIZE - start.len() - 2)));
        let mut headers = HeaderMap::new();
        let signature = SigningKey::from("key").sign(&body).to_string();
        headers.insert("x-klavi-signature", signature.parse().unwrap());
        let delivery = Delivery::new(body, headers).verify(&klavi, Clock::system().now()).unwrap();
        match klavi.split(&delivery) {
            Split::Entries(mut entries) => entries.remove(0),
            Split::Ping => unreachable!("it has a body"),
        }
    };
    (0..PARALLEL * EACH).map(entry).collect()
}

/// Seconds that the inbox takes.
async fn store(path: &Path, entries: &[NewEntry]) -> f64 {
    let inbox = Arc::new(SqliteInbox::open(path).await.unwrap());
    // In turns, so that both commit the same entries together.
    let part = |task| entries.iter().skip(task).step_by(PARALLEL).cloned().collect::<Vec<_>>();
    let parts: Vec<_> = (0..PARALLEL).map(part).collect();
    let start = Instant::now();
    let tasks: JoinSet<_> = parts
        .into_iter()
        .map(|entries| {
            let inbox = inbox.clone();
            async move {
                for entry in entries {
                    inbox.store(vec![entry]).await.unwrap();
                }
            }
        })
        .collect();
    tasks.join_all().await;
    start.elapsed().as_secs_f64()
}

/// Seconds that a loop takes which knows beforehand what to commit together.
fn store_bare(path: &Path, entries: &[NewEntry], batch: usize) -> f64 {
    let made = tokio::runtime::Builder::new_current_thread().build().unwrap();
    drop(made.block_on(SqliteInbox::open(path)).unwrap());
    let connection = Connection::open(path).unwrap();
    for (pragma, value) in
        [("journal_mode", "wal"), ("synchronous", "full"), ("foreign_keys", "on"), ("secure_delete", "on")]
    {
        connection.pragma_update(None, pragma, value).unwrap();
    }
    let entries: Vec<_> = entries.iter().map(|entry| (entry, entry.dedup_key())).collect();
    let entries: Vec<_> = entries.iter().map(|(entry, key)| (*entry, key, entry.message_key(key))).collect();
    let start = Instant::now();
    for batch in entries.chunks(batch) {
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        for (entry, dedup_key, message_key) in batch {
            let mut statement = connection
                .prepare_cached(
                    "INSERT INTO inbox_entries (dedup_key, message_key, revision, kind, name, message_id, received_at,
                    headers, bytes, state) VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, ?7, ?8, 'pending')",
                )
                .unwrap();
            let (received_at, signature) = (entry.received_at.as_microsecond(), &entry.headers[0].1);
            let size = i64::try_from(entry.body.len()).unwrap();
            let values = params![
                dedup_key,
                message_key,
                entry.kind.as_str(),
                entry.name,
                entry.message_id,
                received_at,
                signature,
                size
            ];
            statement.execute(values).unwrap();
            let mut statement =
                connection.prepare_cached("INSERT INTO inbox_bodies (id, body) VALUES (?1, ?2)").unwrap();
            statement.execute(params![connection.last_insert_rowid(), &entry.body[..]]).unwrap();
        }
        connection.execute_batch("COMMIT").unwrap();
    }
    start.elapsed().as_secs_f64()
}
