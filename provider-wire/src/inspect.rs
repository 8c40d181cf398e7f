use crate::notes::Findings;
use crate::{DecodeError, Malformed, Path, Raw, Reader, UnknownWord, Value, compare, decode, text_of};

/// What a body holds beyond what its type knows, and proof that nothing was lost.
#[derive(Debug)]
#[non_exhaustive]
pub struct Inspection<T> {
    /// What was understood.
    pub value: T,
    /// Members that no field holds. They survive in `extra`.
    pub unmapped: Vec<Path>,
    /// Words outside an enumeration's vocabulary. They survive in the value.
    pub unknown_words: Vec<UnknownWord>,
    /// Leaves that could not be read.
    pub malformed: Vec<Malformed>,
    /// Values that typed reading and writing would change or drop. Always empty, unless a type has a fault.
    pub lost: Vec<Path>,
}

/// Reads a body the thorough way and says what was not understood.
///
/// # Errors
/// As [`decode`](crate::decode).
pub fn inspect<T: Value>(body: &[u8]) -> Result<Inspection<T>, DecodeError> {
    let text = text_of(body)?;
    let (value, notes) = decode::read_document(Reader::thorough(text))?;
    let Findings { malformed, respelled, unmapped, unknown_words } = notes.findings(text, &Path::default());

    let written =
        serde_json::to_string(&value).map_err(|_| DecodeError::shape("JSON that cannot be written"))?;
    let lost = compare::lost(Raw::document(text)?, Raw::document(&written)?, &malformed, respelled);
    Ok(Inspection { value, unmapped, unknown_words, malformed, lost })
}

impl<T> Inspection<T> {
    /// Turns the value into another.
    pub fn map<U>(self, turn: impl FnOnce(T) -> U) -> Inspection<U> {
        Inspection {
            value: turn(self.value),
            unmapped: self.unmapped,
            unknown_words: self.unknown_words,
            malformed: self.malformed,
            lost: self.lost,
        }
    }
}
