mod arrivals;
mod lent;
mod locks;
mod options;
mod work;

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::postgres::PgPool;
use tokio::time::error::Elapsed;

use super::sql::{self, Cause, Found, Record, number, statements};
use super::timeouts::{LONG_WAIT, time_to_store, within};
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
/// as soon as it is back. One that falls silent is given up after five seconds, later for large bodies and what goes
/// through many entries, and its connection is not used again. A commit waits for the server's disk even where the
/// database is set up not to.
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
}

impl Inbox for PostgresInbox {
    fn store(&self, entries: Vec<NewEntry>) -> BoxFuture<'_, Result<Vec<Stored>, InboxError>> {
        Box::pin(async move {
            let time = time_to_store(&entries);
            let stored = async { self.insert_all(&Record::of(entries).await?).await };
            let stored = within(time, stored).await.map_err(|cause| failed("store entries", cause))?;
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
        let until = later(now, lease).as_microsecond();
        Box::pin(async move {
            let leased = self.lease_due(now, until, number(most), order).await;
            let (leased, damaged) = leased.map_err(|cause| failed("lease entries", cause))?;
            for ticket in damaged {
                // One that is not buried comes again when its lease has run out.
                let _ = self.bury(ticket, sql::DAMAGED).await;
            }
            Ok(leased)
        })
    }

    fn complete(&self, ticket: Ticket) -> BoxFuture<'_, Result<bool, InboxError>> {
        Box::pin(async move {
            let statement = sqlx::query(statements::COMPLETE);
            let settled = statement.bind(number(ticket.id.get())).bind(number(ticket.lease));
            self.change_one("complete an entry", settled).await
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
            self.change_one("retry an entry", settled).await
        })
    }

    fn bury<'a>(&'a self, ticket: Ticket, error: &'a str) -> BoxFuture<'a, Result<bool, InboxError>> {
        Box::pin(async move {
            let settled = sqlx::query(statements::BURY)
                .bind(sql::text(error.to_owned()))
                .bind(number(ticket.id.get()))
                .bind(number(ticket.lease));
            self.change_one("bury an entry", settled).await
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
            let ended = within(LONG_WAIT, self.end(now.as_microsecond(), limit, end)).await;
            ended.map_err(|cause| failed("bring entries forward", cause))
        })
    }

    fn replay(&self, id: EntryId, now: Timestamp) -> BoxFuture<'_, Result<bool, InboxError>> {
        Box::pin(async move {
            let statement = sqlx::query(statements::REPLAY);
            let replay = statement.bind(now.as_microsecond()).bind(number(id.get()));
            let replayed = self.change_one("replay an entry", replay).await?;
            if replayed {
                self.arrivals.tell();
            }
            Ok(replayed)
        })
    }

    fn erase(&self, id: EntryId) -> BoxFuture<'_, Result<bool, InboxError>> {
        let erase = sqlx::query(statements::ERASE).bind(number(id.get()));
        Box::pin(self.change_one("erase an entry", erase))
    }

    fn get(&self, id: EntryId) -> BoxFuture<'_, Result<Option<Entry>, InboxError>> {
        Box::pin(async move {
            let entry = async { Found::entry(self.find(number(id.get()), 0).await?).await };
            within(LONG_WAIT, entry).await.map_err(|cause| failed("get an entry", cause))
        })
    }

    fn list(&self, page: Page) -> BoxFuture<'_, Result<Vec<Summary>, InboxError>> {
        Box::pin(async move {
            let page = within(LONG_WAIT, self.page(page)).await;
            page.map_err(|cause| failed("list entries", cause))
        })
    }

    fn of_request<'a>(&'a self, request_id: &'a str) -> BoxFuture<'a, Result<Vec<Summary>, InboxError>> {
        Box::pin(async move {
            let entries = within(LONG_WAIT, self.of_this_request(request_id)).await;
            entries.map_err(|cause| failed("list entries", cause))
        })
    }

    fn expectations(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Entry>, InboxError>> {
        Box::pin(async move {
            let expected = self.all_expected(sql::behind(after), number(limit));
            let entries = within(LONG_WAIT, expected).await;
            entries.map_err(|cause| failed("list expectations", cause))
        })
    }

    fn depth(&self) -> BoxFuture<'_, Result<Depth, InboxError>> {
        Box::pin(async move {
            let counts = within(LONG_WAIT, self.counts()).await;
            counts.map_err(|cause| failed("count entries", cause))
        })
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

fn failed(doing: &'static str, cause: Cause) -> InboxError {
    sql::failed(doing, cause, |cause| match cause.downcast_ref() {
        Some(error) => kind_of(error),
        None if cause.is::<Elapsed>() => InboxErrorKind::Unreachable,
        None => InboxErrorKind::Other,
    })
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
