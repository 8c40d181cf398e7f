//! What is asked of the database: each piece of work with a connection of its own, and bounded by whoever asks.

use jiff::Timestamp;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{Connection, PgConnection, Postgres, Row};

use super::lent::Lent;
use super::{PostgresInbox, failed, locks};
use crate::clock::later;
use crate::inbox::sql::{self, Cause, Columns, Found, PRUNED_AT_ONCE, Record, entry_id, number, statements};
use crate::inbox::timeouts::{LONG_WAIT, WAIT, within};
use crate::{Depth, Entry, InboxError, Leased, Order, Page, Prune, Stored, Summary, Ticket};

impl PostgresInbox {
    async fn lend(&self) -> Result<Lent, Cause> {
        Ok(Lent::of(&self.pool).await?)
    }

    pub(super) async fn insert_all(&self, records: &[Record]) -> Result<Vec<Stored>, Cause> {
        let mut connection = self.lend().await?;
        let mut transaction = connection.begin().await?;
        locks::take(&mut transaction, records).await?;
        let mut stored = Vec::with_capacity(records.len());
        for record in records {
            stored.push(insert(&mut transaction, record).await?);
        }
        transaction.commit().await?;
        connection.give_back();
        Ok(stored)
    }

    pub(super) async fn lease_due(
        &self,
        now: Timestamp,
        until: i64,
        most: i64,
        order: Order,
    ) -> Result<(Vec<Leased>, Vec<Ticket>), Cause> {
        let leased = within(WAIT, self.lease_rows(now.as_microsecond(), until, most, order)).await?;
        let mut found = Vec::with_capacity(leased.len());
        for (place, (id, lease)) in leased.iter().enumerate() {
            match within(LONG_WAIT, self.find(*id, *lease)).await {
                Ok(one) => found.extend(one),
                Err(cause) => {
                    // One that does not come must use up nobody's attempts.
                    let again = later(now, WAIT).as_microsecond();
                    let given_back = within(WAIT, self.give_back(&leased[place..], again)).await;
                    if found.is_empty() {
                        return Err(cause);
                    }
                    tracing::warn!(%cause, given_back = given_back.is_ok(), "entries could not be read");
                    break;
                }
            }
        }
        Found::leased(found).await
    }

    async fn lease_rows(
        &self,
        now: i64,
        until: i64,
        most: i64,
        order: Order,
    ) -> Result<Vec<(i64, i64)>, Cause> {
        let mut connection = self.lend().await?;
        let statement = sqlx::query_as(statements::lease(&LEASES, order));
        let mut leased: Vec<(i64, i64)> =
            statement.bind(now).bind(most).bind(until).fetch_all(&mut *connection).await?;
        connection.give_back();
        leased.sort_unstable();
        Ok(leased)
    }

    async fn give_back(&self, leased: &[(i64, i64)], due: i64) -> Result<(), Cause> {
        let mut connection = self.lend().await?;
        for (id, lease) in leased {
            let statement = sqlx::query(statements::GIVE_BACK).bind(due).bind(id).bind(lease);
            statement.execute(&mut *connection).await?;
        }
        connection.give_back();
        Ok(())
    }

    pub(super) async fn find(&self, id: i64, lease: i64) -> Result<Option<Found>, Cause> {
        let mut connection = self.lend().await?;
        let row = sqlx::query(statements::GET).bind(id).fetch_optional(&mut *connection).await?;
        connection.give_back();
        row.map(|row| Found::read(&row, lease)).transpose()
    }

    pub(super) async fn end(&self, now: i64, limit: i64, end: i64) -> Result<u64, Cause> {
        let mut connection = self.lend().await?;
        let mut ended = 0;
        if sqlx::query_scalar(ANY_AFTER).bind(limit).fetch_one(&mut *connection).await? {
            for (statement, due) in [(statements::END_LEASES, end), (statements::END_PAUSES, now)] {
                let statement = sqlx::query(statement).bind(due).bind(limit);
                ended += statement.execute(&mut *connection).await?.rows_affected();
            }
        }
        connection.give_back();
        Ok(ended)
    }

    pub(super) async fn page(&self, page: Page) -> Result<Vec<Summary>, Cause> {
        let (after, limit) = (sql::behind(page.after), number(page.limit));
        let query = match page.state {
            None => sqlx::query(statements::LIST).bind(after).bind(limit),
            Some(state) => {
                sqlx::query(statements::LIST_IN_STATE).bind(after).bind(state.as_str()).bind(limit)
            }
        };
        let mut connection = self.lend().await?;
        let rows = query.fetch_all(&mut *connection).await?;
        connection.give_back();
        rows.iter().map(sql::summary).collect()
    }

    pub(super) async fn of_this_request(&self, request_id: &str) -> Result<Vec<Summary>, Cause> {
        let query = sqlx::query(statements::LIST_OF_REQUEST).bind(sql::indexed(request_id));
        let mut connection = self.lend().await?;
        let rows = query.fetch_all(&mut *connection).await?;
        connection.give_back();
        rows.iter().map(sql::summary).collect()
    }

    pub(super) async fn all_expected(&self, after: i64, limit: i64) -> Result<Vec<Entry>, Cause> {
        let query = sqlx::query(statements::GET_EXPECTATIONS).bind(after).bind(limit);
        let mut connection = self.lend().await?;
        let rows = query.fetch_all(&mut *connection).await?;
        connection.give_back();
        let found = rows.iter().map(|row| Found::read(row, 0)).collect::<Result<_, _>>()?;
        Found::entries(found).await
    }

    pub(super) async fn counts(&self) -> Result<Depth, Cause> {
        let mut connection = self.lend().await?;
        let counts = sqlx::query_as(statements::COUNTS).fetch_all(&mut *connection).await?;
        let oldest = sqlx::query_scalar(statements::OLDEST_PENDING).fetch_optional(&mut *connection).await?;
        connection.give_back();
        sql::depth(counts, oldest)
    }

    pub(super) async fn delete(&self, before: i64, which: Prune) -> Result<u64, Cause> {
        let mut pruned = 0;
        loop {
            let statement = sqlx::query(statements::prune(which)).bind(before).bind(PRUNED_AT_ONCE);
            let deleted = within(LONG_WAIT, self.change(statement)).await?;
            if deleted == 0 {
                return Ok(pruned);
            }
            pruned += deleted;
        }
    }

    /// How many rows that changes.
    async fn change(&self, statement: Query<'_, Postgres, PgArguments>) -> Result<u64, Cause> {
        let mut connection = self.lend().await?;
        let changed = statement.execute(&mut *connection).await?;
        connection.give_back();
        Ok(changed.rows_affected())
    }

    /// Changes at most one row; whether it did.
    pub(super) async fn change_one(
        &self,
        doing: &'static str,
        statement: Query<'_, Postgres, PgArguments>,
    ) -> Result<bool, InboxError> {
        let changed = within(WAIT, self.change(statement)).await;
        changed.map(|rows| rows > 0).map_err(|cause| failed(doing, cause))
    }
}

/// What another has locked is being leased by that one.
const LEASES: [&str; 2] = statements::leases!("", "", "FOR UPDATE SKIP LOCKED");

const ANY_AFTER: &str = statements::any_after!("");

async fn insert(connection: &mut PgConnection, record: &Record) -> Result<Stored, Cause> {
    let new: Option<(i64, i64)> = sqlx::query_as(statements::INSERT_RETURNING)
        .bind(&record.dedup_key)
        .bind(&record.message_key)
        .bind(record.kind)
        .bind(&record.name)
        .bind(&record.message_id)
        .bind(&record.link_id)
        .bind(&record.consent_id)
        .bind(&record.institution_code)
        .bind(&record.request_id)
        .bind(record.received_at)
        .bind(&record.source)
        .bind(&record.headers)
        .bind(record.bytes)
        .bind(record.state)
        .bind(record.due)
        .bind(&record.last_error)
        .bind(record.attempts)
        .fetch_optional(&mut *connection)
        .await?;
    let Some((id, revision)) = new else {
        let known =
            sqlx::query_scalar(statements::KNOWN).bind(&record.dedup_key).fetch_one(connection).await?;
        return Ok(Stored::Duplicate(entry_id(known)?));
    };
    sqlx::query(statements::INSERT_BODY)
        .bind(id)
        .bind(record.encoding)
        .bind(&record.body[..])
        .execute(connection)
        .await?;
    sql::stored(id, revision)
}

impl Columns for PgRow {
    fn text(&self, column: usize) -> Result<String, Cause> {
        Ok(self.try_get(column)?)
    }

    fn optional_text(&self, column: usize) -> Result<Option<String>, Cause> {
        Ok(self.try_get(column)?)
    }

    fn number(&self, column: usize) -> Result<i64, Cause> {
        Ok(self.try_get(column)?)
    }

    fn blob(&self, column: usize) -> Result<Vec<u8>, Cause> {
        Ok(self.try_get(column)?)
    }
}
