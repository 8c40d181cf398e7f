//! The amount of a limit of a card, in either form. Must not know the limit.

use std::fmt;

use provider_wire::{
    Amount, Extra, Fault, Kind, Reader, Record, Text, Value, deserialize, read_record, value_schema,
    write_record,
};
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// A limit with the reason where it is zero.
///
/// Documented as `{"amount", "currency", "limitAmountReason"}`; a bare amount is read as well and then has neither
/// currency nor reason. Written in the form in which it came.
///
/// ```
/// use klavi_types::reports::LimitAmount;
///
/// let limit: LimitAmount = serde_json::from_str("\"1000.0400\"")?;
/// assert_eq!(limit.amount.unwrap().to_string(), "1000.0400");
/// assert_eq!(serde_json::to_string(&limit)?, "\"1000.0400\"");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[value_schema(
{
    "description": "A limit with the reason where it is zero; a bare amount is read as well.",
    "anyOf": [
        {
            "type": "object",
            "properties": {
                "amount": {"description": "Exact decimal.", "type": ["string", "number", "null"]},
                "currency": {"description": "ISO 4217 code, `BRL`.", "type": ["string", "number", "null"]},
                "limitAmountReason": {"description": "Why it is zero.", "type": ["string", "number", "null"]},
            },
        },
        {"type": ["string", "number"]},
    ],
}
)]
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct LimitAmount {
    /// Amount in units of the currency.
    pub amount: Option<Amount>,
    /// ISO 4217 code, `BRL`.
    pub currency: Option<Text>,
    /// Why it is zero, `limitAmountReason` on the wire.
    pub limit_amount_reason: Option<Text>,
    is_bare: bool,
    extra: Extra,
}

impl Record for LimitAmount {
    fn read_member(&mut self, name: &str, reader: &mut Reader<'_>) -> Result<bool, Fault> {
        match name {
            "amount" => reader.member(name, "amount", &mut self.amount)?,
            "currency" => reader.member(name, "currency", &mut self.currency)?,
            "limitAmountReason" => reader.member(name, "limitAmountReason", &mut self.limit_amount_reason)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn write_members<M: SerializeMap>(&self, out: &mut M) -> Result<(), M::Error> {
        self.amount.iter().try_for_each(|amount| out.serialize_entry("amount", amount))?;
        self.currency.iter().try_for_each(|currency| out.serialize_entry("currency", currency))?;
        let mut reason = self.limit_amount_reason.iter();
        reason.try_for_each(|reason| out.serialize_entry("limitAmountReason", reason))?;
        self.extra.write(out)
    }

    fn extra(&self) -> &Extra {
        &self.extra
    }

    fn extra_mut(&mut self) -> &mut Extra {
        &mut self.extra
    }
}

impl Value for LimitAmount {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        if reader.kind()? == Kind::Object {
            return read_record(reader);
        }
        let amount = Amount::read(reader)?;
        Ok(amount.map(|amount| Self { amount: Some(amount), is_bare: true, ..Self::default() }))
    }
}

impl Serialize for LimitAmount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let has_more =
            self.currency.is_some() || self.limit_amount_reason.is_some() || !self.extra.is_empty();
        match &self.amount {
            Some(amount) if self.is_bare && !has_more => amount.serialize(serializer),
            _ => write_record(self, serializer),
        }
    }
}

impl<'de> Deserialize<'de> for LimitAmount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize(deserializer)
    }
}

impl fmt::Debug for LimitAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LimitAmount(..)")
    }
}
