use std::fmt;
use std::ops::Range;

use crate::raw::Raw;
use crate::{Kind, Path, Reader};

/// A value that could not be read, with everything needed to look at it again.
#[derive(Clone, PartialEq)]
pub struct Malformed {
    /// Where it stood.
    pub path: Path,
    /// Why it could not be read. Never holds the value.
    pub reason: String,
    raw: Box<str>,
}

impl Malformed {
    /// The JSON text that was sent. Personal data: not for logs.
    pub fn raw(&self) -> &str {
        &self.raw
    }
}

impl fmt::Debug for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Malformed").field("path", &self.path.pattern()).field("reason", &self.reason).finish()
    }
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

/// What a reading found, told by the paths of the document.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) malformed: Vec<Malformed>,
    pub(crate) respelled: Vec<(Path, Spelling)>,
    pub(crate) unmapped: Vec<Path>,
    pub(crate) unknown_words: Vec<UnknownWord>,
}

/// How a value is written where that is not how it came.
#[derive(Debug)]
pub(crate) enum Spelling {
    /// Another word or form for the same value.
    Word,
    /// The documented name of the member.
    Member(&'static str),
    /// The only element of a list.
    OnlyElement,
}

/// What is noted about a value.
#[derive(Debug)]
pub(crate) enum Note {
    /// Skipped: it is not what is named.
    Unfit(&'static str),
    /// Skipped: the member stands twice.
    Twice,
    /// Skipped: `null` or an empty text in an array.
    NoValue,
    /// No field holds it.
    Unmapped,
    /// A word that is not known.
    UnknownWord(Box<str>),
    /// It is written in another form.
    Word,
    /// Its member is written under this name.
    Member(&'static str),
    /// One object that is written as a list of one.
    OnlyElement,
}

/// Notes by the position of the value. Its path is found afterwards, so that reading need not know where it is.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    notes: Vec<(usize, Note)>,
    thorough: bool,
}

impl Notes {
    pub(crate) fn thorough() -> Self {
        Self { thorough: true, ..Self::default() }
    }

    pub(crate) fn are_thorough(&self) -> bool {
        self.thorough
    }

    pub(crate) fn mark(&self) -> usize {
        self.notes.len()
    }

    pub(crate) fn back_to(&mut self, mark: usize) {
        self.notes.truncate(mark);
    }

    pub(crate) fn push(&mut self, at: usize, note: Note) {
        self.notes.push((at, note));
    }

    /// Notes what only a thorough reading asks for.
    #[inline]
    pub(crate) fn push_thorough(&mut self, at: usize, note: Note) {
        if self.thorough {
            self.push(at, note);
        }
    }

    /// Takes back what was noted about a value since `mark`.
    pub(crate) fn forget(&mut self, mark: usize, value: &Range<usize>) {
        let since = self.notes.split_off(mark.min(self.notes.len()));
        self.notes.extend(since.into_iter().filter(|(at, _)| !value.contains(at)));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.notes.is_empty()
    }

    /// Finds where the notes belong in the text they were taken of, which stands at `path` of its document.
    pub(crate) fn findings(self, text: &str, path: &Path) -> Findings {
        let mut notes = self.notes;
        // An inner value may have been noted before what stands around it.
        notes.sort_by_key(|(at, _)| *at);
        let mut walk = Walk { notes: notes.into_iter().peekable(), findings: Findings::default() };
        // The document was read before: there is no fault left in it.
        let _ = walk.value(&mut Reader::new(text), path);
        walk.findings
    }
}

struct Walk {
    notes: std::iter::Peekable<std::vec::IntoIter<(usize, Note)>>,
    findings: Findings,
}

impl Walk {
    /// Goes no deeper than notes are.
    fn value(&mut self, reader: &mut Reader<'_>, path: &Path) -> Result<(), crate::Fault> {
        let kind = reader.kind()?;
        let start = reader.position();
        let raw = reader.skip()?;
        while let Some((_, note)) = self.notes.next_if(|(at, _)| *at == start) {
            self.findings.add(note, path.clone(), raw);
        }
        let end = reader.position();
        if self.notes.peek().is_none_or(|(at, _)| *at >= end) {
            return Ok(());
        }
        reader.back_to(start);
        match kind {
            Kind::Object => {
                let mut members = reader.enter_object()?;
                while let Some(name) = members.next(reader)? {
                    self.value(reader, &path.member(&name))?;
                }
            }
            Kind::Array => {
                let mut elements = reader.enter_array()?;
                for index in 0.. {
                    if !elements.next(reader)? {
                        break;
                    }
                    self.value(reader, &path.element(index))?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl Findings {
    fn add(&mut self, note: Note, path: Path, raw: Raw<'_>) {
        let set_aside = |reason: String| Malformed { path: path.clone(), reason, raw: raw.get().into() };
        match note {
            Note::Unfit(expected) => {
                self.malformed.push(set_aside(format!("found {}, expected {expected}", raw.kind().name())));
            }
            Note::Twice => self.malformed.push(set_aside("the member stands twice".to_owned())),
            Note::NoValue => self.malformed.push(set_aside("no value in an array".to_owned())),
            Note::Unmapped => self.unmapped.push(path),
            Note::UnknownWord(word) => self.unknown_words.push(UnknownWord { path, word }),
            Note::Word => self.respelled.push((path, Spelling::Word)),
            Note::Member(name) => self.respelled.push((path, Spelling::Member(name))),
            Note::OnlyElement => self.respelled.push((path, Spelling::OnlyElement)),
        }
    }
}
