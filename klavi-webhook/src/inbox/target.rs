//! Names of the targets that entries are delivered to.

use std::fmt;
use std::sync::Arc;

/// A target of entries: typed handlers, an endpoint, a broker, a consumer that pulls. Each entry is settled with each of
/// its targets by itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Target(Arc<str>);

impl Target {
    /// The target of that name.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Target {
    /// The target of a receiver that has only one: `default`.
    fn default() -> Self {
        static DEFAULT: std::sync::LazyLock<Arc<str>> = std::sync::LazyLock::new(|| "default".into());
        Self(DEFAULT.clone())
    }
}

impl From<&str> for Target {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
