mod options;
mod writer;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::blob::ZeroBlob;
use rusqlite::{Connection, ErrorCode, MAIN_DB, OptionalExtension, Row, ToSql, params};
use tokio::sync::Notify;

use super::sql::{self, Cause, Columns, Found, PRUNED_AT_ONCE, Record, entry_id, number, statements};
use super::{
    BoxFuture, Depth, Entry, EntryId, Inbox, InboxError, InboxErrorKind, Leased, NewEntry, Order, Page,
    Prune, Stored, Summary, Ticket,
};
use crate::clock::later;

pub use options::SqliteOptions;
use writer::Writer;

/// An inbox in a file: nothing to install, and nothing acknowledged is lost with the process or the machine.
///
/// Every store is synced to the disk before it is answered. Stores that arrive while a commit runs share the next one,
/// so that many deliveries at once cost few syncs: 64 at a time are taken in at 0.75 of the rate of a bare loop that
/// commits batches of 64 with the same library and settings, and at 12 times the rate of a commit for each, where the
/// disk syncs within 0.3 ms (`cargo bench -p klavi-webhook --bench inbox`).
///
/// Other processes may open the same file: the command line while a receiver runs, or several dispatchers. They do not
/// tell one another of arrivals, and find them when they look. The file has to lie on a disk of this machine, since
/// SQLite's locks do not hold on network file systems. It is made readable for its owner alone, because bodies are
/// personal data; what is pruned is overwritten in it.
///
/// The tables `inbox_entries` and `inbox_bodies` are plain to read with the `sqlite3` tool. Bodies from 4 KiB on are
/// packed with zstd where that makes them smaller, as the column `encoding` says.
///
/// ```
/// use klavi_webhook::{Inbox, Page, SqliteInbox};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("inbox.db");
/// let inbox = SqliteInbox::open(path).await?;
/// assert!(inbox.list(Page::first(10)).await?.is_empty());
/// # Ok(()) }
/// ```
pub struct SqliteInbox {
    path: PathBuf,
    /// Before the writer, so that it is the writer who leaves the file last and tidies up.
    reader: Arc<Mutex<Connection>>,
    writer: Writer,
    arrived: Notify,
}

impl SqliteInbox {
    /// Opens the inbox in that file; makes it, but not its folder, where it is not there.
    ///
    /// # Errors
    /// Where the file can be neither read nor made, or a newer version has written it.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, InboxError> {
        SqliteOptions::new(path).open().await
    }

    async fn write<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnMut(&Connection) -> Result<T, Cause> + Send + 'static,
    ) -> Result<T, InboxError> {
        self.writer.write(doing, work).await
    }

    /// Changes at most one row; whether it did.
    async fn change(
        &self,
        doing: &'static str,
        mut work: impl FnMut(&Connection) -> rusqlite::Result<usize> + Send + 'static,
    ) -> Result<bool, InboxError> {
        self.write(doing, move |connection| Ok(work(connection)? > 0)).await
    }

    async fn read<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Cause> + Send + 'static,
    ) -> Result<T, InboxError> {
        let reader = self.reader.clone();
        // Nothing under the lock changes anything, so a poisoned one guards as much as before.
        let read = move || work(&reader.lock().unwrap_or_else(PoisonError::into_inner));
        match tokio::task::spawn_blocking(read).await {
            Ok(read) => read.map_err(|cause| failed(doing, cause)),
            Err(error) => Err(InboxError::new(doing, error)),
        }
    }
}

impl Inbox for SqliteInbox {
    fn store(&self, entries: Vec<NewEntry>) -> BoxFuture<'_, Result<Vec<Stored>, InboxError>> {
        const DOING: &str = "store entries";
        Box::pin(async move {
            let records = Record::of(entries).await.map_err(|cause| failed(DOING, cause))?;
            let stored = self
                .write(DOING, move |connection| {
                    records.iter().map(|record| insert(connection, record)).collect::<Result<Vec<_>, _>>()
                })
                .await?;
            if stored.iter().any(|stored| !matches!(stored, Stored::Duplicate(_))) {
                self.arrived.notify_one();
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
        const DOING: &str = "lease entries";
        Box::pin(async move {
            let (now, until) = (now.as_microsecond(), later(now, lease).as_microsecond());
            let found = self
                .write(DOING, move |connection| {
                    let mut statement = connection.prepare_cached(statements::lease(&LEASES, order))?;
                    let leased = statement
                        .query_map(params![now, number(most), until], |row| Ok((row.get(0)?, row.get(1)?)))?;
                    let mut leased: Vec<(i64, i64)> = leased.collect::<Result<_, _>>()?;
                    leased.sort_unstable();
                    leased
                        .into_iter()
                        .filter_map(|(id, lease)| get(connection, id, lease).transpose())
                        .collect()
                })
                .await?;
            let (leased, damaged) = Found::leased(found).await.map_err(|cause| failed(DOING, cause))?;
            for ticket in damaged {
                // One that is not buried comes again when its lease has run out.
                let _ = self.bury(ticket, sql::DAMAGED).await;
            }
            Ok(leased)
        })
    }

    fn complete(&self, ticket: Ticket) -> BoxFuture<'_, Result<bool, InboxError>> {
        let (id, lease) = (number(ticket.id.get()), number(ticket.lease));
        Box::pin(self.change("complete an entry", move |connection| {
            connection.prepare_cached(statements::COMPLETE)?.execute(params![id, lease])
        }))
    }

    fn retry<'a>(
        &'a self,
        ticket: Ticket,
        at: Timestamp,
        error: &'a str,
    ) -> BoxFuture<'a, Result<bool, InboxError>> {
        let (id, lease) = (number(ticket.id.get()), number(ticket.lease));
        let (due, error) = (at.as_microsecond(), sql::text(error.to_owned()));
        Box::pin(self.change("retry an entry", move |connection| {
            connection.prepare_cached(statements::RETRY)?.execute(params![due, error, id, lease])
        }))
    }

    fn bury<'a>(&'a self, ticket: Ticket, error: &'a str) -> BoxFuture<'a, Result<bool, InboxError>> {
        let (id, lease) = (number(ticket.id.get()), number(ticket.lease));
        let error = sql::text(error.to_owned());
        Box::pin(self.change("bury an entry", move |connection| {
            connection.prepare_cached(statements::BURY)?.execute(params![error, id, lease])
        }))
    }

    fn bring_forward(
        &self,
        now: Timestamp,
        limit: Duration,
        lease: Duration,
    ) -> BoxFuture<'_, Result<u64, InboxError>> {
        const DOING: &str = "bring entries forward";
        let (limit, end) = (later(now, limit).as_microsecond(), later(now, lease).as_microsecond());
        let now = now.as_microsecond();
        Box::pin(async move {
            // Beside the one that writes: there is hardly ever anything to do.
            let any = self.read(DOING, move |connection| {
                let mut statement = connection.prepare_cached(ANY_AFTER)?;
                Ok(statement.query_row([limit], |row| row.get::<_, bool>(0))?)
            });
            if !any.await? {
                return Ok(0);
            }
            self.write(DOING, move |connection| {
                let leases = connection.prepare_cached(statements::END_LEASES)?.execute([end, limit])?;
                let pauses = connection.prepare_cached(statements::END_PAUSES)?.execute([now, limit])?;
                Ok((leases + pauses) as u64)
            })
            .await
        })
    }

    fn replay(&self, id: EntryId, now: Timestamp) -> BoxFuture<'_, Result<bool, InboxError>> {
        let (id, due) = (number(id.get()), now.as_microsecond());
        Box::pin(async move {
            let replayed = self
                .change("replay an entry", move |connection| {
                    connection.prepare_cached(statements::REPLAY)?.execute(params![due, id])
                })
                .await?;
            if replayed {
                self.arrived.notify_one();
            }
            Ok(replayed)
        })
    }

    fn erase(&self, id: EntryId) -> BoxFuture<'_, Result<bool, InboxError>> {
        const DOING: &str = "erase an entry";
        let id = number(id.get());
        Box::pin(async move {
            let erased = self
                .change(DOING, move |connection| connection.prepare_cached(statements::ERASE)?.execute([id]))
                .await?;
            if erased {
                // The log beside the file still has the bytes; somebody who reads just now may keep it that way.
                let cut_back = |connection: &Connection| {
                    Ok(connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
                };
                self.read(DOING, cut_back).await?;
            }
            Ok(erased)
        })
    }

    fn get(&self, id: EntryId) -> BoxFuture<'_, Result<Option<Entry>, InboxError>> {
        const DOING: &str = "get an entry";
        Box::pin(async move {
            let found = self.read(DOING, move |connection| get(connection, number(id.get()), 0)).await?;
            Found::entry(found).await.map_err(|cause| failed(DOING, cause))
        })
    }

    fn list(&self, page: Page) -> BoxFuture<'_, Result<Vec<Summary>, InboxError>> {
        let (after, limit) = (sql::behind(page.after), number(page.limit));
        Box::pin(self.read("list entries", move |connection| {
            let (mut listed, mut in_state);
            let mut rows = match page.state {
                None => {
                    listed = connection.prepare_cached(statements::LIST)?;
                    listed.query(params![after, limit])?
                }
                Some(state) => {
                    in_state = connection.prepare_cached(statements::LIST_IN_STATE)?;
                    in_state.query(params![after, state.as_str(), limit])?
                }
            };
            let mut page = Vec::new();
            while let Some(row) = rows.next()? {
                page.push(sql::summary(row)?);
            }
            Ok(page)
        }))
    }

    fn of_request<'a>(&'a self, request_id: &'a str) -> BoxFuture<'a, Result<Vec<Summary>, InboxError>> {
        let request_id = sql::indexed(request_id);
        Box::pin(self.read("list entries", move |connection| {
            let mut statement = connection.prepare_cached(statements::LIST_OF_REQUEST)?;
            let mut rows = statement.query([request_id])?;
            let mut entries = Vec::new();
            while let Some(row) = rows.next()? {
                entries.push(sql::summary(row)?);
            }
            Ok(entries)
        }))
    }

    fn expectations(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Entry>, InboxError>> {
        const DOING: &str = "list expectations";
        let (after, limit) = (sql::behind(after), number(limit));
        Box::pin(async move {
            let found = self.read(DOING, move |connection| {
                let mut statement = connection.prepare_cached(statements::GET_EXPECTATIONS)?;
                let mut rows = statement.query([after, limit])?;
                let mut found = Vec::new();
                while let Some(row) = rows.next()? {
                    found.push(Found::read(row, 0)?);
                }
                Ok(found)
            });
            Found::entries(found.await?).await.map_err(|cause| failed(DOING, cause))
        })
    }

    fn depth(&self) -> BoxFuture<'_, Result<Depth, InboxError>> {
        Box::pin(self.read("count entries", |connection| {
            let mut counts = Vec::new();
            let mut statement = connection.prepare_cached(statements::COUNTS)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                counts.push((row.get::<_, String>(0)?, row.get(1)?));
            }
            let oldest = connection.prepare_cached(statements::OLDEST_PENDING)?;
            let oldest = { oldest }.query_row([], |row| row.get(0)).optional()?;
            sql::depth(counts, oldest)
        }))
    }

    fn prune(&self, before: Timestamp, which: Prune) -> BoxFuture<'_, Result<u64, InboxError>> {
        let before = before.as_microsecond();
        Box::pin(async move {
            let mut pruned = 0;
            loop {
                let deleted = self
                    .write("prune entries", move |connection| {
                        let mut statement = connection.prepare_cached(statements::prune(which))?;
                        Ok(statement.execute(params![before, PRUNED_AT_ONCE])?)
                    })
                    .await?;
                if deleted == 0 {
                    return Ok(pruned);
                }
                pruned += deleted as u64;
            }
        })
    }

    fn arrivals(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.arrived.notified())
    }
}

impl fmt::Debug for SqliteInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteInbox").field("path", &self.path).finish_non_exhaustive()
    }
}

/// One writes at a time, so there is nothing to lock. Without the hints a long backlog, or all that is outstanding, is
/// sorted for every lease.
const LEASES: [&str; 2] =
    statements::leases!("INDEXED BY inbox_entries_open", "INDEXED BY inbox_entries_outstanding", "");

const ANY_AFTER: &str = statements::any_after!("INDEXED BY inbox_entries_open");
/// From this size on the bytes of a body go straight to the pages of the file.
const LARGE: usize = 1024 * 1024;

fn insert(connection: &Connection, record: &Record) -> Result<Stored, Cause> {
    let inserted = connection.prepare_cached(statements::INSERT)?.execute(params![
        record.dedup_key,
        record.message_key,
        record.kind,
        record.name,
        record.message_id,
        record.link_id,
        record.consent_id,
        record.institution_code,
        record.request_id,
        record.received_at,
        record.source,
        record.headers,
        record.bytes,
        record.state,
        record.due,
        record.last_error,
        record.attempts,
    ])?;
    let number = |statement, values: &dyn ToSql| {
        connection.prepare_cached(statement)?.query_row([values], |row| row.get::<_, i64>(0))
    };
    if inserted == 0 {
        return Ok(Stored::Duplicate(entry_id(number(statements::KNOWN, &record.dedup_key)?)?));
    }
    let id = connection.last_insert_rowid();
    let insert_body = |body: &dyn ToSql| {
        connection.prepare_cached(statements::INSERT_BODY)?.execute(params![id, record.encoding, body])
    };
    if record.body.len() < LARGE {
        insert_body(&&record.body[..])?;
    } else {
        insert_body(&ZeroBlob(record.body.len() as u64))?;
        // Of what is bound to a statement SQLite makes two more copies.
        connection.blob_open(MAIN_DB, "inbox_bodies", "body", id, false)?.write_all_at(&record.body, 0)?;
    }
    sql::stored(id, number(statements::REVISION, &id)?)
}

fn get(connection: &Connection, id: i64, lease: i64) -> Result<Option<Found>, Cause> {
    let mut statement = connection.prepare_cached(statements::GET)?;
    let mut rows = statement.query([id])?;
    rows.next()?.map(|row| Found::read(row, lease)).transpose()
}

impl Columns for Row<'_> {
    fn text(&self, column: usize) -> Result<String, Cause> {
        Ok(self.get(column)?)
    }

    fn optional_text(&self, column: usize) -> Result<Option<String>, Cause> {
        Ok(self.get(column)?)
    }

    fn number(&self, column: usize) -> Result<i64, Cause> {
        Ok(self.get(column)?)
    }

    fn blob(&self, column: usize) -> Result<Vec<u8>, Cause> {
        Ok(self.get(column)?)
    }
}

fn failed(doing: &'static str, cause: Cause) -> InboxError {
    sql::failed(doing, cause, |cause| cause.downcast_ref().map_or(InboxErrorKind::Other, kind_of))
}

fn kind_of(error: &rusqlite::Error) -> InboxErrorKind {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => InboxErrorKind::Full,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => InboxErrorKind::Locked,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => InboxErrorKind::ReadOnly,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => InboxErrorKind::Unreadable,
        _ => InboxErrorKind::Other,
    }
}
