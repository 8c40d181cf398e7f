//! The secretKeys that sign deliveries.

use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::Args;
use klavi_webhook::klavi::SigningKey;

use crate::exit::Failure;

/// Where keys come from. More than one while a key is being changed.
#[derive(Clone, Args)]
pub(crate) struct Keys {
    /// The secretKey. Better in a file or the environment: other users of the machine can see arguments
    #[arg(long, value_name = "S")]
    secret_key: Vec<String>,
    /// File that holds a secretKey in its first line. Keys also come from `KLAVI_SECRET_KEY`, separated by commas; to sign
    /// and to verify, only where none is given
    #[arg(long, value_name = "FILE")]
    secret_key_file: Vec<PathBuf>,
}

impl Keys {
    /// The keys in the order given, files first; without any those of the environment.
    pub(crate) fn read(&self) -> Result<Vec<SigningKey>, Failure> {
        Ok(self.texts()?.into_iter().map(SigningKey::from).collect())
    }

    /// The same and those of the environment as well: all that may sign what is received.
    pub(crate) fn read_all(&self) -> Result<Vec<SigningKey>, Failure> {
        let mut keys = self.given()?;
        keys.extend(of_the_environment());
        some(keys).map(|keys| keys.into_iter().map(SigningKey::from).collect())
    }

    /// Whether one was given as an argument.
    pub(crate) fn are_given(&self) -> bool {
        !self.secret_key.is_empty() || !self.secret_key_file.is_empty()
    }

    /// The key to sign with: the first.
    pub(crate) fn first(&self) -> Result<String, Failure> {
        Ok(self.texts()?.swap_remove(0))
    }

    fn texts(&self) -> Result<Vec<String>, Failure> {
        some(if self.are_given() { self.given()? } else { of_the_environment() })
    }

    fn given(&self) -> Result<Vec<String>, Failure> {
        let mut keys = Vec::new();
        for file in &self.secret_key_file {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("{} cannot be read", file.display()))
                .map_err(Failure::Unreadable)?;
            // Some editors mark a file as Unicode.
            let line =
                text.strip_prefix('\u{feff}').unwrap_or(&text).lines().next().unwrap_or_default().trim();
            // Not left out in silence: what it signed would be refused.
            if line.is_empty() {
                return Err(Failure::unreadable(anyhow!(
                    "{} holds no key in its first line",
                    file.display()
                )));
            }
            keys.push(line.to_owned());
        }
        keys.extend(self.secret_key.iter().filter(|key| !key.is_empty()).cloned());
        Ok(keys)
    }
}

fn of_the_environment() -> Vec<String> {
    let list = std::env::var("KLAVI_SECRET_KEY").unwrap_or_default();
    list.split(',').map(str::trim).filter(|key| !key.is_empty()).map(str::to_owned).collect()
}

fn some(keys: Vec<String>) -> Result<Vec<String>, Failure> {
    if keys.is_empty() {
        return Err(Failure::unreadable(anyhow!(
            "no key: give --secret-key, --secret-key-file or KLAVI_SECRET_KEY"
        )));
    }
    Ok(keys)
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({} given, {} files)", self.secret_key.len(), self.secret_key_file.len())
    }
}
