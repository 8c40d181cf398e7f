use std::fmt;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use crate::raw::{Kind, Raw};
use crate::{Repair, Value};

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
        Self::read(deserializer)?.ok_or_else(|| D::Error::custom("absent, expected true or false"))
    }
}

impl Value for Flag {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        let raw = Raw::deserialize(deserializer)?;
        let word = raw.get().trim_matches('"');
        match raw.kind() {
            Kind::Null => Ok(None),
            Kind::Text if word.is_empty() => Ok(None),
            Kind::Bool | Kind::Text if word.eq_ignore_ascii_case("true") => Ok(Some(Self(true))),
            Kind::Bool | Kind::Text if word.eq_ignore_ascii_case("false") => Ok(Some(Self(false))),
            _ => Err(D::Error::custom("unreadable, expected true or false")),
        }
    }

    fn repair(raw: Raw<'_>, repair: &mut Repair) -> Option<Self> {
        let flag = repair.leaf(raw)?;
        if raw.kind() == Kind::Text {
            repair.respelled();
        }
        Some(flag)
    }
}
