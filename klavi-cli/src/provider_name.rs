//! Which provider is meant.

use clap::ValueEnum;

/// A provider by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProviderName {
    Klavi,
    Belvo,
}
