//! Publishing to Kafka. Must not know what is in a message.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord, Producer};
use tokio::task::spawn_blocking;

use super::{Message, Publish, PublishError, PublishErrorKind, Published};
use crate::BoxFuture;

/// How long a message may take to be confirmed, retries of the client included.
const CONFIRM: Duration = Duration::from_secs(4);

/// How long the brokers may take to answer a check.
const ANSWER: Duration = Duration::from_secs(3);

/// What a topic takes unless its `max.message.bytes` says otherwise.
const MAX_MESSAGE: usize = 1_000_000;

/// Left free for key and headers of a message, which count against the limit.
const HEADERS: usize = 4 * 1024;

/// Publishes to a topic of Kafka, each message with its link as key, so that one partition has all of a link in order of
/// their publication; a message without link has its id as key. The id is in the header `webhook-id`: Kafka drops no
/// duplicates of two processes, so consumers have to.
///
/// A sink only: a [`DirectStore`](crate::DirectStore) would need to know how the topic is kept.
///
/// The connection is neither encrypted nor has it a login: librdkafka needs OpenSSL for both, which this crate does not
/// use. Reach brokers outside of your network through a proxy that speaks TLS.
///
/// # What an ack means
/// That all in-sync replicas have the message (`acks=all`), in memory at least. Set `min.insync.replicas` to 2 of 3 or
/// more: with fewer, one broker may be all of them.
#[derive(Clone)]
pub struct KafkaPublisher {
    producer: FutureProducer,
    topic: Arc<str>,
    max_message: usize,
}

/// How to connect a [`KafkaPublisher`].
#[derive(Clone, Debug)]
pub struct KafkaOptions {
    brokers: String,
    topic: String,
    max_message: usize,
}

impl KafkaOptions {
    /// These brokers, `a:9092,b:9092`, from which the others become known.
    pub fn new(brokers: &str) -> Self {
        Self { brokers: brokers.to_owned(), topic: "webhooks".to_owned(), max_message: MAX_MESSAGE }
    }

    /// Publishes to that topic, which has to exist; `webhooks` unless said otherwise.
    #[must_use]
    pub fn topic(mut self, name: &str) -> Self {
        name.clone_into(&mut self.topic);
        self
    }

    /// The largest message that the topic takes, in bytes, as its `max.message.bytes` says; 1,000,000 unless said
    /// otherwise. Larger bodies are replaced by claims.
    #[must_use]
    pub fn max_message(mut self, bytes: usize) -> Self {
        self.max_message = bytes;
        self
    }

    /// Connects, and checks that the topic exists.
    ///
    /// # Errors
    /// Where no broker answers, or the topic does not exist.
    pub async fn connect(self) -> Result<KafkaPublisher, PublishError> {
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", &self.brokers)
            .set("client.id", "webhook-receiver")
            .set("acks", "all")
            .set("enable.idempotence", "true")
            .set("message.timeout.ms", CONFIRM.as_millis().to_string())
            .set("message.max.bytes", self.max_message.to_string());
        let producer = config.create().map_err(|error| {
            PublishError::new(
                PublishErrorKind::Unsuitable,
                format!("the settings of Kafka are none: {error}"),
            )
        })?;
        let publisher = KafkaPublisher { producer, topic: self.topic.into(), max_message: self.max_message };
        publisher.check().await?;
        Ok(publisher)
    }
}

impl KafkaPublisher {
    async fn publish_one(&self, message: Message) -> Result<Published, PublishError> {
        let mut headers = OwnedHeaders::new_with_capacity(message.headers.len());
        for (name, value) in &message.headers {
            headers = headers.insert(Header { key: name, value: Some(value) });
        }
        let key = message.link.as_deref().unwrap_or(&message.id);
        let record = FutureRecord::to(&self.topic).key(key).payload(&message.body[..]).headers(headers);
        match self.producer.send(record, CONFIRM).await {
            Ok(_) => Ok(Published::new(None)),
            Err((error, _)) => Err(sorted(&error)),
        }
    }

    /// Looks at all topics: to ask for one by name may make it.
    fn check_here(&self) -> Result<(), PublishError> {
        let metadata = self.producer.client().fetch_metadata(None, ANSWER).map_err(|error| sorted(&error))?;
        let found = metadata.topics().iter().any(|topic| topic.name() == &*self.topic);
        if found {
            return Ok(());
        }
        let sentence =
            format!("the topic {} does not exist: make it with kafka-topics.sh --create", self.topic);
        Err(PublishError::new(PublishErrorKind::Missing, sentence))
    }
}

impl Publish for KafkaPublisher {
    fn publish(&self, message: Message) -> BoxFuture<'_, Result<Published, PublishError>> {
        Box::pin(self.publish_one(message))
    }

    fn check(&self) -> BoxFuture<'_, Result<(), PublishError>> {
        Box::pin(async {
            let here = self.clone();
            let checked = spawn_blocking(move || here.check_here()).await;
            checked.map_err(|error| PublishError::new(PublishErrorKind::Other, error.to_string()))?
        })
    }

    fn max_body(&self) -> usize {
        self.max_message.saturating_sub(HEADERS)
    }
}

/// Sorts an error by what keeps messages from being published.
fn sorted(error: &KafkaError) -> PublishError {
    use RDKafkaErrorCode as Code;
    let kind = match error.rdkafka_error_code() {
        Some(Code::MessageSizeTooLarge) => PublishErrorKind::TooLarge,
        Some(Code::MessageTimedOut | Code::OperationTimedOut | Code::RequestTimedOut) => {
            PublishErrorKind::Timeout
        }
        Some(Code::QueueFull) => PublishErrorKind::Full,
        Some(Code::TopicAuthorizationFailed | Code::ClusterAuthorizationFailed) => PublishErrorKind::Denied,
        Some(Code::UnknownTopic | Code::UnknownTopicOrPartition | Code::UnknownPartition) => {
            PublishErrorKind::Missing
        }
        Some(
            Code::AllBrokersDown
            | Code::BrokerTransportFailure
            | Code::Resolve
            | Code::NotEnoughReplicas
            | Code::NotEnoughReplicasAfterAppend,
        ) => PublishErrorKind::Unreachable,
        _ => PublishErrorKind::Other,
    };
    PublishError::new(kind, format!("Kafka did not confirm: {error}"))
}

impl fmt::Debug for KafkaPublisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KafkaPublisher").field("topic", &self.topic).finish_non_exhaustive()
    }
}
