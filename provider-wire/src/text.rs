use std::borrow::Borrow;
use std::fmt;

use compact_str::CompactString;
use serde::{Deserialize, Deserializer, Serialize};

use crate::decode::deserialize_with;
use crate::{Fault, Kind, Reader, Value};

/// Text from outside, also where it comes as a number: up to 24 bytes without an allocation.
///
/// Closed to `Debug`, without `Display`, since names, descriptions and account numbers are personal data;
/// [`as_str`](Self::as_str) shows it deliberately.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Text(CompactString);

impl Text {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is no character in it. A field that came as `""` is absent; only text of your own is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(..)")
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl<'de> Deserialize<'de> for Text {
    /// From text, be it empty, and from numbers. Binary formats are asked for text alone, so that those that do not
    /// describe themselves have it too.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return CompactString::deserialize(deserializer).map(Self);
        }
        deserialize_with(deserializer, |reader| {
            let text = match reader.kind()? {
                Kind::Number => reader.number()?.into(),
                _ => reader.text()?,
            };
            Ok(Some(Self(CompactString::new(text))))
        })
    }
}

impl Value for Text {
    /// `null` and `""` are "absent".
    #[inline(always)]
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        if reader.is_number()? {
            return Ok(Some(Self(CompactString::new(reader.number()?))));
        }
        let read = |text: &str| if text.is_empty() { None } else { Some(Self(CompactString::new(text))) };
        match reader.text_as(read)? {
            Some(text) => Ok(text),
            None => Ok(None),
        }
    }
}
