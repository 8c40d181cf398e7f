//! The inbox in a file, on SQLite: one writer on a thread of its own, readers beside it.

mod change;
mod file;
mod insert;
mod lease;
mod migrate;
mod options;
#[cfg(test)]
mod plans;
mod read;
mod settle;
mod writer;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, ErrorCode, ToSql};

use super::arrivals::{Arrivals, Wake, any_new, targets_of};
use super::cause;
use super::sql::{self, Cause, Found, Param, Record, schema};
use super::steps_back::StepsBack;
use super::{
    BoxFuture, Change, Counts, Entry, EntryId, Filter, Inbox, InboxError, InboxErrorKind, Lease,
    LeaseRequest, NewEntry, Page, Settlement, Store, Stored, Summary, Target, TargetChange, TargetStatus,
};
use crate::Clock;

use file::OpenedFile;
pub use options::SqliteOptions;
use writer::{Transaction, Writer};

/// An inbox in a file: nothing to install, and nothing acknowledged is lost with the process or the machine.
///
/// Every store is synced to the disk before it is answered. Stores that arrive while a commit runs share the next one,
/// so that many deliveries at once cost few syncs (`cargo bench -p klavi-cli --bench receivers`).
///
/// Other processes may open the same file: the command line while a receiver runs, or several dispatchers. They do not
/// tell one another of arrivals, and find them when they lease. The file has to lie on a disk of this machine, since
/// SQLite's locks do not hold on network file systems. It is made readable for its owner alone, because bodies are
/// personal data; what is pruned is overwritten in it. A file that is moved, deleted or replaced while it is open is
/// noticed: nothing is acknowledged from then on.
///
/// The tables `inbox_entries` and `inbox_deliveries` are plain to read with the `sqlite3` tool. Bodies from 4 KiB on are
/// packed with zstd where that makes them smaller, as the column `encoding` says.
///
/// ```
/// use klavi_webhook::{Filter, Inbox, Page, SqliteInbox};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("inbox.db");
/// let inbox = SqliteInbox::open(path).await?;
/// assert!(inbox.list(&Filter::all(), Page::first(10)).await?.is_empty());
/// # Ok(()) }
/// ```
pub struct SqliteInbox {
    path: PathBuf,
    file: Arc<OpenedFile>,
    /// Before the writer, so that it is the writer who leaves the file last and removes the log.
    readers: Readers,
    writer: Writer,
    arrivals: Arrivals,
    clock: Clock,
    steps_back: Mutex<StepsBack>,
}

/// One connection for leases, so that long lists do not hold them up, and one for everything else.
struct Readers {
    leases: Arc<Mutex<Connection>>,
    lists: Arc<Mutex<Connection>>,
}

impl SqliteInbox {
    /// Opens the inbox in that file; makes it, but not its folder, where it is not there.
    ///
    /// # Errors
    /// Where the file can be neither read nor made, or a newer version has written it.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, InboxError> {
        SqliteOptions::new(path).open().await
    }

    fn micros(&self) -> i64 {
        let now = self.clock.now().as_microsecond();
        self.steps_back().observe(now);
        now
    }

    fn steps_back(&self) -> MutexGuard<'_, StepsBack> {
        self.steps_back.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn write<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnMut(&mut Transaction<'_>) -> Result<T, Cause> + Send + 'static,
    ) -> Result<T, InboxError> {
        self.writer.write(doing, work).await
    }

    async fn read<T: Send + 'static>(
        &self,
        doing: &'static str,
        reader: &Arc<Mutex<Connection>>,
        work: impl FnOnce(&Connection) -> Result<T, Cause> + Send + 'static,
    ) -> Result<T, InboxError> {
        let reader = reader.clone();
        // Nothing under the lock changes anything, so a poisoned one guards as much as before.
        let read = move || work(&reader.lock().unwrap_or_else(PoisonError::into_inner));
        match tokio::task::spawn_blocking(read).await {
            Ok(read) => read.map_err(|cause| failed(doing, cause)),
            Err(error) => Err(InboxError::new(doing, error)),
        }
    }
}

impl Store for SqliteInbox {
    fn store(&self, entries: Vec<NewEntry>) -> BoxFuture<'_, Result<Vec<Stored>, InboxError>> {
        const DOING: &str = "store entries";
        Box::pin(async move {
            NewEntry::check(&entries)?;
            let targets = targets_of(&entries);
            let records = Record::of(entries).await.map_err(|cause| failed(DOING, cause))?;
            let now = self.micros();
            let wake = Wake::unless_answered(&self.arrivals);
            let insert = move |transaction: &mut Transaction<'_>| {
                let stored = records.iter().map(|record| insert::insert(transaction, record, now));
                stored.collect::<Result<Vec<_>, _>>()
            };
            let stored = self.write(DOING, insert).await;
            wake.answered();
            if stored.as_ref().is_ok_and(|stored| any_new(stored)) {
                self.arrivals.note(&targets);
            }
            stored
        })
    }

    fn check(&self) -> BoxFuture<'_, Result<(), InboxError>> {
        const DOING: &str = "answer a probe";
        Box::pin(async move {
            self.writer.check(DOING)?;
            self.file.check().map_err(|cause| failed(DOING, cause))?;
            self.read(DOING, &self.readers.leases, migrate::check_version).await
        })
    }
}

impl Inbox for SqliteInbox {
    fn lease(&self, request: LeaseRequest) -> BoxFuture<'_, Result<Lease, InboxError>> {
        Box::pin(self.lease_due(request))
    }

    fn settle(&self, settlements: Vec<Settlement>) -> BoxFuture<'_, Result<Vec<bool>, InboxError>> {
        Box::pin(async move {
            let now = self.micros();
            let wake = Wake::unless_answered(&self.arrivals);
            let settled = self.write("settle leases", move |transaction| {
                settle::settle_all(transaction, &settlements, now)
            });
            let settled = settled.await;
            wake.answered();
            settled.map(|(settled, freed)| {
                self.arrivals.note(&freed);
                settled
            })
        })
    }

    fn get(&self, id: EntryId) -> BoxFuture<'_, Result<Option<Entry>, InboxError>> {
        const DOING: &str = "get an entry";
        Box::pin(async move {
            let found =
                self.read(DOING, &self.readers.lists, move |connection| read::entry(connection, id, None));
            Found::entry(found.await?).await.map_err(|cause| failed(DOING, cause))
        })
    }

    fn list<'a>(&'a self, filter: &'a Filter, page: Page) -> BoxFuture<'a, Result<Vec<Summary>, InboxError>> {
        let filter = filter.clone();
        Box::pin(self.read("list entries", &self.readers.lists, move |connection| {
            read::list(connection, &filter, &page)
        }))
    }

    fn counts(&self) -> BoxFuture<'_, Result<Counts, InboxError>> {
        Box::pin(self.read("count entries", &self.readers.lists, read::counts))
    }

    fn change<'a>(&'a self, filter: &'a Filter, change: Change) -> BoxFuture<'a, Result<u64, InboxError>> {
        Box::pin(async move {
            let wake = Wake::unless_answered(&self.arrivals);
            let target = if let Change::Assign(target) = &change { Some(target.clone()) } else { None };
            let changed = self.change_all(filter, change).await;
            wake.answered();
            // What was changed before something failed stays so.
            if !matches!(changed, Ok(0)) {
                self.arrivals.note(&target);
                self.arrivals.note_all();
            }
            changed
        })
    }

    fn forget(&self, before: Timestamp) -> BoxFuture<'_, Result<u64, InboxError>> {
        Box::pin(self.forget_pruned(before.as_microsecond()))
    }

    fn arrivals<'a>(&'a self, target: &'a Target) -> BoxFuture<'a, ()> {
        Box::pin(self.arrivals.of(target))
    }

    fn targets(&self) -> BoxFuture<'_, Result<Vec<TargetStatus>, InboxError>> {
        Box::pin(self.read("list targets", &self.readers.lists, read::targets))
    }

    fn change_target<'a>(
        &'a self,
        target: &'a Target,
        change: TargetChange,
    ) -> BoxFuture<'a, Result<bool, InboxError>> {
        Box::pin(async move {
            let (of, now) = (target.clone(), self.micros());
            let statement = sql::Statement::from(change);
            let changed = self.write("change a target", move |transaction| {
                change::target(transaction, &of, &statement, now)
            });
            let changed = changed.await?;
            self.arrivals.note([target]);
            Ok(changed)
        })
    }

    fn now(&self) -> BoxFuture<'_, Result<Timestamp, InboxError>> {
        Box::pin(async move { Ok(self.clock.now()) })
    }
}

impl fmt::Debug for SqliteInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteInbox").field("path", &self.path).finish_non_exhaustive()
    }
}

impl ToSql for Param {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Number(number) => number.to_sql(),
            Self::Text(text) => text.to_sql(),
        }
    }
}

fn failed(doing: &'static str, cause: Cause) -> InboxError {
    sql::failed(doing, cause, kind_of_cause)
}

/// The same, of a cause that several callers are told of.
fn failed_by(doing: &'static str, cause: &Cause) -> InboxError {
    cause::failed_by(doing, cause, kind_of_cause)
}

fn kind_of_cause(cause: &Cause) -> InboxErrorKind {
    cause.downcast_ref().map_or(InboxErrorKind::Other, kind_of)
}

fn kind_of(error: &rusqlite::Error) -> InboxErrorKind {
    use rusqlite::Error;
    match error.sqlite_error_code() {
        None if matches!(
            error,
            Error::Utf8Error(..)
                | Error::FromSqlConversionFailure(..)
                | Error::IntegralValueOutOfRange(..)
                | Error::InvalidColumnType(..)
        ) =>
        {
            InboxErrorKind::Unreadable
        }
        Some(ErrorCode::DiskFull) => InboxErrorKind::Full,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => InboxErrorKind::Locked,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => InboxErrorKind::ReadOnly,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => InboxErrorKind::Unreadable,
        None if is_of_a_value(error) => InboxErrorKind::Unreadable,
        _ => InboxErrorKind::Other,
    }
}

/// Whether a column holds what it should not.
fn is_of_a_value(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, Utf8Error};
    matches!(
        error,
        FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..) | Utf8Error(..)
    )
}
