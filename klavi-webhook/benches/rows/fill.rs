//! Fills an inbox by statements of the database, as no receiver could in that time.

use std::path::Path;
use std::sync::Arc;

use klavi_webhook::{Inbox, PostgresInbox};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// Entry number `i` for the numbers of `n`, and its delivery. `now` in microseconds; `key` is 64 hexadecimal digits.
fn statements(numbers: &str, key: &str, bytes: &str, now: i64) -> [String; 2] {
    let state = "CASE WHEN i % 200 = 7 THEN 'quarantined' WHEN i % 200 IN (8, 9, 10) THEN 'dead'
        WHEN i % 100 BETWEEN 21 AND 32 THEN 'pending' ELSE 'done' END";
    let later = now + 365 * 86_400 * 1_000_000;
    [
        format!(
            "INSERT INTO inbox_entries (id, dedup_key, provider, kind, name, message_id, link_id, consent_id,
                institution_code, request_id, received_at, source, headers, bytes, body)
            SELECT i, 'report:rp-' || i || ':' || {key}, 'bank', 'report', 'pf_balance', 'rp-' || i, 'link-' || (i % 20000),
                'consent-' || (i % 20000), '033', 'rq-' || (i / 3), i * 1000000, '192.0.2.1',
                'content-type: application/json', 300, {bytes} FROM ({numbers}) AS n"
        ),
        format!(
            "INSERT INTO inbox_deliveries (entry, target, state, due, attempts, bytes, link)
            SELECT i, 'default', {state}, CASE WHEN i % 100 BETWEEN 21 AND 30 THEN {now} ELSE {later} END, 1, 300, i % 20000
            FROM ({numbers}) AS n"
        ),
    ]
}

const COUNTS: &str = "INSERT INTO inbox_counts (target, state, shard, entries, bytes)
    SELECT target, state, 0, count(*), sum(bytes) FROM inbox_deliveries GROUP BY target, state";

const STEP: u64 = 200_000;

fn now() -> i64 {
    klavi_webhook::Clock::system().now().as_microsecond()
}

pub(crate) fn sqlite(path: &Path, rows: u64) {
    let connection = rusqlite::Connection::open(path).unwrap();
    let pragmas =
        "PRAGMA synchronous = off; PRAGMA cache_size = -4000000; PRAGMA wal_autocheckpoint = 100000;";
    connection.execute_batch(pragmas).unwrap();
    for first in (1..=rows).step_by(usize::try_from(STEP).unwrap()) {
        let last = (first + STEP - 1).min(rows);
        let numbers = format!(
            "WITH RECURSIVE s(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM s WHERE i < {last}) SELECT i FROM s"
        );
        connection.execute_batch("BEGIN").unwrap();
        for statement in statements(&numbers, "lower(hex(randomblob(32)))", "randomblob(300)", now()) {
            connection.execute_batch(&statement).unwrap();
        }
        connection.execute_batch("COMMIT").unwrap();
    }
    connection.execute_batch(COUNTS).unwrap();
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
}

/// A schema of its own in a database.
pub(crate) struct Schema {
    server: String,
    name: String,
}

impl Schema {
    pub(crate) async fn new(server: &str) -> Self {
        let name = format!("inbox_rows_{:016x}", fastrand::u64(..));
        let schema = Self { server: server.to_owned(), name };
        schema.execute(&format!("CREATE SCHEMA {}", schema.name)).await;
        schema
    }

    async fn execute(&self, statement: &str) {
        let mut connection = PgConnection::connect(&self.server).await.unwrap();
        let path = format!("SET search_path TO {}, public; SET synchronous_commit = off", self.name);
        connection.execute(AssertSqlSafe(path)).await.unwrap();
        connection.execute(AssertSqlSafe(statement.to_owned())).await.unwrap();
    }

    pub(crate) async fn open(&self) -> Arc<dyn Inbox> {
        let url = format!("{}?options[search_path]={}", self.server, self.name);
        Arc::new(PostgresInbox::connect(&url).await.unwrap())
    }

    pub(crate) async fn fill(&self, rows: u64) {
        drop(self.open().await);
        for first in (1..=rows).step_by(usize::try_from(STEP).unwrap()) {
            let last = (first + STEP - 1).min(rows);
            let numbers = format!("SELECT i FROM generate_series({first}::bigint, {last}) AS i");
            let key = "md5(random()::text) || md5(random()::text)";
            let bytes = "decode(repeat(md5(i::text), 18), 'hex') || '\\x00112233445566778899aabb'::bytea";
            for statement in statements(&numbers, key, bytes, now()) {
                self.execute(&statement).await;
            }
        }
        self.execute(COUNTS).await;
        let next = format!("SELECT setval(pg_get_serial_sequence('inbox_entries', 'id'), {rows})");
        self.execute(&next).await;
        // As the server does by itself, later: it would do so while the work is measured.
        for table in ["inbox_entries", "inbox_deliveries"] {
            self.execute(&format!("ANALYZE {table}")).await;
        }
        self.execute("CHECKPOINT").await;
    }

    pub(crate) async fn remove(&self) {
        self.execute(&format!("DROP SCHEMA {} CASCADE", self.name)).await;
    }
}
