//! Typed handlers for Belvo's webhooks. Knows no leases and no retries.

use std::fmt;

use belvo_types::webhooks::{LinkWebhook, PaymentWebhook, WebhookCode, WebhookName, WebhookType};
use provider_wire::{Decoded, decode};

use super::item::{self, Item};
use super::overdue::Overdue;
use crate::sink::handlers::{HandledTwice, Received, Route, Routes};
use crate::{BoxFuture, Entry, EntryKind, Sink, SinkError};

/// Collects handlers; made by [`Handlers::new`].
#[derive(Debug)]
pub struct HandlersBuilder {
    routes: Routes<Key>,
}

/// Handlers by type and code of webhooks, for payments, for what is overdue, and one for everything else.
///
/// One for type and code comes before one for the type.
///
/// ```
/// use belvo_types::webhooks::{LinkWebhook, WebhookCode, WebhookType};
/// use klavi_webhook::belvo::{Handlers, Item, Overdue, Received};
///
/// let handlers = Handlers::new(async |_: Received<Item>| Ok(()))
///     .on_webhook(WebhookType::Link, WebhookCode::InvalidCredentials, async |webhook: Received<LinkWebhook>| {
///         println!("ask the user of {} in", webhook.value.link_id.as_ref().ok_or("no link")?);
///         Ok(())
///     })
///     .on_type(WebhookType::Transactions, async |webhook: Received<LinkWebhook>| {
///         println!("fetch transactions: {}", webhook.value.announces_data());
///         Ok(())
///     })
///     .on_overdue(async |overdue: Received<Overdue>| {
///         println!("look at {:?}", overdue.value.missing);
///         Ok(())
///     })
///     .build()?;
/// # Ok::<(), klavi_webhook::belvo::HandledTwice>(())
/// ```
#[derive(Clone, Debug)]
pub struct Handlers {
    routes: Routes<Key>,
}

/// What has a handler of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Name(WebhookName),
    Type(WebhookType),
    Payment,
    Overdue,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => name.fmt(f),
            Self::Type(webhook_type) => webhook_type.fmt(f),
            Self::Payment => f.write_str("a payment"),
            Self::Overdue => f.write_str("what is overdue"),
        }
    }
}

impl Key {
    /// The narrowest first.
    fn all_of(entry: &Entry) -> Vec<Self> {
        match (entry.kind, entry.name.as_deref()) {
            (EntryKind::Expectation, _) => vec![Self::Overdue],
            (EntryKind::Event, Some(name)) if PaymentWebhook::read_name(name).is_some() => {
                vec![Self::Payment]
            }
            (EntryKind::Event, Some(name)) => {
                let name = WebhookName::from(name);
                vec![Self::Name(name.clone()), Self::Type(name.webhook_type)]
            }
            _ => Vec::new(),
        }
    }
}

impl Handlers {
    /// Starts with the handler for every item without a handler of its own: other types and codes, webhooks of Direct
    /// Debit, overdue expectations, replayed entries that cannot be decoded. It is required, so that no item is dropped.
    #[expect(clippy::new_ret_no_self, reason = "the builder is the only way to handlers")]
    pub fn new<F, Fut>(fallback: F) -> HandlersBuilder
    where
        F: Fn(Received<Item>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), SinkError>> + Send + 'static,
    {
        HandlersBuilder { routes: Routes::new(Route::new(read_item, fallback)) }
    }
}

impl HandlersBuilder {
    /// Handles webhooks of this type and code.
    #[must_use]
    pub fn on_webhook<F, Fut>(
        mut self,
        webhook_type: WebhookType,
        webhook_code: WebhookCode,
        handler: F,
    ) -> Self
    where
        F: Fn(Received<LinkWebhook>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), SinkError>> + Send + 'static,
    {
        let name = WebhookName::new(webhook_type, webhook_code);
        self.routes.add(Key::Name(name), Route::new(read_link_webhook, handler));
        self
    }

    /// Handles webhooks of this type with any code.
    #[must_use]
    pub fn on_type<F, Fut>(mut self, webhook_type: WebhookType, handler: F) -> Self
    where
        F: Fn(Received<LinkWebhook>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), SinkError>> + Send + 'static,
    {
        self.routes.add(Key::Type(webhook_type), Route::new(read_link_webhook, handler));
        self
    }

    /// Handles webhooks of payments in Brazil and Colombia.
    #[must_use]
    pub fn on_payment<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Received<PaymentWebhook>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), SinkError>> + Send + 'static,
    {
        self.routes.add(Key::Payment, Route::new(read_payment_webhook, handler));
        self
    }

    /// Handles what was [expected](super::expectation) and did not come by its deadline.
    #[must_use]
    pub fn on_overdue<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Received<Overdue>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), SinkError>> + Send + 'static,
    {
        self.routes.add(Key::Overdue, Route::new(read_overdue, handler));
        self
    }

    /// The handlers.
    ///
    /// # Errors
    /// Where something has two.
    pub fn build(self) -> Result<Handlers, HandledTwice> {
        self.routes.built().map(|routes| Handlers { routes })
    }
}

impl Sink for Handlers {
    fn deliver(&self, entry: Entry) -> BoxFuture<'static, Result<(), SinkError>> {
        self.routes.run(Key::all_of(&entry), entry)
    }
}

/// What cannot be read today cannot be read at the next attempt either: it becomes a dead letter at once.
fn read_link_webhook(_: EntryKind, body: &[u8]) -> Result<Decoded<LinkWebhook>, SinkError> {
    decode(body).map_err(SinkError::permanent)
}

fn read_payment_webhook(_: EntryKind, body: &[u8]) -> Result<Decoded<PaymentWebhook>, SinkError> {
    decode(body).map_err(SinkError::permanent)
}

fn read_overdue(_: EntryKind, body: &[u8]) -> Result<Decoded<Overdue>, SinkError> {
    let overdue = Overdue::read(body).ok_or_else(|| SinkError::permanent("the entry is no expectation"))?;
    Ok(Decoded::new(overdue, Vec::new()))
}

fn read_item(kind: EntryKind, body: &[u8]) -> Result<Decoded<Item>, SinkError> {
    item::read_entry(kind, body).map_err(SinkError::permanent)
}
