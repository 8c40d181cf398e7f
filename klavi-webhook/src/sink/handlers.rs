//! What typed handlers of every provider have in common: which one an entry goes to, how it is read for it.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use provider_wire::{Decoded, Malformed};

use crate::blocking::run_blocking;
use crate::telemetry;
use crate::{BoxFuture, Entry, EntryKind, SinkError};

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

/// Two handlers for the same; which one should run cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} has two handlers")]
pub struct HandledTwice {
    name: String,
}

/// Reads an entry as what a handler takes.
pub(crate) type Read<T> = fn(EntryKind, &[u8]) -> Result<Decoded<T>, SinkError>;

type Run = Arc<dyn Fn(Arc<Entry>) -> BoxFuture<'static, Result<(), SinkError>> + Send + Sync>;

/// A handler together with how entries are read for it.
#[derive(Clone)]
pub(crate) struct Route(Run);

impl Route {
    pub(crate) fn new<T, F, Fut>(read: Read<T>, handler: F) -> Self
    where
        T: Send + 'static,
        F: Fn(Received<T>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), SinkError>> + Send + 'static,
    {
        let handler = Arc::new(handler);
        Self(Arc::new(move |entry| {
            let handler = handler.clone();
            Box::pin(async move {
                let (kind, body) = (entry.kind, entry.body.clone());
                let decoded = run_blocking(body.len(), move || read(kind, &body)).await;
                let decoded = decoded.map_err(SinkError::retry)??;
                telemetry::set_aside(entry.kind.as_str(), decoded.malformed.len());
                handler(Received { value: decoded.value, malformed: decoded.malformed, entry }).await
            })
        }))
    }
}

/// Routes by what an entry is, `K`, and one for everything else.
#[derive(Clone)]
pub(crate) struct Routes<K> {
    own: HashMap<K, Route>,
    fallback: Route,
    twice: Option<String>,
}

impl<K: Eq + Hash + fmt::Display> Routes<K> {
    pub(crate) fn new(fallback: Route) -> Self {
        Self { own: HashMap::new(), fallback, twice: None }
    }

    /// Adds one; the first that there is already is told of by [`built`](Self::built).
    pub(crate) fn add(&mut self, key: K, route: Route) {
        let shown = key.to_string();
        if self.own.insert(key, route).is_some() {
            self.twice.get_or_insert(shown);
        }
    }

    pub(crate) fn built(self) -> Result<Self, HandledTwice> {
        match self.twice {
            Some(name) => Err(HandledTwice { name }),
            None => Ok(self),
        }
    }

    /// Hands an entry to the route of the first of these keys that has one.
    pub(crate) fn run(
        &self,
        keys: impl IntoIterator<Item = K>,
        entry: Entry,
    ) -> BoxFuture<'static, Result<(), SinkError>> {
        let route = keys.into_iter().find_map(|key| self.own.get(&key)).unwrap_or(&self.fallback);
        (route.0)(Arc::new(entry))
    }
}

impl<K: fmt::Debug> fmt::Debug for Routes<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.own.keys()).finish()
    }
}
