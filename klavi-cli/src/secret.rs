//! Reads secrets from files, variables and flags: the one place that says what belongs to a secret.
//!
//! Never shows a secret. Knows no provider.

use std::env::VarError;
use std::path::Path;

use anyhow::{Context, anyhow};

use crate::exit::Failure;

/// The text of a secret, without the blanks around it.
///
/// Quotes at either end are refused: container runtimes keep those of an env file, and a key with them verifies nothing.
/// A secret that does have quotes at its ends stands in one more pair, which is taken off.
pub(crate) fn text<'a>(source: &str, given: &'a str) -> Result<&'a str, Failure> {
    let given = given.trim();
    if !has_quotes(given) {
        return Ok(given);
    }
    let inner = ['"', '\''].into_iter().find_map(|quote| given.strip_prefix(quote)?.strip_suffix(quote));
    inner.filter(|inner| has_quotes(inner)).ok_or_else(|| {
        Failure::unreadable(anyhow!(
            "the secret in {source} begins or ends with a quote, which would be part of it: remove the quotes, or write \
             one more pair of quotes around the secret if they do belong to it"
        ))
    })
}

/// The secret in the first line of a file.
pub(crate) fn first_line(file: &Path) -> Result<String, Failure> {
    let read = content(file)?;
    let line = text(&file.display().to_string(), read.lines().next().unwrap_or_default())?;
    // Not skipped: what another key signs or verifies would be refused.
    if line.is_empty() {
        return Err(Failure::unreadable(anyhow!("{} holds no key in its first line", file.display())));
    }
    Ok(line.to_owned())
}

/// The text of a file with secrets.
pub(crate) fn content(file: &Path) -> Result<String, Failure> {
    let read = std::fs::read_to_string(file)
        .with_context(|| format!("{} cannot be read", file.display()))
        .map_err(Failure::Unreadable)?;
    // Some editors mark a file as Unicode.
    Ok(read.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(read))
}

/// The text of a variable with secrets or, where it is not set, of the file that the variable with `_FILE` behind its name
/// names, as containers get their secrets; empty where neither is set.
pub(crate) fn variable(name: &str) -> Result<String, Failure> {
    match std::env::var(name) {
        Ok(text) => Ok(text),
        Err(VarError::NotPresent) => match std::env::var_os(format!("{name}_FILE")) {
            Some(file) => Ok(content(Path::new(&file))?.trim_end().to_owned()),
            None => Ok(String::new()),
        },
        // The error of the standard library quotes the value.
        Err(VarError::NotUnicode(_)) => Err(Failure::unreadable(anyhow!("{name} is not UTF-8 text"))),
    }
}

fn has_quotes(text: &str) -> bool {
    text.starts_with(['"', '\'']) || text.ends_with(['"', '\''])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(given: &str) -> Option<&str> {
        text("here", given).ok()
    }

    #[test]
    fn blanks_around_a_secret_are_no_part_of_it() {
        assert_eq!(read(" \tk e y\r\n"), Some("k e y"));
        assert_eq!(read("k'e\"y"), Some("k'e\"y"));
        assert_eq!(read(" "), Some(""));
    }

    #[test]
    fn quotes_at_either_end_are_refused() {
        for given in ["\"key\"", "'key'", "\"key", "key\"", "'key\"", " \"key\" ", "\"", "\"\"", "''"] {
            assert_eq!(read(given), None, "{given}");
        }
    }

    #[test]
    fn one_more_pair_says_that_quotes_belong_to_the_secret() {
        for (given, secret) in [
            ("\"\"key\"\"", "\"key\""),
            ("'\"key\"'", "\"key\""),
            ("\"'key'\"", "'key'"),
            ("'\"key'", "\"key"),
            ("'key\"'", "key\""),
        ] {
            assert_eq!(read(given), Some(secret), "{given}");
        }
    }
}
