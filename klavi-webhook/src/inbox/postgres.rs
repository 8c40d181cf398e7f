//! The inbox in a PostgreSQL database: one transaction for each piece of work, on any connection.
//!
//! It works behind a PgBouncer that pools transactions: no session is relied upon, and nobody listens for notifications.

mod change;
mod insert;
mod lease;
mod lent;
mod locks;
mod migrate;
mod options;
#[cfg(test)]
mod plans;
mod read;
mod settle;
mod timeouts;
mod transaction;
mod writer;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use jiff::Timestamp;
use sqlx::Row;
use sqlx::postgres::PgPool;
use tokio::time::error::Elapsed;

use super::arrivals::Arrivals;
use super::cause::{Cause, failed as failed_with};
use super::sql::{Found, Record, Statement, instant};
use super::{
    BoxFuture, Change, Counts, Entry, EntryId, Filter, Inbox, InboxError, InboxErrorKind, Lease,
    LeaseRequest, NewEntry, Page, Settlement, Store, Stored, Summary, Target, TargetChange, TargetStatus,
};
use timeouts::{LONG_WAIT, WAIT, time_to_store, within};

pub use options::PostgresOptions;
use transaction::Settings;
use writer::Writer;

/// An inbox in a PostgreSQL database: for receivers and dispatchers on more than one machine.
///
/// Any number of them may use the same database, also through a PgBouncer that pools transactions; no two dispatchers are
/// leased the same entry. They do not tell one another of arrivals, and find them when they lease. The time is the
/// database's, so clocks of machines may differ. Deliveries that are stored at the same moment share a transaction.
///
/// When the server is away, stores fail, so that the sender keeps the delivery, and go on as soon as it is back. One that
/// falls silent is given up after five seconds, later for large bodies and what goes through many entries, and its
/// connection is not used again; the server itself gives up before that. A commit waits for the server's disk even where
/// the database is set up not to.
///
/// The tables `inbox_entries` and `inbox_deliveries` are made in the schema that the connection finds first; another is
/// chosen in the URL, `postgres://…/database?options[search_path]=partner`. They are those of the SQLite inbox. The
/// database has to be encoded in UTF-8.
///
/// Entries get their numbers in the order in which those of their link are committed. Entries of different links that are
/// stored at the same moment may come to stand in a list behind a page that was read before they were committed.
///
/// ```no_run
/// use klavi_webhook::{Filter, Inbox, Page, PostgresInbox};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let inbox = PostgresInbox::connect("postgres://partner@db.internal/partner?sslmode=verify-full").await?;
/// println!("{} entries", inbox.list(&Filter::all(), Page::first(10)).await?.len());
/// # Ok(()) }
/// ```
pub struct PostgresInbox {
    pool: PgPool,
    settings: Arc<Settings>,
    writer: Writer,
    arrivals: Arc<Arrivals>,
    /// The latest time seen: a clock that was turned back shows against it.
    latest: AtomicI64,
}

impl PostgresInbox {
    /// Opens the inbox in that database and makes its tables where they are not there.
    ///
    /// # Errors
    /// Where the URL is none, the server does not answer or refuses, the database is not encoded in UTF-8, or a newer
    /// version has made the tables.
    pub async fn connect(url: &str) -> Result<Self, InboxError> {
        PostgresOptions::new(url).connect().await
    }

    async fn time(&self) -> Result<Timestamp, Cause> {
        let (transaction, _) = self.begin(WAIT, "").await?;
        let now = instant(transaction.now);
        transaction.end(Ok(now)).await
    }

    async fn probe(&self) -> Result<(), Cause> {
        const READ_ONLY: &str = "SELECT current_setting('transaction_read_only') AS read_only";
        let (transaction, rows) = self.begin(WAIT, READ_ONLY).await?;
        let read_only = rows.iter().find_map(|row| row.try_get::<String, _>("read_only").ok());
        let probed = if read_only.as_deref() == Some("off") { Ok(()) } else { Err(ReadOnly.into()) };
        transaction.end(probed).await
    }
}

impl Store for PostgresInbox {
    fn store(&self, entries: Vec<NewEntry>) -> BoxFuture<'_, Result<Vec<Stored>, InboxError>> {
        const DOING: &str = "store entries";
        Box::pin(async move {
            NewEntry::check(&entries)?;
            if entries.is_empty() {
                return Ok(Vec::new());
            }
            let time = time_to_store(&entries);
            let stored = async { self.writer.store(Record::of(entries).await?).await.map_err(Cause::from) };
            within(time, stored).await.map_err(|cause| match cause.downcast::<InboxError>() {
                Ok(error) => *error,
                Err(cause) => failed(DOING, cause),
            })
        })
    }

    fn check(&self) -> BoxFuture<'_, Result<(), InboxError>> {
        Box::pin(
            async move { within(WAIT, self.probe()).await.map_err(|cause| failed("answer a probe", cause)) },
        )
    }
}

impl Inbox for PostgresInbox {
    fn lease(&self, request: LeaseRequest) -> BoxFuture<'_, Result<Lease, InboxError>> {
        Box::pin(self.lease_due(request))
    }

    fn settle(&self, settlements: Vec<Settlement>) -> BoxFuture<'_, Result<Vec<bool>, InboxError>> {
        Box::pin(async move {
            if settlements.is_empty() {
                return Ok(Vec::new());
            }
            let settled = within(WAIT, self.settle_all(&settlements)).await;
            let (settled, freed) = settled.map_err(|cause| failed("settle leases", cause))?;
            self.arrivals.note(&freed);
            Ok(settled)
        })
    }

    fn get(&self, id: EntryId) -> BoxFuture<'_, Result<Option<Entry>, InboxError>> {
        Box::pin(async move {
            let entry = async { Found::entry(self.entry(id).await?).await };
            entry.await.map_err(|cause| failed("get an entry", cause))
        })
    }

    fn list<'a>(&'a self, filter: &'a Filter, page: Page) -> BoxFuture<'a, Result<Vec<Summary>, InboxError>> {
        Box::pin(async move { self.page(filter, &page).await.map_err(|cause| failed("list entries", cause)) })
    }

    fn counts(&self) -> BoxFuture<'_, Result<Counts, InboxError>> {
        Box::pin(async move {
            within(LONG_WAIT, self.count()).await.map_err(|cause| failed("count entries", cause))
        })
    }

    fn change<'a>(&'a self, filter: &'a Filter, change: Change) -> BoxFuture<'a, Result<u64, InboxError>> {
        Box::pin(async move {
            let changed = self.change_all(filter, &change).await;
            let changed = changed.map_err(|cause| failed("change entries", cause))?;
            if changed > 0 {
                if let Change::Assign(target) = &change {
                    self.arrivals.note([target]);
                }
                self.arrivals.note_all();
            }
            Ok(changed)
        })
    }

    fn forget(&self, before: Timestamp) -> BoxFuture<'_, Result<u64, InboxError>> {
        Box::pin(async move {
            let forgotten = self.forget_pruned(before.as_microsecond()).await;
            forgotten.map_err(|cause| failed("delete the keys of pruned entries", cause))
        })
    }

    fn arrivals<'a>(&'a self, target: &'a Target) -> BoxFuture<'a, ()> {
        Box::pin(self.arrivals.of(target))
    }

    fn targets(&self) -> BoxFuture<'_, Result<Vec<TargetStatus>, InboxError>> {
        Box::pin(async move { self.all_targets().await.map_err(|cause| failed("list targets", cause)) })
    }

    fn change_target<'a>(
        &'a self,
        target: &'a Target,
        change: TargetChange,
    ) -> BoxFuture<'a, Result<bool, InboxError>> {
        Box::pin(async move {
            let changed = within(WAIT, self.target(target, Statement::from(change))).await;
            self.arrivals.note([target]);
            changed.map_err(|cause| failed("change a target", cause))
        })
    }

    fn now(&self) -> BoxFuture<'_, Result<Timestamp, InboxError>> {
        Box::pin(
            async move { within(WAIT, self.time()).await.map_err(|cause| failed("tell the time", cause)) },
        )
    }
}

impl fmt::Debug for PostgresInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresInbox").finish_non_exhaustive()
    }
}

/// The server is a copy of another one, or is told to change nothing.
#[derive(Debug, thiserror::Error)]
#[error("transactions may only read")]
struct ReadOnly;

fn failed(doing: &'static str, cause: Cause) -> InboxError {
    failed_with(doing, cause, |cause| match cause.downcast_ref() {
        Some(error) => kind_of(error),
        None if cause.is::<Elapsed>() => InboxErrorKind::Unreachable,
        None if cause.is::<ReadOnly>() => InboxErrorKind::ReadOnly,
        None => InboxErrorKind::Other,
    })
}

fn kind_of(error: &sqlx::Error) -> InboxErrorKind {
    match error {
        error if is_broken(error) => InboxErrorKind::Unreachable,
        sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => {
            InboxErrorKind::Unreachable
        }
        sqlx::Error::Database(error) => match error.code().as_deref() {
            Some("53100") => InboxErrorKind::Full,
            Some("53300") => InboxErrorKind::Unreachable,
            Some("55P03" | "57014" | "40P01") => InboxErrorKind::Locked,
            Some("25006") => InboxErrorKind::ReadOnly,
            Some("XX001" | "XX002") => InboxErrorKind::Unreadable,
            _ => InboxErrorKind::Other,
        },
        _ => InboxErrorKind::Other,
    }
}

/// Whether the connection cannot be used any more.
fn is_broken(error: &sqlx::Error) -> bool {
    match error {
        // A connection that ends while it begins is a matter of protocol to the driver.
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => true,
        // Lost, or the server is on its way down or up, or has ended a session that it found idle.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            code.starts_with("08") || code.starts_with("57P") || code.starts_with("25P03")
        }),
        _ => false,
    }
}
