//! What the receiver asks of a sender of webhooks, and the senders that it knows.
//!
//! The rest of the crate works through [`Provider`] and knows no provider by name.

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

/// A sender of webhooks: how its deliveries prove themselves and what they are made of.
///
/// Receiver, inbox and dispatch work through this seam and know no provider by name.
pub trait Provider: fmt::Debug + Send + Sync + 'static {
    /// Its name in logs and metrics: one lower-case word.
    fn name(&self) -> &'static str;

    /// Addresses that it sends from, as far as it publishes them. A receiver lets nobody else in, unless told otherwise.
    fn addresses(&self) -> Vec<IpNet> {
        Vec::new()
    }

    /// Takes up what the headers claim, before the body is read: nobody without a claim gets to fill memory.
    ///
    /// # Errors
    /// The reason, for the log; the sender does not learn it.
    fn claim(&self, headers: &HeaderMap, now: Timestamp) -> Result<Box<dyn Claim>, VerifyError>;

    /// Decides whether the sender of a body is who it says. A pure function of its arguments.
    ///
    /// # Errors
    /// The reason, for the log; the sender does not learn it.
    fn authenticate(&self, body: &[u8], headers: &HeaderMap, now: Timestamp) -> Result<(), VerifyError> {
        let mut claim = self.claim(headers, now)?;
        claim.update(body);
        claim.prove(body)
    }

    /// Headers worth keeping with an entry, in lower case. Never one that carries a credential.
    fn kept_headers(&self) -> &'static [&'static str];

    /// Takes an authentic delivery apart into entries of the inbox, [at most so many](Split::MOST_ENTRIES).
    fn split(&self, delivery: &Delivery<Verified>) -> Split;

    /// Looks for what this version does not know of an entry; `None` where nothing can be said. A receiver that
    /// [inspects](crate::Receiver::inspect) asks for it after the answer.
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

/// What a sender says of itself, to be proved by the body, which may be hashed while it arrives.
pub trait Claim: Send {
    /// Takes the next piece of the body, however small.
    fn update(&mut self, piece: &[u8]);

    /// Decides, once every piece of `body` was taken.
    ///
    /// # Errors
    /// The reason, for the log.
    fn prove(self: Box<Self>, body: &[u8]) -> Result<(), VerifyError>;
}

/// Nothing left to prove: the headers have done it, or nothing is asked for.
impl Claim for () {
    fn update(&mut self, _: &[u8]) {}

    fn prove(self: Box<Self>, _: &[u8]) -> Result<(), VerifyError> {
        Ok(())
    }
}

/// What a delivery is made of.
#[derive(Debug)]
pub enum Split {
    /// Nothing: a connectivity test.
    Ping,
    /// Entries, stored together or not at all.
    Entries(Vec<NewEntry>),
}

impl Split {
    /// How many entries a delivery may have: providers send some dozens at a time. A receiver keeps a delivery of more as
    /// one entry, quarantined, so a provider need not take apart more than one beyond that.
    pub const MOST_ENTRIES: usize = 10_000;
}

/// Why a delivery does not prove itself. Not told to the sender.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// The signature header is missing.
    Missing,
    /// The signature header stands more than once.
    Repeated,
    /// The signature is not of the documented form.
    Malformed,
    /// No key gives that signature for that body.
    Mismatch,
    /// The time of sending is missing, repeated or no number.
    NoTime,
    /// The time of sending is too far from now, before or after.
    WrongTime,
    /// The `Authorization` header is missing.
    NoAuthorization,
    /// The `Authorization` header stands more than once.
    RepeatedAuthorization,
    /// The `Authorization` header holds none of the values that are known.
    WrongAuthorization,
}

impl VerifyError {
    pub(crate) const fn reason(&self) -> &'static str {
        match self {
            Self::Missing => "the signature header is missing",
            Self::Repeated => "the signature header stands more than once",
            Self::Malformed => "the signature is not 64 hexadecimal digits",
            Self::Mismatch => "no key gives this signature for this body",
            Self::NoTime => "the time of sending is missing or cannot be read",
            Self::WrongTime => "the time of sending is too far from now",
            Self::NoAuthorization => "the Authorization header is missing",
            Self::RepeatedAuthorization => "the Authorization header stands more than once",
            Self::WrongAuthorization => "the Authorization header holds no value that is known",
        }
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

impl std::error::Error for VerifyError {}
