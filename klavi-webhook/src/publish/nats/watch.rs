//! What the connection tells beside acks: whether the settings of the stream are sure, and whether acks may still come.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_nats::Event;
use tokio::sync::watch;
use tokio::time::Instant;

use super::no_connection;
use crate::publish::{PublishError, PublishErrorKind};

/// How long the settings of a stream are taken to be as they were.
const SURE: Duration = Duration::from_secs(60);

/// Keeps what the connection tells.
#[derive(Debug)]
pub(super) struct Watch {
    state: Mutex<Settings>,
    interrupted: watch::Sender<Option<PublishError>>,
}

#[derive(Debug, Default)]
struct Settings {
    checked: Option<Instant>,
    /// How often they were doubted: a check that began before the last doubt proves nothing.
    doubts: u64,
    max_message: Option<usize>,
}

/// Tells one publication of an interruption after it began.
pub(super) struct Interruption(watch::Receiver<Option<PublishError>>);

impl Watch {
    pub(super) fn new() -> Self {
        Self { state: Mutex::default(), interrupted: watch::Sender::new(None) }
    }

    /// Takes note of an event of the connection.
    pub(super) fn note(&self, event: &Event) {
        match event {
            Event::Connected => {
                tracing::info!("connected to the NATS server");
                self.doubt();
            }
            Event::Disconnected | Event::Closed => {
                tracing::warn!("the connection to the NATS server is lost");
                self.doubt();
                self.interrupted.send_replace(Some(no_connection()));
            }
            // The server sends this in place of an ack.
            Event::ServerError(error)
                if error.to_string().to_lowercase().contains("permissions violation") =>
            {
                tracing::error!(%error, "the NATS server refused a message");
                let sentence = format!("the NATS server refused a message: {error}");
                self.interrupted.send_replace(Some(PublishError::new(PublishErrorKind::Denied, sentence)));
            }
            event => tracing::warn!(%event, "NATS"),
        }
    }

    pub(super) fn subscribe(&self) -> Interruption {
        Interruption(self.interrupted.subscribe())
    }

    pub(super) fn is_sure(&self) -> bool {
        self.settings().checked.is_some_and(|checked| checked.elapsed() < SURE)
    }

    /// The settings may have changed.
    pub(super) fn doubt(&self) {
        let mut settings = self.settings();
        settings.checked = None;
        settings.doubts += 1;
    }

    /// Begins a check.
    pub(super) fn asking(&self) -> u64 {
        self.settings().doubts
    }

    /// Ends a check that found the settings suitable.
    pub(super) fn sure(&self, asked: u64, max_message: Option<usize>) {
        let mut settings = self.settings();
        settings.max_message = max_message;
        if settings.doubts == asked {
            settings.checked = Some(Instant::now());
        }
    }

    /// The largest message that the stream takes.
    pub(super) fn max_message(&self) -> usize {
        self.settings().max_message.unwrap_or(usize::MAX)
    }

    fn settings(&self) -> std::sync::MutexGuard<'_, Settings> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Interruption {
    /// Waits for an interruption.
    pub(super) async fn wait(&mut self) -> PublishError {
        match self.0.changed().await {
            Ok(()) => self.0.borrow().clone().unwrap_or_else(no_connection),
            Err(_) => no_connection(),
        }
    }
}
