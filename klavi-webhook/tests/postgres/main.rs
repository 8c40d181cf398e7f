//! What the PostgreSQL inbox has to keep beside the rules of every inbox: several clients, a server that is slow or
//! unsuitable, a pooler in between.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod clients;
mod model;

mod pooler;
mod server;
mod versions;

use std::panic::AssertUnwindSafe;

use bytes::Bytes;
use futures_util::FutureExt;
use jiff::Timestamp;
use klavi_webhook::{EntryKind, Envelope, NewEntry, PostgresInbox};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// A schema of a test's own.
pub(crate) struct Schema {
    name: String,
}

impl Schema {
    /// Runs a test in a schema of its own and drops that, whatever came of it.
    pub(crate) async fn with(test: impl AsyncFnOnce(&Self)) {
        let name = format!("inbox_test_{:016x}", fastrand::u64(..));
        execute(&format!("CREATE SCHEMA {name}")).await;
        let schema = Self { name };
        let done = AssertUnwindSafe(test(&schema)).catch_unwind().await;
        execute(&format!("DROP SCHEMA {} CASCADE", schema.name)).await;
        if let Err(panic) = done {
            std::panic::resume_unwind(panic);
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}?options[search_path]={}", server(), self.name)
    }

    pub(crate) async fn open(&self) -> PostgresInbox {
        PostgresInbox::connect(&self.url()).await.unwrap()
    }

    /// A connection that finds the tables.
    pub(crate) async fn connection(&self) -> PgConnection {
        PgConnection::connect(&self.url()).await.unwrap()
    }
}

pub(crate) fn server() -> String {
    let given = std::env::var("KLAVI_TEST_POSTGRES").ok();
    given.unwrap_or_else(|| "postgres://postgres@127.0.0.1/test".to_owned())
}

pub(crate) async fn execute(sql: &str) {
    let mut connection = PgConnection::connect(&server()).await.unwrap();
    run(&mut connection, sql).await;
}

pub(crate) async fn run(connection: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.unwrap();
}

/// An instant to start from.
pub(crate) fn start() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

/// A report of that message and link.
pub(crate) fn report(message: &str, link: &str, body: impl Into<Bytes>) -> NewEntry {
    let mut envelope = Envelope::new(EntryKind::Report, start());
    envelope.message_id = Some(message.to_owned());
    envelope.link_id = Some(link.to_owned());
    NewEntry::new(envelope, body.into())
}
