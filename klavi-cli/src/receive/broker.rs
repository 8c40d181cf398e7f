//! Message brokers: as targets, and as direct stores in place of an inbox.
//!
//! Knows their addresses, which hold all of their settings. It must not know what a message looks like.

use std::fmt;
use std::sync::Arc;

use klavi_webhook::{AmqpOptions, NatsOptions, Publish, PublishError};

/// A broker that can be connected to.
#[derive(Clone)]
pub(super) enum Broker {
    Nats(NatsOptions),
    Amqp(AmqpOptions),
}

/// The address of a broker as an option takes it. Read only once it is used, since what is wrong with an argument is shown
/// with it, and an address may hold a password.
#[derive(Clone)]
pub(super) struct Address(String);

/// Why an address cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoBroker {
    /// Its scheme is of no broker.
    #[error("is no address of a broker, such as nats://HOST/STREAM or amqp://HOST")]
    Scheme,
    /// This program cannot publish there.
    #[error("is the address of Kafka, which this program is built without")]
    Kafka,
    /// The broker's own settings are wrong.
    #[error("cannot be used: {0}")]
    Settings(PublishError),
}

impl Broker {
    /// Whether the address is meant to be one of a broker.
    pub(super) fn is_named_by(address: &str) -> bool {
        !matches!(Self::read(address), Err(NoBroker::Scheme))
    }

    /// Reads an address; nothing is connected yet.
    pub(super) fn read(address: &str) -> Result<Self, NoBroker> {
        let scheme = address.split_once("://").map(|(scheme, _)| scheme);
        let read = match scheme {
            Some("nats" | "tls") => NatsOptions::new(address).map(Self::Nats),
            Some("amqp" | "amqps") => AmqpOptions::new(address).map(Self::Amqp),
            Some("kafka") => return Err(NoBroker::Kafka),
            _ => return Err(NoBroker::Scheme),
        };
        read.map_err(NoBroker::Settings)
    }

    /// Connects, and checks that the broker would keep what it is given.
    pub(super) async fn connect(self) -> Result<Arc<dyn Publish>, PublishError> {
        Ok(match self {
            Self::Nats(options) => Arc::new(options.connect().await?),
            Self::Amqp(options) => Arc::new(options.connect().await?),
        })
    }
}

impl From<&str> for Address {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Address {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(..)")
    }
}
