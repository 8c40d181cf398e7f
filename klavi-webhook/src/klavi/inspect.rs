use klavi_types::events::{Event, EventName};
use klavi_types::legacy::{LegacyReportType, inspect_legacy_report};
use klavi_types::reports::inspect_report;
use klavi_types::{Inspection, Product};

use crate::{EntryKind, FindingKind, Findings};

/// Looks for what the types do not know. What is no document of its kind was quarantined for that, and is left.
pub(super) fn inspect(kind: EntryKind, body: &[u8]) -> Option<Findings> {
    match kind {
        EntryKind::Report => inspect_report(body).ok().map(|inspection| findings(&inspection)),
        EntryKind::Event => klavi_types::inspect::<Event>(body).ok().map(|found| findings(&found)),
        EntryKind::LegacyReport => inspect_legacy_report(body).ok().map(|inspection| findings(&inspection)),
        EntryKind::Expectation | EntryKind::Unknown => None,
    }
}

fn findings<T>(inspection: &Inspection<T>) -> Findings {
    let mut findings = Findings::new();
    let mut add = |kind, path: &klavi_types::Path| findings.add(kind, path.pattern());
    inspection.unmapped.iter().for_each(|path| add(FindingKind::Unmapped, path));
    inspection.unknown_words.iter().for_each(|unknown| add(FindingKind::UnknownValue, &unknown.path));
    inspection.malformed.iter().for_each(|malformed| add(FindingKind::Malformed, &malformed.path));
    inspection.lost.iter().for_each(|path| add(FindingKind::Lost, path));
    findings
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
