use std::fmt;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use crate::Value;
use crate::amount;
use crate::raw::Raw;

/// A whole number: a count, a code, a year. Read from a JSON number or from text, written as a number.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Integer(i64);

impl Integer {
    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl From<i64> for Integer {
    fn from(number: i64) -> Self {
        Self(number)
    }
}

impl fmt::Debug for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Integer(..)")
    }
}

impl fmt::Display for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Integer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for Integer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(deserializer)?.ok_or_else(|| D::Error::custom("absent, expected a whole number"))
    }
}

impl Value for Integer {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        let expected = || D::Error::custom("unreadable, expected a whole number");
        let raw = Raw::deserialize(deserializer)?;
        let Some(amount) = amount::from_raw(raw).map_err(|_| expected())? else { return Ok(None) };
        let number = amount.decimal().normalize();
        if number.scale() != 0 {
            return Err(expected());
        }
        i64::try_from(number.mantissa()).map(|number| Some(Self(number))).map_err(|_| expected())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_text_are_read_and_fractions_are_not() {
        for (json, number) in [("1800", 1800), ("\"1800\"", 1800), ("-1", -1), ("1.0", 1), ("1e3", 1000)] {
            assert_eq!(serde_json::from_str::<Integer>(json).unwrap().get(), number, "{json}");
        }
        for json in ["1.5", "\"x\"", "true", "9223372036854775808", "[1]"] {
            assert!(serde_json::from_str::<Integer>(json).is_err(), "{json}");
        }
    }
}
