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
use lapin::{BasicProperties, Connection, ConnectionProperties, ErrorKind, ExchangeKind};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};
use tracing::subscriber::{DefaultGuard, NoSubscriber, set_default};

use super::lane::{self, Job};
use super::options::Settings;
use super::{AT_ONCE, unsuitable};
use crate::publish::{PublishError, PublishErrorKind};

/// How long the server may take to accept a connection, or to answer a check.
const ANSWER: Duration = Duration::from_secs(3);

/// How long the queue is taken to be as it was declared.
const SURE: Duration = Duration::from_secs(60);

/// How many channels messages are published on. More of them confirm fewer messages at a time.
pub(super) const LANES: usize = 4;

/// A connection whose queue has been checked.
pub(super) struct Live {
    connection: Connection,
    lanes: [tokio::sync::Mutex<Option<mpsc::Sender<Job>>>; LANES],
    next: AtomicUsize,
    checked: Mutex<Option<Instant>>,
    given_up: AtomicUsize,
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
            lanes: Default::default(),
            next: AtomicUsize::default(),
            checked: Mutex::default(),
            given_up: AtomicUsize::default(),
        };
        live.check(settings, true).await?;
        Ok(live)
    }

    /// Whether it is connected, and confirms most messages.
    pub(super) fn is_usable(&self) -> bool {
        self.connection.status().connected() && self.given_up.load(Ordering::Relaxed) < AT_ONCE
    }

    /// A message was not confirmed in time. It takes its place on its channel for as long as there is that connection.
    pub(super) fn give_up(&self) {
        self.given_up.fetch_add(1, Ordering::Relaxed);
    }

    /// Why the server takes no messages now, if it takes none.
    pub(super) fn blocked(&self) -> Option<PublishError> {
        self.connection.status().blocked().then(|| {
            let sentence = "RabbitMQ takes no messages: its alarm of disk or memory is on";
            PublishError::new(PublishErrorKind::Full, sentence)
        })
    }

    /// The next channel in turn. One that the server has closed is made again.
    pub(super) async fn lane(&self) -> Result<mpsc::Sender<Job>, PublishError> {
        let next = self.next.fetch_add(1, Ordering::Relaxed) % LANES;
        let mut lane = self.lanes[next].lock().await;
        if let Some(lane) = lane.as_ref().filter(|lane| !lane.is_closed()) {
            return Ok(lane.clone());
        }
        let opened = async {
            let channel = self.connection.create_channel().await?;
            channel.confirm_select(ConfirmSelectOptions::default()).await?;
            Ok(channel)
        };
        let channel = opened.await.map_err(|error| self.failed(&error))?;
        Ok(lane.insert(lane::start(channel)).clone())
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
