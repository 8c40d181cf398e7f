//! How a command ends.

use std::io::Write;
use std::process::ExitCode;

use tokio::runtime::Runtime;

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Refused or failed: exit 1.
    Failed(anyhow::Error),
    /// Wrong usage or unreadable input: exit 2.
    Unreadable(anyhow::Error),
}

impl Failure {
    pub(crate) fn failed(error: impl Into<anyhow::Error>) -> Self {
        Self::Failed(error.into())
    }

    pub(crate) fn unreadable(error: impl Into<anyhow::Error>) -> Self {
        Self::Unreadable(error.into())
    }

    /// Says it in one sentence on stderr.
    pub(crate) fn report(self) -> ExitCode {
        let (error, code) = match self {
            Self::Failed(error) => (error, 1),
            Self::Unreadable(error) => (error, 2),
        };
        // With stderr gone there is nobody left to tell.
        let _ = writeln!(std::io::stderr(), "klavi: {error:#}");
        ExitCode::from(code)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Self::Failed(error) | Self::Unreadable(error)) = self;
        write!(f, "{error:#}")
    }
}

/// Prints to stdout. A reader that went away (`klavi … | head`) is no failure.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::failed(error)),
        _ => Ok(()),
    }
}

/// Prints to stderr what is no result.
pub(crate) fn print_aside(text: &str) {
    // With stderr gone there is nobody left to tell.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

pub(crate) fn runtime() -> Result<Runtime, Failure> {
    Runtime::new().map_err(Failure::failed)
}
