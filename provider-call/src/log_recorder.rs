//! What goes into logs and spans, for tests that nothing secret does.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// A subscriber that records every field of every span and event, at every level. Clones share one record.
///
/// ```
/// use provider_call::LogRecorder;
///
/// let log = LogRecorder::new();
/// tracing::subscriber::with_default(log.clone(), || tracing::debug!(status = 200, "answered"));
/// assert!(log.text().contains("status=200"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct LogRecorder {
    text: Arc<Mutex<String>>,
}

impl LogRecorder {
    /// A recorder without a record.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The record: a line for each span, each event, and each time that fields were added to a span.
    #[must_use]
    pub fn text(&self) -> String {
        self.lock().clone()
    }

    fn add(&self, name: &str, record: impl FnOnce(&mut dyn Visit)) {
        let mut text = self.lock();
        text.push_str(name);
        record(&mut Fields(&mut text));
        text.push('\n');
    }

    fn lock(&self) -> MutexGuard<'_, String> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // A `String` can always be written to.
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

impl Subscriber for LogRecorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.add(span.metadata().name(), |fields| span.record(fields));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        self.add("record", |fields| values.record(fields));
    }

    fn event(&self, event: &Event<'_>) {
        self.add("event", |fields| event.record(fields));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
