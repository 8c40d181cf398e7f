//! Klavi as a [`Provider`]: its signature, its bodies, typed handlers for its reports and events.

#[cfg(feature = "field-cipher")]
mod cipher;
mod environment;
mod handlers;
mod inspect;
mod item;
mod overdue;
mod signature;
mod split;
mod stringify;
mod timestamp;
mod verifier;

use http::HeaderMap;
use ipnet::IpNet;
use jiff::Timestamp;

use crate::{Delivery, EntryKind, Findings, Provider, Split, Verified, Verifier, VerifyError};

/// The variable that holds the secretKey, or several, separated by commas.
const KEY_VARIABLE: &str = "KLAVI_SECRET_KEY";

pub use crate::sink::handlers::{HandledTwice, Received};
#[cfg(feature = "field-cipher")]
pub use cipher::{
    AesFieldCipher, AesMode, CbcIv, FieldCipher, FieldCipherError, FieldEncoding, GcmNonce, InvalidFieldKey,
    KeyDerivation,
};
pub use environment::Environment;
pub use handlers::{Handlers, HandlersBuilder};
pub use item::{Item, parse};
pub use overdue::{Overdue, expectation};
pub use signature::{SIGNATURE_HEADER, Signature, SigningKey, TIMESTAMP_HEADER};
pub use timestamp::TimestampPolicy;

/// Klavi's deliveries: HMAC-SHA-256 over the raw body, keyed with the secretKey as text.
///
/// ```
/// use std::time::Duration;
///
/// use klavi_webhook::klavi::{Klavi, TimestampPolicy};
///
/// let klavi = Klavi::production("the new secretKey")
///     .also_until("the old one", "2026-12-01T00:00:00Z".parse()?)
///     .timestamps(TimestampPolicy::Reject(Duration::from_secs(300)));
/// # let _ = klavi;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Source: docs.klavi.ai/connect/security.
#[derive(Clone, Debug)]
pub struct Klavi {
    keys: Vec<KeyInUse>,
    environment: Option<Environment>,
    timestamps: TimestampPolicy,
    respelled: bool,
    unsigned: bool,
}

#[derive(Clone, Debug)]
struct KeyInUse {
    key: SigningKey,
    until: Option<Timestamp>,
}

impl Klavi {
    /// Accepts deliveries signed with this key, from any address.
    pub fn new(key: impl Into<SigningKey>) -> Self {
        Self::with(vec![KeyInUse { key: key.into(), until: None }])
    }

    /// Accepts deliveries signed with this key that come from Klavi's address of production: a
    /// [`Receiver`](crate::Receiver) of these lets no other address in. Behind a proxy it needs a
    /// [guard](crate::Receiver::guard) that knows the proxy.
    pub fn production(key: impl Into<SigningKey>) -> Self {
        Self::new(key).environment(Environment::Production)
    }

    /// Accepts deliveries without looking at any signature: anyone who knows the URL of the receiver can forge them.
    /// For partners for whom Klavi has signing switched off; keys have no effect. Says so in the log.
    pub fn unsigned() -> Self {
        tracing::warn!("signatures are not checked: anyone can forge a delivery");
        Self { unsigned: true, ..Self::with(Vec::new()) }
    }

    fn with(keys: Vec<KeyInUse>) -> Self {
        Self {
            keys,
            environment: None,
            timestamps: TimestampPolicy::default(),
            respelled: false,
            unsigned: false,
        }
    }

    /// Accepts deliveries signed with any of the keys in the variable `KLAVI_SECRET_KEY`, separated by commas.
    ///
    /// # Errors
    /// Where the variable holds no key.
    pub fn from_env() -> Result<Self, NoKey> {
        Self::from_list(&std::env::var(KEY_VARIABLE).unwrap_or_default())
    }

    fn from_list(list: &str) -> Result<Self, NoKey> {
        let keys = list.split(',').map(str::trim).filter(|key| !key.is_empty());
        let keys: Vec<_> = keys.map(|key| KeyInUse { key: key.into(), until: None }).collect();
        if keys.is_empty() { Err(NoKey(())) } else { Ok(Self::with(keys)) }
    }

    /// Accepts another key as well: after a rotation deliveries under way still carry the old one.
    #[must_use]
    pub fn also(mut self, key: impl Into<SigningKey>) -> Self {
        self.keys.push(KeyInUse { key: key.into(), until: None });
        self
    }

    /// Accepts another key up to an instant.
    #[must_use]
    pub fn also_until(mut self, key: impl Into<SigningKey>, until: Timestamp) -> Self {
        self.keys.push(KeyInUse { key: key.into(), until: Some(until) });
        self
    }

    /// Names the environment, and thereby the addresses that deliveries come from.
    #[must_use]
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// What to make of the time of sending; [`Record`](TimestampPolicy::Record) unless said otherwise.
    #[must_use]
    pub fn timestamps(mut self, policy: TimestampPolicy) -> Self {
        self.timestamps = policy;
        self
    }

    /// If the signature does not match the bytes that arrived, tries the bytes that JavaScript makes of them:
    /// `JSON.stringify(JSON.parse(body))`. That is what Klavi's sample signs; off unless asked for, as the bytes that
    /// come should be the bytes that were signed. Costs another copy of the body while it is checked.
    ///
    /// Does without blanks, needless escapes and other spellings of a number, and puts names that are array indices
    /// first. Never accepts what JavaScript would change: a number that it would round, a name that stands twice in an
    /// object; nor half a surrogate pair, nor more than 128 levels.
    #[must_use]
    pub fn accept_respelled(mut self) -> Self {
        self.respelled = true;
        self
    }
}

/// The variable `KLAVI_SECRET_KEY` holds no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{KEY_VARIABLE} holds no key")]
pub struct NoKey(());

impl Provider for Klavi {
    fn name(&self) -> &'static str {
        "klavi"
    }

    fn addresses(&self) -> Vec<IpNet> {
        self.environment.map(Environment::addresses).unwrap_or_default()
    }

    fn verifier(&self, headers: &HeaderMap, now: Timestamp) -> Result<Box<dyn Verifier>, VerifyError> {
        self.timestamps.check(headers, now)?;
        if self.unsigned {
            return Ok(Box::new(()));
        }
        let current = self.keys.iter().filter(|key| key.until.is_none_or(|until| now < until));
        let keys = current.map(|key| &key.key);
        Ok(Box::new(verifier::SignatureVerifier::new(keys, signature(headers)?, self.respelled)))
    }

    fn kept_headers(&self) -> &'static [&'static str] {
        &["x-klavi-signature", "x-klavi-timestamp", "content-type", "user-agent"]
    }

    fn split(&self, delivery: &Delivery<Verified>) -> Split {
        split::split(delivery, self.kept_headers())
    }

    fn inspect(&self, kind: EntryKind, body: &[u8]) -> Option<Findings> {
        inspect::inspect(kind, body)
    }

    fn documented_name(&self, kind: EntryKind, name: &str) -> Option<String> {
        inspect::documented(kind, name)
    }
}

/// The one signature that a delivery carries.
fn signature(headers: &HeaderMap) -> Result<Signature, VerifyError> {
    let mut lines = headers.get_all(SIGNATURE_HEADER).iter();
    let line = lines.next().ok_or(VerifyError::Missing)?;
    if lines.next().is_some() {
        return Err(VerifyError::Repeated);
    }
    line.to_str().map_err(|_| VerifyError::Malformed)?.parse()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_keys_may_have_blanks_but_not_be_empty() {
        assert_eq!(Klavi::from_list(" new , old\n").unwrap().keys.len(), 2);
        for list in ["", " ", ",", " , \n"] {
            assert_eq!(Klavi::from_list(list).unwrap_err().to_string(), "KLAVI_SECRET_KEY holds no key");
        }
    }
}
