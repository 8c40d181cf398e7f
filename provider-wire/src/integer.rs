use std::fmt;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::{Amount, Fault, Kind, Reader, Value};

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
        crate::deserialize(deserializer)
    }
}

impl Value for Integer {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        const EXPECTED: Fault = Fault::Unfit("a whole number");
        let start = reader.position();
        if reader.kind()? == Kind::Number
            && let Ok(number) = reader.number()?.parse()
        {
            return Ok(Some(Self(number)));
        }
        reader.back_to(start);
        match Amount::read_bare(reader) {
            Ok(None) => Ok(None),
            Ok(Some(amount)) => {
                let number = amount.decimal().normalize();
                let whole = (number.scale() == 0).then(|| i64::try_from(number.mantissa()).ok()).flatten();
                whole.map(|number| Some(Self(number))).ok_or(EXPECTED)
            }
            Err(Fault::Unfit(_)) => Err(EXPECTED),
            Err(Fault::Syntax) => Err(Fault::Syntax),
        }
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
