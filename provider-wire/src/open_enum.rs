use std::fmt;

/// A word outside the vocabulary, kept as it came.
///
/// Opaque on purpose: code that matched on its text would silently break when the word gets a variant of its own.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownValue(Thin);

/// One word of memory: an enumeration is as large as this, the rare variant of it.
type Thin = Box<String>;

impl UnknownValue {
    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

impl From<&str> for UnknownValue {
    fn from(word: &str) -> Self {
        Self(Box::new(word.to_owned()))
    }
}

/// Finds a word, first as documented, then in any case and under its other spellings.
#[doc(hidden)]
pub fn from_word<T: Clone>(table: &[(&str, T)], word: &str) -> Option<T> {
    table
        .iter()
        .find(|(known, _)| *known == word)
        .or_else(|| table.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)))
        .map(|(_, value)| value.clone())
}
