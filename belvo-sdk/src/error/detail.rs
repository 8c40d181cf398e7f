//! One error of a refusal.

use std::fmt;
use std::time::Duration;

use belvo_types::Text;
use belvo_types::api::{ApiError, ErrorCode};
use provider_call::redact;

/// The longest word that `Display` shows.
const MAX_WORD: usize = 60;

/// One error of a refusal. Texts are masked and cut; `Display` has code and field, never the message.
#[derive(Clone, PartialEq)]
pub struct ErrorDetail {
    code: Option<ErrorCode>,
    field: Option<String>,
    message: Option<String>,
}

impl ErrorDetail {
    pub(super) fn of(error: &ApiError) -> Self {
        let masked = |text: &Option<Text>| {
            text.as_ref().map(|text| redact(text.as_str())).filter(|text| !text.is_empty())
        };
        Self { code: error.code.clone(), field: masked(&error.field), message: masked(&error.message) }
    }

    /// What went wrong, in a word.
    #[must_use]
    pub fn code(&self) -> Option<&ErrorCode> {
        self.code.as_ref()
    }

    /// The field of the request that it is about.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// What Belvo says about it: for people, not stable.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }
}

/// Codes and fields are words such as `invalid_choice`. Anything else may be free text, with a name of a person in it.
fn is_word(text: &str) -> bool {
    let fits = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'.' | b'[' | b']')
    };
    !text.is_empty() && text.len() <= MAX_WORD && text.bytes().all(fits)
}

impl fmt::Display for ErrorDetail {
    /// Code and field, such as `required (institution)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) if code.is_known() => f.write_str(code.as_str())?,
            Some(code) if is_word(code.as_str()) => f.write_str(&redact(code.as_str()))?,
            Some(_) => f.write_str("unknown code")?,
            None => f.write_str("no code")?,
        }
        match self.field().filter(|field| is_word(field)) {
            Some(field) => write!(f, " ({field})"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for ErrorDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ErrorDetail({self})")
    }
}

/// The number of minutes in a message: the only number that stands in it.
pub(super) fn minutes(message: &str) -> Option<Duration> {
    let numbers =
        message.split(|character: char| !character.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let mut numbers = numbers.map(|digits| digits.parse::<u64>().ok());
    let minutes = numbers.next()??;
    (numbers.next().is_none() && (1..=60).contains(&minutes)).then(|| Duration::from_secs(minutes * 60))
}

#[cfg(test)]
mod tests {
    use belvo_types::api::ErrorBody;

    use super::*;

    fn detail(code: &str, field: &str) -> ErrorDetail {
        let body = serde_json::json!([{"code": code, "field": field, "message": "Maria"}]).to_string();
        ErrorDetail::of(&ErrorBody::read(body.as_bytes()).errors()[0])
    }

    #[test]
    fn only_words_are_shown() {
        for (code, field, expected) in [
            ("required", "institution", "required (institution)"),
            ("brand_new", "fetch_resources[0].id", "brand_new (fetch_resources[0].id)"),
            ("Maria Silva", "Maria Silva", "unknown code"),
            ("code_12345678909", "12345678909", "code_***"),
            ("invalid", "", "invalid"),
        ] {
            let detail = detail(code, field);
            assert_eq!(detail.to_string(), expected);
            assert_eq!(format!("{detail:?}"), format!("ErrorDetail({expected})"));
            assert_eq!(detail.message(), Some("Maria"));
        }
    }

    #[test]
    fn minutes_are_read_where_nothing_else_can_be_meant() {
        let text = "The link has already been refreshed. Please wait 7 minutes before trying again.";
        assert_eq!(minutes(text), Some(Duration::from_secs(420)));
        for text in [
            "Please wait.",
            "wait 1 of 10 minutes",
            "wait 0 minutes",
            "wait 99999999999999999999 m",
            "61",
            "",
        ] {
            assert_eq!(minutes(text), None, "{text}");
        }
    }
}
