use std::fmt;

use serde::ser::SerializeMap;

use crate::Json;

/// Members of a JSON object that no field of a record holds, in their order, with their values to the letter.
#[derive(Clone, Default, PartialEq)]
pub struct Extra(Option<Box<Members>>);

/// Boxed as a whole, since most records have none: one word in the record.
type Members = Vec<(Box<str>, Json)>;

impl Extra {
    /// Whether every member found its field.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |members| members.len())
    }

    /// The JSON text of the first member of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(member, _)| *member == name).map(|(_, value)| value)
    }

    /// Names and JSON texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|members| members.iter()).map(|(name, value)| (&**name, value.get()))
    }

    /// Keeps a member.
    pub fn push(&mut self, name: &str, value: Json) {
        self.0.get_or_insert_default().push((name.into(), value));
    }

    /// Writes the members into an object that is being written.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn write<M: SerializeMap>(&self, out: &mut M) -> Result<(), M::Error> {
        self.0
            .iter()
            .flat_map(|members| members.iter())
            .try_for_each(|(name, value)| out.serialize_entry(name, value))
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Extra({} members)", self.len())
    }
}
