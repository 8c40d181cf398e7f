use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Executor};

use super::{Arrivals, Cause, PostgresInbox, failed, statements};
use crate::InboxError;
use crate::inbox::sql::{self, Missing};
use crate::inbox::timeouts::WAIT;

/// The tables, version by version.
const VERSIONS: [&str; 2] = [
    statements::tables!("BIGINT", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "BYTEA"),
    statements::EXPECTATIONS,
];

const HAS_TABLES: &str = "SELECT to_regclass('inbox_versions') IS NOT NULL";

/// Two that start at the same time make the tables one after the other.
const LOCK: &str = "SELECT pg_advisory_xact_lock(hashtext('inbox_versions'))";

/// Where the database answers before the disk has it, this inbox asks it not to.
const SYNC: &str = "SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') = 'off'";

/// How to open a [`PostgresInbox`].
#[derive(Clone)]
pub struct PostgresOptions {
    url: String,
    connections: u32,
    existing: bool,
}

impl PostgresOptions {
    /// The inbox in that database.
    pub fn new(url: &str) -> Self {
        Self { url: url.to_owned(), connections: 10, existing: false }
    }

    /// How many connections to keep at most, beside the one that listens; 10 unless said otherwise.
    #[must_use]
    pub fn connections(mut self, most: u32) -> Self {
        self.connections = most.max(1);
        self
    }

    /// Opens an inbox that somebody else has made, and makes none.
    #[must_use]
    pub fn existing(mut self) -> Self {
        self.existing = true;
        self
    }

    /// Opens it.
    ///
    /// # Errors
    /// As [`PostgresInbox::connect`], or where it is not there and none is to be made.
    pub async fn connect(self) -> Result<PostgresInbox, InboxError> {
        self.open().await.map_err(|cause| failed("open its database", cause))
    }

    async fn open(self) -> Result<PostgresInbox, Cause> {
        let options = self.url.parse::<PgConnectOptions>()?.disable_statement_logging();
        let pool = PgPoolOptions::new()
            .max_connections(self.connections.saturating_add(1))
            .acquire_timeout(WAIT)
            .after_connect(|connection, _| {
                Box::pin(async move {
                    connection.execute(SYNC).await?;
                    Ok(())
                })
            })
            .connect_with(options)
            .await?;
        if !self.existing || !is_newest(&pool).await? {
            make_tables(&pool).await?;
        }
        Ok(PostgresInbox { arrivals: Arrivals::listen(&pool), pool })
    }
}

impl std::fmt::Debug for PostgresOptions {
    /// Without the URL, which may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresOptions").field("connections", &self.connections).finish_non_exhaustive()
    }
}

/// Whether the inbox that is there needs nothing, not even the right to write.
async fn is_newest(pool: &PgPool) -> Result<bool, Cause> {
    if !sqlx::query_scalar(HAS_TABLES).fetch_one(pool).await? {
        return Err(Missing.into());
    }
    let version = sqlx::query_scalar(statements::VERSION).fetch_one(pool).await?;
    Ok(sql::known_version(version, VERSIONS.len())? == VERSIONS.len())
}

async fn make_tables(pool: &PgPool) -> Result<(), Cause> {
    let mut transaction = pool.begin().await?;
    transaction.execute(LOCK).await?;
    transaction.execute(statements::VERSIONS).await?;
    let version = sqlx::query_scalar(statements::VERSION).fetch_one(&mut *transaction).await?;
    for (step, tables) in VERSIONS.iter().enumerate().skip(sql::known_version(version, VERSIONS.len())?) {
        sqlx::raw_sql(*tables).execute(&mut *transaction).await?;
        sqlx::query(statements::NEW_VERSION).bind(sql::number(step + 1)).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}
