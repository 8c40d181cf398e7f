use std::fmt;

use provider_wire::{Amount, Fault, Json, Reader, Value, value_schema};
use serde::ser::Error;
use serde::{Deserialize, Serialize, Serializer};

/// An exact decimal that stands as a JSON number on the wire: the first generation's signed amounts, KaaS entries.
///
/// Read from a number or from text, digit by digit; written as a number.
///
/// ```
/// use klavi_types::AmountNumber;
///
/// let amount: AmountNumber = serde_json::from_str("-12345678901234567.8912").unwrap();
/// assert_eq!(amount.get().to_string(), "-12345678901234567.8912");
/// assert_eq!(serde_json::to_string(&amount).unwrap(), "-12345678901234567.8912");
/// ```
#[value_schema(
    like = Amount,
    description = "Exact decimal as a JSON number; text is read as well. Read it as a decimal, never as a binary float."
)]
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub struct AmountNumber(Amount);

impl AmountNumber {
    /// The amount.
    pub const fn get(self) -> Amount {
        self.0
    }
}

impl From<Amount> for AmountNumber {
    fn from(amount: Amount) -> Self {
        Self(amount)
    }
}

impl fmt::Debug for AmountNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AmountNumber(..)")
    }
}

impl fmt::Display for AmountNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for AmountNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The text of a decimal is a JSON number as it stands; through `f64` it would lose digits.
        let number: Json = serde_json::from_str(&self.0.to_string()).map_err(S::Error::custom)?;
        number.serialize(serializer)
    }
}

impl Value for AmountNumber {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        Amount::read(reader).map(|amount| amount.map(Self))
    }
}
