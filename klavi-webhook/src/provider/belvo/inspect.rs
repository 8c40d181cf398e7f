//! Inspects entries of Belvo's. Must not return values.

use belvo_types::webhooks::{AnyWebhook, PaymentWebhook, WebhookName};

use crate::{EntryKind, Findings};

/// Looks for what the types do not know. What is no webhook was quarantined for that, and is left.
pub(super) fn inspect(kind: EntryKind, body: &[u8]) -> Option<Findings> {
    match kind {
        EntryKind::Event => {
            provider_wire::inspect::<AnyWebhook>(body).ok().map(|inspection| Findings::of(&inspection))
        }
        _ => None,
    }
}

/// The name of a webhook, where it is documented.
pub(super) fn documented(kind: EntryKind, name: &str) -> Option<String> {
    let of_payment =
        || PaymentWebhook::read_name(name).is_some_and(|(about, code)| about.is_known() && code.is_known());
    let is_documented = kind == EntryKind::Event && (WebhookName::from(name).is_documented() || of_payment());
    is_documented.then(|| name.to_owned())
}
