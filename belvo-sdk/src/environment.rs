//! Where the API stands.

use std::fmt;
use std::str::FromStr;

use provider_call::UnknownEnvironment;

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

/// The environments that have a name.
pub(crate) const NAMES: &str = "`sandbox` or `production`";

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
        match name.trim().to_ascii_lowercase().as_str() {
            "sandbox" => Ok(Self::Sandbox),
            "production" => Ok(Self::Production),
            _ => Err(UnknownEnvironment { names: NAMES }),
        }
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
