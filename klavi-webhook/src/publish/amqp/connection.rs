//! One connection to RabbitMQ with its channels, and the checks that it begins with.

use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lapin::options::{
    BasicPublishOptions, ConfirmSelectOptions, ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions,
};
use lapin::protocol::{AMQPErrorKind, AMQPHardError, AMQPSoftError};
use lapin::tcp::{AMQPUriTcpExt, OwnedTLSConfig};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties, ErrorKind, ExchangeKind};
use tokio::time::{Instant, timeout};
use tracing::subscriber::{DefaultGuard, NoSubscriber, set_default};

use super::options::Settings;
use super::{AT_ONCE, unsuitable};
use crate::publish::{PublishError, PublishErrorKind};

/// How long the server may take to accept a connection, or to answer a check.
const ANSWER: Duration = Duration::from_secs(3);

/// How long the queue is taken to be as it was declared.
const SURE: Duration = Duration::from_secs(60);

/// A connection whose queue has been checked.
pub(super) struct Live {
    connection: Connection,
    /// Channels on which nothing is under way.
    idle: Mutex<Vec<Channel>>,
    checked: Mutex<Option<Instant>>,
    abandoned: AtomicUsize,
}

impl Live {
    pub(super) async fn connect(settings: &Settings) -> Result<Self, PublishError> {
        let connection = timeout(ANSWER, connect(settings)).await;
        let connection = connection.map_err(|_| no_answer())?.map_err(|error| {
            let sorted = sorted(&error);
            PublishError::new(sorted.kind(), format!("cannot connect to RabbitMQ: {error}"))
        })?;
        let live = Self {
            connection,
            idle: Mutex::default(),
            checked: Mutex::default(),
            abandoned: AtomicUsize::default(),
        };
        live.check(settings, true).await?;
        Ok(live)
    }

    /// Whether it is connected, and the server closes its channels.
    pub(super) fn is_usable(&self) -> bool {
        self.connection.status().connected() && self.abandoned.load(Ordering::Relaxed) < AT_ONCE
    }

    /// A channel was closed with a message under way on it. A server whose queue hangs keeps such channels, and there is a
    /// limit of them.
    pub(super) fn abandon_channel(&self) {
        self.abandoned.fetch_add(1, Ordering::Relaxed);
    }

    /// Why the server takes no messages now, if it takes none.
    pub(super) fn blocked(&self) -> Option<PublishError> {
        self.connection.status().blocked().then(|| {
            let sentence = "RabbitMQ takes no messages: its alarm of disk or memory is on";
            PublishError::new(PublishErrorKind::Full, sentence)
        })
    }

    /// A channel on which nothing is under way, with confirms.
    pub(super) async fn channel(&self) -> Result<Channel, PublishError> {
        let idle = || self.idle().pop();
        while let Some(channel) = idle() {
            // The server may have closed it meanwhile.
            if channel.status().connected() {
                return Ok(channel);
            }
        }
        let opened = async {
            let channel = self.connection.create_channel().await?;
            channel.confirm_select(ConfirmSelectOptions::default()).await?;
            Ok(channel)
        };
        opened.await.map_err(|error| self.failed(&error))
    }

    pub(super) fn give_back(&self, channel: Channel) {
        self.idle().push(channel);
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Channel>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The queue may have changed.
    pub(super) fn doubt(&self) {
        *self.checked.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Sorts an error of one publication, and doubts the queue where it may be gone.
    pub(super) fn failed(&self, error: &lapin::Error) -> PublishError {
        let error = sorted(error);
        if error.kind() == PublishErrorKind::Missing {
            self.doubt();
        }
        error
    }

    /// Declares exchange and queue. Where they are there already, the server compares their settings.
    pub(super) async fn check(&self, settings: &Settings, now: bool) -> Result<(), PublishError> {
        let is_sure = |checked: &Option<Instant>| checked.is_some_and(|at| at.elapsed() < SURE);
        if !now && is_sure(&self.checked.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(());
        }
        let declared = timeout(ANSWER, self.declare(settings)).await;
        declared.map_err(|_| no_answer())?.map_err(|error| match error.kind() {
            // The text names the setting.
            ErrorKind::ProtocolError(error)
                if *error.kind() == AMQPErrorKind::Soft(AMQPSoftError::PRECONDITIONFAILED) =>
            {
                unsuitable(format!(
                    "the exchange or queue is there with settings that may lose messages: {}; delete it, or choose \
                     the same settings",
                    error.get_message()
                ))
            }
            _ => sorted(&error),
        })?;
        *self.checked.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        Ok(())
    }

    async fn declare(&self, settings: &Settings) -> lapin::Result<()> {
        let channel = self.connection.create_channel().await?;
        let durable = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
        let (exchange, queue) = (settings.exchange.as_str(), settings.queue.as_str());
        channel
            .exchange_declare(exchange.into(), ExchangeKind::Topic, durable, FieldTable::default())
            .await?;
        let durable = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
        channel.queue_declare(queue.into(), durable, settings.arguments()).await?;
        let (key, options) = (settings.binding(), QueueBindOptions::default());
        channel.queue_bind(queue.into(), exchange.into(), key.into(), options, FieldTable::default()).await
    }

    /// Publishes a message of the largest size in a transaction and rolls it back: the server does not tell its limit, nor
    /// what a user may do.
    pub(super) async fn probe(&self, settings: &Settings) -> Result<(), PublishError> {
        let body = vec![0; settings.max_body];
        let probed = async {
            let channel = self.connection.create_channel().await?;
            channel.tx_select().await?;
            let (exchange, key) = (settings.exchange.as_str().into(), settings.binding().into());
            let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default());
            channel.basic_publish(exchange, key, options, &body, properties).await?.await?;
            channel.tx_rollback().await
        };
        let probed = timeout(ANSWER * 4, probed).await.map_err(|_| no_answer())?;
        probed.map_err(|error| match sorted(&error) {
            error if error.kind() == PublishErrorKind::TooLarge => unsuitable(format!(
                "RabbitMQ takes no body of {} bytes: raise its max_message_size, or refuse larger bodies with --max-body",
                settings.max_body
            )),
            error => error,
        })
    }
}

async fn connect(settings: &Settings) -> lapin::Result<Connection> {
    let tls: OwnedTLSConfig = settings.tls.clone();
    let properties = ConnectionProperties::default().with_connection_name("webhook receiver".into());
    let runtime = lapin::runtime::default_runtime()?;
    let connected = Connection::connector(
        settings.address.clone(),
        runtime,
        async move |uri, runtime| {
            quiet_this_thread();
            let connected = AMQPUriTcpExt::connect_with_config_async(&uri, tls.as_ref(), &runtime).await;
            connected.map_err(lapin::Error::from)
        },
        properties,
    );
    connected.await
}

/// Ends the log of the thread on which lapin reads and writes: it logs each returned message with its body. Every error
/// comes back as a value and is logged here.
fn quiet_this_thread() {
    thread_local! {
        static QUIET: RefCell<Option<DefaultGuard>> = const { RefCell::new(None) };
    }
    QUIET.with_borrow_mut(|quiet| {
        quiet.get_or_insert_with(|| set_default(NoSubscriber::default()));
    });
}

fn no_answer() -> PublishError {
    PublishError::new(PublishErrorKind::Timeout, "RabbitMQ does not answer")
}

/// Sorts an error by what keeps messages from being published.
fn sorted(error: &lapin::Error) -> PublishError {
    let ErrorKind::ProtocolError(protocol) = error.kind() else {
        return PublishError::new(
            PublishErrorKind::Unreachable,
            format!("there is no connection to RabbitMQ: {error}"),
        );
    };
    let kind = match protocol.kind() {
        AMQPErrorKind::Soft(AMQPSoftError::ACCESSREFUSED)
        | AMQPErrorKind::Hard(AMQPHardError::NOTALLOWED) => PublishErrorKind::Denied,
        AMQPErrorKind::Soft(AMQPSoftError::NOTFOUND | AMQPSoftError::NOROUTE) => PublishErrorKind::Missing,
        AMQPErrorKind::Soft(AMQPSoftError::CONTENTTOOLARGE) => PublishErrorKind::TooLarge,
        AMQPErrorKind::Soft(AMQPSoftError::PRECONDITIONFAILED)
            if protocol.get_message().as_str().contains("larger than") =>
        {
            PublishErrorKind::TooLarge
        }
        AMQPErrorKind::Hard(AMQPHardError::CONNECTIONFORCED) => PublishErrorKind::Unreachable,
        _ => PublishErrorKind::Other,
    };
    PublishError::new(kind, format!("RabbitMQ refused a message: {}", protocol.get_message()))
}
