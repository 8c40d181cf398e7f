//! What the databases do by themselves: loops that commit batches, without dedup keys, queues or answers, and the inboxes
//! beside them.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use klavi_webhook::{Clock, EntryKind, Envelope, Inbox, NewEntry, PostgresInbox, SqliteInbox};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// How many entries each stores.
const ENTRIES: usize = 20_000;

type Row = (&'static str, f64, f64);

pub(crate) fn rates(at_a_time: usize) -> Vec<Row> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut rows = Vec::new();
    let sizes = [1_000, 16_000];
    let [small, large] = sizes.map(|size| sqlite_loop(size, at_a_time));
    rows.push(("SQLite, bare loop that commits the same batches", small, large));
    let [small, large] = sizes.map(|size| {
        let folder = folder();
        runtime.block_on(async {
            let inbox = SqliteInbox::open(folder.path().join("in.db")).await.unwrap();
            store(Arc::new(inbox), size, at_a_time).await
        })
    });
    rows.push(("`SqliteInbox`", small, large));
    if let Ok(server) = std::env::var("KLAVI_TEST_POSTGRES") {
        let [small, large] = sizes.map(|size| runtime.block_on(postgres_loop(&server, size, at_a_time)));
        rows.push(("PostgreSQL, bare loop with one `unnest` insert a batch", small, large));
        let [small, large] = sizes.map(|size| runtime.block_on(postgres_inbox(&server, size, at_a_time)));
        rows.push(("`PostgresInbox`", small, large));
    }
    rows
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

fn key(number: usize) -> String {
    format!("e-{number}-{:032x}", fastrand::u128(..))
}

fn entry(number: usize, size: usize) -> NewEntry {
    let mut envelope = Envelope::new(EntryKind::Event, Clock::system().now());
    envelope.name = Some("link_created".to_owned());
    envelope.message_id = Some(key(number));
    envelope.link_id = Some(format!("l-{}", number % 1_000));
    NewEntry::new(envelope, body(size))
}

/// Packs to about half, as reports with ids and amounts do not quite.
fn body(size: usize) -> Bytes {
    let noise = std::iter::repeat_with(|| fastrand::alphanumeric() as u8).take(size / 2);
    noise.flat_map(|byte| [byte, b'7']).collect()
}

async fn store(inbox: Arc<dyn Inbox>, size: usize, at_a_time: usize) -> f64 {
    let begin = Instant::now();
    let storing = (0..at_a_time).map(|place| {
        let inbox = inbox.clone();
        tokio::spawn(async move {
            for number in 0..ENTRIES / at_a_time {
                inbox.store(vec![entry(place * ENTRIES + number, size)]).await.unwrap();
            }
        })
    });
    for stored in storing.collect::<Vec<_>>() {
        stored.await.unwrap();
    }
    ENTRIES as f64 / begin.elapsed().as_secs_f64()
}

fn sqlite_loop(size: usize, at_a_time: usize) -> f64 {
    let folder = folder();
    let connection = rusqlite::Connection::open(folder.path().join("in.db")).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = wal; PRAGMA synchronous = full;
            CREATE TABLE inbox (id INTEGER PRIMARY KEY, key TEXT UNIQUE, link TEXT, body BLOB);
            CREATE INDEX link ON inbox (link);",
        )
        .unwrap();
    let begin = Instant::now();
    for batch in 0..ENTRIES / at_a_time {
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        for place in 0..at_a_time {
            let number = batch * at_a_time + place;
            let statement = "INSERT INTO inbox (key, link, body) VALUES (?1, ?2, ?3)";
            let mut statement = connection.prepare_cached(statement).unwrap();
            let link = format!("l-{}", number % 1_000);
            statement.execute(rusqlite::params![key(number), link, &body(size)[..]]).unwrap();
        }
        connection.execute_batch("COMMIT").unwrap();
    }
    ENTRIES as f64 / begin.elapsed().as_secs_f64()
}

/// A schema that is dropped at the end.
async fn in_schema(server: &str, work: impl AsyncFnOnce(&mut PgConnection, &str) -> f64) -> f64 {
    // As the inbox has it on loopback: TLS there would wait for delayed acknowledgements.
    let options = server.parse::<PgConnectOptions>().unwrap().ssl_mode(PgSslMode::Disable);
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    let name = format!("klavi_bench_{:016x}", fastrand::u64(..));
    let set = format!("CREATE SCHEMA {name}; SET search_path TO {name}");
    connection.execute(AssertSqlSafe(set)).await.unwrap();
    let rate = work(&mut connection, &name).await;
    connection.execute(AssertSqlSafe(format!("DROP SCHEMA {name} CASCADE"))).await.unwrap();
    rate
}

async fn postgres_loop(server: &str, size: usize, at_a_time: usize) -> f64 {
    in_schema(server, async |connection, _| {
        let table = "CREATE TABLE inbox (id bigserial PRIMARY KEY, key text UNIQUE, link text, body bytea);
            CREATE INDEX link ON inbox (link)";
        connection.execute(table).await.unwrap();
        let begin = Instant::now();
        for batch in 0..ENTRIES / at_a_time {
            let numbers = (0..at_a_time).map(|place| batch * at_a_time + place);
            let (keys, links): (Vec<_>, Vec<_>) =
                numbers.map(|number| (key(number), format!("l-{}", number % 1_000))).unzip();
            let bodies: Vec<_> = (0..at_a_time).map(|_| body(size).to_vec()).collect();
            sqlx::query(
                "INSERT INTO inbox (key, link, body) SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[])
                ON CONFLICT DO NOTHING",
            )
            .bind(keys)
            .bind(links)
            .bind(bodies)
            .execute(&mut *connection)
            .await
            .unwrap();
        }
        ENTRIES as f64 / begin.elapsed().as_secs_f64()
    })
    .await
}

async fn postgres_inbox(server: &str, size: usize, at_a_time: usize) -> f64 {
    in_schema(server, async |_, name| {
        let url = format!("{server}?options[search_path]={name}");
        store(Arc::new(PostgresInbox::connect(&url).await.unwrap()), size, at_a_time).await
    })
    .await
}
