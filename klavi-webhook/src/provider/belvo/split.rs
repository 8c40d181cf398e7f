//! Splits a body of Belvo's into entries.

use belvo_types::webhooks::{AnyWebhook, LinkWebhook, Outline, WebhookKind};
use jiff::Timestamp;

use super::request::with_hyphens;
use crate::{Delivery, EntryKind, NewEntry, Split, Verified};

/// What comes twice in this time without the id of a request is a repetition: Belvo does not refresh a link again before.
const COOLDOWN_SECONDS: i64 = 600;

/// Splits a body into its webhooks.
pub(super) fn split(delivery: &Delivery<Verified>, kept: &[&str]) -> Split {
    let body = delivery.body();
    let unknown = || NewEntry::whole(EntryKind::Unknown, delivery, kept);
    Split::Entries(match Outline::of(body) {
        Ok(Outline::Ping) => return Split::Ping,
        Ok(Outline::Webhooks(elements)) => {
            let entry = |element: &str| {
                NewEntry::part(EntryKind::Event, delivery, kept, body.slice_ref(element.as_bytes()))
            };
            elements.into_iter().map(|element| webhook(entry(element))).collect()
        }
        Ok(_) => vec![unknown().quarantined("JSON that is no webhook")],
        Err(error) => vec![unknown().quarantined(&error.to_string())],
    })
}

fn webhook(entry: NewEntry) -> NewEntry {
    if WebhookKind::of(entry.body()) == WebhookKind::Unknown {
        return entry.quarantined("an element that is no webhook");
    }
    match provider_wire::decode::<AnyWebhook>(entry.body()) {
        Ok(webhook) => file(entry, &webhook.value),
        Err(error) => entry.quarantined(&error.to_string()),
    }
}

fn file(mut entry: NewEntry, webhook: &AnyWebhook) -> NewEntry {
    entry.name = webhook.name();
    let (webhook_id, about) = match webhook {
        AnyWebhook::Link(webhook) => {
            file_link(&mut entry, webhook);
            (text(webhook.webhook_id.as_ref()), entry.link_id.clone())
        }
        AnyWebhook::Payment(webhook) => (text(webhook.webhook_id.as_ref()), text(webhook.object_id.as_ref())),
        _ => (None, None),
    };
    let request = entry.request_id.clone().unwrap_or_else(|| cooldown(entry.received_at));
    let parts = [webhook_id.as_deref(), Some(&request), about.as_deref(), entry.name.as_deref()];
    entry.message_id = Some(parts.map(|part| part.unwrap_or("-")).join("/"));
    entry
}

fn file_link(entry: &mut NewEntry, webhook: &LinkWebhook) {
    entry.link_id = text(webhook.link_id.as_ref());
    entry.consent_id = text(webhook.consent_id());
    entry.institution_code = text(webhook.institution());
    entry.request_id = text(webhook.request_id.as_ref()).map(|id| with_hyphens(&id));
}

/// The ten minutes in which a webhook arrived.
fn cooldown(received_at: Timestamp) -> String {
    let begin = received_at.as_second().div_euclid(COOLDOWN_SECONDS) * COOLDOWN_SECONDS;
    format!("from {}", Timestamp::from_second(begin).unwrap_or(received_at))
}

/// An id as the inbox keeps it. An empty one is none.
fn text(id: Option<impl ToString>) -> Option<String> {
    id.map(|id| id.to_string()).filter(|id| !id.is_empty())
}
