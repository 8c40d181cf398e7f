use std::fmt;

use crate::raw::{Kind, Raw};
use crate::{Field, Path, UnknownWord, Value};

/// A value that could not be read, set aside with everything needed to look at it again.
#[derive(Clone, PartialEq)]
pub struct Malformed {
    /// Where it stood.
    pub path: Path,
    /// Why it could not be read. Never holds the value.
    pub reason: String,
    raw: Box<str>,
}

impl Malformed {
    /// The JSON text as it came. Personal data: not for logs.
    pub fn raw(&self) -> &str {
        &self.raw
    }
}

impl fmt::Debug for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Malformed").field("path", &self.path.pattern()).field("reason", &self.reason).finish()
    }
}

/// How a value is written where that is not how it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// Another word or form for the same value.
    Word,
    /// The documented name of the member.
    Member(Box<str>),
}

/// The second way through a document: member by member, setting aside what cannot be read.
#[derive(Debug, Default)]
pub struct Repair {
    path: Path,
    malformed: Vec<Malformed>,
    respelled: Vec<(Path, Spelling)>,
    unmapped: Vec<Path>,
    unknown_words: Vec<UnknownWord>,
    mode: Mode,
}

/// What a thorough repair found, told by the paths of the document.
#[derive(Debug)]
pub(crate) struct Findings {
    pub(crate) malformed: Vec<Malformed>,
    pub(crate) respelled: Vec<(Path, Spelling)>,
    pub(crate) unmapped: Vec<Path>,
    pub(crate) unknown_words: Vec<UnknownWord>,
}

#[derive(Debug, Default, PartialEq)]
enum Mode {
    /// Takes every part the fast way where it can.
    #[default]
    Quick,
    /// The same, remembering nothing of what it sets aside.
    Silent,
    /// Walks through everything, so that it also learns what is not known and what was respelled.
    Thorough,
}

impl Repair {
    /// A repair that takes every part the fast way where it can.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same for whoever does not ask what was set aside: remembers none of it.
    pub fn silent() -> Self {
        Self { mode: Mode::Silent, ..Self::default() }
    }

    pub(crate) fn thorough() -> Self {
        Self { mode: Mode::Thorough, ..Self::default() }
    }

    /// What was set aside.
    pub fn into_malformed(self) -> Vec<Malformed> {
        self.malformed
    }

    pub(crate) fn finish(self) -> Findings {
        let Self { malformed, respelled, unmapped, unknown_words, .. } = self;
        Findings { malformed, respelled, unmapped, unknown_words }
    }

    /// Sets the value at the present path aside.
    pub fn set_aside(&mut self, raw: Raw<'_>, reason: impl Into<String>) {
        if self.mode == Mode::Silent {
            return;
        }
        self.malformed.push(Malformed {
            path: self.path.clone(),
            reason: reason.into(),
            raw: raw.get().into(),
        });
    }

    /// Notes that the value at the present path is written with another word than it came with.
    pub(crate) fn respelled(&mut self) {
        if self.mode == Mode::Thorough {
            self.respelled.push((self.path.clone(), Spelling::Word));
        }
    }

    /// Reads a leaf or sets it aside.
    pub fn leaf<T: Value>(&mut self, raw: Raw<'_>) -> Option<T> {
        let mut reader = serde_json::Deserializer::from_str(raw.get());
        match T::read(&mut reader) {
            Ok(value) => value,
            Err(error) => {
                self.set_aside(raw, reason(raw, &error));
                None
            }
        }
    }

    /// Notes a member that no field holds.
    pub(crate) fn unmapped(&mut self, name: &str) {
        if self.mode == Mode::Thorough {
            self.path.enter_member(name);
            self.unmapped.push(self.path.clone());
            self.path.leave();
        }
    }

    /// Reads a word of an enumeration, noting one that is not known, or that is written in another way than it came.
    pub fn word<T: Value>(
        &mut self,
        raw: Raw<'_>,
        written: impl FnOnce(&T) -> &str,
        is_known: impl FnOnce(&T) -> bool,
    ) -> Option<T> {
        let value = self.leaf(raw)?;
        let word = written(&value);
        if raw.as_text().as_deref() != Some(word) {
            self.respelled();
        }
        // An empty text is "absent", not a word.
        if self.mode == Mode::Thorough && !word.is_empty() && !is_known(&value) {
            self.unknown_words.push(UnknownWord { path: self.path.clone(), word: word.into() });
        }
        Some(value)
    }

    /// Reads a member into its field, the fast way if that works.
    pub fn member<F: Field>(&mut self, name: &str, documented: &str, raw: Raw<'_>, slot: &mut F) {
        self.path.enter_member(name);
        if !slot.is_absent() && raw.kind() != Kind::Null {
            self.set_aside(raw, "the member stands twice");
        } else if let Some(value) = self.fast(raw) {
            *slot = value;
        } else {
            *slot = F::repair(raw, self);
        }
        if name != documented && self.mode == Mode::Thorough {
            self.respelled.push((self.path.clone(), Spelling::Member(documented.into())));
        }
        self.path.leave();
    }

    /// Reads the elements that can be read; `None` where it is no array.
    pub fn elements<T: Value>(&mut self, raw: Raw<'_>) -> Option<Vec<T>> {
        let Some(elements) = raw.elements() else {
            self.set_aside(raw, "not an array");
            return None;
        };
        let mut items = Vec::with_capacity(elements.len());
        for (index, raw) in elements.into_iter().enumerate() {
            self.path.enter_element(index);
            match self.fast::<Option<T>>(raw) {
                Some(Some(item)) => items.push(item),
                Some(None) => self.set_aside(raw, "no value in an array"),
                None => items.extend(T::repair(raw, self)),
            }
            self.path.leave();
        }
        Some(items)
    }

    fn fast<F: Field>(&self, raw: Raw<'_>) -> Option<F> {
        if self.mode == Mode::Thorough {
            return None;
        }
        F::read(&mut serde_json::Deserializer::from_str(raw.get())).ok()
    }
}

/// The parser's words without the value, which they may quote.
fn reason(raw: Raw<'_>, error: &serde_json::Error) -> String {
    let text = error.to_string();
    let expected = text.rsplit_once(", expected ").map(|(_, expected)| expected.split(" at line ").next());
    let found = match raw.kind() {
        Kind::Null => "null",
        Kind::Bool => "a boolean",
        Kind::Number => "a number",
        Kind::Text => "text",
        Kind::Array => "an array",
        Kind::Object => "an object",
    };
    match expected.flatten() {
        Some(expected) => format!("found {found}, expected {expected}"),
        None => format!("{found} that cannot be read here"),
    }
}
