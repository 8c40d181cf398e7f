//! What a NATS publisher and the direct store on it do while nothing is wrong.

use std::sync::Arc;

use async_nats::jetstream::message::StreamMessage;
use async_nats::jetstream::{object_store, stream};
use klavi_webhook::{
    BrokerSink, DirectStore, Dispatcher, InboxErrorKind, MemoryInbox, NatsOptions, Publish, PublishErrorKind,
    Store, Stored, conformance,
};
use serde_json::Value;

use crate::certificates::Certificates;
use crate::nats_server::{NatsServer, ids, messages, suitable};
use crate::{message, publish_all, report};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs NATS"]
async fn it_keeps_the_rules_of_publishers_and_sinks() {
    let server = NatsServer::start();
    let client = server.stream().await;
    let read = async || {
        let read = |message: StreamMessage| {
            let headers = message.headers.iter().map(|(name, values)| {
                (name.to_string(), values.first().map(ToString::to_string).unwrap_or_default())
            });
            conformance::Delivered::new(
                message.headers.get("Nats-Msg-Id").unwrap().as_str(),
                headers.collect(),
                message.payload,
            )
        };
        messages(&client).await.into_iter().map(read).collect()
    };
    conformance::publisher(server.publisher().await, read).await;
    conformance::sink(Arc::new(BrokerSink::new(server.publisher().await)), read).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs NATS"]
async fn two_receivers_on_one_stream_store_each_delivery_once() {
    let server = NatsServer::start();
    let client = server.stream().await;
    let stores = [server.publisher().await, server.publisher().await]
        .map(|publisher| Arc::new(DirectStore::new(publisher, 1_000).unwrap()));
    let mut storing = tokio::task::JoinSet::new();
    for n in 0..200 {
        for store in &stores {
            let (store, entries) =
                (store.clone(), vec![report(&format!("m-{n}"), "{}"), report(&format!("n-{n}"), "[]")]);
            storing.spawn(async move { store.store(entries).await.unwrap() });
        }
    }
    let stored: Vec<_> = storing.join_all().await.into_iter().flatten().collect();
    let new = stored.iter().filter(|stored| matches!(stored, Stored::New(_))).count();
    assert_eq!((stored.len(), new), (800, 400));
    let ids = ids(&client).await;
    assert!(ids.len() == 400 && ids.values().all(|times| *times == 1));
    let sequences: std::collections::BTreeSet<_> = stored.iter().map(|stored| stored.id().get()).collect();
    assert_eq!(sequences, (1..=400).collect(), "the numbers are those of the stream");
}

type Change = fn(&mut stream::Config);

#[tokio::test]
#[ignore = "needs NATS"]
async fn a_stream_that_would_lose_messages_is_refused_at_the_start() {
    let server = NatsServer::start();
    let client = server.client().await;
    let connect = async || NatsOptions::new(&server.address()).unwrap().connect().await.map(drop);
    let error = connect().await.unwrap_err();
    assert_eq!(error.kind(), PublishErrorKind::Missing);
    assert!(error.to_string().contains("nats stream add WEBHOOKS"), "{error}");
    let cases: [(Change, &str); 6] = [
        (|c| c.storage = stream::StorageType::Memory, "--storage file"),
        (|c| c.discard = stream::DiscardPolicy::Old, "--discard new"),
        (|c| c.max_age = std::time::Duration::from_secs(3600), "--max-age 0"),
        (|c| c.retention = stream::RetentionPolicy::Interest, "--retention limits"),
        (|c| c.duplicate_window = std::time::Duration::from_secs(10), "--dupe-window 2m"),
        (|c| c.subjects = vec!["other.>".to_owned()], "webhooks.>"),
    ];
    for (change, names) in cases {
        let mut config = suitable();
        change(&mut config);
        client.create_stream(config).await.unwrap();
        let error = connect().await.unwrap_err();
        assert_eq!(error.kind(), PublishErrorKind::Unsuitable);
        assert!(error.to_string().contains(names), "{error}");
        client.delete_stream("WEBHOOKS").await.unwrap();
    }
    client.create_stream(suitable()).await.unwrap();
    connect().await.unwrap();
}

#[tokio::test]
#[ignore = "needs NATS"]
async fn a_body_above_the_limit_goes_to_the_object_store_or_is_refused_at_the_start() {
    let server = NatsServer::start();
    let client = server.stream().await;
    let without = server.publisher().await;
    let limit = without.max_body();
    let error = DirectStore::new(without, limit + 1).unwrap_err();
    assert!(error.to_string().contains(&format!("--max-body {limit}")), "{error}");

    let address = format!("{}&bodies=large", server.address());
    let error = NatsOptions::new(&address).unwrap().connect().await.unwrap_err();
    assert!(error.to_string().contains("nats object add large"), "{error}");
    let bucket = object_store::Config { bucket: "large".to_owned(), num_replicas: 1, ..Default::default() };
    let bucket = client.create_object_store(bucket).await.unwrap();
    let publisher = Arc::new(NatsOptions::new(&address).unwrap().connect().await.unwrap());
    let store = DirectStore::new(publisher, 64 << 20).unwrap();
    let body: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..)).take(5 << 20).collect();
    let stored = store.store(vec![report("m-1", body.clone())]).await.unwrap();
    assert_eq!(stored, [Stored::New(1.into())]);
    // The provider repeats it.
    let again = store.store(vec![report("m-1", body.clone())]).await.unwrap();
    assert_eq!(again, [Stored::Duplicate(1.into())]);

    let messages = messages(&client).await;
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].headers.get("inbox-claim").unwrap().as_str(), "bucket");
    let claim: Value = serde_json::from_slice(&messages[0].payload).unwrap();
    let claim = &claim["claim"];
    assert_eq!((claim["bytes"].as_u64(), claim["bucket"].as_str()), (Some(body.len() as u64), Some("large")));
    let mut object = bucket.get(claim["object"].as_str().unwrap()).await.unwrap();
    let mut found = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut object, &mut found).await.unwrap();
    assert!(found == body);
}

#[tokio::test]
#[ignore = "needs NATS"]
async fn a_body_that_the_inbox_holds_is_claimed_from_it() {
    let server = NatsServer::with("max_payload: 65536");
    let client = server.stream().await;
    let inbox = Arc::new(MemoryInbox::new());
    inbox.store(vec![report("m-1", "{}"), report("m-2", vec![b' '; 100_000])]).await.unwrap();
    let sink = BrokerSink::new(server.publisher().await);
    assert_eq!(Dispatcher::new(inbox, sink).run_due().await.unwrap(), 2);
    let messages = messages(&client).await;
    let claims: Vec<Value> = messages
        .iter()
        .filter(|message| message.headers.get("inbox-claim").is_some_and(|place| place.as_str() == "inbox"))
        .map(|message| serde_json::from_slice(&message.payload).unwrap())
        .collect();
    assert_eq!((messages.len(), claims.len()), (2, 1));
    assert_eq!((&claims[0]["claim"]["entry"], &claims[0]["claim"]["bytes"]), (&2.into(), &100_000.into()));
}

#[tokio::test]
#[ignore = "needs NATS"]
async fn what_must_be_kept_back_is_refused() {
    let server = NatsServer::start();
    server.stream().await;
    let store = DirectStore::new(server.publisher().await, 1_000).unwrap();
    let mut entry = report("m-1", "{}");
    entry.due = Some(crate::start());
    let error = store.store(vec![entry]).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::InvalidEntry);
    store.check().await.unwrap();
}

#[tokio::test]
#[ignore = "needs NATS"]
async fn another_stream_with_the_same_subjects_confirms_nothing() {
    let server = NatsServer::start();
    let client = server.stream().await;
    let publisher = server.publisher().await;
    client.delete_stream("WEBHOOKS").await.unwrap();
    client.create_stream(stream::Config { name: "OTHER".to_owned(), ..suitable() }).await.unwrap();
    let (confirmed, failed) = publish_all(&publisher, (0..9).map(|n| n.to_string())).await;
    assert_eq!((confirmed.len(), failed.len()), (0, 9));
    assert!(publisher.publish(message("m-1")).await.is_err());
}

#[tokio::test]
#[ignore = "needs NATS and openssl"]
async fn a_connection_is_encrypted_by_a_certificate_that_is_trusted() {
    let certificates = Certificates::new();
    let [root, certificate, key] =
        ["root.pem", "server.pem", "server.key"].map(|name| certificates.name(name));
    let server = NatsServer::with(&format!("tls {{ cert_file: {certificate:?}, key_file: {key:?} }}"));
    let options = async_nats::ConnectOptions::new().add_root_certificates(certificates.file("root.pem"));
    let client = options.connect(server.host()).await.unwrap();
    async_nats::jetstream::new(client).create_stream(suitable()).await.unwrap();

    let error = NatsOptions::new(&server.address()).unwrap().connect().await.unwrap_err();
    assert_eq!(error.kind(), PublishErrorKind::Unreachable, "{error}");
    let address = format!("{}&tlsca={root}", server.address().replace("nats://", "tls://"));
    let publisher = NatsOptions::new(&address).unwrap().connect().await.unwrap();
    publisher.publish(message("m-1")).await.unwrap();
}
