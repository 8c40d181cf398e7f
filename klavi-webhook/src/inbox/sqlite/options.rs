//! How an inbox in a file is opened.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};

use super::file::{OpenedFile, log_of, no_orphaned_log};
use super::{Cause, Readers, SqliteInbox, Writer, failed, migrate};
use crate::inbox::arrivals::Arrivals;
use crate::inbox::sql::{self, Missing, Unreadable};
use crate::inbox::steps_back::StepsBack;
use crate::{Clock, InboxError, InboxErrorKind};

/// Providers give an attempt 5 to 10 seconds. What takes longer is stored or refused all the same, and sent again.
const WAIT: Duration = Duration::from_secs(5);

/// The log beside the file is cut back to this after a large report.
const LOG_BYTES: i64 = 64 * 1024 * 1024;

/// How to open a [`SqliteInbox`].
#[derive(Clone, Debug)]
pub struct SqliteOptions {
    path: PathBuf,
    access: Access,
    max_bytes: Option<u64>,
    wait: Duration,
    clock: Clock,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Access {
    Make,
    Existing,
    Read,
}

impl SqliteOptions {
    /// The inbox in that file.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            access: Access::Make,
            max_bytes: None,
            wait: WAIT,
            clock: Clock::system(),
        }
    }

    /// Opens an inbox that somebody else has made, and makes none: a file that is none stays as it is.
    #[must_use]
    pub fn existing(mut self) -> Self {
        self.access = Access::Existing;
        self
    }

    /// Opens an inbox that somebody else has made to read it alone, also where nothing may be written. Whoever writes to a
    /// file in a folder that may not be written is not noticed.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.access = Access::Read;
        self
    }

    /// Lets the file grow to that many bytes; then entries are not stored until others are pruned. The log beside it,
    /// up to some ten megabytes, is not counted. Without bound unless said otherwise.
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }

    /// How long to wait for another process that writes; 5 seconds unless said otherwise.
    #[must_use]
    pub fn wait_for_others(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// Takes the time from another clock. For tests.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Opens it.
    ///
    /// # Errors
    /// As [`SqliteInbox::open`], or where it is not there and none is to be made.
    pub async fn open(self) -> Result<SqliteInbox, InboxError> {
        const DOING: &str = "open its file";
        match tokio::task::spawn_blocking(move || self.open_here()).await {
            Ok(opened) => {
                opened.map_err(|cause| match cause.downcast_ref::<io::Error>().map(io::Error::kind) {
                    Some(io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) => {
                        InboxError::new(DOING, cause).with_kind(InboxErrorKind::ReadOnly)
                    }
                    Some(io::ErrorKind::StorageFull) => {
                        InboxError::new(DOING, cause).with_kind(InboxErrorKind::Full)
                    }
                    _ => failed(DOING, cause),
                })
            }
            Err(error) => Err(InboxError::new(DOING, error)),
        }
    }

    fn open_here(self) -> Result<SqliteInbox, Cause> {
        match self.access {
            Access::Make => {
                no_orphaned_log(&self.path)?;
                make_private(&self.path)?;
            }
            Access::Existing | Access::Read => is_there(&self.path)?,
        }
        if self.access == Access::Read {
            return self.open_to_read();
        }
        let mut writer = self.connect()?;
        if self.access == Access::Existing && !has_tables(&writer)? {
            return Err(Missing.into());
        }
        // SQLite opens it all the same, and even begins transactions.
        if writer.is_readonly("main")? {
            return Err(io::Error::from(io::ErrorKind::ReadOnlyFilesystem).into());
        }
        // A sync of the log with every commit: without it a power cut takes acknowledged entries with it.
        use_log(&writer, self.wait)?;
        writer.pragma_update(None, "synchronous", "full")?;
        writer.pragma_update(None, "journal_size_limit", LOG_BYTES)?;
        writer.pragma_update(None, "foreign_keys", true)?;
        writer.pragma_update(None, "secure_delete", true)?;
        migrate::make_tables(&mut writer)?;
        sync_folder(&self.path)?;
        if let Some(bytes) = self.max_bytes {
            let page: i64 = writer.pragma_query_value(None, "page_size", |row| row.get(0))?;
            writer.pragma_update(None, "max_page_count", (sql::number(bytes) / page).max(1))?;
        }
        let readers = [self.connect()?, self.connect()?];
        for reader in &readers {
            reader.pragma_update(None, "query_only", true)?;
        }
        self.start(readers, writer)
    }

    fn open_to_read(self) -> Result<SqliteInbox, Cause> {
        let open = |path: &Path, flags| self.connect_to(path, flags | OpenFlags::SQLITE_OPEN_READ_ONLY);
        let (mut path, mut flags) = (self.path.clone(), OpenFlags::empty());
        let mut reader = open(&path, flags)?;
        let tables = match has_tables(&reader) {
            // Readers note in a file beside it what they read, and where that cannot be made, nobody can write either.
            Err(error) if is_closed(&error) && !has_log(&self.path) => {
                (path, flags) = (immutable(&self.path)?, OpenFlags::SQLITE_OPEN_URI);
                reader = open(&path, flags)?;
                has_tables(&reader)?
            }
            tables => tables?,
        };
        if !tables {
            return Err(Missing.into());
        }
        migrate::check_version(&reader)?;
        let (other, writer) = (open(&path, flags)?, open(&path, flags)?);
        self.start([reader, other], writer)
    }

    fn start(self, [leases, lists]: [Connection; 2], writer: Connection) -> Result<SqliteInbox, Cause> {
        // The latest time known: a clock that was turned back meanwhile shows against it.
        const LATEST: &str = "SELECT received_at FROM inbox_entries ORDER BY id DESC LIMIT 1";
        let file = Arc::new(OpenedFile::at(&self.path)?);
        let latest = lists.query_row(LATEST, [], |row| row.get(0)).optional()?;
        Ok(SqliteInbox {
            readers: Readers { leases: Arc::new(Mutex::new(leases)), lists: Arc::new(Mutex::new(lists)) },
            writer: Writer::start(writer, file.clone())?,
            path: self.path,
            file,
            arrivals: Arrivals::default(),
            clock: self.clock,
            steps_back: Mutex::new(StepsBack::since(latest.unwrap_or(i64::MIN))),
        })
    }

    fn connect(&self) -> rusqlite::Result<Connection> {
        self.connect_to(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE)
    }

    fn connect_to(&self, path: &Path, access: OpenFlags) -> rusqlite::Result<Connection> {
        let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(self.wait)?;
        connection.set_prepared_statement_cache_capacity(32);
        Ok(connection)
    }
}

fn is_there(path: &Path) -> Result<(), Cause> {
    match std::fs::metadata(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Missing.into()),
        Err(error) => Err(error.into()),
    }
}

fn has_tables(connection: &Connection) -> rusqlite::Result<bool> {
    const TABLES: &str = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'inbox_versions')";
    connection.query_row(TABLES, [], |row| row.get(0))
}

fn is_closed(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

/// Whether the log holds something that the file does not have yet.
fn has_log(path: &Path) -> bool {
    std::fs::metadata(log_of(path)).is_ok_and(|log| log.len() > 0)
}

/// The URI of a file that nobody writes.
fn immutable(path: &Path) -> Result<PathBuf, Cause> {
    let path = path.to_str().ok_or(Unreadable("the name of the file is no text"))?;
    let path = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    Ok(format!("file:{path}?immutable=1").into())
}

/// Makes an empty file for its owner's eyes; SQLite makes those beside it alike.
fn make_private(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Makes the names of the file and of the log beside it durable. SQLite asks for that as well, but goes on where it fails,
/// and a log without a name takes with it everything that was committed to it.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match std::fs::File::open(folder).and_then(|folder| folder.sync_all()) {
        // Folders that may be used but not read, and file systems that do not sync folders.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::PermissionDenied | io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
            ) =>
        {
            Ok(())
        }
        synced => synced,
    }
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Turns the write-ahead log on. Here SQLite does not wait for others by itself, such as one that does the same.
fn use_log(connection: &Connection, wait: Duration) -> Result<(), Cause> {
    const PAUSE: Duration = Duration::from_millis(5);
    let mut left = wait;
    loop {
        let mut mode = String::new();
        // To the statement's end: SQLite commits the change after it has answered. Where that commit fails, SQLite
        // goes on with a journal that ends a transaction by removing a file, which a power cut may bring back.
        let asked = connection.pragma(None, "journal_mode", "wal", |row| {
            mode = row.get(0)?;
            Ok(())
        });
        match asked {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && !left.is_zero() => {
                left = left.saturating_sub(PAUSE);
                #[expect(clippy::disallowed_methods, reason = "on a thread that may block")]
                std::thread::sleep(PAUSE);
            }
            Err(error) => return Err(error.into()),
            Ok(()) if mode == "wal" => return Ok(()),
            Ok(()) => return Err(format!("SQLite keeps the journal mode {mode} and cannot use wal").into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_commit_waits_for_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let inbox = SqliteInbox::open(folder.path().join("inbox.db")).await.unwrap();
        let pragmas = inbox.write("look", |transaction| {
            let connection = transaction.connection;
            let text = |name| connection.pragma_query_value::<String, _>(None, name, |row| row.get(0));
            let number = |name| connection.pragma_query_value::<i64, _>(None, name, |row| row.get(0));
            Ok((text("journal_mode")?, number("synchronous")?, number("foreign_keys")?))
        });
        assert_eq!(pragmas.await.unwrap(), ("wal".to_owned(), 2, 1));
    }
}
