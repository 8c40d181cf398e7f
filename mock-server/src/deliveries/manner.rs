use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::behaviour::Behaviour;

/// How a delivery is sent, decided when it is made.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Manner {
    pub(crate) signing: Signing,
    /// How often it is sent once more although it was taken.
    pub(crate) duplicates: u32,
    /// How long its body trickles.
    pub(crate) slow: Duration,
    /// How many of its first attempts break off in the middle.
    pub(crate) truncated: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Signing {
    #[default]
    Signed,
    Unsigned,
    /// With the signature of something else.
    Tampered,
}

impl Manner {
    pub(crate) fn of(behaviour: &Behaviour) -> Self {
        let signing = if behaviour.unsigned { Signing::Unsigned } else { Signing::Signed };
        let Behaviour { duplicates, slow, truncated, .. } = *behaviour;
        Self { signing, duplicates, slow, truncated }
    }
}
