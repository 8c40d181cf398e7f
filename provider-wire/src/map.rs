use std::fmt;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::{Fault, Reader, Text, Value};

/// A JSON object whose member names are data, such as permission groups. Keeps the order.
#[derive(Clone, PartialEq)]
pub struct Map<T>(Vec<(Text, T)>);

impl<T> Map<T> {
    /// The value under that name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the object has no member.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T, N: Into<Text>> FromIterator<(N, T)> for Map<T> {
    fn from_iter<I: IntoIterator<Item = (N, T)>>(members: I) -> Self {
        Self(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }
}

impl<T: fmt::Debug> fmt::Debug for Map<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(_, value)| value)).finish()
    }
}

impl<T: Serialize> Serialize for Map<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(Some(self.len()))?;
        self.iter().try_for_each(|(name, value)| out.serialize_entry(name, value))?;
        out.end()
    }
}

impl<'de, T: Value> Deserialize<'de> for Map<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::deserialize(deserializer)
    }
}

impl<T: Value> Value for Map<T> {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        if reader.is_null()? {
            return Ok(None);
        }
        let mut members = reader.enter_object()?;
        let mut kept = Vec::new();
        while let Some(name) = members.next(reader)? {
            kept.extend(reader.optional()?.map(|value| (Text::from(&*name), value)));
        }
        Ok(Some(Self(kept)))
    }
}
