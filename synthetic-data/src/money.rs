//! Reais and the ways in which reports write them. Must not use floating point.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul, Neg, Sub};

use fastrand::Rng;
use klavi_types::legacy::AmountUnless;
use klavi_types::{Amount, AmountNumber, Money};

/// Reais, counted in centavos.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Centavos(pub(crate) i64);

impl Centavos {
    /// Written as Klavi's examples do, with four places: `1000.0400`.
    pub(crate) fn money(self) -> Money {
        Money::brl(amount(&format!("{self}00")))
    }

    /// Without a currency and with two places: how `postTransactionBalance` is written.
    pub(crate) fn bare(self) -> Money {
        Money::bare(amount(&self.to_string()))
    }

    /// Not in an object and with four places: the amounts of credit contracts.
    pub(crate) fn plain(self) -> Amount {
        amount(&format!("{self}00"))
    }

    /// A JSON number with two places and its sign: how the first generation writes amounts.
    pub(crate) fn number(self) -> AmountNumber {
        amount(&self.to_string()).into()
    }

    /// The same where a number may say "not available".
    pub(crate) fn available<const NONE: i64>(self) -> AmountUnless<NONE> {
        amount(&self.to_string()).into()
    }

    /// The unit price of an investment in the six places that its format wants at least two of.
    pub(crate) fn unit_price(self) -> Money {
        Money::brl(amount(&format!("{self}0000")))
    }

    /// A whole number of centavos around it, at most that many percent away.
    pub(crate) fn around(self, rng: &mut Rng, percent: i64) -> Self {
        let away = self.0.abs() * percent / 100;
        Self(self.0 + rng.i64(-away..=away))
    }

    pub(crate) fn abs(self) -> Self {
        Self(self.0.abs())
    }
}

/// A fraction in millionths, `0.290000`: how rates are written.
pub(crate) fn rate(millionths: i64) -> Amount {
    let sign = if millionths < 0 { "-" } else { "" };
    let magnitude = millionths.unsigned_abs();
    amount(&format!("{sign}{}.{:06}", magnitude / 1_000_000, magnitude % 1_000_000))
}

/// A whole number of units with two places, `42.00`.
pub(crate) fn quantity(units: i64) -> Amount {
    amount(&format!("{units}.00"))
}

fn amount(text: &str) -> Amount {
    text.parse().expect("written as a decimal number")
}

impl fmt::Display for Centavos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let centavos = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", centavos / 100, centavos % 100)
    }
}

impl Add for Centavos {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Centavos {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Centavos {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Mul<i64> for Centavos {
    type Output = Self;

    fn mul(self, times: i64) -> Self {
        Self(self.0 * times)
    }
}

impl Sum for Centavos {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_and_the_zeros_stay() {
        for (centavos, text) in [(100_004, "1000.04"), (-5, "-0.05"), (-12_345, "-123.45"), (0, "0.00")] {
            assert_eq!(Centavos(centavos).to_string(), text);
        }
        assert_eq!(rate(-290_000).to_string(), "-0.290000");
        assert_eq!(Centavos(-5).money().amount.unwrap().to_string(), "-0.0500");
        assert_eq!(serde_json::to_string(&Centavos(10_000).bare()).unwrap(), "\"100.00\"");
    }
}
