use std::fmt;
use std::str::FromStr;

use provider_wire::Text;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A Brazilian phone number in the only form that Klavi takes: `+55`, area code, 8 or 9 digits (E.164; anything
/// else is answered with HTTP 400 "Invalid phone", observed).
///
/// Blanks, brackets and dashes are taken off when parsing. Closed to `Debug`, without `Display`.
///
/// ```
/// let phone: klavi_types::Phone = "+55 (11) 91234-5678".parse()?;
/// assert_eq!(phone.as_str(), "+5511912345678");
/// # Ok::<(), klavi_types::InvalidPhone>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(Box<str>);

/// The text is no Brazilian phone number with `+55`. Never holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidPhone(());

impl fmt::Display for InvalidPhone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a phone number is +55, the area code and 8 or 9 digits")
    }
}

impl std::error::Error for InvalidPhone {}

impl Phone {
    /// `+55` and 10 or 11 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Phone {
    type Err = InvalidPhone;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bare: String = text.chars().filter(|c| !matches!(c, ' ' | '(' | ')' | '-')).collect();
        let digits = bare.strip_prefix("+55").ok_or(InvalidPhone(()))?;
        let shaped = matches!(digits.len(), 10 | 11) && digits.bytes().all(|byte| byte.is_ascii_digit());
        // Area codes run from 11 to 99.
        if !shaped || digits.starts_with('0') || digits.as_bytes()[1] == b'0' {
            return Err(InvalidPhone(()));
        }
        Ok(Self(bare.into()))
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(..)")
    }
}

impl Serialize for Phone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Phone {
    /// Under the same rules as parsing. The error does not show the text.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Text::deserialize(deserializer)?.as_str().parse().map_err(D::Error::custom)
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_from_json_under_the_same_rules() {
        let phone: Phone = serde_json::from_str("\"+55 (11) 91234-5678\"").unwrap();
        assert_eq!(serde_json::to_string(&phone).unwrap(), "\"+5511912345678\"");
        let error = serde_json::from_str::<Phone>("\"11912345678\"").unwrap_err().to_string();
        assert!(error.starts_with("a phone number is +55"), "{error}");
    }

    #[test]
    fn only_the_form_that_klavi_takes() {
        for text in ["+5511912345678", "+55 11 1234-5678"] {
            assert!(text.parse::<Phone>().is_ok(), "{text}");
        }
        for text in [
            "11912345678",
            "5511912345678",
            "+551191234567890",
            "+55119123",
            "+5501912345678",
            "+15551234567",
            "",
        ] {
            assert!(text.parse::<Phone>().is_err(), "{text}");
        }
    }
}
