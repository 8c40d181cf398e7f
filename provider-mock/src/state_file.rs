//! The file in which a mock keeps what it knows across restarts. Must not know what that is.

use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::changes::Changes;

/// What this version writes, and the newest it can read.
const FORMAT: u32 = 2;

/// Changes within it are written together.
const TOGETHER: Duration = Duration::from_millis(100);

/// What a state file keeps.
pub trait Keep: Send + Sync + 'static {
    /// All of it, as JSON, as it is now.
    ///
    /// # Errors
    /// Where it has no JSON.
    fn state(&self) -> serde_json::Result<Box<serde_json::value::RawValue>>;
}

/// A state file of which this mock alone is the owner. What stands under its name is always whole: a new state is written
/// beside it, brought to the disk, and put in its place.
pub struct StateFile {
    path: PathBuf,
    /// Held as long as the mock runs, and by whoever writes; the system lets go of it however the process ends. `None` once
    /// the file is closed.
    lock: Mutex<Option<File>>,
}

#[derive(Deserialize)]
struct Head {
    format: u32,
}

#[derive(Serialize, Deserialize)]
struct Whole<S> {
    format: u32,
    state: S,
}

impl StateFile {
    /// Opens it, and reads what it holds; nothing where it does not exist yet.
    pub fn open<S: DeserializeOwned>(path: &Path) -> Result<(Self, Option<S>), StateFileError> {
        let fault = |kind| StateFileError { path: path.to_owned(), kind };
        let lock = private(OpenOptions::new().write(true).create(true).truncate(false))
            .open(beside(path, ".lock"))
            .map_err(|source| fault(Kind::Io(source)))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(fault(Kind::InUse)),
            Err(TryLockError::Error(source)) => return Err(fault(Kind::Io(source))),
        }
        let saved = match std::fs::read(path) {
            Ok(bytes) => Some(read(&bytes).map_err(fault)?),
            Err(source) if source.kind() == io::ErrorKind::NotFound => None,
            Err(source) => return Err(fault(Kind::Io(source))),
        };
        Ok((Self { path: path.to_owned(), lock: Mutex::new(Some(lock)) }, saved))
    }

    /// Writes what the mock knows now, unless the file is closed.
    pub fn write(&self, mock: &impl Keep) -> Result<(), StateFileError> {
        let lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        if lock.is_some() { self.write_alone(mock) } else { Ok(()) }
    }

    /// Writes once more, and lets another mock have the file.
    pub fn close(&self, mock: &impl Keep) -> Result<(), StateFileError> {
        let mut lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let written = if lock.is_some() { self.write_alone(mock) } else { Ok(()) };
        *lock = None;
        written
    }

    fn write_alone(&self, mock: &impl Keep) -> Result<(), StateFileError> {
        let state = mock.state().and_then(|state| serde_json::to_vec(&Whole { format: FORMAT, state }));
        let written = state.map_err(io::Error::from).and_then(|state| self.replace(&state));
        written.map_err(|source| StateFileError { path: self.path.clone(), kind: Kind::Io(source) })
    }

    fn replace(&self, state: &[u8]) -> io::Result<()> {
        let next = beside(&self.path, ".next");
        let mut file = private(OpenOptions::new().write(true).create(true).truncate(true)).open(&next)?;
        file.write_all(state)?;
        file.sync_all()?;
        std::fs::rename(&next, &self.path)?;
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        // A system that cannot bring a folder to the disk does so by itself.
        if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

/// Writes the state, or writes it once more and closes the file, on a thread that nobody waits for.
///
/// # Errors
/// Where it cannot be written.
pub async fn apart<K: Keep>(
    file: Option<Arc<StateFile>>,
    mock: Arc<K>,
    act: impl FnOnce(&StateFile, &K) -> Result<(), StateFileError> + Send + 'static,
) -> Result<(), StateFileError> {
    let Some(file) = file else { return Ok(()) };
    // A task that is not waited for to its end belongs to a runtime that ends.
    tokio::task::spawn_blocking(move || act(&file, &mock)).await.unwrap_or(Ok(()))
}

/// Writes the state whenever it has changed, and once more when the mock stops.
pub async fn keep(file: Arc<StateFile>, mock: Arc<impl Keep>, changes: Changes, stop: CancellationToken) {
    let mut changed = changes.subscribe();
    changed.mark_changed();
    loop {
        let stopped = stop.run_until_cancelled(changed.changed()).await.is_none()
            || stop.run_until_cancelled(tokio::time::sleep(TOGETHER)).await.is_none();
        changed.mark_unchanged();
        let (file, mock) = (Arc::clone(&file), Arc::clone(&mock));
        let written = tokio::task::spawn_blocking(move || file.write(&*mock)).await;
        if let Ok(Err(error)) = written {
            tracing::error!(%error, cause = error.source(), "what the mock knows is not kept");
        }
        if stopped {
            return;
        }
    }
}

fn read<S: DeserializeOwned>(bytes: &[u8]) -> Result<S, Kind> {
    // What the parser says may repeat what it read.
    let damaged = |error: serde_json::Error| Kind::Damaged { line: error.line(), column: error.column() };
    let head: Head = serde_json::from_slice(bytes).map_err(damaged)?;
    if head.format > FORMAT {
        return Err(Kind::Newer(head.format));
    }
    if head.format < FORMAT {
        return Err(Kind::Older(head.format));
    }
    serde_json::from_slice::<Whole<S>>(bytes).map(|whole| whole.state).map_err(damaged)
}

/// The path with something at its end.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    name.into()
}

/// For the owner's eyes alone: the file holds tokens.
#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;

    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Why a state file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the state file {} {kind}", path.display())]
pub struct StateFileError {
    path: PathBuf,
    #[source]
    kind: Kind,
}

#[derive(Debug, thiserror::Error)]
enum Kind {
    #[error("cannot be read or written")]
    Io(#[source] io::Error),
    #[error("is in use by another mock")]
    InUse,
    #[error("has format {0}, of a newer mock; this one reads up to format {FORMAT}")]
    Newer(u32),
    #[error("has format {0}, of an older mock; take it away to begin anew")]
    Older(u32),
    #[error("is damaged at line {line}, column {column}; take it away to begin anew")]
    Damaged { line: usize, column: usize },
}

impl fmt::Debug for StateFile {
    /// Closed: what it holds may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StateFile(..)")
    }
}
