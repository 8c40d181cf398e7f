use std::fmt;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use crate::raw::{Kind, Raw};
use crate::{Amount, Repair, Text, Value, record};

record! {
    /// The documented form: an object with amount and currency.
    pub(crate) struct MoneyObject {
        /// Exact amount in units of the currency.
        pub amount: Option<Amount> => "amount",
        /// ISO 4217 code, `BRL`.
        pub currency: Option<Text> => "currency",
    }
}

/// An amount with its currency.
///
/// Documented as `{"amount": "1000.0400", "currency": "BRL"}`; a bare text or number is read as well (observed) and
/// then has no currency. Written in the form in which it came.
#[derive(Clone, PartialEq)]
pub struct Money {
    /// The amount in units of the currency (reais, not centavos).
    pub amount: Option<Amount>,
    /// ISO 4217 code, `BRL`. Absent where the amount came bare.
    pub currency: Option<Text>,
    rest: Rest,
}

#[derive(Clone, PartialEq)]
enum Rest {
    Bare,
    Members(crate::Extra),
}

impl Money {
    /// An amount in a currency.
    pub fn new(amount: Amount, currency: &str) -> Self {
        Self {
            amount: Some(amount),
            currency: Some(currency.into()),
            rest: Rest::Members(crate::Extra::default()),
        }
    }

    /// An amount in reais.
    pub fn brl(amount: Amount) -> Self {
        Self::new(amount, "BRL")
    }

    /// An amount without a currency, written as bare text.
    pub fn bare(amount: Amount) -> Self {
        Self { amount: Some(amount), currency: None, rest: Rest::Bare }
    }

    fn object(self) -> MoneyObject {
        let mut object =
            MoneyObject { amount: self.amount, currency: self.currency, ..MoneyObject::default() };
        if let Rest::Members(extra) = self.rest {
            *crate::Record::extra_mut(&mut object) = extra;
        }
        object
    }
}

impl From<MoneyObject> for Money {
    fn from(object: MoneyObject) -> Self {
        let extra = object.extra().clone();
        Self { amount: object.amount, currency: object.currency, rest: Rest::Members(extra) }
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Money(..)")
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.rest {
            Rest::Bare => self.amount.serialize(serializer),
            Rest::Members(_) => self.clone().object().serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(deserializer)?.ok_or_else(|| D::Error::custom("absent, expected an amount"))
    }
}

impl Value for Money {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        let raw = Raw::deserialize(deserializer)?;
        match raw.kind() {
            Kind::Object => {
                raw.read::<MoneyObject>().map(|object| Some(object.into())).map_err(D::Error::custom)
            }
            _ => crate::amount::from_raw(raw).map(|amount| amount.map(Self::bare)).map_err(D::Error::custom),
        }
    }

    fn repair(raw: Raw<'_>, repair: &mut Repair) -> Option<Self> {
        match raw.kind() {
            Kind::Object => MoneyObject::repair(raw, repair).map(Self::from),
            _ => repair.leaf::<Amount>(raw).map(Self::bare),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode;

    #[test]
    fn each_form_is_written_as_it_came() {
        for json in [
            r#"{"amount":"1000.0400","currency":"BRL"}"#,
            r#"{"amount":"1.00","unit":"x"}"#,
            r#""10.50""#,
            "{}",
        ] {
            let money: Money = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&money).unwrap(), json);
        }
    }

    #[test]
    fn a_bad_amount_does_not_cost_the_currency() {
        let decoded = decode::<Money>(br#"{"amount":"1,5","currency":"BRL"}"#).unwrap();
        assert_eq!(decoded.value.currency.unwrap(), "BRL");
        assert_eq!(decoded.malformed[0].path.to_string(), "amount");
        assert_eq!(decoded.malformed[0].raw(), "\"1,5\"");
    }
}
