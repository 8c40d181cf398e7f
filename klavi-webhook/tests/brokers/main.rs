//! Real brokers: what is confirmed is there, whatever happens to the broker, its limits, its streams and its users.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod amqp;
#[path = "../it/inbox/certificates.rs"]
mod certificates;
mod consumer;
mod guides;
mod kills;
mod nats;
mod nats_faults;
mod nats_server;
mod rabbit;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use klavi_webhook::{
    EntryKind, Envelope, Message, NewEntry, Publish, PublishError, PublishErrorKind, Published,
};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval};

/// How long something may take that has to come by itself.
const SOON: Duration = Duration::from_secs(60);

/// An instant to start from.
fn start() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

/// A report of that message.
fn report(message: &str, body: impl Into<Bytes>) -> NewEntry {
    let mut envelope = Envelope::new(EntryKind::Report, start());
    envelope.name = Some("pf_balance".to_owned());
    envelope.message_id = Some(message.to_owned());
    envelope.link_id = Some("l-1".to_owned());
    NewEntry::new(envelope, body.into())
}

fn message(id: &str) -> Message {
    Message::of_new(&report(id, format!(r#"{{"id":"{id}"}}"#)))
}

/// Publishes all of them at once, and returns the ids of those that were confirmed, and the errors.
async fn publish_all(
    publisher: &Arc<dyn Publish>,
    ids: impl IntoIterator<Item = String>,
) -> (Vec<String>, Vec<PublishError>) {
    let mut publishing = JoinSet::new();
    for id in ids {
        let publisher = publisher.clone();
        publishing.spawn(async move {
            let message = message(&id);
            let id = message.id.clone();
            publisher.publish(message).await.map(|_: Published| id)
        });
    }
    let (mut confirmed, mut failed) = (Vec::new(), Vec::new());
    for published in publishing.join_all().await {
        match published {
            Ok(id) => confirmed.push(id),
            Err(error) => failed.push(error),
        }
    }
    (confirmed, failed)
}

/// Publishes until it is confirmed: reconnects end by themselves. Every error before has one of these kinds.
async fn published_soon(publisher: &Arc<dyn Publish>, id: &str, meanwhile: &[PublishErrorKind]) -> Published {
    let (mut again, begin) = (interval(Duration::from_millis(50)), Instant::now());
    loop {
        again.tick().await;
        match publisher.publish(message(id)).await {
            Ok(published) => return published,
            Err(error) => {
                assert!(meanwhile.contains(&error.kind()), "{:?}: {error}", error.kind());
                assert!(begin.elapsed() < SOON, "{error}");
            }
        }
    }
}
