//! Taking deliveries in without any inbox: straight into a broker. Must not know which broker.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::{StreamExt, stream};

use super::{Claim, Message, Publish, PublishError, PublishErrorKind, Published};
use crate::blocking::run_blocking;
use crate::{BoxFuture, EntryKind, InboxError, InboxErrorKind, NewEntry, Store, Stored};

/// How many entries of one delivery are published at once.
const AT_ONCE: usize = 64;

const DOING: &str = "store entries";

/// A [`Store`] without state: an entry is stored once the broker has confirmed its message.
///
/// Any number of receivers run side by side on one stream or queue. What a [`Receiver`](crate::Receiver) answers with 200
/// is in the broker; your consumers read it there, with the broker's own acks, redelivery and dead letters. There is no
/// inbox behind it: no list, no replay of one entry, no [`Expectation`](crate::Expectation), no
/// [`Dispatcher`](crate::Dispatcher).
///
/// The entries of one delivery are published beside each other. Where one of them fails, the delivery is refused, and
/// those that were confirmed come again with the same ids when the provider repeats it.
///
/// A [`Stored`] carries the number that the broker gave the message, or else a count of what this process has
/// published.
/// A broker that knows the id already says so: then it is a [`Duplicate`](Stored::Duplicate).
pub struct DirectStore {
    publisher: Arc<dyn Publish>,
    published: AtomicU64,
}

impl DirectStore {
    /// Stores with this publisher what a receiver takes in that accepts bodies of up to `max_body` bytes.
    ///
    /// # Errors
    /// Where a body of that many bytes could not be stored: it is larger than a message may be, and the publisher has no
    /// [place](Publish::bodies) for such bodies.
    pub fn new(publisher: Arc<dyn Publish>, max_body: usize) -> Result<Self, PublishError> {
        let limit = publisher.max_body();
        if max_body > limit && publisher.bodies().is_none() {
            let sentence = format!(
                "a body of {max_body} bytes could not be stored: the broker takes messages of up to {limit} bytes; \
                 raise its limit or refuse larger bodies with --max-body {limit}"
            );
            return Err(PublishError::new(PublishErrorKind::Unsuitable, sentence));
        }
        Ok(Self { publisher, published: AtomicU64::new(0) })
    }

    async fn store_one(&self, entry: NewEntry) -> Result<Stored, InboxError> {
        let bytes = entry.body().len();
        let permit = entry.permit.clone();
        // On its way to the socket the body is there twice.
        let _copy = match permit.as_ref().map(|permit| permit.copy(bytes)) {
            Some(Err(_)) => {
                return Err(InboxError::new(DOING, "there is no memory for a copy of the body"));
            }
            copy => copy,
        };
        let message = run_blocking(bytes, move || Message::of_new(&entry)).await;
        let message = message.map_err(|error| InboxError::new(DOING, error))?;
        let published = self.publish(message).await?;
        let count = self.published.fetch_add(1, Ordering::Relaxed) + 1;
        let id = published.sequence.unwrap_or(count).into();
        Ok(if published.duplicate { Stored::Duplicate(id) } else { Stored::New(id) })
    }

    async fn publish(&self, message: Message) -> Result<Published, PublishError> {
        let whole = (message.body.len() <= self.publisher.max_body()).then(|| message.clone());
        if let Some(whole) = whole {
            match self.publisher.publish(whole).await {
                // A server with a lower limit has taken over meanwhile.
                Err(error) if error.kind() == PublishErrorKind::TooLarge => {}
                result => return result,
            }
        }
        let Some(bodies) = self.publisher.bodies() else {
            let sentence = format!("a body of {} bytes is larger than a message may be", message.body.len());
            return Err(PublishError::new(PublishErrorKind::TooLarge, sentence));
        };
        let stored = bodies.store_body(&message).await?;
        let claim = Claim::in_bucket(&message, stored).await;
        self.publisher.publish(message.claiming(&claim)).await
    }
}

impl Store for DirectStore {
    fn store(&self, entries: Vec<NewEntry>) -> BoxFuture<'_, Result<Vec<Stored>, InboxError>> {
        Box::pin(async move {
            NewEntry::check(&entries)?;
            if entries.iter().any(|entry| entry.kind == EntryKind::Expectation || entry.due.is_some()) {
                let error =
                    InboxError::new(DOING, "a direct store keeps nothing back: it has no expectations");
                return Err(error.with_kind(InboxErrorKind::InvalidEntry));
            }
            let storing = entries.into_iter().map(|entry| self.store_one(entry));
            // Each is waited for, so that none is under way when its delivery is answered.
            let stored: Vec<_> = stream::iter(storing).buffered(AT_ONCE).collect().await;
            stored.into_iter().collect()
        })
    }

    fn check(&self) -> BoxFuture<'_, Result<(), InboxError>> {
        Box::pin(async move { Ok(self.publisher.check().await?) })
    }
}

impl fmt::Debug for DirectStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DirectStore").field(&self.publisher).finish()
    }
}
