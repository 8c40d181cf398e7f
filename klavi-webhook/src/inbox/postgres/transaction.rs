//! One transaction for each piece of work, from `BEGIN` to `COMMIT` on one connection.
//!
//! Nothing outlives a transaction: settings are `SET LOCAL`, statements are unnamed, locks end with it. So a PgBouncer
//! that gives each transaction another connection makes no difference. What the work is stands elsewhere.

use std::time::Duration;

use sqlx::postgres::{PgArguments, PgPool, PgRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Executor, Postgres, Row};

use super::lent::Lent;
use super::timeouts::WAIT;
use super::{is_broken, migrate};
use crate::Clock;
use crate::inbox::cause::Cause;
use crate::inbox::counts::CountChanges;

/// How many rows stand for one count. Writers that work at the same time mostly change different ones.
const SHARDS: i64 = 32;

/// How long a transaction may wait for its client, which may have vanished without a word.
const IDLE: Duration = Duration::from_secs(10);

/// What every transaction begins with.
#[derive(Debug)]
pub(super) struct Settings {
    /// As the server reads it: names with commas between them.
    pub(super) search_path: Option<String>,
    /// Nothing for the clock of the database.
    pub(super) clock: Option<Clock>,
}

impl Settings {
    /// Begins a transaction whose statements take less than that time.
    ///
    /// The server gives up before its client does: it would go on with what nobody waits for, and commit it.
    ///
    /// Plans keep to the indexes and to their order, whatever the statistics say: after a backlog was drained they are
    /// wrong for a while.
    /// Where there is no index, as on the table of versions, a plan seems costly by that, and is not to be compiled.
    fn begin(&self, time: Duration) -> String {
        let millis = |time: Duration| time.as_millis();
        let mut sql = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED;
SELECT set_config('statement_timeout', '{}', true), set_config('lock_timeout', '{}', true),
    set_config('idle_in_transaction_session_timeout', '{}', true),
    set_config('synchronous_commit', replace(current_setting('synchronous_commit'), 'off', 'on'), true),
    set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
    set_config('enable_mergejoin', 'off', true), set_config('enable_hashjoin', 'off', true),
    set_config('enable_sort', 'off', true), set_config('jit', 'off', true),
    set_config('max_parallel_workers_per_gather', '0', true)",
            millis(time * 4 / 5),
            millis(time.min(WAIT) * 3 / 5),
            millis(IDLE),
        );
        if let Some(path) = &self.search_path {
            sql.push_str(&format!(", set_config('search_path', {}, true)", quoted(path)));
        }
        if let Some(clock) = &self.clock {
            sql.push_str(&format!(", set_config('inbox.now', '{}', true)", clock.now().as_microsecond()));
        }
        sql.push_str(";\n");
        sql
    }
}

/// The time, and the version of the tables. A migration waits for who has read it, and who reads it waits for a migration.
pub(super) const NOW: &str =
    "SELECT inbox_now() AS inbox_now, (SELECT max(version) FROM inbox_versions) AS version;\n";

/// A transaction with its connection. Dropped before its end it is rolled back, since the connection is closed.
pub(super) struct Transaction {
    connection: Lent,
    /// The time when it began, in microseconds.
    pub(super) now: i64,
    /// Written with the commit, after all other rows, so that nobody waits for long.
    pub(super) counts: CountChanges,
}

impl Transaction {
    /// Begins one on tables that this code knows. `first` are statements to send along; their rows are returned.
    pub(super) async fn begin(
        pool: &PgPool,
        settings: &Settings,
        time: Duration,
        first: &str,
    ) -> Result<(Self, Vec<PgRow>), Cause> {
        let (mut transaction, rows) =
            Self::begin_anywhere(pool, settings, time, &[NOW, first].concat()).await?;
        let time =
            rows.iter().find_map(|row| Some((row.try_get("inbox_now").ok()?, row.try_get("version").ok()?)));
        let (now, version) = time.ok_or("the database did not tell the time")?;
        if let Err(cause) = migrate::is_newest(version) {
            return transaction.end(Err(cause)).await;
        }
        transaction.now = now;
        Ok((transaction, rows))
    }

    /// Begins one without a look at the tables.
    pub(super) async fn begin_anywhere(
        pool: &PgPool,
        settings: &Settings,
        time: Duration,
        first: &str,
    ) -> Result<(Self, Vec<PgRow>), Cause> {
        let begin = [settings.begin(time).as_str(), first].concat();
        let mut broken = 0;
        loop {
            let mut connection = Lent::of(pool).await?;
            match fetch(&mut connection, begin.clone()).await {
                Ok(rows) => {
                    return Ok((Self { connection, now: 0, counts: CountChanges::default() }, rows));
                }
                // The server was away while the pool kept it. Nothing was done yet.
                Err(error) if is_broken(&error) && broken < pool.options().get_max_connections() => {
                    broken += 1;
                }
                Err(error) => {
                    let failed = Self { connection, now: 0, counts: CountChanges::default() };
                    return failed.end(Err(error.into())).await;
                }
            }
        }
    }

    /// The rows of a statement.
    pub(super) async fn fetch(
        &mut self,
        query: Query<'_, Postgres, PgArguments>,
    ) -> Result<Vec<PgRow>, Cause> {
        Ok((&mut *self.connection).fetch_all(query.persistent(false)).await?)
    }

    /// How many rows a statement changes.
    pub(super) async fn execute(&mut self, query: Query<'_, Postgres, PgArguments>) -> Result<u64, Cause> {
        Ok((&mut *self.connection).execute(query.persistent(false)).await?.rows_affected())
    }

    /// Several statements without parameters.
    pub(super) async fn run(&mut self, sql: impl Into<String>) -> Result<Vec<PgRow>, Cause> {
        Ok(fetch(&mut self.connection, sql.into()).await?)
    }

    /// Commits where the work was done, else undoes it.
    pub(super) async fn end<T>(mut self, done: Result<T, Cause>) -> Result<T, Cause> {
        let done = match done {
            Ok(done) => done,
            Err(cause) => {
                if !cause.downcast_ref().is_some_and(is_broken) {
                    tokio::spawn(tokio::time::timeout(WAIT, self.roll_back()));
                }
                return Err(cause);
            }
        };
        let mut end = String::new();
        let shard = fastrand::i64(..SHARDS);
        for (target, state, entries, bytes) in self.counts.drain() {
            let (target, state) = (quoted(target.as_str()), state.as_str());
            end.push_str(&format!(
                "INSERT INTO inbox_counts AS c (target, state, shard, entries, bytes)
VALUES ({target}, '{state}', {shard}, {entries}, {bytes}) ON CONFLICT (target, state, shard)
DO UPDATE SET entries = c.entries + excluded.entries, bytes = c.bytes + excluded.bytes;\n"
            ));
        }
        end.push_str("COMMIT");
        if let Err(error) = fetch(&mut self.connection, end).await {
            // Where the counts could not be written, the transaction is still open.
            return Box::pin(self.end(Err(error.into()))).await;
        }
        self.connection.give_back();
        Ok(done)
    }

    async fn roll_back(mut self) {
        if fetch(&mut self.connection, "ROLLBACK".to_owned()).await.is_ok() {
            self.connection.give_back();
        }
    }
}

async fn fetch(connection: &mut Lent, sql: String) -> sqlx::Result<Vec<PgRow>> {
    (&mut **connection).fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await
}

/// A text as a literal, however the server reads backslashes.
pub(super) fn quoted(text: &str) -> String {
    format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_ends_where_its_text_ends() {
        assert_eq!(quoted(r"a'b\'; DROP"), r"E'a''b\\''; DROP'");
    }
}
