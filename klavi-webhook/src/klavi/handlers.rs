use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use klavi_types::events::{Event, EventName};
use klavi_types::reports::{Content, Report};
use klavi_types::{Decoded, Malformed, Product, ProductName, decode};

use super::item::{self, Item};
use super::overdue::Overdue;
use crate::heavy::beside;
use crate::measure;
use crate::{BoxFuture, Entry, EntryKind, Handle, HandlerError};

/// Something that was pushed, as a handler gets it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Received<T> {
    /// The typed value.
    pub value: T,
    /// Leaves that could not be read, with path and raw text.
    pub malformed: Vec<Malformed>,
    entry: Arc<Entry>,
}

impl<T> Received<T> {
    /// The inbox entry: ids, raw bytes, which attempt this is.
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// The bytes as they came.
    pub fn raw(&self) -> &[u8] {
        &self.entry.body
    }

    /// The same for every attempt and every redelivery, another for a revision: store it with what the handler
    /// writes, since handling is at least once.
    pub fn idempotency_key(&self) -> &str {
        &self.entry.dedup_key
    }
}

type Run = Arc<dyn Fn(Arc<Entry>) -> BoxFuture<'static, Result<(), HandlerError>> + Send + Sync>;

/// Collects handlers; made by [`Handlers::new`].
pub struct HandlersBuilder {
    handlers: Handlers,
    twice: Option<String>,
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
#[derive(Clone)]
pub struct Handlers {
    products: HashMap<ProductName, Run>,
    events: HashMap<EventName, Run>,
    overdue: Option<Run>,
    fallback: Run,
}

/// A product, an event or what is overdue has two handlers; which one should run cannot be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandledTwice {
    name: String,
}

impl fmt::Display for HandledTwice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} has two handlers", self.name)
    }
}

impl std::error::Error for HandledTwice {}

impl Handlers {
    /// Starts with the handler for whatever has none of its own: unknown products and events, reports of the first
    /// generation, overdue ones, replayed entries that nobody understands. There is no way round it, so that nothing is dropped.
    #[expect(clippy::new_ret_no_self, reason = "the builder is the only way to handlers")]
    pub fn new<F, Fut>(fallback: F) -> HandlersBuilder
    where
        F: Fn(Received<Item>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        let fallback = run(read_item, fallback);
        let handlers = Self { products: HashMap::new(), events: HashMap::new(), overdue: None, fallback };
        HandlersBuilder { handlers, twice: None }
    }

    fn choose(&self, entry: &Entry) -> &Run {
        let name = entry.name.as_deref().unwrap_or_default();
        let own = match entry.kind {
            EntryKind::Report => Product::from(name).name().and_then(|product| self.products.get(&product)),
            EntryKind::Event => self.events.get(&EventName::from(name)),
            EntryKind::Expectation => self.overdue.as_ref(),
            EntryKind::LegacyReport | EntryKind::Unknown => None,
        };
        own.unwrap_or(&self.fallback)
    }
}

impl HandlersBuilder {
    /// Handles the reports that have this content, of persons and of companies.
    #[must_use]
    pub fn on_report<C, F, Fut>(mut self, handler: F) -> Self
    where
        C: Content + Send + Sync,
        F: Fn(Received<Report<C>>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        let run = run(read_report, handler);
        for product in C::PRODUCTS {
            if self.handlers.products.insert(*product, run.clone()).is_some() {
                self.twice.get_or_insert_with(|| product.to_string());
            }
        }
        self
    }

    /// Handles events of this name.
    #[must_use]
    pub fn on_event<F, Fut>(mut self, name: EventName, handler: F) -> Self
    where
        F: Fn(Received<Event>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        let shown = name.to_string();
        if self.handlers.events.insert(name, run(read_event, handler)).is_some() {
            self.twice.get_or_insert(shown);
        }
        self
    }

    /// Handles what was [expected](super::expectation) and did not come by its deadline: where asking again starts.
    #[must_use]
    pub fn on_overdue<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Received<Overdue>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        if self.handlers.overdue.replace(run(read_overdue, handler)).is_some() {
            self.twice.get_or_insert_with(|| "what is overdue".to_owned());
        }
        self
    }

    /// The handlers.
    ///
    /// # Errors
    /// Where a product, an event or what is overdue has two.
    pub fn build(self) -> Result<Handlers, HandledTwice> {
        match self.twice {
            Some(name) => Err(HandledTwice { name }),
            None => Ok(self.handlers),
        }
    }
}

impl Handle for Handlers {
    fn handle(&self, entry: Entry) -> BoxFuture<'static, Result<(), HandlerError>> {
        let run = self.choose(&entry).clone();
        run(Arc::new(entry))
    }
}

fn run<T, F, Fut>(read: fn(EntryKind, &[u8]) -> Result<Decoded<T>, HandlerError>, handler: F) -> Run
where
    T: Send + 'static,
    F: Fn(Received<T>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), HandlerError>> + Send + 'static,
{
    let handler = Arc::new(handler);
    Arc::new(move |entry| {
        let handler = handler.clone();
        Box::pin(async move {
            let (kind, body) = (entry.kind, entry.body.clone());
            let decoded = beside(body.len(), move || read(kind, &body)).await;
            let decoded = decoded.map_err(HandlerError::retry)??;
            measure::set_aside(entry.kind.as_str(), decoded.malformed.len());
            handler(Received { value: decoded.value, malformed: decoded.malformed, entry }).await
        })
    })
}

/// What cannot be read today cannot be read at the next attempt either: it becomes a dead letter at once.
fn read_report<C: Content>(_: EntryKind, body: &[u8]) -> Result<Decoded<Report<C>>, HandlerError> {
    decode(body).map_err(HandlerError::permanent)
}

fn read_event(_: EntryKind, body: &[u8]) -> Result<Decoded<Event>, HandlerError> {
    decode(body).map_err(HandlerError::permanent)
}

fn read_overdue(_: EntryKind, body: &[u8]) -> Result<Decoded<Overdue>, HandlerError> {
    let overdue =
        Overdue::read(body).ok_or_else(|| HandlerError::permanent("the entry is no expectation"))?;
    Ok(Decoded::new(overdue, Vec::new()))
}

fn read_item(kind: EntryKind, body: &[u8]) -> Result<Decoded<Item>, HandlerError> {
    item::read_entry(kind, body).map_err(HandlerError::permanent)
}

impl fmt::Debug for Handlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handlers")
            .field("products", &self.products.keys())
            .field("events", &self.events.keys())
            .field("overdue", &self.overdue.is_some())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for HandlersBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.handlers.fmt(f)
    }
}
