mod fields;
mod order;
mod scan;
mod steps;

use std::any::TypeId;
use std::borrow::Cow;
use std::fmt;

use crate::Json;
use crate::notes::{Note, Notes};
use crate::raw::Raw;

pub(crate) use order::Order;
pub use steps::{Elements, Members};

/// A cursor over the text of a JSON document, from which every [`Value`](crate::Value) reads itself.
///
/// One pass does it all: a field that cannot be read is skipped and the reading goes on behind it. Everything is
/// checked to be JSON, also what no field holds. Depth costs no stack.
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
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    notes: Notes,
    /// Whether a member that does not fit its field is kept as an unknown one instead of being reported.
    keeps: bool,
    /// Members that their fields could not take, on the way to their record.
    kept: Vec<(Box<str>, Json)>,
    /// Where the last member name that was searched for stands.
    name_at: usize,
    /// Members of the open records that came under another name; those of the innermost record from `own_aliases` on.
    aliases: Vec<fields::Alias>,
    own_aliases: usize,
    orders: Vec<(TypeId, Order)>,
    /// Room for text whose escapes are resolved.
    room: String,
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader(at byte {} of {})", self.at, self.text.len())
    }
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

impl Kind {
    /// What an error calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number => "a number",
            Self::Text => "text",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// Behind a byte order mark, which some programs write before UTF-8.
fn start_of(text: &str) -> usize {
    const MARK: char = '\u{feff}';
    if text.starts_with(MARK) { MARK.len_utf8() } else { 0 }
}

impl<'a> Reader<'a> {
    /// A member name with its colon.
    pub(crate) fn name(&mut self) -> Result<Cow<'a, str>, Fault> {
        let name_at = self.at;
        let name = self.quoted()?;
        if self.byte()? != b':' {
            return Err(Fault::Syntax);
        }
        self.at += 1;
        self.name_at = name_at;
        if !name.escaped {
            return Ok(Cow::Borrowed(name.inside));
        }
        let end = std::mem::replace(&mut self.at, name_at);
        let read = self.text();
        self.at = end;
        // Half a surrogate pair is no text: the name stays as it is written.
        Ok(read.unwrap_or(Cow::Borrowed(name.inside)))
    }

    /// A reader at the beginning of a document.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: start_of(text),
            notes: Notes::default(),
            keeps: false,
            kept: Vec::new(),
            name_at: 0,
            aliases: Vec::new(),
            own_aliases: 0,
            orders: Vec::new(),
            room: String::new(),
        }
    }

    /// The same, also noting what is not known and what is spelt in another way than documented.
    pub(crate) fn thorough(text: &'a str) -> Self {
        Self { notes: Notes::thorough(), ..Self::new(text) }
    }

    /// The same for those who do not ask what was skipped: members that do not fit their fields are kept.
    pub(crate) fn keeping(text: &'a str) -> Self {
        Self { keeps: true, ..Self::new(text) }
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
    #[inline(always)]
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
        match self.plain_text()? {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => self.unescaped().map(Cow::Owned),
        }
    }

    /// Looks at text without a copy of it; `None` for `null`.
    #[inline(always)]
    pub(crate) fn text_as<T>(&mut self, mut look: impl FnMut(&str) -> T) -> Result<Option<T>, Fault> {
        match self.plain_text()? {
            Some(text) => Ok(Some(look(text))),
            None => self.other_text_as(look),
        }
    }

    /// Text without escapes; `None`, with nothing read, where something else comes.
    #[inline(always)]
    fn plain_text(&mut self) -> Result<Option<&'a str>, Fault> {
        if self.byte()? == b'"' {
            let start = self.at + 1;
            let end = self.end_of_plain(start);
            if self.text.as_bytes().get(end) == Some(&b'"') {
                self.at = end + 1;
                return Ok(Some(&self.text[start..end]));
            }
        }
        Ok(None)
    }

    #[inline(never)]
    fn other_text_as<T>(&mut self, mut look: impl FnMut(&str) -> T) -> Result<Option<T>, Fault> {
        if self.is_null()? {
            return Ok(None);
        }
        let text = self.unescaped()?;
        let looked = look(&text);
        self.room = text;
        Ok(Some(looked))
    }

    /// Reads text; `None` where it is absent, be it `null` or empty.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    #[inline(always)]
    pub fn text_or_null(&mut self) -> Result<Option<Cow<'a, str>>, Fault> {
        if self.byte()? == b'"' {
            return self.text().map(|text| Some(text).filter(|text| !text.is_empty()));
        }
        if self.is_null()? { Ok(None) } else { Err(Fault::Unfit("text")) }
    }

    #[inline(always)]
    pub(crate) fn is_number(&mut self) -> Result<bool, Fault> {
        Ok(matches!(self.byte()?, b'-' | b'0'..=b'9'))
    }

    /// Reads text, or a number digit by digit as it stands; `None` where it is absent, be it `null` or empty text. Ids
    /// and account numbers come as either.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    #[inline(always)]
    pub fn text_or_number(&mut self) -> Result<Option<Cow<'a, str>>, Fault> {
        if self.is_number()? {
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

    /// Reads a word of an enumeration; in a thorough reading, one that is not known is noted, and one that is written
    /// in another way than it came.
    ///
    /// # Errors
    /// Where it is no text.
    #[inline]
    pub fn word_of<T>(
        &mut self,
        mut read: impl FnMut(&str) -> T,
        written: impl FnOnce(&T) -> &str,
        is_known: impl FnOnce(&T) -> bool,
    ) -> Result<Option<T>, Fault> {
        self.byte()?;
        let start = self.at;
        if !self.notes.are_thorough() {
            return self.text_as(|word| (!word.is_empty()).then(|| read(word))).map(Option::flatten);
        }
        let Some(word) = self.text_or_null()? else { return Ok(None) };
        let value = read(&word);
        let written = written(&value);
        if *word != *written {
            self.notes.push(start, Note::Word);
        }
        if !is_known(&value) {
            self.notes.push(start, Note::UnknownWord(written.into()));
        }
        Ok(Some(value))
    }

    /// Notes that the value before the cursor, beginning at `start`, is written in another form.
    pub(crate) fn respelled(&mut self, start: usize) {
        self.notes.push_thorough(start, Note::Word);
    }
}
