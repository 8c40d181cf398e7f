use std::fmt;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::{Fault, Kind, Reader, Value};

/// Yes or no. Read from `true`/`false` or the same words as text, written as a boolean.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Flag(bool);

impl Flag {
    /// The answer.
    pub const fn get(self) -> bool {
        self.0
    }
}

impl From<bool> for Flag {
    fn from(flag: bool) -> Self {
        Self(flag)
    }
}

impl fmt::Debug for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Flag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(self.0)
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::deserialize(deserializer)
    }
}

impl Value for Flag {
    /// `null` and `""` are "absent".
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        let kind = reader.kind()?;
        let start = reader.position();
        let raw = reader.skip()?;
        let word = raw.get().trim_matches('"');
        let flag = match kind {
            Kind::Null => return Ok(None),
            Kind::Text if word.is_empty() => return Ok(None),
            Kind::Bool | Kind::Text if word.eq_ignore_ascii_case("true") => Self(true),
            Kind::Bool | Kind::Text if word.eq_ignore_ascii_case("false") => Self(false),
            _ => return Err(Fault::Unfit("true or false")),
        };
        if kind == Kind::Text {
            reader.respelled(start);
        }
        Ok(Some(flag))
    }
}
