//! How long Belvo keeps credentials and data.

use std::fmt;

use provider_wire::{Fault, Reader, UnknownValue, Value, value_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How long Belvo keeps the user's credentials; fixed when a link is made.
#[value_schema({
    "description": "How long credentials are kept: `store`, `nostore`, or days, `365d`.",
    "type": "string",
})]
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialsStorage {
    /// Until the link is deleted, `store`. The only one for recurrent links.
    Store,
    /// At most 15 minutes, for a second factor, `nostore`. Requires `fetch_resources`.
    NoStore,
    /// So many days, 1 to 365, `30d`. The default of single links is 365.
    Days(u32),
    /// A word that this version does not know.
    Unknown(UnknownValue),
}

/// After how many days Belvo deletes what it retrieved, `90d`. Default: 365 days.
#[value_schema({
    "description": "After how many days retrieved data is deleted, `90d`.",
    "type": "string",
})]
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StaleIn {
    /// So many days.
    Days(u32),
    /// A word that this version does not know.
    Unknown(UnknownValue),
}

impl CredentialsStorage {
    /// Whether the word is in the vocabulary.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }
}

impl StaleIn {
    /// The number of days; `None` for a word that is not known.
    pub fn days(&self) -> Option<u32> {
        match self {
            Self::Days(days) => Some(*days),
            Self::Unknown(_) => None,
        }
    }

    /// Whether the word is in the vocabulary.
    pub fn is_known(&self) -> bool {
        self.days().is_some()
    }
}

/// Days in the one form that is written back as it came.
fn days(word: &str) -> Option<u32> {
    let days = word.strip_suffix('d')?.parse().ok()?;
    (format!("{days}d") == word).then_some(days)
}

impl From<&str> for CredentialsStorage {
    fn from(word: &str) -> Self {
        match word {
            "store" => Self::Store,
            "nostore" => Self::NoStore,
            _ => days(word).map_or_else(|| Self::Unknown(word.into()), Self::Days),
        }
    }
}

impl From<&str> for StaleIn {
    fn from(word: &str) -> Self {
        days(word).map_or_else(|| Self::Unknown(word.into()), Self::Days)
    }
}

impl fmt::Display for CredentialsStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store => f.write_str("store"),
            Self::NoStore => f.write_str("nostore"),
            Self::Days(days) => write!(f, "{days}d"),
            Self::Unknown(word) => f.write_str(word.as_str()),
        }
    }
}

impl fmt::Display for StaleIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(days) => write!(f, "{days}d"),
            Self::Unknown(word) => f.write_str(word.as_str()),
        }
    }
}

macro_rules! word {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    Self::Unknown(word) => f.debug_tuple("Unknown").field(word).finish(),
                    known => fmt::Display::fmt(known, f),
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                provider_wire::deserialize(deserializer)
            }
        }

        impl Value for $name {
            fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
                let word = reader.word_of(
                    |word| (Self::from(word), word.to_owned()),
                    |(_, word)| word,
                    |(value, _)| value.is_known(),
                )?;
                Ok(word.map(|(value, _)| value))
            }
        }
    };
}

word!(CredentialsStorage);
word!(StaleIn);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_and_everything_is_written_as_it_came() {
        for (word, known) in [
            ("store", true),
            ("nostore", true),
            ("1d", true),
            ("365d", true),
            ("030d", false),
            ("forever", false),
        ] {
            let storage = CredentialsStorage::from(word);
            assert_eq!((storage.to_string().as_str(), storage.is_known()), (word, known));
        }
        assert_eq!(StaleIn::from("90d").days(), Some(90));
        for word in ["90", "d", "-1d", "+1d", "9.5d", "99999999999d"] {
            assert_eq!((StaleIn::from(word).days(), StaleIn::from(word).to_string().as_str()), (None, word));
        }
    }
}
