use std::fmt;

use provider_wire::{Value, value_schema};
use serde::{Deserialize, Serialize};

/// Status of a report, `code` in its head. Not an HTTP status. Open: any number passes.
///
/// Source: docs.klavi.ai/connect/open-finance-codes-and-errors, which names 200, 204 and 205 and reserves 5000 to
/// 5099 for common errors and 5100 to 5299 for errors of a module.
#[value_schema(
    like = provider_wire::Integer,
    description = "Status of a report, no HTTP status: 200 is complete, 204 partial, any other number a failure."
)]
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReportCode(provider_wire::Integer);

impl ReportCode {
    /// The number.
    pub fn get(self) -> i64 {
        self.0.get()
    }
}

impl From<i64> for ReportCode {
    fn from(code: i64) -> Self {
        Self(code.into())
    }
}

impl fmt::Display for ReportCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

impl fmt::Debug for ReportCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReportCode({})", self.get())
    }
}

impl Value for ReportCode {
    fn read(reader: &mut provider_wire::Reader<'_>) -> Result<Option<Self>, provider_wire::Fault> {
        provider_wire::Integer::read(reader).map(|code| code.map(Self))
    }
}

/// How much of a report there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// 200: everything.
    Complete,
    /// 204: some of the bank's interfaces failed, what there is counts. No reason to throw the report away.
    Partial,
    /// Any other code; there may still be data.
    Failed(ReportCode),
    /// The head has no code.
    Unstated,
}

impl From<Option<ReportCode>> for Outcome {
    fn from(code: Option<ReportCode>) -> Self {
        match code.map(ReportCode::get) {
            Some(200) => Self::Complete,
            Some(204) => Self::Partial,
            Some(other) => Self::Failed(other.into()),
            None => Self::Unstated,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Complete => f.write_str("complete"),
            Self::Partial => f.write_str("partial"),
            Self::Failed(code) => write!(f, "failed({code})"),
            Self::Unstated => f.write_str("unstated"),
        }
    }
}
