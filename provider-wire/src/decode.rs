use std::fmt;
use std::str::Utf8Error;

use crate::raw::Raw;
use crate::{Malformed, Repair, Value};

/// A value and what had to be set aside to read it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Decoded<T> {
    /// What was understood.
    pub value: T,
    /// What could not be read, with path and raw text. Empty for a well-formed body.
    pub malformed: Vec<Malformed>,
}

impl<T> Decoded<T> {
    /// A value with what was set aside for it.
    pub fn new(value: T, malformed: Vec<Malformed>) -> Self {
        Self { value, malformed }
    }

    /// Turns the value into another.
    pub fn map<U>(self, turn: impl FnOnce(T) -> U) -> Decoded<U> {
        Decoded { value: turn(self.value), malformed: self.malformed }
    }
}

/// Why a body could not be read at all. Never holds text of the body.
#[derive(Debug)]
pub struct DecodeError(Reason);

#[derive(Debug)]
enum Reason {
    NotUtf8(Utf8Error),
    NotJson { line: usize, column: usize, cut: bool },
    Shape(&'static str),
}

impl DecodeError {
    /// A body of a shape that cannot be told: `found` says in a few words what it is.
    pub fn shape(found: &'static str) -> Self {
        Self(Reason::Shape(found))
    }

    /// Whether the bytes are no JSON document, as opposed to JSON of an unexpected shape.
    pub fn is_syntax(&self) -> bool {
        !matches!(self.0, Reason::Shape(_))
    }

    pub(crate) fn not_json(error: &serde_json::Error) -> Self {
        if error.is_data() {
            return Self::shape("JSON of another shape");
        }
        Self(Reason::NotJson { line: error.line(), column: error.column(), cut: error.is_eof() })
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::NotUtf8(error) => write!(f, "the body is not UTF-8 from byte {} on", error.valid_up_to()),
            Reason::NotJson { line, column, cut: true } => {
                write!(f, "the body is cut off JSON: it ends at line {line}, column {column}")
            }
            Reason::NotJson { line, column, cut: false } => {
                write!(f, "the body is not JSON from line {line}, column {column} on")
            }
            Reason::Shape(found) => write!(f, "the body is {found}"),
        }
    }
}

impl std::error::Error for DecodeError {}

/// The bytes as text, checked once so that the parser need not.
///
/// # Errors
/// Where they are not UTF-8.
pub fn text_of(body: &[u8]) -> Result<&str, DecodeError> {
    std::str::from_utf8(body).map_err(|error| DecodeError(Reason::NotUtf8(error)))
}

/// Reads a JSON document into a type: first the fast strict way, and where that fails member by member, setting
/// aside what cannot be read.
///
/// # Errors
/// Where the bytes are no JSON, or JSON of another shape altogether (a text in place of a record).
pub fn decode<T: Value>(body: &[u8]) -> Result<Decoded<T>, DecodeError> {
    decode_text(text_of(body)?)
}

/// The same for bytes that are known to be UTF-8 already.
///
/// # Errors
/// As [`decode`], but for the bytes.
pub fn decode_text<T: Value>(text: &str) -> Result<Decoded<T>, DecodeError> {
    if let Ok(value) = serde_json::from_str(text) {
        return Ok(Decoded::new(value, Vec::new()));
    }
    repair(Raw::document(text)?, Repair::new())
}

fn repair<T: Value>(raw: Raw<'_>, mut repair: Repair) -> Result<Decoded<T>, DecodeError> {
    let value = T::repair(raw, &mut repair).ok_or(DecodeError::shape("JSON of another shape"))?;
    Ok(Decoded::new(value, repair.into_malformed()))
}
