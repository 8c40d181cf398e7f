//! Webhooks in every shape in which they come.

mod fixtures;
mod kinds;
mod properties;
mod whole;

use belvo_types::webhooks::{AnyWebhook, LinkWebhook, decode_webhooks};

/// The one webhook of a link in that body.
fn link_webhook(body: &str) -> LinkWebhook {
    match decode_webhooks(body.as_bytes()).unwrap().value.into_vec().remove(0) {
        AnyWebhook::Link(webhook) => *webhook,
        other => panic!("{other:?}"),
    }
}
