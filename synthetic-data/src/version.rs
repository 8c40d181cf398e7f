//! Versions of a report.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Version of a report, `productVersion` in its head.
///
/// A partner has one of them for all products. V1.1 is the variant with encoded CPFs: it leaves out the tax ids of
/// counterparties. The CPF of the customer is encoded only where that was asked for
/// ([`Scope::encoded_cpf`](crate::Scope::encoded_cpf)): how Klavi does it is not documented.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[schema(description = "Version of a report.")]
#[non_exhaustive]
pub enum Version {
    /// `V1`, all tax ids as digits.
    #[default]
    #[serde(rename = "V1")]
    V1,
    /// `V1.1`, without the tax ids of counterparties.
    #[serde(rename = "V1.1")]
    V1_1,
}

impl Version {
    /// The word in the head of a report.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "V1",
            Self::V1_1 => "V1.1",
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The text names no version of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a version is V1 or V1.1")]
pub struct ParseVersionError(());

impl FromStr for Version {
    type Err = ParseVersionError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        [Self::V1, Self::V1_1]
            .into_iter()
            .find(|version| version.as_str() == word)
            .ok_or(ParseVersionError(()))
    }
}
