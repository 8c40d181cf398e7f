//! What an inspection finds: kinds and places, never values.

use std::collections::BTreeMap;

use provider_wire::{Inspection, Path};

/// What an inspection finds in an entry, counted by kind and place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    counts: BTreeMap<(FindingKind, String), u64>,
}

/// The kind of a finding. The words are those of the command `inspect`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FindingKind {
    /// A member that no field holds; it is kept.
    Unmapped,
    /// A word that an enumeration does not have; it is kept.
    UnknownValue,
    /// A malformed field, which was skipped.
    Malformed,
    /// A value that decoding and encoding would change: a defect of the type.
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
    /// No findings.
    pub const fn new() -> Self {
        Self { counts: BTreeMap::new() }
    }

    /// Adds one; `place` is its path with `[]` for every position, never a value.
    pub fn add(&mut self, kind: FindingKind, place: String) {
        *self.counts.entry((kind, place)).or_default() += 1;
    }

    /// The findings of a typed decoding.
    pub(crate) fn of<T>(inspection: &Inspection<T>) -> Self {
        let mut findings = Self::new();
        let mut add = |kind, path: &Path| findings.add(kind, path.pattern());
        inspection.unmapped.iter().for_each(|path| add(FindingKind::Unmapped, path));
        inspection.unknown_words.iter().for_each(|unknown| add(FindingKind::UnknownValue, &unknown.path));
        inspection.malformed.iter().for_each(|malformed| add(FindingKind::Malformed, &malformed.path));
        inspection.lost.iter().for_each(|path| add(FindingKind::Lost, path));
        findings
    }

    /// Each kind and place, and how often.
    pub fn iter(&self) -> impl Iterator<Item = (FindingKind, &str, u64)> {
        self.counts.iter().map(|((kind, place), count)| (*kind, place.as_str(), *count))
    }
}
