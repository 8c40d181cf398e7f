//! Belvo's deliveries and entries as typed items. Must not know where they are stored.

use belvo_types::webhooks::{AnyWebhook, Outline, decode_webhooks};
use provider_wire::{DecodeError, Decoded, Json, decode};

use super::overdue::Overdue;
use crate::{Delivery, EntryKind, Verified};

/// One thing that Belvo pushed, as a type.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Item {
    /// A webhook.
    Webhook(Box<AnyWebhook>),
    /// Nothing that was pushed: webhooks that should have been and are missing.
    Overdue(Box<Overdue>),
    /// An item of no known kind: its JSON, or `None` if it is not JSON. The raw bytes are in the entry.
    Unknown(Option<Json>),
}

/// Reads an authentic delivery: one or more webhooks, nothing for a connectivity test.
///
/// For handlers that work on the delivery itself, without inbox and dispatch.
///
/// # Errors
/// Where the body is no JSON.
pub fn parse(delivery: &Delivery<Verified>) -> Result<Decoded<Vec<Item>>, DecodeError> {
    let body = delivery.body();
    match Outline::of(body)? {
        Outline::Ping => Ok(Decoded::new(Vec::new(), Vec::new())),
        Outline::Webhooks(_) => Ok(decode_webhooks(body)?.map(|webhooks| {
            webhooks.into_vec().into_iter().map(|webhook| Item::Webhook(Box::new(webhook))).collect()
        })),
        _ => Ok(decode::<Json>(body)?.map(|json| vec![Item::Unknown(Some(json))])),
    }
}

/// Reads an entry of the inbox. It was filed as one item, and is read as what it was filed as.
pub(super) fn read_entry(kind: EntryKind, body: &[u8]) -> Result<Decoded<Item>, DecodeError> {
    match kind {
        EntryKind::Event => Ok(decode::<AnyWebhook>(body)?.map(|webhook| Item::Webhook(Box::new(webhook)))),
        EntryKind::Expectation => Ok(match Overdue::read(body) {
            Some(overdue) => Decoded::new(Item::Overdue(Box::new(overdue)), Vec::new()),
            None => unknown(body),
        }),
        EntryKind::Report | EntryKind::LegacyReport | EntryKind::Unknown => Ok(unknown(body)),
    }
}

fn unknown(body: &[u8]) -> Decoded<Item> {
    Decoded::new(Item::Unknown(decode(body).ok().map(|json| json.value)), Vec::new())
}
