//! What is asked of the server, and the copy that follows it.

use std::future::IntoFuture;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::object_store::ObjectStore;
use async_nats::jetstream::stream::{DeleteMessageErrorKind, RawMessageErrorKind, Stream};
use async_nats::jetstream::{self, Context, stream};
use bytes::Bytes;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use tokio::sync::{Notify, watch};

use super::objects;
use super::record::{Draft, Opened, Record};
use super::replica::Replica;
use super::state::State;
use crate::inbox::cause::Cause;
use crate::inbox::wait::WAIT;

/// Both streams and the objects.
pub(super) struct Server {
    pub(super) context: Context,
    pub(super) name: String,
    /// A message for each delivery.
    pub(super) entries: Stream,
    /// The last message of each entry's subject says how far it is.
    pub(super) states: Stream,
    pub(super) objects: ObjectStore,
    replica: Mutex<Replica>,
    pub(super) entries_read: watch::Sender<u64>,
    pub(super) states_read: watch::Sender<u64>,
    /// How often the copy was begun anew.
    pub(super) begun_anew: watch::Sender<u64>,
    pub(super) arrived: Notify,
}

impl Server {
    pub(super) fn new(
        context: Context,
        name: String,
        entries: Stream,
        states: Stream,
        objects: ObjectStore,
    ) -> Arc<Self> {
        Arc::new(Self {
            context,
            name,
            entries,
            states,
            objects,
            replica: Mutex::default(),
            entries_read: watch::Sender::new(0),
            states_read: watch::Sender::new(0),
            begun_anew: watch::Sender::new(0),
            arrived: Notify::new(),
        })
    }

    pub(super) fn replica(&self) -> MutexGuard<'_, Replica> {
        // A copy that a panic left half-way is still checked by the server when something is written.
        self.replica.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what both streams hold at this moment.
    pub(super) async fn catch_up(&self) -> Result<(), Cause> {
        tokio::time::timeout(WAIT, self.read_to_the_end()).await?
    }

    /// The same, however long it takes.
    pub(super) async fn read_to_the_end(&self) -> Result<(), Cause> {
        let times = *self.begun_anew.borrow();
        let before = (*self.entries_read.borrow(), *self.states_read.borrow());
        let (entries, states) = self.ends().await?;
        if entries < before.0 || states < before.1 {
            self.begin_anew(times);
        }
        tokio::try_join!(read(&self.entries_read, entries), read(&self.states_read, states))?;
        Ok(())
    }

    /// The last messages of both streams, which are made again where they are gone.
    async fn ends(&self) -> Result<(u64, u64), Cause> {
        let asked = async { tokio::try_join!(self.entries.get_info(), self.states.get_info()) };
        let (entries, states) = match asked.await {
            Err(error) if is_no_stream(&error) => {
                // Hardly ever, so that nothing else need have room for it.
                Box::pin(self.make_again()).await?;
                tokio::try_join!(self.entries.get_info(), self.states.get_info())?
            }
            asked => asked?,
        };
        Ok((entries.state.last_sequence, states.state.last_sequence))
    }

    async fn make_again(&self) -> Result<(), Cause> {
        for stream in [&self.entries, &self.states] {
            let config = stream.cached_info().config.clone();
            self.context.get_or_create_stream(config).await?;
        }
        let replicas = self.entries.cached_info().config.num_replicas;
        objects::store(&self.context, &self.name, replicas).await?;
        Ok(())
    }

    /// The server has forgotten what it had acknowledged, after a power cut for one: what was read of it is forgotten as
    /// well, since its numbers are given out again. Once, where several notice; `times` is what they knew of before.
    pub(super) fn begin_anew(&self, times: u64) {
        let mut replica = self.replica();
        if *self.begun_anew.borrow() == times {
            tracing::error!(
                inbox = self.name,
                entries = replica.len(),
                "the server has forgotten what it had acknowledged; the inbox is read anew"
            );
            replica.begin_anew();
            self.entries_read.send_replace(0);
            self.states_read.send_replace(0);
            self.begun_anew.send_replace(times + 1);
        }
    }

    /// Adds to the copy what one of the streams was read for, up to that message; nothing where the copy was begun anew
    /// since.
    pub(super) fn add<T>(
        &self,
        times: u64,
        reached: &watch::Sender<u64>,
        sequence: u64,
        add: impl FnOnce(&mut Replica) -> T,
    ) -> Option<T> {
        let mut replica = self.replica();
        if *self.begun_anew.borrow() != times {
            return None;
        }
        let added = add(&mut replica);
        reached.send_replace(sequence);
        Some(added)
    }

    /// How large a message may be.
    pub(super) fn max_payload(&self) -> usize {
        self.context.client().server_info().max_payload
    }

    /// Stores a delivery right after the last one that was read; `None` where another one came first.
    pub(super) async fn publish(
        &self,
        draft: &Draft,
        first: u64,
        after: u64,
        keys: impl Iterator<Item = &str>,
    ) -> Result<Option<u64>, Cause> {
        let payload = if draft.object.is_some() { Bytes::new() } else { draft.payload.clone() };
        let message = PublishMessage::build()
            .headers(draft.headers(first))
            .payload(payload)
            .expected_last_sequence(after)
            .message_id(message_id(first, keys));
        let published = self.context.send_publish(format!("{}.entries", self.name), message).await?;
        match published.await {
            // Another receiver has stored the very same there.
            Ok(ack) if ack.duplicate => Ok(None),
            Ok(ack) => Ok(Some(ack.sequence)),
            Err(error) if is_other(&error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Replaces the state of an entry; `None` where another one came first.
    pub(super) async fn set_state(
        &self,
        id: u64,
        state: &State,
        revision: u64,
    ) -> Result<Option<u64>, Cause> {
        let message = PublishMessage::build()
            .payload(serde_json::to_vec(state)?.into())
            .expected_last_subject_sequence(revision);
        let published = self.context.send_publish(format!("{}.state.{id}", self.name), message).await?;
        match published.await {
            Ok(ack) => Ok(Some(ack.sequence)),
            Err(error) if is_other(&error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits until that state was read here too. What is written is written, read or not.
    pub(super) async fn state_read(&self, sequence: u64) {
        let _ = tokio::time::timeout(WAIT, read(&self.states_read, sequence)).await;
    }

    pub(super) async fn entry_read(&self, sequence: u64) {
        let _ = tokio::time::timeout(WAIT, read(&self.entries_read, sequence)).await;
    }

    /// Publishes and forgets: nothing depends on it.
    pub(super) async fn tell(&self, subject: String, payload: Bytes) -> Result<(), Cause> {
        self.context.publish(subject, payload).await?.into_future().await?;
        Ok(())
    }

    async fn message(&self, sequence: u64) -> Result<Option<jetstream::message::StreamMessage>, Cause> {
        // The stream's leader answers: a replica of the stream may not have it yet.
        match self.entries.get_raw_message(sequence).await {
            Ok(message) => Ok(Some(message)),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the server still holds the delivery of that message.
    pub(super) async fn holds(&self, record: u64) -> Result<bool, Cause> {
        Ok(self.message(record).await?.is_some())
    }

    /// A delivery with its payload; `None` where it was deleted.
    pub(super) async fn open(&self, record: u64) -> Result<Option<Opened>, Cause> {
        let Some(message) = self.message(record).await? else { return Ok(None) };
        let record = Record::read(Some(&message.headers))?;
        let payload = match &record.object {
            None => message.payload,
            Some(object) => self.get_object(object).await?,
        };
        record.open(payload).map(Some)
    }

    /// Deletes and overwrites a message, which may be gone already.
    pub(super) async fn delete(&self, stream: &Stream, sequence: u64) -> Result<(), Cause> {
        match stream.delete_message(sequence).await {
            Ok(_) => Ok(()),
            Err(error) => match error.kind() {
                DeleteMessageErrorKind::JetStream(error) if is_gone(error.error_code()) => Ok(()),
                _ => Err(error.into()),
            },
        }
    }
}

async fn read(reached: &watch::Sender<u64>, sequence: u64) -> Result<(), Cause> {
    reached.subscribe().wait_for(|read| *read >= sequence).await?;
    Ok(())
}

/// The same for two receivers that store the same entries at the same place, so that the server knows the second.
fn message_id<'a>(first: u64, keys: impl Iterator<Item = &'a str>) -> String {
    let mut digest = Sha256::new();
    for key in keys {
        digest.update(key.len().to_be_bytes());
        digest.update(key);
    }
    format!("{first}-{}", HEXLOWER.encode(&digest.finalize()))
}

/// Something else stands there than was read; nothing at all where the stream is gone.
fn is_other(error: &PublishError) -> bool {
    matches!(error.kind(), PublishErrorKind::WrongLastSequence | PublishErrorKind::StreamNotFound)
}

fn is_no_stream(error: &(dyn std::error::Error + 'static)) -> bool {
    let refusal = error.downcast_ref::<jetstream::Error>();
    refusal.is_some_and(|refusal| refusal.error_code() == ErrorCode::STREAM_NOT_FOUND)
        || error.source().is_some_and(is_no_stream)
}

fn is_missing(error: &stream::RawMessageError) -> bool {
    match error.kind() {
        RawMessageErrorKind::NoMessageFound => true,
        RawMessageErrorKind::JetStream(error) => is_gone(error.error_code()),
        _ => false,
    }
}

fn is_gone(code: ErrorCode) -> bool {
    // The code for a message that cannot be deleted covers one that is not there.
    code == ErrorCode::NO_MESSAGE_FOUND || code == ErrorCode::STREAM_MESSAGE_DELETE_FAILED
}
