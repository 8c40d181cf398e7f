use std::fmt;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use crate::{Fault, Raw, Reader, Value, json_text};

/// Any JSON value, kept as its text: free-form content such as a partner's own ids that come back in a report.
///
/// `serde_json` writes it to the letter. Another format gets the same structure; there a number that neither an integer
/// of 64 bits nor a binary float names exactly is written as text, with every digit, and so is what is nested deeper
/// than 128 levels.
#[derive(Clone)]
pub struct Json(Box<str>);

impl Json {
    /// The JSON text.
    pub fn get(&self) -> &str {
        &self.0
    }

    /// Reads the text as a type of your own.
    ///
    /// # Errors
    /// Where the value is not of that type.
    pub fn parse<'a, T: Deserialize<'a>>(&'a self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.get())
    }

    /// Writes a value of your own as JSON.
    ///
    /// # Errors
    /// Where the value cannot be JSON, such as a map whose keys are no text.
    pub fn from_value<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        serde_json::value::to_raw_value(value).map(|raw| Self(raw.into()))
    }

    pub(crate) fn from_raw(raw: Raw<'_>) -> Self {
        Self(raw.get().into())
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Json({} bytes)", self.get().len())
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json_text::emit(Raw::checked(&self.0), serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = json_text::collect(deserializer)?;
        Raw::document(&text).map(Self::from_raw).map_err(D::Error::custom)
    }
}

impl Value for Json {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        if reader.is_null()? {
            return Ok(None);
        }
        reader.skip().map(|raw| Some(Self::from_raw(raw)))
    }
}
