//! Large bodies in JetStream's object store. Must not know the messages that name them.

use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::object_store::{InfoErrorKind, ObjectInfo, ObjectStore};
use data_encoding::BASE64URL;
use sha2::{Digest as _, Sha256};
use tokio::time::timeout;

use crate::BoxFuture;
use crate::blocking::run_blocking;
use crate::publish::{Message, PublishError, PublishErrorKind, StoreBody, StoredBody};

/// How long a body may take: it is stored in chunks, one after the other. The provider gives up before, and repeats it.
const WHOLE: Duration = Duration::from_secs(20);

/// A bucket for bodies.
#[derive(Clone)]
pub(super) struct Bodies {
    context: Context,
    bucket: String,
}

impl Bodies {
    pub(super) fn new(context: Context, bucket: &str) -> Self {
        Self { context, bucket: bucket.to_owned() }
    }

    /// The stream behind the bucket.
    pub(super) fn stream(&self) -> String {
        format!("OBJ_{}", self.bucket)
    }

    async fn store(&self, message: &Message) -> Result<StoredBody, PublishError> {
        let stored = StoredBody::new(&self.bucket, &message.id);
        let bucket = self.context.get_object_store(&self.bucket).await;
        let bucket = bucket.map_err(|error| failed("find its bucket", &error))?;
        let body = message.body.clone();
        let digest = run_blocking(body.len(), move || Sha256::digest(&body)).await;
        let digest = digest.map_err(|error| failed("hash it", &error))?;
        let digest = format!("SHA-256={}", BASE64URL.encode(&digest));
        if let Some(known) = known(&bucket, &message.id).await?
            && known.digest.as_deref() == Some(&digest)
            && known.size == message.body.len()
            && !known.deleted
        {
            // Another copy would delete the chunks that a consumer may be reading.
            return Ok(stored);
        }
        let put = bucket.put(&*message.id, &mut &message.body[..]).await;
        let put = put.map_err(|error| failed("store it", &error))?;
        if put.size == message.body.len() && put.digest.as_deref() == Some(&digest) {
            return Ok(stored);
        }
        Err(PublishError::new(
            PublishErrorKind::Other,
            "the object store took another body than it was given",
        ))
    }
}

async fn known(bucket: &ObjectStore, object: &str) -> Result<Option<ObjectInfo>, PublishError> {
    match bucket.info(object).await {
        Ok(info) => Ok(Some(info)),
        Err(error) if error.kind() == InfoErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("look for it", &error)),
    }
}

/// Errors of the object store tell in words alone what JetStream answered.
fn failed(doing: &str, error: &dyn std::error::Error) -> PublishError {
    let text = error.to_string();
    let is_full = ["exceeded", "insufficient"].iter().any(|word| text.contains(word));
    let kind = match () {
        () if is_full => PublishErrorKind::Full,
        () if text.contains("timed out") => PublishErrorKind::Timeout,
        () => PublishErrorKind::Other,
    };
    PublishError::new(kind, format!("a large body: the object store could not {doing}: {text}"))
}

impl StoreBody for Bodies {
    fn store_body<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<StoredBody, PublishError>> {
        Box::pin(async move {
            timeout(WHOLE, self.store(message)).await.unwrap_or_else(|_| {
                let sentence = format!("the object store did not take a body within {} s", WHOLE.as_secs());
                Err(PublishError::new(PublishErrorKind::Timeout, sentence))
            })
        })
    }
}
