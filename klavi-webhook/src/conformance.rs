//! What every publisher and every sink has to keep, for implementations of your own: call these from a test.
//!
//! Both publish some hundred messages and need a way to read what arrived, by a client that shares nothing with what is
//! tested. They panic at the first rule that is broken, and say which.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::join_all;
use jiff::Timestamp;

use crate::{
    Entry, EntryKind, Envelope, Inbox, LeaseRequest, MemoryInbox, Message, NewEntry, Publish,
    PublishErrorKind, Sink, Store,
};

/// What a reader found of one message.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Delivered {
    /// The id: that of [`Message::id`], or what else tells a consumer that two messages are one.
    pub id: String,
    /// The headers.
    pub headers: HashMap<String, String>,
    /// The body.
    pub body: Bytes,
}

impl Delivered {
    /// A message as it was found.
    pub fn new(id: impl Into<String>, headers: HashMap<String, String>, body: impl Into<Bytes>) -> Self {
        Self { id: id.into(), headers, body: body.into() }
    }
}

/// How many messages are published at once.
const AT_ONCE: usize = 100;

/// A body of this size above the limit is refused, and above this limit none is tried.
const ABOVE: usize = 1 << 20;
const LARGEST_TRIED: usize = 64 << 20;

/// Holds a publisher to the rules of [`Publish`]. `read` returns every message that has arrived so far.
///
/// # Panics
/// Where a rule is broken.
pub async fn publisher(publisher: Arc<dyn Publish>, read: impl AsyncFn() -> Vec<Delivered>) {
    publisher.check().await.expect("a publisher that is well says so");

    // Bodies arrive as they are, whatever they hold, and so do the facts beside them.
    let bodies: [&'static [u8]; 5] = [b"", b"{}", b"\0\xff\r\n", b"\xef\xbb\xbf[1]", &[b' '; 40_000]];
    let mut published = Vec::new();
    for (n, body) in bodies.into_iter().enumerate() {
        let message = Message::of_new(&entry(&format!("body-{n}"), "a.b*> ç", body));
        publisher.publish(message.clone()).await.expect("a message is published");
        published.push(message);
    }
    let found = by_id(read().await);
    for message in &published {
        let found = found.get(&message.id).expect("what was confirmed has arrived");
        assert!(found.iter().all(|found| found.body == message.body), "a body arrived changed: {message:?}");
        for (name, value) in &message.headers {
            let all = found.iter().all(|found| found.headers.get(&**name) == Some(value));
            assert!(all, "the header {name} is missing or changed");
        }
    }

    // Many at once, each confirmed for itself.
    let messages: Vec<_> =
        (0..AT_ONCE).map(|n| Message::of_new(&entry(&format!("m-{n}"), "x", b"{}"))).collect();
    let all = join_all(messages.iter().map(|message| publisher.publish(message.clone()))).await;
    let sequences: Vec<_> = all
        .into_iter()
        .map(|published| published.expect("messages are published beside each other").sequence)
        .collect();
    let found = by_id(read().await);
    assert!(messages.iter().all(|message| found.contains_key(&message.id)), "a confirmed message is missing");
    let mut known: Vec<_> = sequences.iter().flatten().collect();
    known.sort_unstable();
    known.dedup();
    assert!(known.is_empty() || known.len() == AT_ONCE, "two messages have one number: {sequences:?}");

    // Again, as after a crash: confirmed again, under the same id.
    let again = publisher.publish(messages[0].clone()).await.expect("a message may be published again");
    let times = by_id(read().await)[&messages[0].id].len();
    assert_eq!(times, if again.duplicate { 1 } else { 2 }, "`duplicate` says whether it was stored again");

    // Given up in the middle: it may have arrived, and nothing else suffers.
    let given_up = Message::of_new(&entry("given-up", "x", b"{}"));
    let _ = publisher.publish(given_up).now_or_never();
    let next = Message::of_new(&entry("next", "x", b"{}"));
    publisher.publish(next.clone()).await.expect("a message after one that was given up");
    assert!(by_id(read().await).contains_key(&next.id), "a confirmed message is missing");

    let limit = publisher.max_body();
    if limit > LARGEST_TRIED {
        return;
    }
    let largest = Message::of_new(&entry("largest", "x", vec![b' '; limit]));
    publisher.publish(largest.clone()).await.expect("a body of the largest size is published");
    let above = Message::of_new(&entry("above", "x", vec![b' '; limit + ABOVE]));
    let error = publisher.publish(above.clone()).await.expect_err("a body above the limit is refused");
    assert_eq!(error.kind(), PublishErrorKind::TooLarge, "{error}");
    publisher.publish(next).await.expect("a message after one that was too large");
    let found = by_id(read().await);
    assert_eq!(found[&largest.id][0].body.len(), limit);
    assert!(!found.contains_key(&above.id), "a body that was refused has arrived");
}

/// Holds a sink to the rules of [`Sink`]. `read` returns everything that has arrived so far.
///
/// # Panics
/// Where a rule is broken.
pub async fn sink(sink: Arc<dyn Sink>, read: impl AsyncFn() -> Vec<Delivered>) {
    let before = read().await.len();
    let bodies: Vec<Bytes> = (0..AT_ONCE).map(|n| Bytes::from(format!(r#"{{"sink":{n}}}"#))).collect();
    let entries = stored(bodies.iter().cloned()).await;
    assert_eq!(entries.len(), AT_ONCE);

    // Beside each other, and `Ok` only once it has arrived.
    for done in join_all(entries.iter().map(|entry| sink.deliver(entry.clone()))).await {
        done.unwrap_or_else(|error| panic!("an entry was not taken: {error}"));
    }
    let found = read().await;
    let missing = bodies.iter().filter(|body| !found.iter().any(|found| found.body == **body)).count();
    assert_eq!(missing, 0, "entries that the sink has taken have not arrived");
    assert_eq!(by_id(found).len(), by_id(read().await).len(), "reading changes nothing");

    // At least once: after a crash the same entry is handled again, with the same id.
    let ids = by_id(read().await).len();
    sink.deliver(entries[0].clone())
        .await
        .unwrap_or_else(|error| panic!("an entry was not taken again: {error}"));
    assert_eq!(by_id(read().await).len(), ids, "an entry that is handled again has another id");

    // Given up in the middle, as where a lease ends.
    let [given_up, next] = &stored(["[1]".into(), "[2]".into()]).await[..] else { panic!("two entries") };
    let _ = sink.deliver(given_up.clone()).now_or_never();
    sink.deliver(next.clone())
        .await
        .unwrap_or_else(|error| panic!("an entry after one that was given up: {error}"));
    let found = read().await;
    assert!(found.len() > before && found.iter().any(|found| found.body == next.body));
}

fn by_id(found: Vec<Delivered>) -> HashMap<String, Vec<Delivered>> {
    let mut by_id: HashMap<String, Vec<Delivered>> = HashMap::new();
    for found in found {
        by_id.entry(found.id.clone()).or_default().push(found);
    }
    by_id
}

fn entry(id: &str, name: &str, body: impl AsRef<[u8]>) -> NewEntry {
    let mut envelope = Envelope::new(EntryKind::Event, Timestamp::UNIX_EPOCH);
    envelope.message_id = Some(id.to_owned());
    envelope.name = Some(name.to_owned());
    envelope.provider = Some("provider".to_owned());
    envelope.link_id = Some("link".to_owned());
    envelope.headers = vec![("x-request-id".to_owned(), "1".to_owned())];
    NewEntry::new(envelope, Bytes::copy_from_slice(body.as_ref()))
}

/// Entries as a dispatcher leases them.
async fn stored(bodies: impl IntoIterator<Item = Bytes>) -> Vec<Entry> {
    let inbox = MemoryInbox::new();
    let entries: Vec<_> =
        bodies.into_iter().map(|body| entry(&String::from_utf8_lossy(&body), "x", &body)).collect();
    let most = entries.len();
    inbox.store(entries).await.expect("memory takes everything");
    let lease = inbox.lease(LeaseRequest::new(most)).await.expect("memory has it");
    lease.entries.into_iter().map(|leased| leased.entry).collect()
}
