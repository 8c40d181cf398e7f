//! Bytes from a file or from standard input.

use std::io::Read;
use std::path::PathBuf;

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
        if self.file.as_os_str() == "-" {
            let mut body = Vec::new();
            let read =
                std::io::stdin().lock().read_to_end(&mut body).context("standard input cannot be read");
            return read.map(|_| body).map_err(Failure::Unreadable);
        }
        std::fs::read(&self.file)
            .with_context(|| format!("{} cannot be read", self.file.display()))
            .map_err(Failure::Unreadable)
    }
}
