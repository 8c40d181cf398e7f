//! Splits a body of Klavi's into entries. Decodes no more of a report than its head.

use klavi_types::events::{Event, EventName, decode_events};
use klavi_types::legacy::{LegacyReportType, decode_legacy_report};
use klavi_types::reports::Head;
use klavi_types::{
    ConsentId, EventId, InstitutionCode, LinkId, Outline, Product, ProductReportId, RequestId,
};

use crate::{Delivery, EntryKind, NewEntry, Split, Verified};

/// Splits a body, reading no more than it takes to file it: of a report the head, of events all.
pub(super) fn split(delivery: &Delivery<Verified>, kept: &[&str]) -> Split {
    let body = delivery.body();
    let whole = |kind| NewEntry::whole(kind, delivery, kept);
    Split::Entries(match Outline::of_at_most(body, Split::MOST_ENTRIES + 1) {
        Ok(Outline::Ping) => return Split::Ping,
        Ok(Outline::Report(head)) => vec![report(whole(EntryKind::Report), &head)],
        Ok(Outline::Events(elements)) => {
            let entry = |element: &str| {
                NewEntry::part(EntryKind::Event, delivery, kept, body.slice_ref(element.as_bytes()))
            };
            elements.into_iter().map(|element| event(entry(element))).collect()
        }
        Ok(Outline::LegacyReport) => vec![legacy_report(whole(EntryKind::LegacyReport))],
        Ok(_) => vec![whole(EntryKind::Unknown).quarantined("JSON that is neither a report nor an event")],
        Err(error) => vec![whole(EntryKind::Unknown).quarantined(&error.to_string())],
    })
}

fn report(mut entry: NewEntry, head: &Head) -> NewEntry {
    entry.name = text(head.product_name.as_ref().map(Product::as_str));
    entry.message_id = text(head.product_report_id.as_ref().map(ProductReportId::as_str));
    entry.link_id = text(head.link_id().map(LinkId::as_str));
    entry.consent_id = text(head.consent_id().map(ConsentId::as_str));
    entry.institution_code = text(head.institution_code().map(InstitutionCode::as_str));
    entry.request_id = text(head.request_id.as_ref().map(RequestId::as_str));
    entry
}

fn legacy_report(mut entry: NewEntry) -> NewEntry {
    let report = match decode_legacy_report(entry.body()) {
        Ok(report) => report.value,
        Err(error) => return entry.quarantined(&error.to_string()),
    };
    entry.name = text(report.report_type().map(LegacyReportType::as_str));
    entry.message_id = text(report.report_id().map(ProductReportId::as_str));
    let institution = report.data_head().and_then(|head| head.institution_id.as_ref());
    entry.institution_code = text(institution.map(InstitutionCode::as_str));
    entry
}

fn event(entry: NewEntry) -> NewEntry {
    let events = decode_events(entry.body()).map(|events| events.value.into_vec());
    match events.as_deref() {
        Ok([event]) => file_event(entry, event),
        _ => entry.quarantined("an element that is no event"),
    }
}

fn file_event(mut entry: NewEntry, event: &Event) -> NewEntry {
    entry.name = text(event.event_name.as_ref().map(EventName::as_str));
    entry.message_id = text(event.event_id.as_ref().map(EventId::as_str));
    if let Some(payload) = &event.payload {
        entry.link_id = text(payload.link_id.as_ref().map(LinkId::as_str));
        entry.consent_id = text(payload.consent_id().map(ConsentId::as_str));
        entry.institution_code = text(payload.institution_code().map(InstitutionCode::as_str));
        entry.request_id = text(payload.request_id.as_ref().map(RequestId::as_str));
    }
    entry
}

/// An id as the inbox keeps it. An empty one is none.
fn text(id: Option<&str>) -> Option<String> {
    id.filter(|id| !id.is_empty()).map(str::to_owned)
}
