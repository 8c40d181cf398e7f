//! Where the inbox is, as an operator names it and as the library opens it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use klavi_webhook::{Inbox, PostgresInbox, SqliteInbox};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;

pub(crate) enum Place {
    Sqlite(TempDir),
    /// A schema of its own in the database.
    Postgres(String),
}

impl Place {
    /// On the disk that the build is on: a temporary folder is in memory on many machines.
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap())
    }

    pub(crate) async fn postgres() -> Self {
        let schema = format!("klavi_test_{:016x}", fastrand::u64(..));
        execute(format!("CREATE SCHEMA {schema}")).await;
        Self::Postgres(schema)
    }

    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join("inbox.db").display()),
            Self::Postgres(schema) => format!("{}?options[search_path]={schema}", postgres()),
        }
    }

    pub(crate) async fn open(&self) -> Arc<dyn Inbox> {
        let url = self.url();
        match self {
            Self::Sqlite(_) => {
                Arc::new(SqliteInbox::open(url.strip_prefix("sqlite:").unwrap()).await.unwrap())
            }
            Self::Postgres(_) => Arc::new(PostgresInbox::connect(&url).await.unwrap()),
        }
    }

    /// Holds the program to a rule there and tidies up, whatever came of it.
    pub(crate) async fn holds(self, rule: impl AsyncFnOnce(&Self)) {
        let held = AssertUnwindSafe(rule(&self)).catch_unwind().await;
        match &self {
            Self::Sqlite(_) => {}
            Self::Postgres(schema) => execute(format!("DROP SCHEMA {schema} CASCADE")).await,
        }
        if let Err(panic) = held {
            std::panic::resume_unwind(panic);
        }
    }
}

fn postgres() -> String {
    let given = std::env::var("KLAVI_TEST_POSTGRES").ok();
    given.unwrap_or_else(|| "postgres://postgres@127.0.0.1/test".to_owned())
}

async fn execute(statement: String) {
    let mut connection = PgConnection::connect(&postgres()).await.unwrap();
    connection.execute(AssertSqlSafe(statement)).await.unwrap();
}
