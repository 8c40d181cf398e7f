//! Inspects entries of Klavi's. Must not return values.

use klavi_types::Product;
use klavi_types::events::{Event, EventName};
use klavi_types::legacy::{LegacyReportType, inspect_legacy_report};
use klavi_types::reports::inspect_report;

use crate::{EntryKind, Findings};

/// Looks for what the types do not know. What is no document of its kind was quarantined for that, and is left.
pub(super) fn inspect(kind: EntryKind, body: &[u8]) -> Option<Findings> {
    match kind {
        EntryKind::Report => inspect_report(body).ok().map(|inspection| Findings::of(&inspection)),
        EntryKind::Event => klavi_types::inspect::<Event>(body).ok().map(|found| Findings::of(&found)),
        EntryKind::LegacyReport => {
            inspect_legacy_report(body).ok().map(|inspection| Findings::of(&inspection))
        }
        EntryKind::Expectation | EntryKind::Unknown => None,
    }
}

/// The name of a product or event, where it is documented.
pub(super) fn documented(kind: EntryKind, name: &str) -> Option<String> {
    match kind {
        EntryKind::Report => {
            Some(Product::from(name)).filter(Product::is_known).map(|known| known.to_string())
        }
        EntryKind::Event => {
            Some(EventName::from(name)).filter(EventName::is_known).map(|known| known.to_string())
        }
        EntryKind::LegacyReport => Some(LegacyReportType::from(name))
            .filter(LegacyReportType::is_known)
            .map(|known| known.to_string()),
        EntryKind::Expectation | EntryKind::Unknown => None,
    }
}
