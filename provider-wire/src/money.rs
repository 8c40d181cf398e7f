use std::fmt;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::value::write_field;
use crate::{Amount, Extra, Fault, Json, Kind, Reader, Text, Value};

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
    is_bare: bool,
    extra: Extra,
}

impl Money {
    /// An amount in a currency.
    pub fn new(amount: Amount, currency: &str) -> Self {
        Self {
            amount: Some(amount),
            currency: Some(currency.into()),
            is_bare: false,
            extra: Extra::default(),
        }
    }

    /// An amount in reais.
    pub fn brl(amount: Amount) -> Self {
        Self::new(amount, "BRL")
    }

    /// An amount without a currency, written as bare text.
    pub fn bare(amount: Amount) -> Self {
        Self { amount: Some(amount), currency: None, is_bare: true, extra: Extra::default() }
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Money(..)")
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_bare {
            return self.amount.serialize(serializer);
        }
        let mut out = serializer.serialize_map(None)?;
        write_field(&mut out, "amount", &self.amount)?;
        write_field(&mut out, "currency", &self.currency)?;
        self.extra.write(&mut out)?;
        out.end()
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::deserialize(deserializer)
    }
}

impl Value for Money {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        if reader.kind()? != Kind::Object {
            return Amount::read(reader).map(|amount| amount.map(Self::bare));
        }
        let (mut amount, mut currency, mut extra) = (None, None, Extra::default());
        let mut members = reader.enter_object()?;
        while members.advance(reader)? {
            if reader.expected_member("amount", &mut amount)?
                || reader.expected_member("currency", &mut currency)?
            {
                continue;
            }
            let name = reader.name()?;
            match &*name {
                "amount" => reader.member(&name, "amount", &mut amount)?,
                "currency" => reader.member(&name, "currency", &mut currency)?,
                _ => extra.push(&name, Json::from_raw(reader.unmapped()?)),
            }
        }
        reader.keep_rest(&mut extra);
        Ok(Some(Self { amount, currency, is_bare: false, extra }))
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
