//! The secretKeys that sign deliveries, from flags, files and `KLAVI_SECRET_KEY`.
//!
//! Knows nothing of what is signed. Never shows a key.

use std::path::PathBuf;

use anyhow::anyhow;
use clap::Args;
use klavi_webhook::klavi::SigningKey;

use crate::exit::Failure;
use crate::secret;

/// The variable that holds keys, separated by commas.
const VARIABLE: &str = "KLAVI_SECRET_KEY";

/// Where keys come from. More than one while a key is being changed.
#[derive(Clone, Args)]
pub(crate) struct Keys {
    /// The secretKey. Prefer a file or `KLAVI_SECRET_KEY`: other users of the machine can see arguments
    #[arg(long, value_name = "S")]
    secret_key: Vec<String>,
    /// File that holds a secretKey in its first line. Keys also come from `KLAVI_SECRET_KEY`, separated by commas; `sign`,
    /// `verify`, `trigger` and `check-receiver` read it only where no key is given
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
        keys.extend(of_the_environment()?);
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
        some(if self.are_given() { self.given()? } else { of_the_environment()? })
    }

    fn given(&self) -> Result<Vec<String>, Failure> {
        let mut keys = Vec::new();
        for file in &self.secret_key_file {
            keys.push(secret::first_line(file)?);
        }
        keys.extend(texts("--secret-key", self.secret_key.iter().map(String::as_str))?);
        Ok(keys)
    }
}

fn of_the_environment() -> Result<Vec<String>, Failure> {
    texts(VARIABLE, secret::variable(VARIABLE)?.split(','))
}

/// The keys among these texts; an empty one is none.
fn texts<'a>(source: &str, given: impl Iterator<Item = &'a str>) -> Result<Vec<String>, Failure> {
    let mut keys = Vec::new();
    for given in given {
        let key = secret::text(source, given)?;
        if !key.is_empty() {
            keys.push(key.to_owned());
        }
    }
    Ok(keys)
}

fn some(keys: Vec<String>) -> Result<Vec<String>, Failure> {
    if keys.is_empty() {
        return Err(Failure::unreadable(anyhow!(
            "no key: give --secret-key, --secret-key-file or {VARIABLE}"
        )));
    }
    Ok(keys)
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({} given, {} files)", self.secret_key.len(), self.secret_key_file.len())
    }
}
