mod arithmetic;

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::{Fault, Kind, Reader, Value};

/// An exact decimal number: money, a rate, a quantity.
///
/// Read from text (`"1000.0400"`, with blanks around it and between groups of three digits) or from a JSON number, in
/// both cases digit by digit: no `f64` on the way. Text keeps its scale. Written as text. Up to 28 significant digits.
///
/// ```
/// use provider_wire::Amount;
///
/// let number: Amount = serde_json::from_str("12345678901234567.8912").unwrap();
/// assert_eq!(number.to_string(), "12345678901234567.8912");
/// let text: Amount = "1000.0400".parse().unwrap();
/// assert_eq!(serde_json::to_string(&text).unwrap(), "\"1000.0400\"");
/// ```
///
/// `+`, `-` and `sum()` are exact, or panic where the result has more than 28 digits; `checked_add`, `checked_sub` and
/// [`Amount::sum`] say `None` there.
///
/// ```
/// use provider_wire::Amount;
///
/// let amounts: [Amount; 2] = ["0.10".parse()?, "-0.30".parse()?];
/// assert_eq!(amounts.iter().sum::<Amount>().to_string(), "-0.20");
/// assert!((amounts[0] + amounts[1]).is_negative());
/// # Ok::<(), provider_wire::ParseAmountError>(())
/// ```
///
/// A `serde_json::Value` on the way costs digits of a number; text is safe.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Amount(Decimal);

impl Amount {
    /// Zero.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// The decimal, for any other arithmetic.
    pub const fn decimal(self) -> Decimal {
        self.0
    }
}

impl From<Decimal> for Amount {
    fn from(decimal: Decimal) -> Self {
        Self(decimal)
    }
}

impl From<Amount> for Decimal {
    fn from(amount: Amount) -> Self {
        amount.0
    }
}

/// The text is no decimal number of at most 28 digits with a point. Never holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseAmountError(());

impl fmt::Display for ParseAmountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a decimal number with a point and at most 28 digits")
    }
}

impl std::error::Error for ParseAmountError {}

impl FromStr for Amount {
    type Err = ParseAmountError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        digits(text).or_else(|error| {
            let blank = text.contains(char::is_whitespace);
            if blank { without_blanks(text).as_deref().map_or(Err(error), digits) } else { Err(error) }
        })
    }
}

/// Blanks at the ends, behind the sign, and between groups of three digits: `1 000.04`. `10 20` is ambiguous.
fn without_blanks(text: &str) -> Option<String> {
    let text = text.trim();
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |text| ("-", text.trim_start()));
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut groups = whole.split(char::is_whitespace);
    let first = groups
        .next()
        .is_some_and(|group| (1..=3).contains(&group.len()) || !whole.contains(char::is_whitespace));
    let others = groups.all(|group| group.len() == 3);
    (first && others && !rest.contains(char::is_whitespace))
        .then(|| [sign, &whole.split_whitespace().collect::<String>(), rest].concat())
}

/// Sign, digits and point, few enough digits for a machine word; `None` sends the text the long way.
#[inline]
fn short(text: &str) -> Option<Amount> {
    let (negative, plain) = match text.as_bytes() {
        [b'-', plain @ ..] => (true, plain),
        plain => (false, plain),
    };
    let (mut mantissa, mut scale, mut point) = (0_i64, 0, false);
    if plain.len() > 18 || !plain.first()?.is_ascii_digit() || !plain.last()?.is_ascii_digit() {
        return None;
    }
    for byte in plain {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa * 10 + i64::from(byte - b'0');
                scale += u32::from(point);
            }
            b'.' if !point => point = true,
            _ => return None,
        }
    }
    // Decimals know a negative zero, machine words do not.
    if negative && mantissa == 0 {
        return None;
    }
    Some(Amount(Decimal::new(if negative { -mantissa } else { mantissa }, scale)))
}

fn digits(text: &str) -> Result<Amount, ParseAmountError> {
    if let Some(amount) = short(text) {
        return Ok(amount);
    }
    let plain = text.strip_prefix('-').unwrap_or(text);
    // The library also takes `_` between digits, a leading `+` and a bare point.
    let shaped =
        plain.starts_with(|c: char| c.is_ascii_digit()) && !plain.contains('_') && !plain.ends_with('.');
    let parsed = if !shaped {
        None
    } else if plain.contains(['e', 'E']) {
        exponent(text)
    } else {
        Decimal::from_str_exact(text).ok()
    };
    parsed.map(Amount).ok_or(ParseAmountError(()))
}

/// `1e3`, `1.5E-2`: the exponent moves the point, no digit is rounded away.
fn exponent(text: &str) -> Option<Decimal> {
    let (mantissa, exponent) = text.split_once(['e', 'E'])?;
    let exponent: i64 = exponent.parse().ok()?;
    let mantissa = Decimal::from_str_exact(mantissa).ok()?;
    let scale = i64::from(mantissa.scale()).checked_sub(exponent)?;
    if scale >= 0 {
        return Decimal::try_from_i128_with_scale(mantissa.mantissa(), u32::try_from(scale).ok()?).ok();
    }
    let factor = 10_i128.checked_pow(u32::try_from(scale.checked_neg()?).ok()?)?;
    Decimal::try_from_i128_with_scale(mantissa.mantissa().checked_mul(factor)?, 0).ok()
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Amount(..)")
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::deserialize(deserializer)
    }
}

impl Value for Amount {
    /// `null` and `""` are "absent". `{"amount": …, "currency": "BRL"}` is read as well, and written bare.
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        if reader.kind()? == Kind::Object { Self::of_money(reader) } else { Self::read_bare(reader) }
    }
}

/// What a value has to be.
const EXPECTED: Fault = Fault::Unfit("a decimal number with a point and at most 28 digits");

impl Amount {
    #[inline]
    pub(crate) fn read_bare(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        match reader.kind()? {
            Kind::Null => reader.is_null().map(|_| None),
            Kind::Number => digits(reader.number()?).map(Some).map_err(|_| EXPECTED),
            Kind::Text => {
                let read = |text: &str| {
                    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| EXPECTED) }
                };
                reader.text_as(read)?.unwrap_or(Ok(None))
            }
            Kind::Bool | Kind::Array | Kind::Object => Err(EXPECTED),
        }
    }

    /// Money in place of a bare amount. In another currency, or with more to it, it would not be the same when written.
    #[cold]
    fn of_money(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        let start = reader.position();
        let mut members = reader.enter_object()?;
        let mut amount = None;
        while let Some(name) = members.next(reader)? {
            match &*name {
                "amount" if amount.is_none() => amount = Self::read_bare(reader)?,
                "currency" if matches!(reader.text_or_null()?.as_deref(), None | Some("BRL")) => {}
                _ => return Err(EXPECTED),
            }
        }
        reader.respelled(start);
        if amount.is_none() { Err(EXPECTED) } else { Ok(amount) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(json: &str) -> Option<String> {
        serde_json::from_str::<Amount>(json).ok().map(|amount| amount.to_string())
    }

    #[test]
    fn text_keeps_its_scale_and_numbers_keep_every_digit() {
        assert_eq!(read("\"1000.0400\"").as_deref(), Some("1000.0400"));
        assert_eq!(read("1000.04").as_deref(), Some("1000.04"));
        assert_eq!(read("12345678901234567.8912").as_deref(), Some("12345678901234567.8912"));
        assert_eq!(read("\"-0.00000001\"").as_deref(), Some("-0.00000001"));
        assert_eq!(read("\" 1 000.04\"").as_deref(), Some("1000.04"));
        assert_eq!(read("\"- 1 000 000 \"").as_deref(), Some("-1000000"));
        assert_eq!(read("\"12 .5\""), None);
        assert_eq!(read("1e3").as_deref(), Some("1000"));
        assert_eq!(read("1.5E-2").as_deref(), Some("0.015"));
    }

    #[test]
    fn what_is_no_exact_decimal_is_an_error() {
        let long = format!("\"{}\"", "9".repeat(400));
        let deep = format!("\"0.{}1\"", "0".repeat(40));
        for json in [
            "\"1,5\"",
            "\"1.000,00\"",
            "\"10 20\"",
            "\"1 0000\"",
            "\"1000 000\"",
            "\"1.0 0\"",
            "\"1  000\"",
            "\"NaN\"",
            "\"Infinity\"",
            "\"1_000\"",
            "\"+1\"",
            "\".5\"",
            "\"5.\"",
            "\"--1\"",
            "\"R$ 5\"",
            "true",
            "[]",
            "{}",
            "1e400",
            "1e-400",
            "1e99999999999999999999",
            &long,
            &deep,
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn exponents_at_the_edge_are_errors_and_never_a_panic() {
        for json in [
            "1e-9223372036854775808",
            "1e9223372036854775807",
            "\"1e-9223372036854775808\"",
            "0e-9223372036854775808",
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn money_in_place_of_an_amount_is_read_where_nothing_is_lost() {
        for (json, amount) in [
            (r#"{"amount":"5.00","currency":"BRL"}"#, "5.00"),
            (r#"{ "currency" : null, "amount" : 5.10 }"#, "5.10"),
            (r#"{"amount":"5.00"}"#, "5.00"),
        ] {
            assert_eq!(read(json).as_deref(), Some(amount), "{json}");
        }
        for json in [
            r#"{"amount":"5.00","currency":"USD"}"#,
            r#"{"amount":"5.00","currency":7}"#,
            r#"{"amount":"5.00","amount":"6.00"}"#,
            r#"{"amount":"5.00","currency":"BRL","unit":"x"}"#,
            r#"{"amount":{"amount":"5.00"}}"#,
            r#"{"amount":"","currency":"BRL"}"#,
            "{}",
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    proptest! {
        #[test]
        fn any_money_of_the_open_finance_format_round_trips(text in "-?[1-9][0-9]{0,14}\\.[0-9]{2,8}") {
            let as_text = format!("\"{text}\"");
            let amount: Amount = serde_json::from_str(&as_text).unwrap();
            prop_assert_eq!(serde_json::to_string(&amount).unwrap(), as_text);
            let as_number: Amount = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(as_number, amount);
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = text.parse::<Amount>();
        }
    }
}
