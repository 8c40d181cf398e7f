//! Typed handlers for Klavi's reports and events. Knows no leases and no retries.

use std::fmt;

use klavi_types::events::{Event, EventName};
use klavi_types::reports::{Content, Report};
use klavi_types::{Decoded, Product, ProductName, decode};

use super::item::{self, Item};
use super::overdue::Overdue;
use crate::sink::handlers::{HandledTwice, Received, Route, Routes};
use crate::{BoxFuture, Entry, EntryKind, Sink, SinkError};

/// Collects handlers; made by [`Handlers::new`].
#[derive(Debug)]
pub struct HandlersBuilder {
    routes: Routes<Key>,
}

/// Handlers by product and by event, for what is overdue, and one for everything else.
///
/// ```
/// use klavi_types::events::{Event, EventName};
/// use klavi_types::reports::{BalanceReport, Report};
/// use klavi_webhook::klavi::{Handlers, Item, Overdue, Received};
///
/// let handlers = Handlers::new(async |_: Received<Item>| Ok(()))
///     .on_report(async |report: Received<Report<BalanceReport>>| {
///         println!("{} accounts", report.value.content.accounts.len());
///         Ok(())
///     })
///     .on_event(EventName::ConsentAuthorised, async |event: Received<Event>| {
///         let consent = event.value.payload.as_ref().and_then(|payload| payload.consent_id());
///         println!("ask for reports of {}", consent.ok_or("no consent id")?);
///         Ok(())
///     })
///     .on_overdue(async |overdue: Received<Overdue>| {
///         println!("ask again for {:?}", overdue.value.missing);
///         Ok(())
///     })
///     .build()?;
/// # Ok::<(), klavi_webhook::klavi::HandledTwice>(())
/// ```
#[derive(Clone, Debug)]
pub struct Handlers {
    routes: Routes<Key>,
}

/// What has a handler of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Product(ProductName),
    Event(EventName),
    Overdue,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Product(product) => product.fmt(f),
            Self::Event(name) => name.fmt(f),
            Self::Overdue => f.write_str("what is overdue"),
        }
    }
}

impl Key {
    fn of(entry: &Entry) -> Option<Self> {
        let name = entry.name.as_deref().unwrap_or_default();
        match entry.kind {
            EntryKind::Report => Product::from(name).name().map(Self::Product),
            EntryKind::Event => Some(Self::Event(name.into())),
            EntryKind::Expectation => Some(Self::Overdue),
            EntryKind::LegacyReport | EntryKind::Unknown => None,
        }
    }
}

impl Handlers {
    /// Starts with the handler for every item without a handler of its own: unknown products and events, reports of the
    /// first generation, overdue expectations, replayed entries that cannot be decoded. It is required, so that no item is
    /// dropped.
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
    /// Handles the reports that have this content, of persons and of companies.
    #[must_use]
    pub fn on_report<C, F, Fut>(mut self, handler: F) -> Self
    where
        C: Content + Send + Sync,
        F: Fn(Received<Report<C>>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), SinkError>> + Send + 'static,
    {
        let route = Route::new(read_report, handler);
        for product in C::PRODUCTS {
            self.routes.add(Key::Product(*product), route.clone());
        }
        self
    }

    /// Handles events of this name.
    #[must_use]
    pub fn on_event<F, Fut>(mut self, name: EventName, handler: F) -> Self
    where
        F: Fn(Received<Event>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), SinkError>> + Send + 'static,
    {
        self.routes.add(Key::Event(name), Route::new(read_event, handler));
        self
    }

    /// Handles what was [expected](super::expectation) and did not come by its deadline: where asking again starts.
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
    /// Where a product, an event or what is overdue has two.
    pub fn build(self) -> Result<Handlers, HandledTwice> {
        self.routes.built().map(|routes| Handlers { routes })
    }
}

impl Sink for Handlers {
    fn deliver(&self, entry: Entry) -> BoxFuture<'static, Result<(), SinkError>> {
        self.routes.run(Key::of(&entry), entry)
    }
}

/// What cannot be read today cannot be read at the next attempt either: it becomes a dead letter at once.
fn read_report<C: Content>(_: EntryKind, body: &[u8]) -> Result<Decoded<Report<C>>, SinkError> {
    decode(body).map_err(SinkError::permanent)
}

fn read_event(_: EntryKind, body: &[u8]) -> Result<Decoded<Event>, SinkError> {
    decode(body).map_err(SinkError::permanent)
}

fn read_overdue(_: EntryKind, body: &[u8]) -> Result<Decoded<Overdue>, SinkError> {
    let overdue = Overdue::read(body).ok_or_else(|| SinkError::permanent("the entry is no expectation"))?;
    Ok(Decoded::new(overdue, Vec::new()))
}

fn read_item(kind: EntryKind, body: &[u8]) -> Result<Decoded<Item>, SinkError> {
    item::read_entry(kind, body).map_err(SinkError::permanent)
}
