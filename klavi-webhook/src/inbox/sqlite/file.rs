//! The file under an open database: whether it is still the one that was opened.
//!
//! SQLite goes on writing to a file that was moved or deleted, and to the log of a name that is another file by now.
//! What is acknowledged then is lost with the process.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use super::Cause;
use crate::inbox::cause::{Moved, Unsuitable};

/// The file that was opened, by device and number.
#[derive(Debug)]
pub(super) struct OpenedFile {
    path: PathBuf,
    identity: Option<(u64, u64)>,
}

impl OpenedFile {
    /// The file that is there now.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        let identity = identity(&std::fs::metadata(path)?);
        // Wherever the process goes to from here.
        Ok(Self { path: std::path::absolute(path)?, identity })
    }

    /// Whether it is still there.
    pub(super) fn check(&self) -> Result<(), Cause> {
        match std::fs::metadata(&self.path) {
            Ok(metadata) if identity(&metadata) == self.identity => Ok(()),
            Ok(_) => Err(Moved.into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Moved.into()),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Option<(u64, u64)> {
    None
}

/// The log of a database.
pub(super) fn log_of(path: &Path) -> PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}

/// Refuses to make a database beside the log of another one, which SQLite would delete.
pub(super) fn no_orphaned_log(path: &Path) -> Result<(), Cause> {
    let is_new = match std::fs::metadata(path) {
        Ok(metadata) => metadata.len() == 0,
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    let log = log_of(path);
    let has_log = std::fs::metadata(&log).is_ok_and(|log| log.len() > 0);
    if is_new && has_log {
        let (log, path) = (log.display(), path.display());
        return Err(Unsuitable(format!(
            "{log} holds entries of a database that is not there: put {path} back, or move the log away"
        ))
        .into());
    }
    Ok(())
}
