use std::fmt;

use http::HeaderMap;
use jiff::Timestamp;

use crate::{Delivery, NewEntry, Verified};

/// A sender of webhooks: how its deliveries prove themselves and what they are made of.
///
/// Receiver, inbox and dispatch work through this seam and know no provider by name.
pub trait Provider: fmt::Debug + Send + Sync + 'static {
    /// Its name in logs and metrics, `klavi`.
    fn name(&self) -> &'static str;

    /// Decides whether the sender is who it says. A pure function of its arguments.
    ///
    /// # Errors
    /// The reason, for the log; the sender does not learn it.
    fn authenticate(&self, body: &[u8], headers: &HeaderMap, now: Timestamp) -> Result<(), VerifyError>;

    /// Decides what the headers alone tell, before the body is read: nobody without a claim gets to fill memory.
    ///
    /// # Errors
    /// The reason, for the log.
    fn check_head(&self, headers: &HeaderMap) -> Result<(), VerifyError>;

    /// Headers worth keeping with an entry, in lower case. Never one that carries a credential.
    fn kept_headers(&self) -> &'static [&'static str];

    /// Takes an authentic delivery apart into entries of the inbox.
    fn split(&self, delivery: &Delivery<Verified>) -> Split;
}

/// What a delivery is made of.
#[derive(Debug)]
pub enum Split {
    /// Nothing: a connectivity test.
    Ping,
    /// Entries, stored together or not at all.
    Entries(Vec<NewEntry>),
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
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "the signature header is missing",
            Self::Repeated => "the signature header stands more than once",
            Self::Malformed => "the signature is not 64 hexadecimal digits",
            Self::Mismatch => "no key gives this signature for this body",
        })
    }
}

impl std::error::Error for VerifyError {}
