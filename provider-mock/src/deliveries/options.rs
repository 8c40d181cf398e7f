//! How a delivery is sent.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a delivery is sent, decided when it is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct SendOptions {
    /// What stands in place of the signature, where the provider signs.
    pub signing: Signing,
    /// How often it is sent once more although it was taken.
    pub duplicates: u32,
    /// How long its body trickles.
    #[serde(rename = "slowMs", with = "milliseconds")]
    #[schema(value_type = u64, default = 0)]
    pub slow: Duration,
    /// How many of its first attempts break off in the middle.
    pub truncated: u32,
}

/// What of a signature is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Signing {
    /// The right one.
    #[default]
    Signed,
    /// None.
    Unsigned,
    /// That of something else.
    Tampered,
}

/// A duration as a whole number of milliseconds.
pub mod milliseconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes it.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }

    /// Reads it.
    ///
    /// # Errors
    /// Where it is no whole number.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}
