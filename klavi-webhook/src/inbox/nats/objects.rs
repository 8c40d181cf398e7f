//! Payloads that are too large for a message, in the object store.

use std::collections::HashSet;
use std::time::Duration;

use async_nats::datetime::{DateTime, add_std_duration};
use async_nats::jetstream::object_store::ObjectMetadata;
use async_nats::jetstream::stream::{LastRawMessageErrorKind, Stream};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use bytes::Bytes;
use futures_util::TryStreamExt;
use tokio::io::AsyncReadExt;

use super::record::Object;
use super::server::Server;
use super::time_for;
use crate::inbox::cause::Cause;

/// A store gives up long before. One that has not would be refused: the newest delivery is younger than what the store
/// had read.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

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

    pub(super) async fn get_object(&self, object: &Object) -> Result<Bytes, Cause> {
        let mut stored = self.objects.get(&object.name).await?;
        let size = stored.info().size;
        let mut payload = Vec::with_capacity(size);
        // Checks the digest at the end.
        tokio::time::timeout(time_for(size), stored.read_to_end(&mut payload)).await??;
        Ok(payload.into())
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

pub(super) fn bucket(name: &str) -> String {
    format!("{name}-bodies")
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
