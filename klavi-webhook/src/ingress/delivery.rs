//! A delivery and whether it is verified. Must not know what is in its body.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use jiff::Timestamp;

use crate::ingress::hashes::Hashes;
use crate::ingress::memory::MemoryPermit;
use crate::{Provider, VerifyError};

/// The state of a delivery whose sender is not verified.
#[derive(Clone, Copy, Debug)]
pub struct Unverified(());

/// The state of a delivery whose sender is verified.
#[derive(Clone, Copy, Debug)]
pub struct Verified {
    at: Timestamp,
}

/// One POST: raw bytes and headers, exactly as they arrived.
///
/// Whether it is verified is part of its type. What reads the content takes a `Delivery<Verified>`, and only
/// [`verify`](Delivery::verify) makes one:
///
/// ```
/// use klavi_webhook::klavi::{self, Klavi, SigningKey};
/// use klavi_webhook::{Clock, Delivery};
///
/// let body = bytes::Bytes::from_static(br#"[{"eventId":"1","eventName":"link_created"}]"#);
/// let mut headers = http::HeaderMap::new();
/// headers.insert("x-klavi-signature", SigningKey::from("key").sign(&body).to_string().parse()?);
///
/// let delivery = Delivery::new(body, headers);
/// let delivery = delivery.verify(&Klavi::new("key"), Clock::system().now())?;
/// let items = klavi::parse(&delivery)?;
/// # assert_eq!(items.value.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Without the line that verifies, the example does not compile:
///
/// ```compile_fail
/// use klavi_webhook::klavi::{self, Klavi, SigningKey};
/// use klavi_webhook::{Clock, Delivery};
///
/// let body = bytes::Bytes::from_static(br#"[{"eventId":"1","eventName":"link_created"}]"#);
/// let mut headers = http::HeaderMap::new();
/// headers.insert("x-klavi-signature", SigningKey::from("key").sign(&body).to_string().parse()?);
///
/// let delivery = Delivery::new(body, headers);
/// let items = klavi::parse(&delivery)?;
/// # assert_eq!(items.value.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Delivery<S> {
    body: Bytes,
    headers: HeaderMap,
    source: Option<IpAddr>,
    /// Held as long as the body is.
    permit: Option<Arc<MemoryPermit>>,
    /// The SHA-256 of the body, where it was computed while the body arrived.
    digest: Option<[u8; 32]>,
    state: S,
}

impl Delivery<Unverified> {
    /// A delivery as it arrived.
    pub fn new(body: Bytes, headers: HeaderMap) -> Self {
        Self { body, headers, source: None, permit: None, digest: None, state: Unverified(()) }
    }

    /// Adds the address of the sender.
    #[must_use]
    pub fn from_source(mut self, source: IpAddr) -> Self {
        self.source = Some(source);
        self
    }

    /// Verifies the sender.
    ///
    /// # Errors
    /// The reason, for the log; the sender should not learn it.
    pub fn verify(self, provider: &dyn Provider, now: Timestamp) -> Result<Delivery<Verified>, VerifyError> {
        let mut hashes = Hashes::new(provider.verifier(&self.headers, now)?);
        hashes.update(&self.body);
        self.finish(hashes, now)
    }

    /// Verifies the sender with hashes that have seen the body.
    pub(super) fn finish(self, hashes: Hashes, now: Timestamp) -> Result<Delivery<Verified>, VerifyError> {
        let digest = hashes.finish(&self.body)?;
        let Self { body, headers, source, mut permit, .. } = self;
        if let Some(permit) = permit.as_mut().and_then(Arc::get_mut) {
            permit.verified();
        }
        Ok(Delivery { body, headers, source, permit, digest, state: Verified { at: now } })
    }

    /// Counts the body as memory in use as long as the delivery lives.
    pub(super) fn with_permit(mut self, permit: MemoryPermit) -> Self {
        self.permit = Some(Arc::new(permit));
        self
    }
}

impl<S> Delivery<S> {
    /// The raw bytes. A clone shares them.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The address of the sender, if known.
    pub fn source(&self) -> Option<IpAddr> {
        self.source
    }

    /// The memory that it takes.
    pub(crate) fn permit(&self) -> Option<Arc<MemoryPermit>> {
        self.permit.clone()
    }

    /// The SHA-256 of its body, where it was computed while the body arrived.
    pub(crate) fn digest(&self) -> Option<[u8; 32]> {
        self.digest
    }
}

impl Delivery<Verified> {
    /// When it was verified.
    pub fn received_at(&self) -> Timestamp {
        self.state.at
    }
}

impl<S: fmt::Debug> fmt::Debug for Delivery<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("state", &self.state)
            .field("bytes", &self.body.len())
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}
