//! Spellings of JSON that differ from the documentation's: names as production was seen to write them, and numbers as
//! text or text as numbers. Works on the bytes, so that every digit stays; knows no endpoint.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How numbers are written, in answers, events and reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum NumberForm {
    /// As in the documentation: amounts and rates are text, counts and codes are numbers.
    #[default]
    Documented,
    /// All of them are text: `"200"`.
    Text,
    /// All of them are numbers, amounts and rates too: `123.4500`.
    Number,
}

/// A spelling of bodies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spelling {
    /// Names and the form of `expireIn` as they were observed.
    pub(crate) observed: bool,
    pub(crate) numbers: NumberForm,
}

/// A documented name and the one that was observed in its place.
const OBSERVED: [(&[u8], &[u8]); 2] =
    [(b"consentRedirectURL", b"consentRedirectUrl"), (b"eventId", b"eventID")];

impl Spelling {
    /// Rewrites a document. It must be JSON.
    pub(crate) fn write(self, json: Bytes) -> Bytes {
        if self == Self::default() {
            return json;
        }
        let mut written = Vec::with_capacity(json.len() + json.len() / 8);
        let (mut rest, mut key) = (&json[..], &b""[..]);
        while let Some(first) = rest.first() {
            let length = match first {
                b'"' => text_length(rest),
                b'-' | b'0'..=b'9' => number_length(rest),
                _ => 1,
            };
            let (token, after) = rest.split_at(length);
            rest = after;
            match first {
                b'"' if after.trim_ascii_start().first() == Some(&b':') => {
                    key = &token[1..token.len().max(2) - 1];
                    self.write_name(key, &mut written);
                }
                b'"' if self.numbers == NumberForm::Number
                    && is_decimal(&token[1..token.len().max(2) - 1]) =>
                {
                    written.extend_from_slice(&token[1..token.len() - 1]);
                }
                b'-' | b'0'..=b'9' if self.writes_text(key) => {
                    written.push(b'"');
                    written.extend_from_slice(token);
                    written.push(b'"');
                }
                _ => written.extend_from_slice(token),
            }
        }
        written.into()
    }

    fn write_name(self, name: &[u8], written: &mut Vec<u8>) {
        let observed = OBSERVED.iter().find(|(documented, _)| self.observed && *documented == name);
        written.push(b'"');
        written.extend_from_slice(observed.map_or(name, |(_, observed)| observed));
        written.push(b'"');
    }

    /// Whether a number under that name is written as text.
    fn writes_text(self, name: &[u8]) -> bool {
        match self.numbers {
            NumberForm::Text => true,
            NumberForm::Documented => self.observed && name == b"expireIn",
            NumberForm::Number => false,
        }
    }
}

/// Of a text with its quotation marks.
fn text_length(json: &[u8]) -> usize {
    let mut escaped = false;
    let end = json.iter().skip(1).position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    end.map_or(json.len(), |end| end + 2)
}

fn number_length(json: &[u8]) -> usize {
    let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    json.iter().position(|byte| !is_part(byte)).unwrap_or(json.len())
}

/// A decimal number with a fraction: what amounts and rates are, and ids and days are not.
fn is_decimal(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let Some(point) = digits.iter().position(|byte| *byte == b'.') else { return false };
    let (whole, fraction) = (&digits[..point], &digits[point + 1..]);
    let are_digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    are_digits(whole) && are_digits(fraction) && (whole.len() == 1 || whole[0] != b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"expireIn":1800, "eventId" : "a\"eventId\":1","list":[-1.5e3,"12.3400","-0.1","01.5","1.2.3","7",true,null],
        "amount":"1000000000000000.0001","consentRedirectURL":"x\\"}"#;

    fn written(observed: bool, numbers: NumberForm) -> String {
        let spelling = Spelling { observed, numbers };
        String::from_utf8(spelling.write(Bytes::from_static(BODY.as_bytes())).to_vec()).unwrap()
    }

    #[test]
    fn names_and_numbers_are_written_as_asked_and_nothing_else_changes() {
        assert_eq!(written(false, NumberForm::Documented), BODY);
        let observed = BODY
            .replace("\"eventId\" :", "\"eventID\" :")
            .replace("consentRedirectURL", "consentRedirectUrl")
            .replace("1800", "\"1800\"");
        assert_eq!(written(true, NumberForm::Documented), observed);
        assert_eq!(
            written(false, NumberForm::Text),
            BODY.replace("1800", "\"1800\"").replace("[-1.5e3", "[\"-1.5e3\"")
        );
        let numbers = BODY
            .replace("\"12.3400\"", "12.3400")
            .replace("\"-0.1\"", "-0.1")
            .replace("\"1000000000000000.0001\"", "1000000000000000.0001");
        assert_eq!(written(false, NumberForm::Number), numbers);
        assert!(serde_json::from_str::<serde_json::Value>(&numbers).is_ok());
    }
}
