mod arrivals;
mod options;

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::postgres::{PgPool, PgRow};
use sqlx::{PgConnection, Row};

use super::sql::{self, Cause, Columns, Found, PRUNED_AT_ONCE, Record, entry_id, number, statements};
use super::{
    BoxFuture, Depth, Entry, EntryId, Inbox, InboxError, InboxErrorKind, Leased, NewEntry, Order, Page,
    Prune, Stored, Summary, Ticket,
};
use crate::clock::later;

use arrivals::Arrivals;
pub use options::PostgresOptions;

/// An inbox in a PostgreSQL database: for receivers and dispatchers on more than one machine.
///
/// Any number of them may use the same database; no two dispatchers are handed the same entry, and each hears of what
/// the others' receivers store. When the server is away, stores fail, so that the sender keeps the delivery, and go on
/// as soon as it is back. A commit waits for the server's disk even where the database is set up not to.
///
/// The tables `inbox_entries` and `inbox_bodies` are made in the schema that the connection finds first; another is
/// chosen in the URL, `postgres://…/database?options[search_path]=partner`. They are those of the SQLite inbox.
///
/// Entries that are stored at the same moment by several receivers may come to stand in a list behind a page that was
/// read before they were committed.
///
/// ```no_run
/// use klavi_webhook::{Inbox, Page, PostgresInbox};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let inbox = PostgresInbox::connect("postgres://partner@db.internal/partner?sslmode=verify-full").await?;
/// println!("{} entries", inbox.list(Page::first(10)).await?.len());
/// # Ok(()) }
/// ```
pub struct PostgresInbox {
    pool: PgPool,
    arrivals: Arrivals,
}

impl PostgresInbox {
    /// Opens the inbox in that database and makes its tables where they are not there.
    ///
    /// # Errors
    /// Where the URL is none, the server does not answer or refuses, or a newer version has made the tables.
    pub async fn connect(url: &str) -> Result<Self, InboxError> {
        PostgresOptions::new(url).connect().await
    }

    async fn insert_all(&self, records: &[Record]) -> Result<Vec<Stored>, Cause> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query(LOCK).bind(locks(records)).execute(&mut *transaction).await?;
        let mut stored = Vec::with_capacity(records.len());
        for record in records {
            stored.push(insert(&mut transaction, record).await?);
        }
        transaction.commit().await?;
        Ok(stored)
    }

    async fn lease_due(
        &self,
        now: i64,
        until: i64,
        most: i64,
        order: Order,
    ) -> Result<(Vec<Leased>, Vec<Ticket>), Cause> {
        let statement = sqlx::query_as(statements::lease(&LEASES, order));
        let mut leased: Vec<(i64, i64)> =
            statement.bind(now).bind(most).bind(until).fetch_all(&self.pool).await?;
        leased.sort_unstable();
        let mut found = Vec::with_capacity(leased.len());
        for (id, lease) in leased {
            found.extend(self.find(id, lease).await?);
        }
        Found::leased(found).await
    }

    async fn find(&self, id: i64, lease: i64) -> Result<Option<Found>, Cause> {
        let row = sqlx::query(statements::GET).bind(id).fetch_optional(&self.pool).await?;
        row.map(|row| Found::read(&row, lease)).transpose()
    }

    async fn end(&self, now: i64, limit: i64, end: i64) -> Result<u64, Cause> {
        let any = sqlx::query_scalar(ANY_AFTER).bind(limit).fetch_one(&self.pool);
        if !any.await? {
            return Ok(0);
        }
        let leases = sqlx::query(statements::END_LEASES).bind(end).bind(limit).execute(&self.pool).await?;
        let pauses = sqlx::query(statements::END_PAUSES).bind(now).bind(limit).execute(&self.pool).await?;
        Ok(leases.rows_affected() + pauses.rows_affected())
    }

    async fn page(&self, page: Page) -> Result<Vec<Summary>, Cause> {
        let (after, limit) = (sql::behind(page.after), number(page.limit));
        let query = match page.state {
            None => sqlx::query(statements::LIST).bind(after).bind(limit),
            Some(state) => {
                sqlx::query(statements::LIST_IN_STATE).bind(after).bind(state.as_str()).bind(limit)
            }
        };
        query.fetch_all(&self.pool).await?.iter().map(sql::summary).collect()
    }

    async fn of_this_request(&self, request_id: &str) -> Result<Vec<Summary>, Cause> {
        let query = sqlx::query(statements::LIST_OF_REQUEST).bind(sql::text(request_id.to_owned()));
        query.fetch_all(&self.pool).await?.iter().map(sql::summary).collect()
    }

    async fn all_expected(&self, after: i64, limit: i64) -> Result<Vec<Entry>, Cause> {
        let query = sqlx::query(statements::GET_EXPECTATIONS).bind(after).bind(limit);
        let rows = query.fetch_all(&self.pool).await?;
        let found = rows.iter().map(|row| Found::read(row, 0)).collect::<Result<_, _>>()?;
        Found::entries(found).await
    }

    async fn counts(&self) -> Result<Depth, Cause> {
        let counts = sqlx::query_as(statements::COUNTS).fetch_all(&self.pool).await?;
        let oldest = sqlx::query_scalar(statements::OLDEST_PENDING).fetch_optional(&self.pool).await?;
        sql::depth(counts, oldest)
    }

    async fn delete(&self, before: i64, which: Prune) -> Result<u64, Cause> {
        let mut pruned = 0;
        loop {
            let statement = sqlx::query(statements::prune(which));
            let deleted =
                statement.bind(before).bind(PRUNED_AT_ONCE).execute(&self.pool).await?.rows_affected();
            if deleted == 0 {
                return Ok(pruned);
            }
            pruned += deleted;
        }
    }
}

impl Inbox for PostgresInbox {
    fn store(&self, entries: Vec<NewEntry>) -> BoxFuture<'_, Result<Vec<Stored>, InboxError>> {
        Box::pin(async move {
            let stored = async { self.insert_all(&Record::of(entries).await?).await };
            let stored = stored.await.map_err(|cause| failed("store entries", cause))?;
            if stored.iter().any(|stored| !matches!(stored, Stored::Duplicate(_))) {
                self.arrivals.tell();
            }
            Ok(stored)
        })
    }

    fn lease(
        &self,
        now: Timestamp,
        lease: Duration,
        most: usize,
        order: Order,
    ) -> BoxFuture<'_, Result<Vec<Leased>, InboxError>> {
        let (now, until) = (now.as_microsecond(), later(now, lease).as_microsecond());
        Box::pin(async move {
            let leased = self.lease_due(now, until, number(most), order).await;
            let (leased, damaged) = leased.map_err(|cause| failed("lease entries", cause))?;
            for ticket in damaged {
                self.bury(ticket, sql::DAMAGED).await?;
            }
            Ok(leased)
        })
    }

    fn complete(&self, ticket: Ticket) -> BoxFuture<'_, Result<bool, InboxError>> {
        Box::pin(async move {
            let statement = sqlx::query(statements::COMPLETE);
            let settled = statement.bind(number(ticket.id.get())).bind(number(ticket.lease));
            changed("complete an entry", settled.execute(&self.pool).await)
        })
    }

    fn retry<'a>(
        &'a self,
        ticket: Ticket,
        at: Timestamp,
        error: &'a str,
    ) -> BoxFuture<'a, Result<bool, InboxError>> {
        Box::pin(async move {
            let settled = sqlx::query(statements::RETRY)
                .bind(at.as_microsecond())
                .bind(sql::text(error.to_owned()))
                .bind(number(ticket.id.get()))
                .bind(number(ticket.lease));
            changed("retry an entry", settled.execute(&self.pool).await)
        })
    }

    fn bury<'a>(&'a self, ticket: Ticket, error: &'a str) -> BoxFuture<'a, Result<bool, InboxError>> {
        Box::pin(async move {
            let settled = sqlx::query(statements::BURY)
                .bind(sql::text(error.to_owned()))
                .bind(number(ticket.id.get()))
                .bind(number(ticket.lease));
            changed("bury an entry", settled.execute(&self.pool).await)
        })
    }

    fn bring_forward(
        &self,
        now: Timestamp,
        limit: Duration,
        lease: Duration,
    ) -> BoxFuture<'_, Result<u64, InboxError>> {
        let (limit, end) = (later(now, limit).as_microsecond(), later(now, lease).as_microsecond());
        Box::pin(async move {
            let ended = self.end(now.as_microsecond(), limit, end).await;
            ended.map_err(|cause| failed("bring entries forward", cause))
        })
    }

    fn replay(&self, id: EntryId, now: Timestamp) -> BoxFuture<'_, Result<bool, InboxError>> {
        Box::pin(async move {
            let statement = sqlx::query(statements::REPLAY);
            let replay = statement.bind(now.as_microsecond()).bind(number(id.get()));
            let replayed = changed("replay an entry", replay.execute(&self.pool).await)?;
            if replayed {
                self.arrivals.tell();
            }
            Ok(replayed)
        })
    }

    fn get(&self, id: EntryId) -> BoxFuture<'_, Result<Option<Entry>, InboxError>> {
        Box::pin(async move {
            let entry = async { Found::entry(self.find(number(id.get()), 0).await?).await };
            entry.await.map_err(|cause| failed("get an entry", cause))
        })
    }

    fn list(&self, page: Page) -> BoxFuture<'_, Result<Vec<Summary>, InboxError>> {
        Box::pin(async move { self.page(page).await.map_err(|cause| failed("list entries", cause)) })
    }

    fn of_request<'a>(&'a self, request_id: &'a str) -> BoxFuture<'a, Result<Vec<Summary>, InboxError>> {
        Box::pin(async move {
            self.of_this_request(request_id).await.map_err(|cause| failed("list entries", cause))
        })
    }

    fn expectations(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Entry>, InboxError>> {
        Box::pin(async move {
            let entries = self.all_expected(sql::behind(after), number(limit)).await;
            entries.map_err(|cause| failed("list expectations", cause))
        })
    }

    fn depth(&self) -> BoxFuture<'_, Result<Depth, InboxError>> {
        Box::pin(async move { self.counts().await.map_err(|cause| failed("count entries", cause)) })
    }

    fn prune(&self, before: Timestamp, which: Prune) -> BoxFuture<'_, Result<u64, InboxError>> {
        Box::pin(async move {
            let pruned = self.delete(before.as_microsecond(), which).await;
            pruned.map_err(|cause| failed("prune entries", cause))
        })
    }

    fn arrivals(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.arrivals.next())
    }
}

impl fmt::Debug for PostgresInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresInbox").finish_non_exhaustive()
    }
}

/// What another has locked is being leased by that one.
const LEASES: [&str; 2] = statements::leases!("", "", "FOR UPDATE SKIP LOCKED");

const ANY_AFTER: &str = statements::any_after!("");

/// Whoever stores entries of the same messages takes turns: only then can the second tell a duplicate or a revision
/// from something new, and two deliveries with the same entries in another order do not wait for each other for ever.
const LOCK: &str = "SELECT pg_advisory_xact_lock(key) FROM unnest($1::bigint[]) AS key";

/// A number for each message, in an order that all keep.
fn locks(records: &[Record]) -> Vec<i64> {
    let mut keys: Vec<_> = records.iter().map(|record| sql::digest(&record.message_key)).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

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

fn changed(
    doing: &'static str,
    result: sqlx::Result<sqlx::postgres::PgQueryResult>,
) -> Result<bool, InboxError> {
    result.map(|result| result.rows_affected() > 0).map_err(|error| failed(doing, error.into()))
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

fn failed(doing: &'static str, cause: Cause) -> InboxError {
    sql::failed(doing, cause, |cause| cause.downcast_ref().map_or(InboxErrorKind::Other, kind_of))
}

fn kind_of(error: &sqlx::Error) -> InboxErrorKind {
    match error {
        // A connection that ends while it begins is a matter of protocol to the driver.
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed => InboxErrorKind::Unreachable,
        sqlx::Error::Database(error) => match error.code().as_deref() {
            Some("53100") => InboxErrorKind::Full,
            Some("55P03" | "57014" | "40P01") => InboxErrorKind::Locked,
            Some("25006") => InboxErrorKind::ReadOnly,
            Some("XX001" | "XX002") => InboxErrorKind::Unreadable,
            // Connections lost or refused, the server on its way down or up, or out of connections.
            Some(code) if code.starts_with("08") || code.starts_with("57P") || code == "53300" => {
                InboxErrorKind::Unreachable
            }
            _ => InboxErrorKind::Other,
        },
        _ => InboxErrorKind::Other,
    }
}
