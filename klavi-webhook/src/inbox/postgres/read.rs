//! Reads entries and counts.

use std::time::Duration;

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Postgres, Row};

use super::PostgresInbox;
use super::timeouts::{LONG_WAIT, within};
use super::transaction::Transaction;
use crate::inbox::cause::Cause;
use crate::inbox::sql::{
    Columns, Found, Joins, Param, Select, TARGETS, add_count, instant, number, summary, target_status,
};
use crate::inbox::{Counts, EntryId, Filter, Page, Summary, Target, TargetStatus};

/// `OFFSET 0` leaves the server no choice.
pub(super) const JOINS: Joins = Joins {
    entries_first: "inbox_entries AS e \
         CROSS JOIN LATERAL (SELECT * FROM inbox_deliveries WHERE entry = e.id OFFSET 0) AS d",
    deliveries_first: "inbox_deliveries AS d \
         CROSS JOIN LATERAL (SELECT * FROM inbox_entries WHERE id = d.entry OFFSET 0) AS e",
};

const COUNTS: &str =
    "SELECT target, state, sum(entries)::bigint, sum(bytes)::bigint FROM inbox_counts GROUP BY target, state";
pub(super) const OLDEST_DUE: &str = "SELECT t.target, (SELECT due FROM inbox_deliveries AS d
    WHERE d.target = t.target AND state IN ('pending', 'leased', 'outstanding') ORDER BY due, entry LIMIT 1)
FROM unnest($1::text[]) AS t(target)";
pub(super) const OLDEST_BODY: &str =
    "SELECT received_at FROM inbox_entries WHERE body IS NOT NULL ORDER BY received_at, id LIMIT 1";

/// A statement of a filter with its values.
pub(super) fn query(select: &Select) -> Query<'_, Postgres, PgArguments> {
    select.params.iter().fold(sqlx::query(AssertSqlSafe(select.sql.as_str())), |query, param| match param {
        Param::Number(number) => query.bind(number),
        Param::Text(text) => query.bind(text),
    })
}

impl PostgresInbox {
    /// An entry as it is with the first of its targets.
    pub(super) async fn entry(&self, id: EntryId) -> Result<Option<Found>, Cause> {
        let sql = Select::entry(false);
        let query = sqlx::query(AssertSqlSafe(sql.as_str())).bind(number(id.get()));
        let rows = self.rows(query, LONG_WAIT).await?;
        rows.first().map(Found::read).transpose()
    }

    /// Entries as they are with a target. One that cannot be read keeps none of the others back.
    pub(super) async fn entries(
        &self,
        ids: &[EntryId],
        target: &Target,
    ) -> Result<Vec<(EntryId, Result<Found, Cause>)>, Cause> {
        match self.entries_at_once(ids, target).await {
            // The server could not read one of them.
            Err(cause) if ids.len() > 1 && is_of_a_row(&cause) => {
                let mut found = Vec::with_capacity(ids.len());
                for id in ids {
                    found.extend(Box::pin(self.entries(std::slice::from_ref(id), target)).await?);
                }
                Ok(found)
            }
            Err(cause) if is_of_a_row(&cause) => {
                Ok(ids.iter().zip([Err(cause)]).map(|(id, e)| (*id, e)).collect())
            }
            found => found,
        }
    }

    async fn entries_at_once(
        &self,
        ids: &[EntryId],
        target: &Target,
    ) -> Result<Vec<(EntryId, Result<Found, Cause>)>, Cause> {
        let numbers: Vec<_> = ids.iter().map(|id| number(id.get())).collect();
        let sql = Select::entries();
        let query = sqlx::query(AssertSqlSafe(sql.as_str())).bind(numbers).bind(target.as_str());
        let rows = self.rows(query, LONG_WAIT).await?;
        let read = |row: PgRow| {
            let id =
                u64::try_from(row.try_get::<i64, _>(0)?).map_err(|_| "an entry has a negative number")?;
            Ok((EntryId::from(id), Found::read(&row)))
        };
        rows.into_iter().map(read).collect()
    }

    pub(super) async fn page(&self, filter: &Filter, page: &Page) -> Result<Vec<Summary>, Cause> {
        let select = Select::summaries(JOINS, filter, page);
        self.rows(query(&select), LONG_WAIT).await?.iter().map(summary).collect()
    }

    pub(super) async fn count(&self) -> Result<Counts, Cause> {
        let (mut transaction, rows) = self.begin(LONG_WAIT, COUNTS).await?;
        let counts = async {
            let mut counts = Counts::default();
            // The first row tells the time.
            for row in rows.iter().filter(|row| row.len() == 4) {
                let (target, state): (String, String) = (row.try_get(0)?, row.try_get(1)?);
                add_count(&mut counts, &target, &state, row.try_get(2)?, row.try_get(3)?)?;
            }
            let mut targets: Vec<_> =
                counts.by_state.keys().map(|(target, _)| target.as_str().to_owned()).collect();
            targets.dedup();
            for row in transaction.fetch(sqlx::query(OLDEST_DUE).bind(targets)).await? {
                let (target, due): (String, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
                counts.oldest_due.extend(due.map(|due| (Target::new(&target), instant(due))));
            }
            let oldest = transaction.run(OLDEST_BODY).await?;
            counts.oldest_body = oldest.first().map(|row| row.try_get(0)).transpose()?.map(instant);
            Ok(counts)
        };
        let counts = counts.await;
        transaction.end(counts).await
    }

    pub(super) async fn all_targets(&self) -> Result<Vec<TargetStatus>, Cause> {
        self.rows(sqlx::query(TARGETS), LONG_WAIT).await?.iter().map(target_status).collect()
    }

    pub(super) async fn rows(
        &self,
        query: Query<'_, Postgres, PgArguments>,
        time: Duration,
    ) -> Result<Vec<PgRow>, Cause> {
        within(
            time,
            Box::pin(async {
                let (mut transaction, _) = self.begin(time, "").await?;
                let rows = transaction.fetch(query).await;
                transaction.end(rows).await
            }),
        )
        .await
    }

    pub(super) async fn begin(
        &self,
        time: Duration,
        first: &str,
    ) -> Result<(Transaction, Vec<PgRow>), Cause> {
        Transaction::begin(&self.pool, &self.settings, time, first).await
    }
}

/// Whether it is about a row, and not about the server or the way to it.
fn is_of_a_row(cause: &Cause) -> bool {
    match cause.downcast_ref() {
        // Damaged data, and text or numbers that are none.
        Some(sqlx::Error::Database(error)) => {
            error.code().is_some_and(|code| code.starts_with("XX") || code.starts_with("22"))
        }
        Some(sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)) => true,
        _ => false,
    }
}

impl Columns for PgRow {
    fn optional_text(&self, column: usize) -> Result<Option<String>, Cause> {
        Ok(self.try_get(column)?)
    }

    fn number(&self, column: usize) -> Result<i64, Cause> {
        Ok(self.try_get(column)?)
    }

    fn optional_number(&self, column: usize) -> Result<Option<i64>, Cause> {
        Ok(self.try_get(column)?)
    }

    fn blob(&self, column: usize) -> Result<Vec<u8>, Cause> {
        Ok(self.try_get(column)?)
    }
}
