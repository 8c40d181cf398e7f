//! Publishing to RabbitMQ over AMQP 0-9-1. Must not know what is in a message.
//!
//! Messages are published on a few channels with many under way on each. A channel that the server closes, and a connection
//! that is lost, are made again by the next message.

mod connection;
mod lane;
mod options;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, Semaphore, oneshot};
use tokio::time::{Instant, timeout_at};

use super::{Message, Publish, PublishError, PublishErrorKind, Published};
use crate::BoxFuture;
use connection::{LANES, Live};
use lane::{Answer, Job};
use options::Settings;
pub use options::{AmqpOptions, QueueType};

/// How long the server may take to confirm a message. Providers give an attempt 5 to 10 seconds.
const CONFIRM: Duration = Duration::from_secs(4);

/// How many messages are under way at once.
const AT_ONCE: usize = LANES * lane::UNDER_WAY;

/// How long after a failed connection no other is tried: the messages meanwhile fail at once.
const PAUSE: Duration = Duration::from_millis(500);

/// Publishes to a queue of RabbitMQ, each message with its id as `message-id`, persistent and `mandatory`.
///
/// Messages go to a durable topic exchange, with the kind and the product or event as routing key: `report.pf_balance`.
/// The durable queue is bound to all of them. Both are declared when it connects, once a minute and after every
/// reconnect: what is there already has to have the same settings, or nothing is published. A queue that was deleted is
/// made again, and messages that no queue takes are returned and fail.
///
/// # What an ack means
/// With a quorum queue, that a majority of its members have written the message and synced it to their disks; with a
/// durable classic queue, that its one server has. A queue that is full refuses messages (`reject-publish`).
///
/// A client sees no policies. None that matches the queue may set `message-ttl`, `expires`, `max-age`, or `overflow` to
/// `drop-head`: look with `rabbitmqctl list_policies`.
#[derive(Clone)]
pub struct AmqpPublisher {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
    connection: Mutex<Slot>,
    under_way: Semaphore,
}

/// The connection, or when the last attempt to make one failed and why.
enum Slot {
    Live(Arc<Live>),
    Failed(Instant, PublishError),
}

impl AmqpPublisher {
    async fn connect(settings: Settings) -> Result<Self, PublishError> {
        let live = Live::connect(&settings).await?;
        live.probe(&settings).await?;
        let connection = Mutex::new(Slot::Live(Arc::new(live)));
        Ok(Self { inner: Arc::new(Inner { settings, connection, under_way: Semaphore::new(AT_ONCE) }) })
    }

    async fn publish_one(&self, message: Message) -> Result<Published, PublishError> {
        let inner = &*self.inner;
        let limit = inner.settings.max_body;
        if message.body.len() > limit {
            let sentence = format!("a body of {} bytes is above the limit of {limit}", message.body.len());
            return Err(PublishError::new(PublishErrorKind::TooLarge, sentence));
        }
        // Never closed.
        let _permit = inner.under_way.acquire().await;
        let until = Instant::now() + CONFIRM;
        let live = timeout_at(until, inner.live()).await.map_err(|_| no_confirm())??;
        timeout_at(until, inner.confirmed(&live, message)).await.unwrap_or_else(|_| {
            live.give_up();
            Err(no_confirm())
        })
    }
}

impl Inner {
    /// The connection, made again where it is lost, with its queue checked within the last minute.
    async fn live(&self) -> Result<Arc<Live>, PublishError> {
        let mut slot = self.connection.lock().await;
        match &*slot {
            Slot::Live(live) if live.is_usable() => {
                if let Some(reason) = live.blocked() {
                    return Err(reason);
                }
                let live = live.clone();
                live.check(&self.settings, false).await?;
                return Ok(live);
            }
            Slot::Failed(at, error) if at.elapsed() < PAUSE => return Err(error.clone()),
            Slot::Live(_) => tracing::warn!("the connection to RabbitMQ is lost"),
            Slot::Failed(..) => {}
        }
        match Live::connect(&self.settings).await {
            Ok(live) => {
                tracing::info!("connected to RabbitMQ");
                let live = Arc::new(live);
                *slot = Slot::Live(live.clone());
                Ok(live)
            }
            Err(error) => {
                *slot = Slot::Failed(Instant::now(), error.clone());
                Err(error)
            }
        }
    }

    async fn confirmed(&self, live: &Live, message: Message) -> Result<Published, PublishError> {
        let Settings { exchange, queue, prefix, .. } = &self.settings;
        let key = message.topic(prefix);
        let (told, answer) = oneshot::channel();
        live.lane()
            .await?
            .send(Job { exchange: exchange.clone(), key, message, told })
            .await
            .map_err(|_| ended())?;
        let answer = answer.await.map_err(|_| ended())?;
        let error = match answer.map_err(|error| live.failed(&error))? {
            Answer::Taken => return Ok(Published::new(None)),
            Answer::Returned => {
                // The queue is not bound, or gone.
                live.doubt();
                let sentence = format!("no queue takes messages of the exchange {exchange}");
                PublishError::new(PublishErrorKind::Missing, sentence)
            }
            Answer::Refused => {
                let sentence =
                    format!("RabbitMQ refused a message: the queue {queue} is full, or has failed");
                PublishError::new(PublishErrorKind::Full, sentence)
            }
            Answer::Unconfirmed => {
                PublishError::new(PublishErrorKind::Other, "a message was published without confirmation")
            }
        };
        Err(error)
    }
}

impl Publish for AmqpPublisher {
    fn publish(&self, message: Message) -> BoxFuture<'_, Result<Published, PublishError>> {
        Box::pin(self.publish_one(message))
    }

    fn check(&self) -> BoxFuture<'_, Result<(), PublishError>> {
        Box::pin(async {
            let checked = async {
                let live = self.inner.live().await?;
                live.check(&self.inner.settings, true).await
            };
            timeout_at(Instant::now() + CONFIRM, checked).await.map_err(|_| no_confirm())?
        })
    }

    fn max_body(&self) -> usize {
        self.inner.settings.max_body
    }
}

fn no_confirm() -> PublishError {
    let sentence = format!("RabbitMQ did not confirm a message within {} s", CONFIRM.as_secs());
    PublishError::new(PublishErrorKind::Timeout, sentence)
}

/// The channel ended before the message was confirmed.
fn ended() -> PublishError {
    PublishError::new(
        PublishErrorKind::Unreachable,
        "a channel to RabbitMQ ended before it confirmed a message",
    )
}

fn unsuitable(sentence: impl Into<String>) -> PublishError {
    PublishError::new(PublishErrorKind::Unsuitable, sentence)
}

impl fmt::Debug for AmqpPublisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AmqpPublisher").field("queue", &self.inner.settings.queue).finish_non_exhaustive()
    }
}
