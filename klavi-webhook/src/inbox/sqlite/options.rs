use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use tokio::sync::Notify;

use super::{Cause, SqliteInbox, Writer, failed, statements};
use crate::inbox::sql;
use crate::{InboxError, InboxErrorKind};

/// Providers give an attempt 5 to 10 seconds. What takes longer is stored or refused all the same, and sent again.
const WAIT: Duration = Duration::from_secs(5);

/// The log beside the file is cut back to this after a large report.
const LOG_BYTES: i64 = 64 * 1024 * 1024;

/// The tables, version by version.
const VERSIONS: [&str; 2] =
    [statements::tables!("INTEGER", "INTEGER PRIMARY KEY AUTOINCREMENT", "BLOB"), statements::EXPECTATIONS];

/// How to open a [`SqliteInbox`].
#[derive(Clone, Debug)]
pub struct SqliteOptions {
    path: PathBuf,
    max_bytes: Option<u64>,
    wait: Duration,
}

impl SqliteOptions {
    /// The inbox in that file.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self { path: path.as_ref().to_owned(), max_bytes: None, wait: WAIT }
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

    /// Opens it.
    ///
    /// # Errors
    /// As [`SqliteInbox::open`].
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
        make_private(&self.path)?;
        let mut writer = self.connect()?;
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
        make_tables(&mut writer)?;
        if let Some(bytes) = self.max_bytes {
            let page: i64 = writer.pragma_query_value(None, "page_size", |row| row.get(0))?;
            writer.pragma_update(None, "max_page_count", (sql::number(bytes) / page).max(1))?;
        }
        let reader = self.connect()?;
        reader.pragma_update(None, "query_only", true)?;
        Ok(SqliteInbox {
            reader: Arc::new(Mutex::new(reader)),
            writer: Writer::start(writer)?,
            path: self.path,
            arrived: Notify::new(),
        })
    }

    fn connect(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(self.wait)?;
        connection.set_prepared_statement_cache_capacity(32);
        Ok(connection)
    }
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

fn make_tables(connection: &mut Connection) -> Result<(), Cause> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(statements::VERSIONS)?;
    let version = transaction.query_row(statements::VERSION, [], |row| row.get(0))?;
    for (step, tables) in VERSIONS.iter().enumerate().skip(sql::known_version(version, VERSIONS.len())?) {
        transaction.execute_batch(tables)?;
        transaction.execute(statements::NEW_VERSION, [sql::number(step + 1)])?;
    }
    transaction.commit()?;
    Ok(())
}

/// Turns the write-ahead log on. Here SQLite does not wait for others by itself, such as one that does the same.
fn use_log(connection: &Connection, wait: Duration) -> rusqlite::Result<()> {
    const PAUSE: Duration = Duration::from_millis(5);
    let mut left = wait;
    loop {
        match connection.pragma_update(None, "journal_mode", "wal") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && !left.is_zero() => {
                left = left.saturating_sub(PAUSE);
                #[expect(clippy::disallowed_methods, reason = "on a thread that may block")]
                std::thread::sleep(PAUSE);
            }
            done => return done,
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
        let pragmas = inbox.write("look", |connection| {
            let text = |name| connection.pragma_query_value::<String, _>(None, name, |row| row.get(0));
            let number = |name| connection.pragma_query_value::<i64, _>(None, name, |row| row.get(0));
            Ok((text("journal_mode")?, number("synchronous")?, number("foreign_keys")?))
        });
        assert_eq!(pragmas.await.unwrap(), ("wal".to_owned(), 2, 1));
    }
}
