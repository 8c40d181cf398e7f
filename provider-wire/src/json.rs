use std::fmt;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Error, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::{Fault, Raw, Reader, Value};

/// Any JSON value, kept as its text: free-form content such as a partner's own ids that come back in a report.
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
        // The text was checked by the same grammar, which the raw value asks for again.
        serde_json::from_str::<&RawValue>(&self.0).map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(|raw| Self(raw.into()))
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
