use std::fmt;

use serde::de::{Deserializer, Error};

use crate::notes::Notes;
use crate::{Fault, Malformed, Path, Raw, Reader, Value, json_text};

/// A value and the malformed fields that were skipped to read it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Decoded<T> {
    /// What was understood.
    pub value: T,
    /// What could not be read, with path and raw text. Empty for a well-formed body.
    pub malformed: Vec<Malformed>,
}

impl<T> Decoded<T> {
    /// A value with the malformed fields that were skipped for it.
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
    NotUtf8 { from: usize },
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

    /// What stopped a reader.
    pub fn of(fault: Fault, reader: &Reader<'_>) -> Self {
        if let Fault::Unfit(_) = fault {
            return Self::shape("JSON of another shape");
        }
        let text = reader.text_of_document().as_bytes();
        let read = &text[..reader.position().min(text.len())];
        let mut position = Position::default();
        position.pass(read);
        let cut = read.len() == text.len();
        // The last byte of what is cut off, else the first that does not belong.
        let Position { lines, column, .. } = position;
        Self(Reason::NotJson { line: lines + 1, column: column + usize::from(!cut), cut })
    }

    pub(crate) fn not_utf8(from: usize) -> Self {
        Self(Reason::NotUtf8 { from })
    }

    /// The same told from the beginning of a document of which so much was passed before.
    pub(crate) fn behind(self, passed: &Position) -> Self {
        Self(match self.0 {
            Reason::NotJson { line, column, cut } => Reason::NotJson {
                line: line + passed.lines,
                column: if line == 1 { column + passed.column } else { column },
                cut,
            },
            other => other,
        })
    }
}

/// How far into a document, told in lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Position {
    bytes: usize,
    lines: usize,
    column: usize,
}

impl Position {
    pub(crate) fn pass(&mut self, text: &[u8]) {
        self.bytes += text.len();
        self.lines += text.iter().filter(|byte| **byte == b'\n').count();
        self.column = match text.iter().rposition(|byte| *byte == b'\n') {
            Some(at) => text.len() - at - 1,
            None => self.column + text.len(),
        };
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::NotUtf8 { from } => write!(f, "the body is not UTF-8 from byte {from} on"),
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
    simdutf8::basic::from_utf8(body).or_else(|_| {
        // Where it ends is worth a second look.
        std::str::from_utf8(body).map_err(|error| DecodeError::not_utf8(error.valid_up_to()))
    })
}

/// Reads a JSON document into a type, skipping what cannot be read.
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
    let (value, notes) = read_document(Reader::new(text))?;
    let malformed =
        if notes.is_empty() { Vec::new() } else { notes.findings(text, &Path::default()).malformed };
    Ok(Decoded::new(value, malformed))
}

pub(crate) fn read_document<T: Value>(mut reader: Reader<'_>) -> Result<(T, Notes), DecodeError> {
    let read = match T::read(&mut reader) {
        Ok(value) => reader.finish().map(|()| value),
        // Whether it is JSON at all comes before of which shape it is.
        Err(Fault::Unfit(_)) => {
            Raw::document(reader.text_of_document())?;
            Ok(None)
        }
        Err(fault) => Err(fault),
    };
    match read {
        Ok(Some(value)) => Ok((value, reader.into_notes())),
        Ok(None) => Err(DecodeError::shape("JSON of another shape")),
        Err(fault) => Err(DecodeError::of(fault, &reader)),
    }
}

/// `Deserialize` of a value, for those that have to stand in other types. Works in every self-describing format, also
/// inside tagged, untagged and flattened types.
///
/// A member that does not fit its field is kept in the record's [`Extra`](crate::Extra) under its name and written
/// again; an element of a list or a value of a [`Map`](crate::Map) that cannot be read is left out. [`decode`] reports
/// them. `serde_json` hands over the text, so that every digit counts; a format or a buffering type that holds a number
/// as `f64` has lost the digits beyond it before they come here, which text does not. In other formats than
/// `serde_json`'s, values nested deeper than 128 levels are an error.
///
/// # Errors
/// Where the value as a whole is of another type, or absent.
pub fn deserialize<'de, T: Value, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserialize_with(deserializer, T::read)
}

pub(crate) fn deserialize_with<'de, T, D: Deserializer<'de>>(
    deserializer: D,
    read: impl FnOnce(&mut Reader<'_>) -> Result<Option<T>, Fault>,
) -> Result<T, D::Error> {
    let text = json_text::collect(deserializer)?;
    let mut reader = Reader::keeping(&text);
    match read(&mut reader) {
        Ok(Some(value)) => Ok(value),
        Ok(None) => Err(D::Error::custom("found no value")),
        Err(Fault::Unfit(expected)) => {
            let found = Raw::document(&text).map_err(D::Error::custom)?.kind().name();
            Err(D::Error::custom(format_args!("found {found}, expected {expected}")))
        }
        Err(Fault::Syntax) => Err(D::Error::custom(DecodeError::of(Fault::Syntax, &reader))),
    }
}
