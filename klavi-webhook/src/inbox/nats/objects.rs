//! Payloads that are too large for a message, in the object store.

use std::collections::HashSet;
use std::time::Duration;

use async_nats::datetime::{DateTime, add_std_duration};
use async_nats::jetstream::Context;
use async_nats::jetstream::object_store::{Config, GetErrorKind, ObjectMetadata, ObjectStore};
use async_nats::jetstream::stream::{LastRawMessageErrorKind, Stream};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use bytes::Bytes;
use futures_util::TryStreamExt;
use tokio::io::AsyncReadExt;

use super::record::Object;
use super::server::Server;
use crate::inbox::cause::{Cause, Unreadable};
use crate::inbox::wait::time_for;

/// A store gives up long before. One that has not would be refused: the newest delivery is younger than what the store
/// had read.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// Somebody else has deleted or damaged it.
const GONE: &str = "the object with the bytes of a delivery is gone or damaged";

/// What the store itself would choose.
const CHUNK: usize = 128 * 1024;

impl Server {
    pub(super) async fn put_object(&self, payload: &Bytes) -> Result<Object, Cause> {
        let name = format!("{:032x}", fastrand::u128(..));
        let meta = ObjectMetadata {
            name: name.clone(),
            chunk_size: Some(CHUNK.min(self.max_payload())),
            ..ObjectMetadata::default()
        };
        let stored = self.objects.put(meta, &mut &payload[..]).await?;
        Ok(Object { name, chunks: stored.nuid })
    }

    /// The payload as it was stored; [`Unreadable`] where it is not there any more.
    pub(super) async fn get_object(&self, object: &Object) -> Result<Bytes, Cause> {
        let mut stored = match self.objects.get(&object.name).await {
            Ok(stored) => stored,
            Err(error) if error.kind() == GetErrorKind::NotFound => return Err(Unreadable(GONE).into()),
            Err(error) => return Err(error.into()),
        };
        // The client waits for chunks that are not there.
        if self.count_chunks(object).await? != stored.info().chunks {
            return Err(Unreadable(GONE).into());
        }
        let size = stored.info().size;
        let mut payload = Vec::with_capacity(size);
        // Checks the digest at the end.
        match tokio::time::timeout(time_for(size), stored.read_to_end(&mut payload)).await? {
            Ok(_) => Ok(payload.into()),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => Err(Unreadable(GONE).into()),
            Err(error) => Err(error.into()),
        }
    }

    async fn count_chunks(&self, object: &Object) -> Result<usize, Cause> {
        let stream = self.object_stream().await?;
        let mut chunks = stream.info_with_subjects(self.chunks(&object.chunks)).await?;
        Ok(chunks.try_next().await?.map_or(0, |(_, count)| count))
    }

    /// Deletes an object, which may be gone already.
    pub(super) async fn remove_object(&self, object: &Object) -> Result<(), Cause> {
        let stream = self.object_stream().await?;
        stream.purge().filter(self.chunks(&object.chunks)).await?;
        stream.purge().filter(self.object(&object.name)).await?;
        Ok(())
    }

    /// Deletes what stores have left that did not get to the end: objects, whole or in part, that no delivery names and
    /// that are an hour older than the newest delivery.
    pub(super) async fn remove_abandoned_objects(&self) -> Result<(), Cause> {
        let stream = self.object_stream().await?;
        let mut subjects = Vec::new();
        for filter in [self.chunks(">"), format!("$O.{}.M.>", self.bucket())] {
            let mut found = stream.info_with_subjects(filter).await?;
            while let Some((subject, _)) = found.try_next().await? {
                subjects.push(subject);
            }
        }
        // Deliveries that named one of them meanwhile are read before it is decided.
        self.catch_up().await?;
        let (newest, named) = {
            let replica = self.replica();
            let Some((_, newest)) = replica.last_record else { return Ok(()) };
            (newest, replica.objects())
        };
        for subject in subjects {
            if !is_named(&subject, &named) && is_older(&stream, &subject, newest).await? {
                stream.purge().filter(subject).await?;
            }
        }
        Ok(())
    }

    async fn object_stream(&self) -> Result<Stream, Cause> {
        Ok(self.context.get_stream(format!("OBJ_{}", self.bucket())).await?)
    }

    pub(super) fn bucket(&self) -> String {
        bucket(&self.name)
    }

    fn chunks(&self, chunks: &str) -> String {
        format!("$O.{}.C.{chunks}", self.bucket())
    }

    fn object(&self, name: &str) -> String {
        format!("$O.{}.M.{}", self.bucket(), URL_SAFE.encode(name))
    }
}

fn bucket(name: &str) -> String {
    format!("{name}-bodies")
}

/// Makes the store of an inbox where it is not there.
pub(super) async fn store(context: &Context, name: &str, replicas: usize) -> Result<ObjectStore, Cause> {
    let bucket = Config { bucket: bucket(name), num_replicas: replicas, ..Config::default() };
    match context.get_object_store(&bucket.bucket).await {
        Ok(objects) => Ok(objects),
        Err(_) => Ok(context.create_object_store(bucket).await?),
    }
}

/// Subjects end with the name of the chunks or the encoded name of the object.
fn is_named(subject: &str, named: &HashSet<String>) -> bool {
    let last = subject.rsplit('.').next().unwrap_or_default();
    let name = URL_SAFE.decode(last).ok().and_then(|name| String::from_utf8(name).ok());
    named.contains(last) || name.is_some_and(|name| named.contains(&name))
}

async fn is_older(stream: &Stream, subject: &str, newest: DateTime) -> Result<bool, Cause> {
    match stream.get_last_raw_message_by_subject(subject).await {
        Ok(last) => Ok(add_std_duration(last.time, ABANDONED)? < newest),
        Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}
