use std::sync::{Arc, PoisonError, RwLock};

use http::HeaderMap;
use ipnet::IpNet;
use jiff::Timestamp;

use crate::{Claim, Delivery, EntryKind, Findings, Provider, Split, Verified, VerifyError};

/// A provider that can be exchanged while a receiver uses it: keys are changed without a restart, and so without a moment
/// in which nobody takes deliveries. Clones are the same one.
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
/// The addresses that a receiver lets in stay those of the provider that it began with.
#[derive(Clone, Debug)]
pub struct Renewable(Arc<RwLock<Arc<dyn Provider>>>);

impl Renewable {
    /// Begins with this one.
    pub fn new(provider: impl Provider) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(provider))))
    }

    /// Deliveries that begin from now on are this one's; those under way still prove themselves to the one before.
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

    fn claim(&self, headers: &HeaderMap, now: Timestamp) -> Result<Box<dyn Claim>, VerifyError> {
        self.current().claim(headers, now)
    }

    fn authenticate(&self, body: &[u8], headers: &HeaderMap, now: Timestamp) -> Result<(), VerifyError> {
        self.current().authenticate(body, headers, now)
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
