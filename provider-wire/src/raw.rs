use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::DecodeError;

/// The text of one JSON value, not yet read, borrowed from the document.
///
/// Its own type, so that `serde_json` stays out of the public signatures.
#[derive(Clone, Copy)]
pub struct Raw<'a>(&'a RawValue);

/// What a JSON value is, told by its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Bool,
    Number,
    Text,
    Array,
    Object,
}

impl<'a> Raw<'a> {
    /// Takes a whole document. Depth does not matter.
    ///
    /// # Errors
    /// Where it is not JSON.
    pub fn document(text: &'a str) -> Result<Self, DecodeError> {
        serde_json::from_str(text).map(Self).map_err(|error| DecodeError::not_json(&error))
    }

    /// The members of a document that is an object, in one pass over it.
    ///
    /// # Errors
    /// Where it is not JSON, or no object.
    pub fn document_members(text: &'a str) -> Result<Vec<(Cow<'a, str>, Self)>, DecodeError> {
        serde_json::from_str::<Members<'a>>(text)
            .map(|members| members.0)
            .map_err(|error| DecodeError::not_json(&error))
    }

    /// The elements of a document that is an array, in one pass over it.
    ///
    /// # Errors
    /// Where it is not JSON, or no array.
    pub fn document_elements(text: &'a str) -> Result<Vec<Self>, DecodeError> {
        serde_json::from_str(text).map_err(|error| DecodeError::not_json(&error))
    }

    /// The JSON text.
    pub fn get(self) -> &'a str {
        self.0.get()
    }

    pub(crate) fn to_boxed(self) -> Box<RawValue> {
        self.0.to_owned()
    }

    pub(crate) fn kind(self) -> Kind {
        match self.get().as_bytes().first() {
            Some(b'n') => Kind::Null,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'"') => Kind::Text,
            Some(b'[') => Kind::Array,
            Some(b'{') => Kind::Object,
            _ => Kind::Number,
        }
    }

    /// Reads it the strict way.
    pub(crate) fn read<T: Deserialize<'a>>(self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.get())
    }

    /// The text inside the quotes, unescaped; `None` where it is no JSON string or holds a lone surrogate.
    pub(crate) fn as_text(self) -> Option<Cow<'a, str>> {
        let quoted = self.get().strip_prefix('"')?.strip_suffix('"')?;
        if quoted.contains('\\') {
            self.read::<String>().ok().map(Cow::Owned)
        } else {
            Some(Cow::Borrowed(quoted))
        }
    }

    /// The members in the order of the document, doubled names included; `None` where it is no object.
    pub fn members(self) -> Option<Vec<(Cow<'a, str>, Raw<'a>)>> {
        self.read::<Members<'a>>().ok().map(|members| members.0)
    }

    /// The elements; `None` where it is no array.
    pub(crate) fn elements(self) -> Option<Vec<Raw<'a>>> {
        self.read().ok()
    }
}

impl fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raw({:?})", self.kind())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Raw<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&'a RawValue>::deserialize(deserializer).map(Self)
    }
}

struct Members<'a>(Vec<(Cow<'a, str>, Raw<'a>)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(Key(key)) = map.next_key()? {
                    members.push((key, map.next_value()?));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(MembersVisitor)
    }
}

/// A member name, borrowed where the document has it without escapes.
pub(crate) struct Key<'a>(pub(crate) Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(name.to_owned())))
            }
        }

        deserializer.deserialize_str(KeyVisitor)
    }
}
