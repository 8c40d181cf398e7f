//! Publishing to NATS JetStream. Must not know what is in a message.
//!
//! JetStream answers each message with an ack or an error; only an ack of the stream that was asked for counts. A message
//! that a limit refuses leaves no trace in the stream, and is an error here.

mod bodies;
mod options;
mod suitable;
mod watch;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_nats::Client;
use async_nats::connection::State;
use async_nats::jetstream::context::{GetStreamErrorKind, PublishErrorKind as NatsKind};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::Stream;
use async_nats::jetstream::{Context, Error as ServerError, ErrorCode};
use tokio::time::timeout;

use super::{Message, Publish, PublishError, PublishErrorKind, Published, StoreBody};
use crate::BoxFuture;
use bodies::Bodies;
use options::Names;
pub use options::NatsOptions;
use suitable::Role;
use watch::Watch;

/// How long the server may take to confirm a message. Providers give an attempt 5 to 10 seconds.
const CONFIRM: Duration = Duration::from_secs(4);

/// Left free for the headers of a message, which count against the server's limit.
const HEADERS: usize = 4 * 1024;

/// Publishes to a stream of NATS JetStream, each message with its id as `Nats-Msg-Id`.
///
/// The subject is the prefix, the kind and the product or event: `webhooks.report.pf_balance`. A message that the stream
/// has had within its duplicate window is not stored again.
///
/// When it connects, once a minute, after every reconnect and after the stream was made again it checks that the stream
/// would keep what it is given; until it does, nothing is published. The stream has to have file storage, `discard: new`,
/// `retention: limits`, no `max_age`, no limit per subject, a duplicate window of at least two minutes, and three replicas
/// where the server is part of a cluster.
///
/// # What an ack means
/// That the stream's leader, and a majority of its replicas, have written the message to a file. Whether the file is synced
/// to the disk before the ack is a setting of the server that clients cannot see, and by default it is not: up to two
/// minutes of acknowledged messages are lost with the power of all replicas. Set `sync_interval: always` in the
/// `jetstream` block of every server, and say so with [`NatsOptions::server_syncs`]: without it nothing connects.
#[derive(Clone)]
pub struct NatsPublisher {
    inner: Arc<Inner>,
}

struct Inner {
    client: Client,
    context: Context,
    names: Names,
    bodies: Option<Bodies>,
    watch: Arc<Watch>,
    /// The highest number of the stream that is known. In a stream that was made again numbers begin anew.
    highest: AtomicU64,
    /// Held while the settings are checked, so that those who wait check them once.
    checking: tokio::sync::Mutex<()>,
}

impl NatsPublisher {
    async fn new(
        client: Client,
        mut context: Context,
        names: Names,
        watch: Arc<Watch>,
    ) -> Result<Self, PublishError> {
        if !client.server_info().jetstream {
            return Err(unsuitable(
                "the NATS server has no JetStream: add a `jetstream` block to its configuration",
            ));
        }
        context.set_timeout(CONFIRM);
        let bodies = names.bodies.as_deref().map(|bucket| Bodies::new(context.clone(), bucket));
        let (highest, checking) = (AtomicU64::new(0), tokio::sync::Mutex::default());
        let inner = Inner { client, context, names, bodies, watch, highest, checking };
        inner.check_settings().await?;
        Ok(Self { inner: Arc::new(inner) })
    }

    async fn publish_one(&self, message: Message) -> Result<Published, PublishError> {
        let inner = &*self.inner;
        inner.ready().await?;
        // From here on an interruption means that no ack may come.
        let mut interrupted = inner.watch.subscribe();
        let known = inner.highest.load(Ordering::Acquire);
        let mut publish = PublishMessage::build().payload(message.body.clone());
        for (name, value) in &message.headers {
            publish = publish.header(&**name, &**value);
        }
        let publish = publish.message_id(&message.id).expected_stream(&inner.names.stream);
        let subject = message.topic(&inner.names.prefix);
        let acked = async { inner.context.send_publish(subject, publish).await?.await };
        let acked = tokio::select! {
            acked = acked => acked,
            reason = interrupted.wait() => return Err(reason),
        };
        let ack = acked.map_err(|error| inner.failed(&error))?;
        if ack.stream != inner.names.stream {
            return Err(unsuitable(format!(
                "the stream {} took the message: it has the same subjects",
                ack.stream
            )));
        }
        if !ack.duplicate {
            let highest = inner.highest.fetch_max(ack.sequence, Ordering::AcqRel);
            if ack.sequence <= known {
                // The stream was deleted and made again, perhaps with other settings: this message is in the new one.
                tracing::warn!(stream = inner.names.stream, "the stream was made again");
                inner
                    .highest
                    .compare_exchange(highest, ack.sequence, Ordering::AcqRel, Ordering::Relaxed)
                    .ok();
                inner.watch.doubt();
                inner.ready().await?;
            }
        }
        Ok(if ack.duplicate {
            Published::duplicate(Some(ack.sequence))
        } else {
            Published::new(Some(ack.sequence))
        })
    }
}

impl Inner {
    /// Refuses what the server could not confirm, and what it would not keep.
    async fn ready(&self) -> Result<(), PublishError> {
        if self.client.connection_state() != State::Connected {
            return Err(no_connection());
        }
        if self.watch.is_sure() {
            return Ok(());
        }
        let _turn = self.checking.lock().await;
        if self.watch.is_sure() {
            return Ok(());
        }
        self.check_settings().await
    }

    async fn check_settings(&self) -> Result<(), PublishError> {
        let asked = self.watch.asking();
        let in_cluster = self.client.server_info().cluster.is_some();
        let stream = self.find(&self.names.stream).await?;
        let info = stream.cached_info();
        suitable::check(&info.config, Role::Messages(&self.names.prefix), in_cluster)?;
        let max_message = usize::try_from(info.config.max_message_size).ok().filter(|max| *max > 0);
        if let Some(bodies) = &self.bodies {
            let stream = self.find(&bodies.stream()).await?;
            suitable::check(&stream.cached_info().config, Role::Bodies, in_cluster)?;
        }
        self.watch.sure(asked, max_message);
        Ok(())
    }

    async fn find(&self, stream: &str) -> Result<Stream, PublishError> {
        let found = self.context.get_stream(stream).await;
        found.map_err(|error| match error.kind() {
            GetStreamErrorKind::JetStream(error) if error.error_code() == ErrorCode::STREAM_NOT_FOUND => {
                suitable::missing(stream, &self.names)
            }
            GetStreamErrorKind::JetStream(error) => by_server(&error),
            GetStreamErrorKind::Request => {
                let sentence = format!(
                    "the NATS server does not tell the settings of the stream {stream}: it is away, or the user may not \
                     publish to $JS.API.STREAM.INFO.{stream}"
                );
                PublishError::new(PublishErrorKind::Timeout, sentence)
            }
            GetStreamErrorKind::EmptyName | GetStreamErrorKind::InvalidStreamName => {
                unsuitable(format!("{stream:?} is no name of a stream"))
            }
        })
    }

    /// Sorts an error of one publication, and doubts the settings where they may have changed.
    fn failed(&self, error: &async_nats::jetstream::context::PublishError) -> PublishError {
        let of_server =
            std::error::Error::source(error).and_then(|source| source.downcast_ref::<ServerError>());
        match error.kind() {
            NatsKind::StreamNotFound => {
                self.watch.doubt();
                suitable::missing(&self.names.stream, &self.names)
            }
            NatsKind::TimedOut => no_confirm(),
            NatsKind::BrokenPipe => no_connection(),
            NatsKind::MaxPayloadExceeded => PublishError::new(
                PublishErrorKind::TooLarge,
                "the message is larger than the NATS server takes",
            ),
            _ if of_server.is_some() => {
                let error = of_server.map(by_server);
                if error.as_ref().is_some_and(|error| error.kind() == PublishErrorKind::Missing) {
                    self.watch.doubt();
                }
                error.unwrap_or_else(no_connection)
            }
            _ => PublishError::new(
                PublishErrorKind::Other,
                format!("the message could not be published: {error}"),
            ),
        }
    }
}

/// Sorts an error that JetStream answers with.
fn by_server(error: &ServerError) -> PublishError {
    let kind = match error.error_code() {
        ErrorCode::STREAM_STORE_FAILED
        | ErrorCode::ACCOUNT_RESOURCES_EXCEEDED
        | ErrorCode::INSUFFICIENT_RESOURCES
        | ErrorCode::MEMORY_RESOURCES_EXCEEDED
        | ErrorCode::STORAGE_RESOURCES_EXCEEDED => PublishErrorKind::Full,
        ErrorCode::STREAM_MESSAGE_EXCEEDS_MAXIMUM => PublishErrorKind::TooLarge,
        ErrorCode::STREAM_HEADER_EXCEEDS_MAXIMUM => PublishErrorKind::Refused,
        ErrorCode::STREAM_NOT_FOUND | ErrorCode::STREAM_NOT_MATCH => PublishErrorKind::Missing,
        ErrorCode::STREAM_SEALED => PublishErrorKind::Unsuitable,
        _ => PublishErrorKind::Other,
    };
    PublishError::new(kind, format!("JetStream refused a message: {error}"))
}

fn no_confirm() -> PublishError {
    let sentence = format!("the NATS server did not answer within {} s", CONFIRM.as_secs());
    PublishError::new(PublishErrorKind::Timeout, sentence)
}

fn no_connection() -> PublishError {
    PublishError::new(PublishErrorKind::Unreachable, "there is no connection to the NATS server")
}

fn unsuitable(sentence: impl Into<String>) -> PublishError {
    PublishError::new(PublishErrorKind::Unsuitable, sentence)
}

impl Publish for NatsPublisher {
    fn publish(&self, message: Message) -> BoxFuture<'_, Result<Published, PublishError>> {
        // Also where the settings are checked before, and others wait for that.
        Box::pin(async {
            timeout(CONFIRM, self.publish_one(message)).await.unwrap_or_else(|_| Err(no_confirm()))
        })
    }

    fn check(&self) -> BoxFuture<'_, Result<(), PublishError>> {
        Box::pin(async {
            self.inner.watch.doubt();
            timeout(CONFIRM, self.inner.ready()).await.unwrap_or_else(|_| Err(no_confirm()))
        })
    }

    fn max_body(&self) -> usize {
        let of_server = self.inner.client.max_payload();
        of_server.min(self.inner.watch.max_message()).saturating_sub(HEADERS)
    }

    fn bodies(&self) -> Option<&dyn StoreBody> {
        self.inner.bodies.as_ref().map(|bodies| bodies as &dyn StoreBody)
    }
}

impl fmt::Debug for NatsPublisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsPublisher").field("stream", &self.inner.names.stream).finish_non_exhaustive()
    }
}
