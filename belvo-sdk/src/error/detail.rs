//! One error of a refusal.

use std::fmt;
use std::time::Duration;

use belvo_types::Text;
use belvo_types::api::{ApiError, ErrorCode};
use provider_call::redact;

/// One error of a refusal. Texts are masked and cut.
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

    pub(super) fn is_empty(&self) -> bool {
        self.code.is_none() && self.message.is_none()
    }
}

impl fmt::Display for ErrorDetail {
    /// `required (institution): This field is required.`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) if code.is_known() => f.write_str(code.as_str())?,
            Some(code) => f.write_str(&redact(code.as_str()))?,
            None => f.write_str("no code")?,
        }
        if let Some(field) = &self.field {
            write!(f, " ({field})")?;
        }
        match &self.message {
            Some(message) => write!(f, ": {message}"),
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
    use super::*;

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
