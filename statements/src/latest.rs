//! Facts of which the newest report decides, whatever arrives first.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A fact and when it was stated. Two statements of one time are told apart by their values, so that the order of arrival
/// does not matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Latest<T>(Option<(Option<Timestamp>, T)>);

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Clone + Ord> Latest<T> {
    /// Adds what a report of that time states, if it states it.
    pub(crate) fn add(&mut self, at: Option<Timestamp>, value: Option<&T>) {
        if let Some(value) = value
            && self.0.as_ref().is_none_or(|(known_at, known)| (*known_at, known) < (at, value))
        {
            self.0 = Some((at, value.clone()));
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        if let Some((at, value)) = &other.0 {
            self.add(*at, Some(value));
        }
    }

    pub(crate) fn get(&self) -> Option<T> {
        self.0.as_ref().map(|(_, value)| value.clone())
    }

    pub(crate) fn as_of(&self) -> Option<Timestamp> {
        self.0.as_ref().and_then(|(at, _)| *at)
    }
}

/// A map as a list of pairs, since keys of JSON are text.
pub(crate) mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub(crate) fn deserialize<'de, K, V, D>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
    where
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?.into_iter().collect())
    }
}
