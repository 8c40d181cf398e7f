use std::fmt;

use crate::repair::Findings;
use crate::{DecodeError, Malformed, Path, Raw, Repair, Value, compare, text_of};

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

/// A word outside an enumeration's vocabulary. `Debug` does not show it: whatever stands there may be personal.
#[non_exhaustive]
pub struct UnknownWord {
    /// Where it stands.
    pub path: Path,
    /// The word.
    pub word: Box<str>,
}

impl fmt::Debug for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownWord").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Reads a body the thorough way and says what was not understood.
///
/// # Errors
/// As [`decode`](crate::decode).
pub fn inspect<T: Value>(body: &[u8]) -> Result<Inspection<T>, DecodeError> {
    let raw = Raw::document(text_of(body)?)?;
    let mut repair = Repair::thorough();
    let value = T::repair(raw, &mut repair).ok_or(DecodeError::shape("JSON of another shape"))?;
    let Findings { malformed, respelled, unmapped, unknown_words } = repair.finish();

    let written = serde_json::to_string(&value).map_err(|error| DecodeError::not_json(&error))?;
    let lost = compare::lost(raw, Raw::document(&written)?, &malformed, respelled);
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
