//! Bytes from a file or from standard input.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use crate::exit::Failure;

/// Where a body comes from.
#[derive(Debug, Args)]
pub(crate) struct Input {
    /// The body; `-` or nothing for standard input
    #[arg(value_name = "FILE|-", default_value = "-")]
    file: PathBuf,
}

impl Input {
    /// The bytes, unchanged: a signature is over every one of them.
    pub(crate) fn read(&self) -> Result<Vec<u8>, Failure> {
        read(&self.file)
    }
}

/// Whether this names standard input.
pub(crate) fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}

/// The bytes of a file, or of standard input for `-`.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    if is_stdin(file) {
        let mut body = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut body).context("standard input cannot be read");
        return read.map(|_| body).map_err(Failure::Unreadable);
    }
    std::fs::read(file)
        .with_context(|| format!("{} cannot be read", file.display()))
        .map_err(Failure::Unreadable)
}
