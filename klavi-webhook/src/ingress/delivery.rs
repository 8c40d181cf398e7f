use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use jiff::Timestamp;

use crate::ingress::digest::Digest;
use crate::ingress::memory::Share;
use crate::{Claim, Provider, VerifyError};

/// Nobody has looked yet whether the sender is who it says.
#[derive(Clone, Copy, Debug)]
pub struct Unverified(());

/// The sender has proved itself.
#[derive(Clone, Copy, Debug)]
pub struct Verified {
    at: Timestamp,
}

/// One POST: raw bytes and headers, exactly as they came.
///
/// Whether it is authentic is part of its type. What reads the content takes a `Delivery<Verified>`, and only
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
/// The same without the line that verifies does not compile:
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
    share: Option<Arc<Share>>,
    digest: Option<Digest>,
    state: S,
}

impl Delivery<Unverified> {
    /// A delivery as it came from the network.
    pub fn new(body: Bytes, headers: HeaderMap) -> Self {
        Self { body, headers, source: None, share: None, digest: None, state: Unverified(()) }
    }

    /// Adds the address that it came from.
    #[must_use]
    pub fn from_source(mut self, source: IpAddr) -> Self {
        self.source = Some(source);
        self
    }

    /// Checks that the sender is who it says.
    ///
    /// # Errors
    /// The reason, for the log; the sender should not learn it.
    pub fn verify(self, provider: &dyn Provider, now: Timestamp) -> Result<Delivery<Verified>, VerifyError> {
        provider.authenticate(&self.body, &self.headers, now)?;
        Ok(self.verified(now))
    }

    /// The same for a claim that has seen the body arrive.
    pub(crate) fn prove(
        self,
        claim: Box<dyn Claim>,
        now: Timestamp,
    ) -> Result<Delivery<Verified>, VerifyError> {
        claim.prove(&self.body)?;
        Ok(self.verified(now))
    }

    /// Counts the body as long as the delivery lives.
    pub(crate) fn counted(mut self, share: Share) -> Self {
        self.share = Some(Arc::new(share));
        self
    }

    /// Spares it another hashing.
    pub(crate) fn digested(mut self, digest: Option<Digest>) -> Self {
        self.digest = digest;
        self
    }

    fn verified(self, at: Timestamp) -> Delivery<Verified> {
        let Self { body, headers, source, share, digest, .. } = self;
        Delivery { body, headers, source, share, digest, state: Verified { at } }
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

    /// The address that it came from, if known.
    pub fn source(&self) -> Option<IpAddr> {
        self.source
    }

    /// What it takes of the memory for all bodies.
    pub(crate) fn share(&self) -> Option<Arc<Share>> {
        self.share.clone()
    }

    /// The digest of its body, if it was taken and these bytes are all of it.
    pub(crate) fn digest_of(&self, bytes: &Bytes) -> Option<Digest> {
        self.digest.as_ref().filter(|digest| digest.is_of(bytes)).cloned()
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
