use provider_wire::{DecodeError, Decoded, Fault, Inspection, OneOrMany, Reader, Value, decode, inspect};
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use super::{DirectDebitWebhook, LinkWebhook, PaymentWebhook, WebhookKind};

/// A webhook of whatever family, told by whom it is about.
///
/// An object of which nothing can be said is an empty [`LinkWebhook`] with everything in `extra`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AnyWebhook {
    /// Of a link, its data or its consent.
    Link(Box<LinkWebhook>),
    /// Of a payment in Brazil or Colombia.
    Payment(Box<PaymentWebhook>),
    /// Of a Direct Debit in Mexico.
    DirectDebit(Box<DirectDebitWebhook>),
}

impl AnyWebhook {
    /// What it is called: `TRANSACTIONS.historical_update`, `payments.CHARGES.STATUS_UPDATE`; `None` where type or
    /// code is missing.
    pub fn name(&self) -> Option<String> {
        match self {
            Self::Link(webhook) => webhook.name().map(|name| name.to_string()),
            Self::Payment(webhook) => webhook.name(),
            Self::DirectDebit(webhook) => webhook.name(),
        }
    }
}

/// The webhooks of one delivery: one, as documented, or an array.
pub type Webhooks = OneOrMany<AnyWebhook>;

/// Reads a body of webhooks.
///
/// # Errors
/// Where the body is no JSON, or neither an object nor an array.
pub fn decode_webhooks(body: &[u8]) -> Result<Decoded<Webhooks>, DecodeError> {
    decode(body)
}

/// Reads a body of webhooks the thorough way and says what was not understood.
///
/// # Errors
/// As [`decode_webhooks`].
pub fn inspect_webhooks(body: &[u8]) -> Result<Inspection<Webhooks>, DecodeError> {
    inspect(body)
}

impl Value for AnyWebhook {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        Ok(match WebhookKind::next(reader) {
            WebhookKind::Payment => {
                PaymentWebhook::read(reader)?.map(|webhook| Self::Payment(Box::new(webhook)))
            }
            WebhookKind::DirectDebit => {
                DirectDebitWebhook::read(reader)?.map(|webhook| Self::DirectDebit(Box::new(webhook)))
            }
            // What is no JSON either is told where its reading stops.
            WebhookKind::Link | WebhookKind::Unknown => {
                LinkWebhook::read(reader)?.map(|webhook| Self::Link(Box::new(webhook)))
            }
        })
    }
}

impl Serialize for AnyWebhook {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Link(webhook) => webhook.serialize(serializer),
            Self::Payment(webhook) => webhook.serialize(serializer),
            Self::DirectDebit(webhook) => webhook.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for AnyWebhook {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        provider_wire::deserialize(deserializer)
    }
}
