//! Settings out of the variables of the environment, and secrets out of the files that they name.

use std::fmt;
use std::str::FromStr;

use provider_wire::Secret;

use crate::config_error::ConfigError;

/// Variables of the environment. `Debug` shows no value.
pub struct Variables(Source);

type Source = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// A variable that is needed and cannot be used. Holds no value and no path.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MissingVariable {
    /// It is not set or empty, nor is the one that names a file.
    #[error("the variable {name} is not set, nor is {name}_FILE")]
    NotSet {
        /// Its name.
        name: &'static str,
    },
    /// The file cannot be read, or is empty.
    #[error("the file that {name}_FILE names {reason}")]
    File {
        /// The name of the variable without `_FILE`.
        name: &'static str,
        /// What is wrong with the file.
        reason: String,
    },
}

/// A text that names no environment of the provider.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("an environment is {names}")]
pub struct UnknownEnvironment {
    /// The names that there are, as a list for a sentence.
    pub names: &'static str,
}

/// What switches a setting on.
const YES: [&str; 6] = ["true", "t", "yes", "y", "on", "1"];

impl Variables {
    /// Those of the process.
    #[must_use]
    pub fn of_process() -> Self {
        Self(Box::new(|name| std::env::var(name).ok()))
    }

    /// These alone, for tests.
    #[must_use]
    pub fn given(variables: &[(&str, &str)]) -> Self {
        let owned = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let owned: Vec<_> = owned.collect();
        Self(Box::new(move |name| {
            owned.iter().find(|(given, _)| given == name).map(|(_, value)| value.clone())
        }))
    }

    /// The value of a variable, without blanks around it; `None` where it is not set or empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        let value = (self.0)(name)?;
        Some(value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// The secret in a variable, or in the file that the variable with `_FILE` behind its name names, as containers get
    /// their secrets. The variable itself comes first.
    ///
    /// # Errors
    /// If neither is set, or the file cannot be read.
    pub fn secret(&self, name: &'static str) -> Result<Secret, ConfigError> {
        self.read(name).map_err(ConfigError::Variable)
    }

    fn read(&self, name: &'static str) -> Result<Secret, MissingVariable> {
        if let Some(value) = self.get(name) {
            return Ok(value.into());
        }
        let path = self.get(&format!("{name}_FILE")).ok_or(MissingVariable::NotSet { name })?;
        let failed = |reason: String| MissingVariable::File { name, reason };
        let read = std::fs::read_to_string(path);
        let text = read.map_err(|error| failed(format!("cannot be read: {}", error.kind())))?;
        match text.trim() {
            "" => Err(failed("is empty".to_owned())),
            secret => Ok(secret.into()),
        }
    }
}

/// Variables that every client has, with a prefix of its own such as `KLAVI`.
impl Variables {
    /// The environment that `PREFIX_ENVIRONMENT` names or, before that, the one that `at` makes of the address in
    /// `PREFIX_BASE_URL`. `names` are the environments that there are, as a list for a sentence.
    ///
    /// # Errors
    /// If neither variable is set, or the name is unknown.
    pub fn environment<E: FromStr<Err = UnknownEnvironment>>(
        &self,
        prefix: &'static str,
        names: &'static str,
        at: impl FnOnce(String) -> E,
    ) -> Result<E, ConfigError> {
        if let Some(base_url) = self.get(&format!("{prefix}_BASE_URL")) {
            return Ok(at(base_url));
        }
        let name = self.get(&format!("{prefix}_ENVIRONMENT"));
        let name = name.ok_or(ConfigError::NoEnvironment { prefix, names })?;
        name.parse().map_err(|error| ConfigError::UnknownEnvironment { prefix, error })
    }

    /// Whether `PREFIX_ALLOW_PLAIN_HTTP` says so: `true`, `t`, `yes`, `y`, `on` or `1`, as the command reads it.
    #[must_use]
    pub fn allow_plain_http(&self, prefix: &str) -> bool {
        let allow = self.get(&format!("{prefix}_ALLOW_PLAIN_HTTP"));
        allow.is_some_and(|word| YES.iter().any(|yes| word.eq_ignore_ascii_case(yes)))
    }
}

impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Variables(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_allowed_by_the_words_that_the_command_knows() {
        let allows = |word| Variables::given(&[("BANK_ALLOW_PLAIN_HTTP", word)]).allow_plain_http("BANK");
        assert!(["true", "TRUE", "yes", "1", "on"].into_iter().all(allows));
        assert!(!["false", "0", "no", "", "please"].into_iter().any(allows));
    }

    #[test]
    fn a_secret_comes_from_its_variable_or_from_a_file() {
        let path = std::env::temp_dir().join(format!("variables-{:032x}", fastrand::u128(..)));
        std::fs::write(&path, " k-file\n").unwrap();
        let file = path.to_str().unwrap();
        let secret = |variables: &[(&str, &str)]| {
            Variables::given(variables).read("KEY").map(|secret| secret.expose().to_owned())
        };
        assert_eq!(secret(&[("KEY_FILE", file)]), Ok("k-file".to_owned()));
        assert_eq!(secret(&[("KEY", " k-own "), ("KEY_FILE", file)]), Ok("k-own".to_owned()));
        assert_eq!(secret(&[("KEY", " ")]), Err(MissingVariable::NotSet { name: "KEY" }));
        std::fs::write(&path, "\n").unwrap();
        let empty = secret(&[("KEY_FILE", file)]).unwrap_err();
        std::fs::remove_file(&path).unwrap();
        let gone = secret(&[("KEY_FILE", file)]).unwrap_err();
        assert_eq!(empty.to_string(), "the file that KEY_FILE names is empty");
        assert_eq!(gone.to_string(), "the file that KEY_FILE names cannot be read: entity not found");
    }
}
