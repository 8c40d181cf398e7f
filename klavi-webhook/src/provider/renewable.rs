//! A [`Provider`] that can be replaced at run time. Knows no provider by name.

use std::sync::{Arc, PoisonError, RwLock};

use http::HeaderMap;
use ipnet::IpNet;
use jiff::Timestamp;

use crate::{Delivery, EntryKind, Findings, Provider, Split, Verified, Verifier, VerifyError};

/// A provider that can be replaced while a receiver uses it: keys are rotated without a restart, and no delivery is
/// missed. Clones share the provider.
///
/// ```
/// use std::sync::Arc;
///
/// use klavi_webhook::klavi::Klavi;
/// use klavi_webhook::{MemoryInbox, Receiver, Renewable};
///
/// let klavi = Renewable::new(Klavi::new("the old secretKey"));
/// let receiver = Receiver::new(klavi.clone(), Arc::new(MemoryInbox::new()));
///
/// // Deliveries from now on may carry either.
/// klavi.renew(Klavi::new("the new secretKey").also("the old secretKey"));
/// # let _ = receiver;
/// ```
///
/// The addresses that a receiver allows stay those of the first provider.
#[derive(Clone, Debug)]
pub struct Renewable(Arc<RwLock<Arc<dyn Provider>>>);

impl Renewable {
    /// Starts with this provider.
    pub fn new(provider: impl Provider) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(provider))))
    }

    /// Replaces the provider. Deliveries in progress are still verified by the one before.
    pub fn renew(&self, provider: impl Provider) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(provider);
    }

    fn current(&self) -> Arc<dyn Provider> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Provider for Renewable {
    fn name(&self) -> &'static str {
        self.current().name()
    }

    fn addresses(&self) -> Vec<IpNet> {
        self.current().addresses()
    }

    fn verifier(&self, headers: &HeaderMap, now: Timestamp) -> Result<Box<dyn Verifier>, VerifyError> {
        self.current().verifier(headers, now)
    }

    fn kept_headers(&self) -> &'static [&'static str] {
        self.current().kept_headers()
    }

    fn split(&self, delivery: &Delivery<Verified>) -> Split {
        self.current().split(delivery)
    }

    fn inspect(&self, kind: EntryKind, body: &[u8]) -> Option<Findings> {
        self.current().inspect(kind, body)
    }

    fn documented_name(&self, kind: EntryKind, name: &str) -> Option<String> {
        self.current().documented_name(kind, name)
    }
}
