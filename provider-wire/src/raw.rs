use std::borrow::Cow;
use std::fmt;

use crate::{DecodeError, Fault, Kind, Reader};

/// The text of one JSON value, checked but not yet read, borrowed from the document.
#[derive(Clone, Copy)]
pub struct Raw<'a>(&'a str);

impl<'a> Raw<'a> {
    /// Takes a whole document. Depth does not matter.
    ///
    /// # Errors
    /// Where it is not JSON.
    pub fn document(text: &'a str) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(text);
        let raw = reader.skip().and_then(|raw| reader.finish().map(|()| raw));
        raw.map_err(|fault| DecodeError::of(fault, &reader))
    }

    /// Text that a reader went over.
    pub(crate) fn checked(text: &'a str) -> Self {
        Self(text)
    }

    /// The JSON text.
    pub fn get(self) -> &'a str {
        self.0
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        match self.0.as_bytes().first() {
            Some(b'n') => Kind::Null,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'"') => Kind::Text,
            Some(b'[') => Kind::Array,
            Some(b'{') => Kind::Object,
            _ => Kind::Number,
        }
    }

    /// The text inside the quotes, unescaped; `None` where it is no JSON string or holds half a surrogate pair.
    pub(crate) fn as_text(self) -> Option<Cow<'a, str>> {
        Reader::new(self.0).text().ok()
    }

    /// The members in the order of the document, doubled names included; `None` where it is no object.
    pub fn members(self) -> Option<Vec<(Cow<'a, str>, Self)>> {
        let read = |reader: &mut Reader<'a>| -> Result<_, Fault> {
            let mut members = reader.enter_object()?;
            let mut all = Vec::new();
            while let Some(name) = members.next(reader)? {
                all.push((name, reader.skip()?));
            }
            Ok(all)
        };
        read(&mut Reader::new(self.0)).ok()
    }

    /// The elements; `None` where it is no array.
    pub fn elements(self) -> Option<Vec<Self>> {
        let read = |reader: &mut Reader<'a>| -> Result<_, Fault> {
            let mut elements = reader.enter_array()?;
            let mut all = Vec::new();
            while elements.next(reader)? {
                all.push(reader.skip()?);
            }
            Ok(all)
        };
        read(&mut Reader::new(self.0)).ok()
    }
}

impl fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raw({:?})", self.kind())
    }
}
