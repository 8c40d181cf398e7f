//! Klavi's deliveries and entries as typed items. Must not know where they are stored.

use klavi_types::events::{Event, decode_events};
use klavi_types::legacy::{AnyLegacyReport, decode_legacy_report};
use klavi_types::reports::{AnyReport, decode_report};
use klavi_types::{DecodeError, Decoded, DeliveryKind, Json};

use super::overdue::Overdue;
use crate::{Delivery, EntryKind, Verified};

/// One thing that Klavi pushed, as a type.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Item {
    /// A product report.
    Report(Box<AnyReport>),
    /// An event.
    Event(Box<Event>),
    /// A report of the first generation.
    LegacyReport(Box<AnyLegacyReport>),
    /// Nothing that was pushed: reports that should have been and are missing.
    Overdue(Box<Overdue>),
    /// An item of no known kind: its JSON, or `None` if it is not JSON. The raw bytes are in the entry.
    Unknown(Option<Json>),
}

/// Reads an authentic delivery: a report, one or more events, nothing for a connectivity test.
///
/// For handlers that work on the delivery itself, without inbox and dispatch.
///
/// # Errors
/// Where the body is no JSON.
pub fn parse(delivery: &Delivery<Verified>) -> Result<Decoded<Vec<Item>>, DecodeError> {
    read(delivery.body())
}

fn read(body: &[u8]) -> Result<Decoded<Vec<Item>>, DecodeError> {
    match DeliveryKind::of(body)? {
        DeliveryKind::Ping => Ok(Decoded::new(Vec::new(), Vec::new())),
        DeliveryKind::Report => Ok(decode_report(body)?.map(|report| vec![Item::Report(Box::new(report))])),
        DeliveryKind::Events => Ok(decode_events(body)?
            .map(|events| events.into_vec().into_iter().map(|event| Item::Event(Box::new(event))).collect())),
        DeliveryKind::LegacyReport => {
            Ok(decode_legacy_report(body)?.map(|report| vec![Item::LegacyReport(Box::new(report))]))
        }
        _ => whole(body, |json| Item::Unknown(Some(json))),
    }
}

/// Reads an entry of the inbox. It was filed as one item, and is read as what it was filed as.
pub(super) fn read_entry(kind: EntryKind, body: &[u8]) -> Result<Decoded<Item>, DecodeError> {
    match kind {
        EntryKind::Report => Ok(decode_report(body)?.map(|report| Item::Report(Box::new(report)))),
        EntryKind::Event => Ok(klavi_types::decode::<Event>(body)?.map(|event| Item::Event(Box::new(event)))),
        EntryKind::LegacyReport => {
            Ok(decode_legacy_report(body)?.map(|report| Item::LegacyReport(Box::new(report))))
        }
        EntryKind::Expectation => Ok(match Overdue::read(body) {
            Some(overdue) => Decoded::new(Item::Overdue(Box::new(overdue)), Vec::new()),
            None => unknown(body),
        }),
        EntryKind::Unknown => Ok(unknown(body)),
    }
}

fn unknown(body: &[u8]) -> Decoded<Item> {
    Decoded::new(Item::Unknown(klavi_types::decode(body).ok().map(|json| json.value)), Vec::new())
}

fn whole(body: &[u8], item: impl FnOnce(Json) -> Item) -> Result<Decoded<Vec<Item>>, DecodeError> {
    Ok(klavi_types::decode::<Json>(body)?.map(|json| vec![item(json)]))
}
