//! The trait [`Provider`], and the providers that implement it.
//!
//! The rest of the crate works through the trait and must not name a provider.

#[cfg(feature = "belvo")]
pub mod belvo;
pub mod klavi;
mod renewable;

use std::fmt;

use http::HeaderMap;
use ipnet::IpNet;
use jiff::Timestamp;

pub use renewable::Renewable;

use crate::{Delivery, EntryKind, Findings, NewEntry, Verified};

/// A provider of webhooks: how its deliveries are verified and split into entries.
///
/// Receiver, inbox and dispatcher work through this trait and know no provider by name.
pub trait Provider: fmt::Debug + Send + Sync + 'static {
    /// Its name in logs and metrics: one lower-case word.
    fn name(&self) -> &'static str;

    /// The addresses that it publishes as those it sends from. A receiver refuses all others by default.
    fn addresses(&self) -> Vec<IpNet> {
        Vec::new()
    }

    /// Makes the verifier of a delivery from its headers, before the body is read. Headers that cannot belong to an
    /// authentic delivery are refused here, so that their body takes no memory.
    ///
    /// # Errors
    /// The reason, for the log; the sender does not learn it.
    fn verifier(&self, headers: &HeaderMap, now: Timestamp) -> Result<Box<dyn Verifier>, VerifyError>;

    /// Headers worth keeping with an entry, in lower case. Never one that carries a credential.
    fn kept_headers(&self) -> &'static [&'static str];

    /// Splits a verified delivery into entries of the inbox, [a limited number](Split::MOST_ENTRIES) of them.
    fn split(&self, delivery: &Delivery<Verified>) -> Split;

    /// Finds the members, words and malformed fields of an entry that this version does not know; `None` where the
    /// entry cannot be inspected. A receiver that [inspects](crate::Receiver::inspect) calls it after the answer.
    fn inspect(&self, kind: EntryKind, body: &[u8]) -> Option<Findings> {
        let _ = (kind, body);
        None
    }

    /// The name of a product or event as a label of metrics; `None` for one that is not documented, since labels have
    /// to be few.
    fn documented_name(&self, kind: EntryKind, name: &str) -> Option<String> {
        let _ = (kind, name);
        None
    }
}

/// Verifies one delivery. It may hash the body while it arrives.
pub trait Verifier: Send {
    /// Takes the next chunk of the body, of any size.
    fn update(&mut self, chunk: &[u8]);

    /// Decides whether the delivery is authentic, after it was given all chunks of `body`.
    ///
    /// # Errors
    /// The reason, for the log; the sender does not learn it.
    fn finish(self: Box<Self>, body: &[u8]) -> Result<(), VerifyError>;
}

/// Accepts every body: the headers have proved the sender, or no proof is required.
impl Verifier for () {
    fn update(&mut self, _: &[u8]) {}

    fn finish(self: Box<Self>, _: &[u8]) -> Result<(), VerifyError> {
        Ok(())
    }
}

/// The entries of a delivery.
#[derive(Debug)]
pub enum Split {
    /// No entries: a connectivity test.
    Ping,
    /// Entries, stored together or not at all.
    Entries(Vec<NewEntry>),
}

impl Split {
    /// The most entries that a delivery may have; providers send some dozens. A receiver keeps a delivery with more as one
    /// entry, quarantined, so a provider may stop at the first one above the limit.
    pub const MOST_ENTRIES: usize = 10_000;
}

/// Why a delivery is not authentic. For the log; the sender does not learn it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The signature header is missing.
    #[error("the signature header is missing")]
    Missing,
    /// The signature header occurs more than once.
    #[error("the signature header stands more than once")]
    Repeated,
    /// The signature is not of the documented form.
    #[error("the signature is not 64 hexadecimal digits")]
    Malformed,
    /// No key gives that signature for that body.
    #[error("no key gives this signature for this body")]
    Mismatch,
    /// The time of sending is missing, repeated or not a number.
    #[error("the time of sending is missing or cannot be read")]
    NoTime,
    /// The time of sending is too far from now, before or after.
    #[error("the time of sending is too far from now")]
    WrongTime,
    /// The `Authorization` header is missing.
    #[error("the Authorization header is missing")]
    NoAuthorization,
    /// The `Authorization` header occurs more than once.
    #[error("the Authorization header stands more than once")]
    RepeatedAuthorization,
    /// The `Authorization` header holds none of the configured values.
    #[error("the Authorization header holds no value that is known")]
    WrongAuthorization,
}
