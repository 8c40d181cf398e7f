use std::fmt;
use std::str::FromStr;

use provider_wire::Text;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Tax id of a natural person: 11 digits, the last two of them check digits.
///
/// Punctuation is taken off when parsing. Closed to `Debug`, without `Display`.
///
/// ```
/// let cpf: klavi_types::Cpf = "123.456.789-09".parse()?;
/// assert_eq!(cpf.as_str(), "12345678909");
/// assert!("123.456.789-00".parse::<klavi_types::Cpf>().is_err());
/// # Ok::<(), klavi_types::InvalidTaxId>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cpf([u8; 11]);

/// Tax id of a company: 12 digits or capital letters and two check digits.
///
/// Letters are given out since 31 July 2026 (Instrução Normativa RFB 2.229/2024); each character counts as its ASCII
/// code minus 48. Punctuation is taken off, letters are written in upper case. Closed to `Debug`, without `Display`.
///
/// ```
/// let cnpj: klavi_types::Cnpj = "12.ABC.345/01DE-35".parse()?;
/// assert_eq!(cnpj.as_str(), "12ABC34501DE35");
/// # Ok::<(), klavi_types::InvalidTaxId>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cnpj([u8; 14]);

/// A CPF or a CNPJ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TaxId {
    /// A natural person's.
    Cpf(Cpf),
    /// A company's.
    Cnpj(Cnpj),
}

/// Why a text is no tax id. Never holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidTaxId {
    /// Not the right number of characters once punctuation is taken off.
    Length,
    /// A character that cannot stand there.
    Character,
    /// One character repeated: the check digits fit, but no such id is given out.
    Repeated,
    /// The check digits do not fit.
    CheckDigits,
}

impl fmt::Display for InvalidTaxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "a CPF has 11 digits, a CNPJ 14 characters",
            Self::Character => "a tax id has digits, a CNPJ also capital letters in its first 12 places",
            Self::Repeated => "a tax id of one repeated character does not exist",
            Self::CheckDigits => "the check digits do not fit",
        })
    }
}

impl std::error::Error for InvalidTaxId {}

impl Cpf {
    /// The 11 digits.
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }
}

impl Cnpj {
    /// The 14 characters, letters in upper case.
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }
}

impl TaxId {
    /// The characters without punctuation.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Cpf(cpf) => cpf.as_str(),
            Self::Cnpj(cnpj) => cnpj.as_str(),
        }
    }
}

fn ascii(characters: &[u8]) -> &str {
    std::str::from_utf8(characters).expect("only ASCII is let in")
}

impl FromStr for Cpf {
    type Err = InvalidTaxId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: [u8; 11] = bare(text)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(InvalidTaxId::Character);
        }
        check(&digits, 11)?;
        Ok(Self(digits))
    }
}

impl FromStr for Cnpj {
    type Err = InvalidTaxId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let characters: [u8; 14] = bare(text)?;
        if !characters[12..].iter().all(u8::is_ascii_digit) {
            return Err(InvalidTaxId::Character);
        }
        check(&characters, 9)?;
        Ok(Self(characters))
    }
}

impl FromStr for TaxId {
    type Err = InvalidTaxId;

    /// Told apart by length.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.bytes().filter(|byte| !is_punctuation(*byte)).count() {
            11 => text.parse().map(Self::Cpf),
            _ => text.parse().map(Self::Cnpj),
        }
    }
}

fn is_punctuation(byte: u8) -> bool {
    matches!(byte, b'.' | b'-' | b'/')
}

fn bare<const N: usize>(text: &str) -> Result<[u8; N], InvalidTaxId> {
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || is_punctuation(byte)) {
        return Err(InvalidTaxId::Character);
    }
    let characters: Vec<u8> =
        text.bytes().filter(|byte| !is_punctuation(*byte)).map(|byte| byte.to_ascii_uppercase()).collect();
    characters.try_into().map_err(|_| InvalidTaxId::Length)
}

/// Modulo 11 over weights that start at 2 on the right and start again after `highest`.
fn check(characters: &[u8], highest: u32) -> Result<(), InvalidTaxId> {
    if characters.iter().all(|character| *character == characters[0]) {
        return Err(InvalidTaxId::Repeated);
    }
    let length = characters.len();
    for place in [length - 2, length - 1] {
        let sum: u32 = characters[..place]
            .iter()
            .rev()
            .zip((2..=highest).cycle())
            .map(|(character, weight)| u32::from(character - b'0') * weight)
            .sum();
        let digit = match sum % 11 {
            0 | 1 => 0,
            rest => 11 - rest,
        };
        if u32::from(characters[place] - b'0') != digit {
            return Err(InvalidTaxId::CheckDigits);
        }
    }
    Ok(())
}

macro_rules! parsed {
    ($($name:ident),*) => { $(
        impl<'de> Deserialize<'de> for $name {
            /// From text in any punctuation, under the same rules as parsing. The error does not show the text.
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Text::deserialize(deserializer)?.as_str().parse().map_err(D::Error::custom)
            }
        }
    )* };
}

macro_rules! tax_id {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.as_str().to_owned()
            }
        }
    };
}

tax_id!(Cpf);
tax_id!(Cnpj);
parsed!(Cpf, Cnpj, TaxId);

impl Serialize for TaxId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl From<TaxId> for String {
    fn from(id: TaxId) -> Self {
        id.as_str().to_owned()
    }
}

impl From<Cpf> for TaxId {
    fn from(cpf: Cpf) -> Self {
        Self::Cpf(cpf)
    }
}

impl From<Cnpj> for TaxId {
    fn from(cnpj: Cnpj) -> Self {
        Self::Cnpj(cnpj)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Receita Federal's published weights, written out: the oracle for the cycle above.
    const FIRST: [u32; 12] = [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
    const SECOND: [u32; 13] = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];

    fn weighted(characters: &str, weights: &[u32], offset: u8) -> char {
        let value = |byte: u8| u32::from(if byte.is_ascii_digit() { byte - 48 } else { byte - offset });
        let sum: u32 = characters.bytes().zip(weights).map(|(byte, weight)| value(byte) * weight).sum();
        let rest = sum % 11;
        char::from_digit(if rest < 2 { 0 } else { 11 - rest }, 10).unwrap()
    }

    fn with_digits(base: &str, offset: u8) -> String {
        let mut cnpj = base.to_owned();
        cnpj.push(weighted(&cnpj, &FIRST, offset));
        cnpj.push(weighted(&cnpj, &SECOND, offset));
        cnpj
    }

    #[test]
    fn published_vectors() {
        assert_eq!("12.ABC.345/01DE-35".parse::<Cnpj>().unwrap().as_str(), "12ABC34501DE35");
        assert_eq!("12.abc.345/01de-35".parse::<Cnpj>().unwrap().as_str(), "12ABC34501DE35");
        assert_eq!("11.222.333/0001-81".parse::<Cnpj>().unwrap().as_str(), "11222333000181");
        assert_eq!("529.982.247-25".parse::<Cpf>().unwrap().as_str(), "52998224725");
    }

    #[test]
    fn the_offset_of_55_is_refused() {
        let wrong = with_digits("12ABC34501DE", 55);
        assert_ne!(wrong, "12ABC34501DE35");
        assert_eq!(wrong.parse::<Cnpj>(), Err(InvalidTaxId::CheckDigits));
    }

    #[test]
    fn each_fault_has_its_name() {
        for (text, fault) in [
            ("", InvalidTaxId::Length),
            ("1234567890", InvalidTaxId::Length),
            ("1234567890A", InvalidTaxId::Character),
            ("12345678909 ", InvalidTaxId::Character),
            ("１2345678909", InvalidTaxId::Character),
            ("11111111111", InvalidTaxId::Repeated),
            ("12345678900", InvalidTaxId::CheckDigits),
        ] {
            assert_eq!(text.parse::<Cpf>(), Err(fault), "{text}");
        }
        assert_eq!("12ABC34501DEA5".parse::<Cnpj>(), Err(InvalidTaxId::Character));
        assert_eq!("00000000000000".parse::<Cnpj>(), Err(InvalidTaxId::Repeated));
        assert_eq!("123".parse::<TaxId>(), Err(InvalidTaxId::Length));
    }

    #[test]
    fn they_are_read_from_json_under_the_same_rules() {
        let cpf: Cpf = serde_json::from_str("\"529.982.247-25\"").unwrap();
        assert_eq!(serde_json::to_string(&cpf).unwrap(), "\"52998224725\"");
        let cnpj: TaxId = serde_json::from_str("\"12.abc.345/01de-35\"").unwrap();
        assert_eq!(cnpj.as_str(), "12ABC34501DE35");
        let error = serde_json::from_str::<Cnpj>("\"12345678901234\"").unwrap_err().to_string();
        assert!(error.starts_with("the check digits do not fit"), "{error}");
        let error = serde_json::from_str::<Cpf>("{\"cpf\":52998224725}").unwrap_err().to_string();
        assert!(error.starts_with("found an object, expected text"), "{error}");
    }

    #[test]
    fn debug_is_closed() {
        let tax_id: TaxId = "52998224725".parse().unwrap();
        assert_eq!(format!("{tax_id:?}"), "Cpf(Cpf(..))");
    }

    proptest! {
        #[test]
        fn cnpj_agrees_with_the_published_weights(base in "[0-9A-Z]{12}") {
            let cnpj = with_digits(&base, 48);
            let parsed = cnpj.parse::<Cnpj>().unwrap();
            prop_assert_eq!(parsed.as_str(), cnpj.as_str());
        }

        #[test]
        fn one_wrong_digit_is_noticed(base in "[0-9A-Z]{12}", place in 0_usize..12) {
            let mut cnpj = with_digits(&base, 48).into_bytes();
            // The next digit or letter changes the weighted sum by less than 11, so modulo 11 sees it.
            cnpj[place] = match cnpj[place] { b'9' => b'8', b'Z' => b'Y', other => other + 1 };
            let changed = String::from_utf8(cnpj).unwrap();
            prop_assert!(changed.parse::<Cnpj>().is_err());
        }

        #[test]
        fn no_text_panics(text in ".{0,20}") {
            let _ = (text.parse::<Cpf>(), text.parse::<Cnpj>(), text.parse::<TaxId>());
        }
    }
}
