use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::elements::read_elements;
use crate::{Fault, Kind, Reader, Value};

/// An object where some senders put an array of objects. Keeps the form in which it came.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum OneOrMany<T> {
    /// One object.
    One(T),
    /// An array, be it of one.
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    /// The items, however they came.
    pub fn as_slice(&self) -> &[T] {
        match self {
            Self::One(item) => std::slice::from_ref(item),
            Self::Many(items) => items,
        }
    }

    /// The items, owned.
    pub fn into_vec(self) -> Vec<T> {
        match self {
            Self::One(item) => vec![item],
            Self::Many(items) => items,
        }
    }
}

impl<'a, T> IntoIterator for &'a OneOrMany<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.as_slice().iter()
    }
}

impl<T> IntoIterator for OneOrMany<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.into_vec().into_iter()
    }
}

impl<T: Serialize> Serialize for OneOrMany<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(item) => item.serialize(serializer),
            Self::Many(items) => items.serialize(serializer),
        }
    }
}

impl<'de, T: Value> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::deserialize(deserializer)
    }
}

impl<T: Value> Value for OneOrMany<T> {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        match reader.kind()? {
            Kind::Array => read_elements(reader).map(|items| Some(Self::Many(items))),
            _ => T::read(reader).map(|item| item.map(Self::One)),
        }
    }
}
