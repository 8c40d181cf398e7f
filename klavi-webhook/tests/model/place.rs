//! The inboxes that are held to the model, and what can happen to them from outside.

use std::path::PathBuf;
use std::sync::Arc;

use klavi_webhook::{BoxFuture, Clock, EntryId, Inbox, MemoryInbox, PostgresOptions, SqliteOptions};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tokio::sync::Mutex;

use crate::model::Rules;

/// Where an inbox is kept, new for each plan.
pub(crate) trait Place {
    fn name(&self) -> &'static str;

    fn rules(&self) -> Rules;

    /// Opens what is there, for a client with that clock.
    fn open(&self, clock: Clock) -> BoxFuture<'_, Arc<dyn Inbox>>;

    /// Puts a byte that makes no text into the name of that entry.
    fn damage(&self, _: EntryId) {}

    /// Waits until nothing is under way any more. What its caller has gone away from may be stored a moment later than what
    /// the caller did next.
    fn settled(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
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
    /// Looks at what the others do.
    observer: Mutex<Option<PgConnection>>,
}

impl Postgres {
    pub(crate) fn new() -> Self {
        let schema = format!("inbox_model_{:016x}", fastrand::u64(..));
        execute(&format!("CREATE SCHEMA {schema}"));
        Self { schema, observer: Mutex::default() }
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
        let schema = &self.schema;
        let url = format!("{}?options[search_path]={schema}&application_name={schema}", server());
        Box::pin(async move {
            Arc::new(PostgresOptions::new(&url).connections(4).clock(clock).connect().await.unwrap()) as _
        })
    }

    fn settled(&self) -> BoxFuture<'_, ()> {
        const BUSY: &str =
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND state <> 'idle'";
        Box::pin(async move {
            let mut observer = self.observer.lock().await;
            if observer.is_none() {
                *observer = PgConnection::connect(&server()).await.ok();
            }
            let connection = observer.as_mut().unwrap();
            let mut quiet = 0;
            // Between two looks a task may be about to send its next statement.
            while quiet < 3 {
                let busy = sqlx::query_scalar::<_, i64>(BUSY).bind(&self.schema).fetch_one(&mut *connection);
                quiet = if busy.await.unwrap() == 0 { quiet + 1 } else { 0 };
                tokio::task::yield_now().await;
            }
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
