//! Where the API stands.

use std::fmt;
use std::str::FromStr;

/// One of Belvo's environments, or an address of your own. Keys differ per environment.
///
/// ```
/// use belvo_sdk::Environment;
///
/// assert_eq!(Environment::Sandbox.base_url(), "https://sandbox.belvo.com");
/// assert_eq!("production".parse(), Ok(Environment::Production));
/// ```
#[doc(alias = "server")]
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Environment {
    /// Mock institutions: `sandbox.belvo.com`. Its data is deleted on the first day of every month.
    Sandbox,
    /// `api.belvo.com`.
    Production,
    /// A base URL without `/api`, such as that of `klavi belvo mock`: `https`, or `http` to loopback.
    #[doc(alias("server_url", "base_url"))]
    Custom(String),
}

/// A text that names no environment.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("an environment is `sandbox` or `production`")]
pub struct UnknownEnvironment;

impl Environment {
    /// The address that all paths are put after.
    #[must_use]
    pub fn base_url(&self) -> &str {
        match self {
            Self::Sandbox => "https://sandbox.belvo.com",
            Self::Production => "https://api.belvo.com",
            Self::Custom(base_url) => base_url,
        }
    }
}

impl FromStr for Environment {
    type Err = UnknownEnvironment;

    /// Reads `sandbox` or `production`, in any case.
    fn from_str(name: &str) -> Result<Self, UnknownEnvironment> {
        [Self::Sandbox, Self::Production]
            .into_iter()
            .find(|environment| environment.to_string().eq_ignore_ascii_case(name.trim()))
            .ok_or(UnknownEnvironment)
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sandbox => "sandbox",
            Self::Production => "production",
            Self::Custom(base_url) => base_url,
        })
    }
}
