//! How to connect to RabbitMQ.

use std::fmt;
use std::path::{Path, PathBuf};

use lapin::tcp::{OwnedIdentity, OwnedTLSConfig};
use lapin::types::{AMQPValue, FieldTable, LongString};
use lapin::uri::AMQPUri;
use url::Url;

use super::{AmqpPublisher, unsuitable};
use crate::publish::PublishError;

/// What RabbitMQ 4 takes unless its configuration says otherwise.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// A connection that carries nothing is noticed after twice that many seconds.
const HEARTBEAT: u16 = 20;

/// Names are short strings, and a routing key has two tokens more.
const LONGEST_NAME: usize = 127;

/// How a queue keeps its messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueueType {
    /// On a majority of its members, each synced to its disk.
    #[default]
    Quorum,
    /// On one server.
    Classic,
}

#[derive(Clone)]
pub(super) struct Settings {
    pub(super) address: AMQPUri,
    pub(super) tls: OwnedTLSConfig,
    pub(super) exchange: String,
    pub(super) queue: String,
    pub(super) prefix: String,
    pub(super) max_body: usize,
    queue_type: QueueType,
    max_messages: Option<u32>,
    max_bytes: Option<u64>,
    dead_letters: Option<String>,
}

impl Settings {
    /// What the queue is declared with. At a limit it refuses messages, instead of dropping the oldest.
    pub(super) fn arguments(&self) -> FieldTable {
        let mut arguments = FieldTable::default();
        let word = |word: &str| AMQPValue::LongString(LongString::from(word));
        if self.queue_type == QueueType::Quorum {
            arguments.insert("x-queue-type".into(), word("quorum"));
        }
        if let Some(most) = self.max_messages {
            arguments.insert("x-max-length".into(), AMQPValue::LongLongInt(most.into()));
        }
        if let Some(most) = self.max_bytes {
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            arguments.insert("x-max-length-bytes".into(), AMQPValue::LongLongInt(most));
        }
        arguments.insert("x-overflow".into(), word("reject-publish"));
        if let Some(exchange) = &self.dead_letters {
            arguments.insert("x-dead-letter-exchange".into(), word(exchange));
        }
        arguments
    }

    /// The routing keys that go to the queue: all below the prefix.
    pub(super) fn binding(&self) -> String {
        if self.prefix.is_empty() { "#".to_owned() } else { format!("{}.#", self.prefix) }
    }
}

/// How to connect an [`AmqpPublisher`].
#[derive(Clone)]
pub struct AmqpOptions {
    settings: Settings,
    root_certificates: Option<PathBuf>,
    client_certificate: Option<(PathBuf, PathBuf)>,
}

impl AmqpOptions {
    /// Reads an address.
    ///
    /// ```text
    /// amqp://user:password@host:5672/VHOST?queue=webhooks&exchange=webhooks&type=quorum&prefix=PREFIX
    ///        &max-messages=N&max-bytes=N&dead-letters=EXCHANGE&max-body=N&tlsca=FILE&tlscert=FILE&tlskey=FILE
    /// ```
    ///
    /// The scheme is `amqp` or `amqps`. Without path the virtual host is `/`; in a path it is encoded, `%2F`. Everything
    /// but the host may be left out, and every setting has a method here that says what it does and what holds without it.
    ///
    /// ```
    /// # use klavi_webhook::AmqpOptions;
    /// let options = AmqpOptions::new("amqp://rabbit.example/%2Fpartners?queue=deliveries&type=quorum")?;
    /// # let _ = options;
    /// # Ok::<(), klavi_webhook::PublishError>(())
    /// ```
    ///
    /// # Errors
    /// Where the address is none, or names a setting that there is not. The text does not hold the address.
    pub fn new(address: &str) -> Result<Self, PublishError> {
        let url = Url::parse(address).map_err(|error| invalid(&format!("cannot be read: {error}")))?;
        let mut uri: AMQPUri = address.parse().map_err(|_| invalid("is none of amqp or amqps"))?;
        uri.query.heartbeat = uri.query.heartbeat.or(Some(HEARTBEAT));
        let mut options = Self {
            settings: Settings {
                address: uri,
                tls: OwnedTLSConfig::default(),
                exchange: String::new(),
                queue: "webhooks".to_owned(),
                prefix: String::new(),
                max_body: MAX_BODY,
                queue_type: QueueType::Quorum,
                max_messages: None,
                max_bytes: None,
                dead_letters: None,
            },
            root_certificates: None,
            client_certificate: None,
        };
        let number = |name: &str, text: &str| {
            text.parse().map_err(|_| invalid(&format!("has a `{name}` that is no number")))
        };
        let (mut certificate, mut key) = (None, None);
        for (name, value) in url.query_pairs() {
            match (&*name, &*value) {
                ("queue", name) => options = options.queue(name),
                ("exchange", name) => options = options.exchange(name),
                ("prefix", prefix) => options = options.prefix(prefix),
                ("type", "quorum") => options = options.queue_type(QueueType::Quorum),
                ("type", "classic") => options = options.queue_type(QueueType::Classic),
                ("type", _) => return Err(invalid("has a `type` other than quorum and classic")),
                ("max-messages", n) => {
                    let most = u32::try_from(number("max-messages", n)?);
                    options =
                        options.max_messages(most.map_err(|_| invalid("has a `max-messages` too large"))?);
                }
                ("max-bytes", n) => options = options.max_bytes(number("max-bytes", n)?),
                ("max-body", n) => {
                    let most = usize::try_from(number("max-body", n)?);
                    options = options.max_body(most.map_err(|_| invalid("has a `max-body` too large"))?);
                }
                ("dead-letters", exchange) => options = options.dead_letters(exchange),
                ("tlsca", file) => options = options.root_certificates(file),
                ("tlscert", file) => certificate = Some(PathBuf::from(file)),
                ("tlskey", file) => key = Some(PathBuf::from(file)),
                // lapin has read them.
                ("heartbeat" | "frame_max" | "channel_max" | "connection_timeout" | "auth_mechanism", _) => {}
                (name, _) => return Err(invalid(&format!("has a setting that is not known: {name}"))),
            }
        }
        match (certificate, key) {
            (Some(certificate), Some(key)) => options = options.client_certificate(certificate, key),
            (None, None) => {}
            _ => return Err(invalid("names one of tlscert and tlskey: it takes both")),
        }
        Ok(options)
    }

    /// The queue that keeps the messages; `webhooks` unless said otherwise.
    #[must_use]
    pub fn queue(mut self, name: &str) -> Self {
        name.clone_into(&mut self.settings.queue);
        self
    }

    /// The exchange that messages are published to; named like the queue unless said otherwise. You may bind queues of
    /// your own to it.
    #[must_use]
    pub fn exchange(mut self, name: &str) -> Self {
        name.clone_into(&mut self.settings.exchange);
        self
    }

    /// What routing keys begin with; nothing unless said otherwise.
    #[must_use]
    pub fn prefix(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.settings.prefix);
        self
    }

    /// How the queue keeps its messages; a quorum queue unless said otherwise.
    #[must_use]
    pub fn queue_type(mut self, queue_type: QueueType) -> Self {
        self.settings.queue_type = queue_type;
        self
    }

    /// How many messages the queue holds; then it refuses more. Without limit unless said otherwise.
    #[must_use]
    pub fn max_messages(mut self, messages: u32) -> Self {
        self.settings.max_messages = Some(messages);
        self
    }

    /// How many bytes of bodies the queue holds; then it refuses more. Without limit unless said otherwise.
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.settings.max_bytes = Some(bytes);
        self
    }

    /// The exchange that the queue sends messages to that your consumers reject, or that were delivered too often:
    /// RabbitMQ 4 drops a message of a quorum queue at its 21st delivery where there is none. You declare it.
    #[must_use]
    pub fn dead_letters(mut self, exchange: &str) -> Self {
        self.settings.dead_letters = Some(exchange.to_owned());
        self
    }

    /// The largest body, in bytes; 16 MiB unless said otherwise, as RabbitMQ 4 has it. The server's `max_message_size` has
    /// to allow it: a message of that size is tried when it connects, and taken back.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.settings.max_body = bytes;
        self
    }

    /// Trusts the certificate authorities of this PEM file beside those of the system.
    #[must_use]
    pub fn root_certificates(mut self, file: impl Into<PathBuf>) -> Self {
        self.root_certificates = Some(file.into());
        self
    }

    /// Presents this certificate, both PEM files.
    #[must_use]
    pub fn client_certificate(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.client_certificate = Some((certificate.into(), key.into()));
        self
    }

    /// Connects, declares exchange and queue, and tries a message of the largest size. Later on a connection that is lost
    /// is made again, as often as it takes.
    ///
    /// # Errors
    /// Where the server does not answer, the user is refused, exchange or queue are there with other settings, or bodies of
    /// the largest size are refused: the text says what to do.
    pub async fn connect(self) -> Result<AmqpPublisher, PublishError> {
        let Self { mut settings, root_certificates, client_certificate } = self;
        if settings.exchange.is_empty() {
            settings.exchange.clone_from(&settings.queue);
        }
        for name in [&settings.queue, &settings.exchange, &settings.prefix] {
            if name.len() > LONGEST_NAME {
                return Err(unsuitable(format!(
                    "a name of RabbitMQ is longer than {LONGEST_NAME} bytes: {name}"
                )));
            }
        }
        if let Some(file) = root_certificates {
            settings.tls.cert_chain = Some(text(&file).await?);
        }
        if let Some((certificate, key)) = client_certificate {
            let (pem, key) = (text(&certificate).await?.into_bytes(), text(&key).await?.into_bytes());
            settings.tls.identity = Some(OwnedIdentity::PKCS8 { pem, key });
        }
        AmqpPublisher::connect(settings).await
    }
}

async fn text(file: &Path) -> Result<String, PublishError> {
    let path = file.to_owned();
    let read = tokio::task::spawn_blocking(move || std::fs::read_to_string(path)).await;
    let cannot = |error: &dyn fmt::Display| unsuitable(format!("cannot read {}: {error}", file.display()));
    read.map_err(|error| cannot(&error))?.map_err(|error| cannot(&error))
}

fn invalid(what: &str) -> PublishError {
    unsuitable(format!("the address of RabbitMQ {what}"))
}

impl fmt::Debug for AmqpOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AmqpOptions")
            .field("queue", &self.settings.queue)
            .field("type", &self.settings.queue_type)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_host_a_virtual_host_and_settings() {
        let options = AmqpOptions::new(
            "amqp://me:p%40ss@a:5673/%2Fx?queue=q&type=classic&max-messages=7&max-bytes=8&max-body=9&heartbeat=3",
        )
        .unwrap();
        let settings = &options.settings;
        assert_eq!((&*settings.address.authority.host, settings.address.authority.port), ("a", 5673));
        assert_eq!((&*settings.address.vhost, settings.address.query.heartbeat), ("/x", Some(3)));
        assert_eq!((&*settings.queue, settings.max_body), ("q", 9));
        let arguments = settings.arguments();
        let names: Vec<_> = arguments.inner().keys().map(ToString::to_string).collect();
        assert_eq!(names, ["x-max-length", "x-max-length-bytes", "x-overflow"]);
        assert!(!format!("{options:?}").contains("p@ss"));
        assert_eq!(AmqpOptions::new("amqp://a").unwrap().settings.address.vhost, "/");
    }

    #[test]
    fn an_address_that_is_none_is_refused_without_quoting_it() {
        for address in [
            "a:5672",
            "nats://u:s3cret@a",
            "amqp://u:s3cret@a:port",
            "amqp://u:s3cret@a?type=stream",
            "amqp://u:s3cret@a?max-messages=s3cret",
            "amqp://u:s3cret@a?pasword=s3cret",
            "amqp://u:s3cret@a?tlskey=k",
        ] {
            let error = AmqpOptions::new(address).unwrap_err();
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
    }
}
