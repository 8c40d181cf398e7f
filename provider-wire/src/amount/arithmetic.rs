//! Sums and signs, exact or not at all.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use super::Amount;

impl Amount {
    /// Whether it is below zero.
    pub const fn is_negative(self) -> bool {
        self.0.is_sign_negative() && !self.0.is_zero()
    }

    /// The amount without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Self(self.0.abs())
    }

    /// The exact sum; `None` where it has more than 28 digits.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let sum = self.0.checked_add(other.0)?;
        // The library would round to make it fit.
        (sum.scale() >= self.0.scale().max(other.0.scale())).then_some(Self(sum))
    }

    /// The exact difference; `None` where it has more than 28 digits.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(-other)
    }

    /// The exact sum of all; `None` where it has more than 28 digits. `iter.sum::<Amount>()` panics there.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }
}

impl Neg for Amount {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

/// Exact or a panic: money is never rounded in silence. [`checked_add`](Amount::checked_add) does not panic.
///
/// # Panics
/// Where the sum has more than 28 digits, which amounts below 10¹⁹ with up to eight decimals never reach.
impl Add for Amount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.checked_add(other).expect("a sum of amounts has at most 28 digits")
    }
}

/// Exact or a panic. [`checked_sub`](Amount::checked_sub) does not panic.
///
/// # Panics
/// As the sum.
impl Sub for Amount {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

/// # Panics
/// As the sum.
impl AddAssign for Amount {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// # Panics
/// As the sum.
impl SubAssign for Amount {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

/// Exact or a panic. [`Amount::sum`] does not panic.
///
/// # Panics
/// As the sum of two.
impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// # Panics
/// As the sum of two.
impl<'a> Sum<&'a Self> for Amount {
    fn sum<I: Iterator<Item = &'a Self>>(amounts: I) -> Self {
        amounts.copied().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_exact() {
        let amount = |text: &str| text.parse::<Amount>().unwrap();
        let mut total = amount("0.10") + amount("0.20") - amount("1.00");
        assert_eq!(total, amount("-0.70"));
        total += amount("0.75");
        total -= amount("0.04");
        assert_eq!((total, (-total).abs()), (amount("0.01"), amount("0.01")));
        assert_eq!([amount("1.10"), amount("-0.1")].iter().sum::<Amount>().to_string(), "1.00");
        assert_eq!(std::iter::empty::<Amount>().sum::<Amount>(), Amount::ZERO);
    }

    #[test]
    #[should_panic(expected = "at most 28 digits")]
    fn a_sum_that_would_be_rounded_panics() {
        let most: Amount = "79228162514264337593543950335".parse().unwrap();
        let _ = most - "0.01".parse().unwrap();
    }

    #[test]
    fn a_sum_is_exact_or_none() {
        let amount = |text: &str| text.parse::<Amount>().unwrap();
        assert_eq!(Amount::sum([amount("0.10"), amount("0.20")]), Some(amount("0.30")));
        assert_eq!(Amount::sum([]), Some(Amount::ZERO));
        let most = amount("79228162514264337593543950335");
        assert_eq!(most.checked_add(most), None);
        assert_eq!(most.checked_add(amount("0.01")), None);
    }
}
