//! Publishing to message brokers: what is published, and the trait of those who publish it.
//!
//! A publisher is behind two things: a [sink](crate::BrokerSink) of the dispatcher, and a [`DirectStore`], which takes
//! deliveries in without any inbox. It must not know which of them it serves, nor where entries are kept.

#[cfg(feature = "amqp")]
mod amqp;
mod claim;
mod error;
#[cfg(feature = "kafka")]
mod kafka;
mod message;
#[cfg(feature = "nats")]
mod nats;
mod store;

use std::fmt;

use crate::BoxFuture;

#[cfg(feature = "amqp")]
pub use amqp::{AmqpOptions, AmqpPublisher, QueueType};
pub use claim::{Claim, StoredBody};
pub use error::{PublishError, PublishErrorKind};
#[cfg(feature = "kafka")]
pub use kafka::{KafkaOptions, KafkaPublisher};
pub use message::Message;
#[cfg(feature = "forward")]
pub(crate) use message::message_id;
#[cfg(feature = "nats")]
pub use nats::{NatsOptions, NatsPublisher};
pub use store::DirectStore;

/// Publishes messages to a broker.
///
/// `conformance::publisher` (feature `test-util`) holds an implementation to the rules below.
pub trait Publish: fmt::Debug + Send + Sync + 'static {
    /// Publishes a message. Resolves with `Ok` only once the broker has confirmed that the message is durable; a future
    /// that is dropped before may have published it.
    ///
    /// Any number may run at once. They keep no order among each other.
    ///
    /// # Errors
    /// Every message that is not confirmed, whatever the reason. It may have been published all the same: publish it
    /// again with the same [id](Message::id).
    fn publish(&self, message: Message) -> BoxFuture<'_, Result<Published, PublishError>>;

    /// Whether messages could be published now, and the broker would keep them, as far as can be told without publishing
    /// one. For probes.
    ///
    /// # Errors
    /// What keeps messages from being published.
    fn check(&self) -> BoxFuture<'_, Result<(), PublishError>>;

    /// The largest body that a message may have, in bytes, as far as the broker has told.
    fn max_body(&self) -> usize;

    /// Where bodies go that are larger than a message may be. `None` where there is no such place.
    fn bodies(&self) -> Option<&dyn StoreBody> {
        None
    }
}

/// Stores bodies that are too large for a message, beside the messages that name them.
pub trait StoreBody: Send + Sync {
    /// Stores the body of a message under the message's id. Resolves with `Ok` only once it is durable. A body that is
    /// there already is not stored again.
    ///
    /// # Errors
    /// Every body that is not confirmed.
    fn store_body<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<StoredBody, PublishError>>;
}

/// What a broker said of a message that it has taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Published {
    /// The number of the message in the broker's stream, where it gives one.
    pub sequence: Option<u64>,
    /// The broker had the message already, by its id.
    pub duplicate: bool,
}

impl Published {
    /// A new message, with its number in the stream where there is one.
    pub const fn new(sequence: Option<u64>) -> Self {
        Self { sequence, duplicate: false }
    }

    /// A message that the broker had already.
    pub const fn duplicate(sequence: Option<u64>) -> Self {
        Self { sequence, duplicate: true }
    }
}
