//! What is asked of the server, and the copy that follows it.

use std::future::IntoFuture;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::object_store::ObjectStore;
use async_nats::jetstream::stream::{DeleteMessageErrorKind, RawMessageErrorKind, Stream};
use async_nats::jetstream::{Context, stream};
use bytes::Bytes;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use tokio::sync::{Notify, watch};

use super::record::{Draft, Opened, Record};
use super::replica::Replica;
use super::state::State;
use crate::inbox::cause::{Cause, Unreadable};

/// After a power cut, for one. What this process has read may be given out anew by now.
pub(super) const FORGOTTEN: &str = "the server has forgotten what it had acknowledged: open the inbox anew";

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
    /// Why the streams cannot be followed any further.
    unreadable: watch::Sender<Option<&'static str>>,
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
            unreadable: watch::Sender::new(None),
            arrived: Notify::new(),
        })
    }

    pub(super) fn replica(&self) -> MutexGuard<'_, Replica> {
        // A copy that a panic left half-way is still checked by the server when something is written.
        self.replica.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what both streams hold at this moment.
    pub(super) async fn catch_up(&self) -> Result<(), Cause> {
        tokio::time::timeout(super::WAIT, self.read_to_the_end()).await?
    }

    /// The same, however long it takes.
    pub(super) async fn read_to_the_end(&self) -> Result<(), Cause> {
        let before = (*self.entries_read.borrow(), *self.states_read.borrow());
        let (entries, states) = tokio::try_join!(self.entries.get_info(), self.states.get_info())?;
        let (entries, states) = (entries.state.last_sequence, states.state.last_sequence);
        if entries < before.0 || states < before.1 {
            self.is_unreadable(FORGOTTEN);
        }
        let both =
            async { tokio::try_join!(read(&self.entries_read, entries), read(&self.states_read, states)) };
        tokio::select! {
            biased;
            why = self.unreadable() => Err(Unreadable(why).into()),
            read = both => read.map(|_| ()),
        }
    }

    /// The streams cannot be followed any further: nothing is read or written any more.
    pub(super) fn is_unreadable(&self, why: &'static str) {
        tracing::error!(why, "the streams of the inbox cannot be followed any further");
        self.unreadable.send_replace(Some(why));
    }

    fn check(&self) -> Result<(), Cause> {
        (*self.unreadable.borrow()).map_or(Ok(()), |why| Err(Unreadable(why).into()))
    }

    async fn unreadable(&self) -> &'static str {
        let mut why = self.unreadable.subscribe();
        let why = why.wait_for(Option::is_some).await.ok().and_then(|why| *why);
        why.unwrap_or_default()
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
        self.check()?;
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
            Err(error) if error.kind() == PublishErrorKind::WrongLastSequence => Ok(None),
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
        self.check()?;
        let message = PublishMessage::build()
            .payload(serde_json::to_vec(state)?.into())
            .expected_last_subject_sequence(revision);
        let published = self.context.send_publish(format!("{}.state.{id}", self.name), message).await?;
        match published.await {
            Ok(ack) => Ok(Some(ack.sequence)),
            Err(error) if error.kind() == PublishErrorKind::WrongLastSequence => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits until that state was read here too. What is written is written, read or not.
    pub(super) async fn state_read(&self, sequence: u64) {
        let _ = tokio::time::timeout(super::WAIT, read(&self.states_read, sequence)).await;
    }

    pub(super) async fn entry_read(&self, sequence: u64) {
        let _ = tokio::time::timeout(super::WAIT, read(&self.entries_read, sequence)).await;
    }

    /// Publishes and forgets: nothing depends on it.
    pub(super) async fn tell(&self, subject: String, payload: Bytes) -> Result<(), Cause> {
        self.context.publish(subject, payload).await?.into_future().await?;
        Ok(())
    }

    async fn message(
        &self,
        sequence: u64,
    ) -> Result<Option<async_nats::jetstream::message::StreamMessage>, Cause> {
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
