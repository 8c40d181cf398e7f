//! Targets that entries are delivered to: their names, and what keeps them from being delivered to.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

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

/// What happens to a target as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetChange {
    /// A person stops it: nothing is leased for it until it is resumed. What is leased already is still delivered.
    Pause {
        /// Why. It is shown to others, so it should hold nothing personal.
        reason: String,
    },
    /// A person lets it go on.
    Resume,
    /// A dispatcher found it down. It is for those who look; entries are leased as before.
    Down {
        /// How it failed.
        reason: String,
    },
    /// A dispatcher found that it works.
    Up,
    /// A receiver has it among its targets from now on.
    Introduce,
}

/// What is known of a target, beside how many entries it has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TargetStatus {
    /// Which one.
    pub target: Target,
    /// Since when a receiver has it.
    pub introduced_at: Option<Timestamp>,
    /// A person has paused it.
    pub paused: Option<Interruption>,
    /// A dispatcher found it down.
    pub down: Option<Interruption>,
}

/// Why and since when nothing is delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Interruption {
    /// Since when.
    pub since: Timestamp,
    /// Why, in one line.
    pub reason: String,
}

impl TargetStatus {
    pub(super) const fn new(target: Target) -> Self {
        Self { target, introduced_at: None, paused: None, down: None }
    }
}

impl Interruption {
    pub(super) fn new(since: Timestamp, reason: &str) -> Self {
        Self { since, reason: super::entry::one_line(reason) }
    }
}
