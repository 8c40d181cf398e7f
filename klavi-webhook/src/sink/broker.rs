//! Hands entries on to a message broker. Must not know which one, nor how a publisher reaches it.

use std::sync::Arc;

use crate::publish::{Claim, Message, Publish, PublishErrorKind};
use crate::{BoxFuture, Entry, Sink, SinkError};

/// A sink that publishes each entry as a [`Message`].
///
/// An entry is done once the broker has confirmed its message. A body that is larger than a message may be is replaced by
/// a [`Claim`]: number of the entry, dedup key, size and SHA-256, with which a consumer gets the bytes from the inbox.
///
/// After a crash between the confirmation and the settlement an entry is published again, with the same id: consumers
/// have to be idempotent by [`Message::id`].
#[derive(Clone, Debug)]
pub struct BrokerSink {
    publisher: Arc<dyn Publish>,
}

impl BrokerSink {
    /// Publishes with this publisher.
    pub fn new(publisher: Arc<dyn Publish>) -> Self {
        Self { publisher }
    }

    async fn publish(self, entry: Entry) -> Result<(), SinkError> {
        let message = Message::of_entry(&entry);
        if message.body.len() <= self.publisher.max_body() {
            match self.publisher.publish(message.clone()).await {
                Ok(_) => return Ok(()),
                Err(error) if error.kind() != PublishErrorKind::TooLarge => return Err(error.into_sink()),
                Err(_) => {}
            }
        }
        let claim = Claim::in_inbox(&message, entry.id).await;
        let published = self.publisher.publish(message.claiming(&claim)).await;
        published.map(drop).map_err(crate::publish::PublishError::into_sink)
    }
}

impl Sink for BrokerSink {
    fn deliver(&self, entry: Entry) -> BoxFuture<'static, Result<(), SinkError>> {
        Box::pin(self.clone().publish(entry))
    }
}
