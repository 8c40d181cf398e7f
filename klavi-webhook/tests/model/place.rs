//! The inboxes that are held to the model, and what can happen to them from outside.

use std::path::PathBuf;
use std::sync::Arc;

use klavi_webhook::{BoxFuture, Clock, EntryId, Inbox, MemoryInbox, PostgresOptions, SqliteOptions};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use crate::model::Rules;

/// Where an inbox is kept, new for each plan.
pub(crate) trait Place {
    fn name(&self) -> &'static str;

    fn rules(&self) -> Rules;

    /// Opens what is there, for a client with that clock.
    fn open(&self, clock: Clock) -> BoxFuture<'_, Arc<dyn Inbox>>;

    /// Puts a byte that makes no text into the name of that entry.
    fn damage(&self, _: EntryId) {}
}

/// In memory: one client, and nothing outlives it.
pub(crate) struct Memory;

impl Place for Memory {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn rules(&self) -> Rules {
        Rules { clients: 1, own_clocks: true, packs: false, damage: false }
    }

    fn open(&self, clock: Clock) -> BoxFuture<'_, Arc<dyn Inbox>> {
        Box::pin(async move { Arc::new(MemoryInbox::with_clock(clock)) as _ })
    }
}

/// In a file, where there is one in memory: a plan is about rules and not about the disk.
pub(crate) struct Sqlite {
    folder: tempfile::TempDir,
}

impl Sqlite {
    pub(crate) fn new() -> Self {
        let in_memory = tempfile::tempdir_in("/dev/shm");
        Self { folder: in_memory.or_else(|_| tempfile::tempdir()).unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("inbox.db")
    }
}

impl Place for Sqlite {
    fn name(&self) -> &'static str {
        "SQLite"
    }

    fn rules(&self) -> Rules {
        Rules { clients: 2, own_clocks: true, packs: true, damage: true }
    }

    fn open(&self, clock: Clock) -> BoxFuture<'_, Arc<dyn Inbox>> {
        let options = SqliteOptions::new(self.path()).clock(clock);
        Box::pin(async move { Arc::new(options.open().await.unwrap()) as _ })
    }

    fn damage(&self, id: EntryId) {
        const DAMAGE: &str = "UPDATE inbox_entries SET name = CAST(x'ff' AS TEXT) WHERE id = $1";
        let file = rusqlite::Connection::open(self.path()).unwrap();
        let damaged = file.execute(DAMAGE, [i64::try_from(id.get()).unwrap()]).unwrap();
        assert_eq!(damaged, 1);
    }
}

/// In a schema of its own, whose time is that of the plan.
pub(crate) struct Postgres {
    schema: String,
}

impl Postgres {
    pub(crate) fn new() -> Self {
        let schema = format!("inbox_model_{:016x}", fastrand::u64(..));
        execute(&format!("CREATE SCHEMA {schema}"));
        Self { schema }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        execute(&format!("DROP SCHEMA {} CASCADE", self.schema));
    }
}

impl Place for Postgres {
    fn name(&self) -> &'static str {
        "PostgreSQL"
    }

    fn rules(&self) -> Rules {
        Rules { clients: 2, own_clocks: false, packs: true, damage: false }
    }

    fn open(&self, clock: Clock) -> BoxFuture<'_, Arc<dyn Inbox>> {
        let url = format!("{}?options[search_path]={}", server(), self.schema);
        Box::pin(async move {
            Arc::new(PostgresOptions::new(&url).connections(4).clock(clock).connect().await.unwrap()) as _
        })
    }
}

fn server() -> String {
    let given = std::env::var("KLAVI_TEST_POSTGRES").ok();
    given.unwrap_or_else(|| "postgres://postgres@127.0.0.1/test".to_owned())
}

fn execute(statement: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = PgConnection::connect(&server()).await.unwrap();
        connection.execute(AssertSqlSafe(statement.to_owned())).await.unwrap();
    });
}
