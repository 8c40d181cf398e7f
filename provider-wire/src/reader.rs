mod scan;
mod steps;

use std::borrow::Cow;

use crate::notes::{Note, Notes};
use crate::raw::Raw;
use crate::{Field, Value};

pub use steps::{Elements, Members};

/// A cursor over the text of a JSON document, from which every [`Value`] reads itself.
///
/// One pass does it all: a leaf that cannot be read is set aside and the reading goes on behind it. Everything is
/// checked to be JSON, also what nobody asks for. Depth costs no stack.
///
/// ```
/// use provider_wire::{Fault, Kind, Reader};
///
/// fn sum(reader: &mut Reader<'_>) -> Result<i64, Fault> {
///     let mut sum = 0;
///     let mut elements = reader.enter_array()?;
///     while elements.next(reader)? {
///         match reader.kind()? {
///             Kind::Number => sum += reader.number()?.parse::<i64>().unwrap_or(0),
///             _ => {
///                 reader.skip()?;
///             }
///         }
///     }
///     Ok(sum)
/// }
///
/// assert_eq!(sum(&mut Reader::new("[1, {\"two\": [2]}, 3]")).unwrap(), 4);
/// assert!(matches!(sum(&mut Reader::new("[1, 2")), Err(Fault::Syntax)));
/// ```
#[derive(Debug)]
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    notes: Notes,
}

/// Why a value could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The document is no JSON from here on: no way to go on.
    Syntax,
    /// JSON, but not what was asked for, which is named. The cursor may stand anywhere inside the value.
    Unfit(&'static str),
}

/// What a JSON value is, told by its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// Text in quotes.
    Text,
    /// `[…]`.
    Array,
    /// `{…}`.
    Object,
}

/// Behind a byte order mark, which some programs write before UTF-8.
fn start_of(text: &str) -> usize {
    const MARK: char = '\u{feff}';
    if text.starts_with(MARK) { MARK.len_utf8() } else { 0 }
}

impl<'a> Reader<'a> {
    /// A member name with its colon.
    pub(crate) fn name(&mut self) -> Result<Cow<'a, str>, Fault> {
        let name = self.quoted()?;
        if self.byte()? != b':' {
            return Err(Fault::Syntax);
        }
        self.at += 1;
        let unescaped = if name.escaped { scan::unescaped(name.inside) } else { None };
        Ok(unescaped.map_or(Cow::Borrowed(name.inside), Cow::Owned))
    }

    /// A reader at the beginning of a document.
    pub fn new(text: &'a str) -> Self {
        Self { text, at: start_of(text), notes: Notes::default() }
    }

    /// The same, also noting what is not known and what is spelt in another way than documented.
    pub(crate) fn thorough(text: &'a str) -> Self {
        Self { text, at: start_of(text), notes: Notes::thorough() }
    }

    pub(crate) fn text_of_document(&self) -> &'a str {
        self.text
    }

    /// How far the reading is, in bytes.
    pub fn position(&self) -> usize {
        self.at
    }

    /// The text that is not read yet.
    pub fn remaining(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(crate) fn back_to(&mut self, position: usize) {
        self.at = position;
    }

    pub(crate) fn into_notes(self) -> Notes {
        self.notes
    }

    /// What the next value is.
    ///
    /// # Errors
    /// Where there is none.
    #[inline]
    pub fn kind(&mut self) -> Result<Kind, Fault> {
        match self.byte()? {
            b'"' => Ok(Kind::Text),
            b'{' => Ok(Kind::Object),
            b'[' => Ok(Kind::Array),
            b'n' => Ok(Kind::Null),
            b't' | b'f' => Ok(Kind::Bool),
            b'-' | b'0'..=b'9' => Ok(Kind::Number),
            _ => Err(Fault::Syntax),
        }
    }

    /// Goes over `null`, if that is what comes.
    ///
    /// # Errors
    /// Where no value comes.
    #[inline(always)]
    pub fn is_null(&mut self) -> Result<bool, Fault> {
        if self.byte()? != b'n' {
            return Ok(false);
        }
        self.word("null")?;
        Ok(true)
    }

    /// Reads text.
    ///
    /// # Errors
    /// Where it is none, or holds half a surrogate pair.
    #[inline(always)]
    pub fn text(&mut self) -> Result<Cow<'a, str>, Fault> {
        const EXPECTED: &str = "text";
        const SURROGATE: &str = "text without half a surrogate pair";
        if self.byte()? != b'"' {
            return Err(Fault::Unfit(EXPECTED));
        }
        let quoted = self.quoted()?;
        if quoted.escaped {
            return scan::unescaped(quoted.inside).map(Cow::Owned).ok_or(Fault::Unfit(SURROGATE));
        }
        Ok(Cow::Borrowed(quoted.inside))
    }

    /// Reads text, or goes over `null`.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    #[inline(always)]
    pub fn text_or_null(&mut self) -> Result<Option<Cow<'a, str>>, Fault> {
        if self.byte()? == b'"' {
            return self.text().map(Some);
        }
        if self.is_null()? { Ok(None) } else { Err(Fault::Unfit("text")) }
    }

    /// Reads text, a number digit by digit as it stands, or goes over `null`. Ids and account numbers come as either.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    #[inline(always)]
    pub fn text_or_number(&mut self) -> Result<Option<Cow<'a, str>>, Fault> {
        if matches!(self.byte()?, b'-' | b'0'..=b'9') {
            return self.number().map(|number| Some(Cow::Borrowed(number)));
        }
        self.text_or_null()
    }

    /// Reads a number, digit by digit as it stands.
    ///
    /// # Errors
    /// Where it is none.
    #[inline]
    pub fn number(&mut self) -> Result<&'a str, Fault> {
        if !matches!(self.byte()?, b'-' | b'0'..=b'9') {
            return Err(Fault::Unfit("a number"));
        }
        let start = self.at;
        self.scan_number()?;
        Ok(&self.text[start..self.at])
    }

    /// Goes into an object.
    ///
    /// # Errors
    /// Where it is none.
    #[inline]
    pub fn enter_object(&mut self) -> Result<Members, Fault> {
        if self.byte()? != b'{' {
            return Err(Fault::Unfit("an object"));
        }
        self.at += 1;
        Ok(Members::new())
    }

    /// Goes into an array.
    ///
    /// # Errors
    /// Where it is none.
    #[inline]
    pub fn enter_array(&mut self) -> Result<Elements, Fault> {
        if self.byte()? != b'[' {
            return Err(Fault::Unfit("an array"));
        }
        self.at += 1;
        Ok(Elements::new())
    }

    /// Goes over a value of any kind and returns its text.
    ///
    /// # Errors
    /// Where it is no JSON.
    pub fn skip(&mut self) -> Result<Raw<'a>, Fault> {
        self.byte()?;
        let start = self.at;
        self.scan_value()?;
        Ok(Raw::checked(&self.text[start..self.at]))
    }

    /// Makes sure that nothing but blanks is left.
    ///
    /// # Errors
    /// Where there is more.
    pub fn finish(&mut self) -> Result<(), Fault> {
        self.skip_blanks();
        if self.at == self.text.len() { Ok(()) } else { Err(Fault::Syntax) }
    }

    /// Reads the member that is expected next, if it is the one that comes: sparing the search for its name.
    ///
    /// # Errors
    /// Where its value is no JSON.
    #[inline(always)]
    pub fn expected_member<F: Field>(&mut self, name: &'static str, slot: &mut F) -> Result<bool, Fault> {
        let expected = self.is_name(name);
        if expected {
            self.at += name.len() + 3;
            self.member(name, name, slot)?;
        }
        Ok(expected)
    }

    /// Reads the value of a member into its field; `documented` is the name by which it is written. What cannot be
    /// read is set aside, and so is a member that stands twice.
    ///
    /// # Errors
    /// Where it is no JSON.
    #[inline]
    pub fn member<F: Field>(
        &mut self,
        name: &str,
        documented: &'static str,
        slot: &mut F,
    ) -> Result<(), Fault> {
        self.byte()?;
        let start = self.at;
        if slot.is_absent() {
            let mark = self.notes.mark();
            match F::read(self) {
                Ok(value) => *slot = value,
                Err(Fault::Unfit(expected)) => self.set_aside(start, mark, Note::Unfit(expected))?,
                Err(Fault::Syntax) => return Err(Fault::Syntax),
            }
        } else if !self.is_null()? {
            let mark = self.notes.mark();
            self.set_aside(start, mark, Note::Twice)?;
        }
        if self.notes.are_thorough() && name != documented {
            self.notes.push(start, Note::Member(documented));
        }
        Ok(())
    }

    /// Reads an element to the end of a list, or sets it aside.
    ///
    /// # Errors
    /// Where it is no JSON.
    #[inline]
    pub(crate) fn element_onto<T: Value>(&mut self, list: &mut Vec<T>) -> Result<(), Fault> {
        self.byte()?;
        let (start, mark) = (self.at, self.notes.mark());
        match T::read_onto(list, self) {
            Ok(true) => Ok(()),
            Ok(false) => self.set_aside(start, mark, Note::NoValue),
            Err(Fault::Unfit(expected)) => self.set_aside(start, mark, Note::Unfit(expected)),
            Err(Fault::Syntax) => Err(Fault::Syntax),
        }
    }

    /// Reads a value that may be absent, or sets it aside.
    ///
    /// # Errors
    /// Where it is no JSON.
    pub(crate) fn optional<T: Value>(&mut self) -> Result<Option<T>, Fault> {
        self.byte()?;
        let (start, mark) = (self.at, self.notes.mark());
        match T::read(self) {
            Err(Fault::Unfit(expected)) => self.set_aside(start, mark, Note::Unfit(expected)).map(|()| None),
            read => read,
        }
    }

    /// Reads a word of an enumeration; in a thorough reading, one that is not known is noted, and one that is written
    /// in another way than it came.
    ///
    /// # Errors
    /// Where it is no text.
    #[inline]
    pub fn word_of<T>(
        &mut self,
        read: impl FnOnce(&str) -> T,
        written: impl FnOnce(&T) -> &str,
        is_known: impl FnOnce(&T) -> bool,
    ) -> Result<Option<T>, Fault> {
        self.byte()?;
        let start = self.at;
        let Some(word) = self.text_or_null()? else { return Ok(None) };
        let value = read(&word);
        if self.notes.are_thorough() {
            let written = written(&value);
            if *word != *written {
                self.notes.push(start, Note::Word);
            }
            // An empty text is "absent", not a word.
            if !written.is_empty() && !is_known(&value) {
                self.notes.push(start, Note::UnknownWord(written.into()));
            }
        }
        Ok(Some(value))
    }

    /// Goes over the value of a member that nobody knows, noting it in a thorough reading.
    pub(crate) fn unmapped(&mut self) -> Result<Raw<'a>, Fault> {
        self.byte()?;
        let start = self.at;
        let raw = self.skip()?;
        if self.notes.are_thorough() {
            self.notes.push(start, Note::Unmapped);
        }
        Ok(raw)
    }

    /// Notes that the value before the cursor, beginning at `start`, is written in another form.
    pub(crate) fn respelled(&mut self, start: usize) {
        if self.notes.are_thorough() {
            self.notes.push(start, Note::Word);
        }
    }

    /// Goes back to the start of a value and over it; what was noted inside it does not count.
    #[cold]
    fn set_aside(&mut self, start: usize, mark: usize, note: Note) -> Result<(), Fault> {
        self.at = start;
        self.skip()?;
        self.notes.back_to(mark);
        self.notes.push(start, note);
        Ok(())
    }
}
