//! Where the API stands.

use std::fmt;
use std::str::FromStr;

use provider_call::UnknownEnvironment;

/// One of Klavi's environments, or an address of your own. Keys differ per environment.
///
/// ```
/// use klavi_sdk::Environment;
///
/// assert_eq!(Environment::Sandbox.base_url(), "https://api-sandbox.klavi.ai");
/// assert_eq!("production".parse(), Ok(Environment::Production));
/// ```
#[doc(alias = "server")]
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Environment {
    /// Mock banks: `api-sandbox.klavi.ai`.
    Sandbox,
    /// Real banks, for acceptance: `api-testing.klavi.ai`.
    Testing,
    /// `api.klavi.ai`.
    Production,
    /// A base URL without `/data/v1`, such as that of `klavi mock`: `https`, or `http` to loopback.
    #[doc(alias("server_url", "base_url"))]
    Custom(String),
}

/// The environments that have a name.
pub(crate) const NAMES: &str = "`sandbox`, `testing` or `production`";

impl Environment {
    /// The address that all paths are put after.
    #[must_use]
    pub fn base_url(&self) -> &str {
        match self {
            Self::Sandbox => "https://api-sandbox.klavi.ai",
            Self::Testing => "https://api-testing.klavi.ai",
            Self::Production => "https://api.klavi.ai",
            Self::Custom(base_url) => base_url,
        }
    }

    /// The same behind mutual TLS, as KaaS documents it; an address of your own stays what it is. The transport has to
    /// have the certificate that Klavi knows.
    ///
    /// ```
    /// use klavi_sdk::Environment;
    ///
    /// assert_eq!(Environment::Sandbox.mutual_tls().base_url(), "https://mtls-api-sandbox.klavi.ai");
    /// ```
    #[must_use]
    pub fn mutual_tls(&self) -> Self {
        match self {
            Self::Custom(_) => self.clone(),
            known => Self::Custom(known.base_url().replace("://", "://mtls-")),
        }
    }
}

impl FromStr for Environment {
    type Err = UnknownEnvironment;

    /// Reads `sandbox`, `testing` or `production`, in any case.
    fn from_str(name: &str) -> Result<Self, UnknownEnvironment> {
        match name.trim().to_ascii_lowercase().as_str() {
            "sandbox" => Ok(Self::Sandbox),
            "testing" => Ok(Self::Testing),
            "production" => Ok(Self::Production),
            _ => Err(UnknownEnvironment { names: NAMES }),
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sandbox => "sandbox",
            Self::Testing => "testing",
            Self::Production => "production",
            Self::Custom(base_url) => base_url,
        })
    }
}
