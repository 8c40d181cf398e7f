use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::{Fault, Reader, Text, Value};

/// A token or key: wiped from memory when dropped, closed to `Debug`, without `Display`.
///
/// It is written in the clear by `Serialize`, because a login body has to carry it.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// The secret in the clear. For an authorisation header or a key, never for a log.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl From<&str> for Secret {
    fn from(secret: &str) -> Self {
        Self(secret.into())
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self(secret.into())
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Text::deserialize(deserializer).map(|secret| Self::from(secret.as_str()))
    }
}

impl Value for Secret {
    /// `null` and `""` are "absent".
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        reader.text_or_null().map(|secret| secret.map(|secret| Self::from(secret.into_owned())))
    }
}
