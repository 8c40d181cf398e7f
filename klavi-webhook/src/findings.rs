use std::collections::BTreeMap;

/// What this version does not know of an entry, counted by kind and place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    counts: BTreeMap<(FindingKind, String), u64>,
}

/// In which way something is not known. The words are those of `klavi inspect`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FindingKind {
    /// A member that no field holds; it survives.
    Unmapped,
    /// A word outside an enumeration's vocabulary; it survives.
    UnknownValue,
    /// A leaf that could not be read as its type; it was set aside.
    Malformed,
    /// A value that reading and writing would change: a fault of the type.
    Lost,
}

impl FindingKind {
    /// The word for it: `unmapped`, `unknown_value`, `malformed`, `lost`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unmapped => "unmapped",
            Self::UnknownValue => "unknown_value",
            Self::Malformed => "malformed",
            Self::Lost => "lost",
        }
    }
}

impl Findings {
    /// Nothing found.
    pub const fn new() -> Self {
        Self { counts: BTreeMap::new() }
    }

    /// Adds one; `place` is its path with `[]` for every position, never a value.
    pub fn add(&mut self, kind: FindingKind, place: String) {
        *self.counts.entry((kind, place)).or_default() += 1;
    }

    /// Each kind and place, and how often.
    pub fn iter(&self) -> impl Iterator<Item = (FindingKind, &str, u64)> {
        self.counts.iter().map(|((kind, place), count)| (*kind, place.as_str(), *count))
    }
}
