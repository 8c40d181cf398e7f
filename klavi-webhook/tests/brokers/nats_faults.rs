//! What a NATS publisher does while the server is killed, full, closed to the user, or without its stream.

use std::sync::Arc;

use async_nats::jetstream::{Context, stream};
use http::HeaderMap;
use klavi_webhook::klavi::Klavi;
use klavi_webhook::{Answer, DirectStore, NatsOptions, PublishErrorKind, Receiver};

use crate::nats_server::{NatsServer, ids, suitable};
use crate::{SOON, message, publish_all, published_soon};

const MEANWHILE: [PublishErrorKind; 2] = [PublishErrorKind::Unreachable, PublishErrorKind::Timeout];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs NATS"]
async fn what_was_confirmed_outlives_kill_9_in_the_middle_of_it() {
    let mut server = NatsServer::start();
    server.stream().await;
    let publisher = server.publisher().await;
    let mut confirmed = Vec::new();
    let mut failures = 0;
    for round in 0..5 {
        let publishing = {
            let publisher = publisher.clone();
            tokio::spawn(
                async move { publish_all(&publisher, (0..3_000).map(|n| format!("{round}-{n}"))).await },
            )
        };
        // In the middle of it, as the stream tells.
        let client = server.client().await;
        let mut stream = client.get_stream("WEBHOOKS").await.unwrap();
        let before = stream.cached_info().state.messages;
        while stream.info().await.unwrap().state.messages < before + 300 * (round + 1) {}
        server.kill();
        let (ids, failed) = publishing.await.unwrap();
        assert!(failed.iter().all(|error| MEANWHILE.contains(&error.kind())), "{failed:?}");
        failures += failed.len();
        confirmed.extend(ids);
        server.restart();
        published_soon(&publisher, &format!("after {round}"), &MEANWHILE).await;
    }
    let found = ids(&server.client().await).await;
    let missing: Vec<_> = confirmed.iter().filter(|id| !found.contains_key(*id)).collect();
    assert!(missing.is_empty(), "{} of {} are missing", missing.len(), confirmed.len());
    assert!(failures > 0 && confirmed.len() > 100, "{failures} failed, {} confirmed", confirmed.len());
    assert!(found.values().all(|times| *times == 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs NATS"]
async fn a_full_stream_confirms_what_it_took_and_nothing_else() {
    let server = NatsServer::start();
    let client = server.client().await;
    client.create_stream(stream::Config { max_messages: 30, ..suitable() }).await.unwrap();
    let publisher = server.publisher().await;
    let (confirmed, failed) = publish_all(&publisher, (0..100).map(|n| n.to_string())).await;
    assert_eq!((confirmed.len(), failed.len()), (30, 70));
    assert!(failed.iter().all(|error| error.kind() == PublishErrorKind::Full), "{failed:?}");
    let found = ids(&client).await;
    assert!(found.len() == 30 && confirmed.iter().all(|id| found.contains_key(id)));

    // A receiver answers so that the provider repeats it, and takes it once there is room.
    let store = DirectStore::new(publisher, 1_000).unwrap();
    let receiver = Receiver::new(Klavi::new("key"), Arc::new(store)).unguarded();
    let body =
        bytes::Bytes::from_static(br#"[{"eventId":"e-1","eventType":"api","eventName":"link_created"}]"#);
    let mut headers = HeaderMap::new();
    let signature = klavi_webhook::klavi::SigningKey::from("key").sign(&body).to_string();
    headers.insert("x-klavi-signature", signature.parse().unwrap());
    assert_eq!(receiver.handle(headers.clone(), None, body.clone()).await, Answer::Unavailable);
    assert!(!receiver.is_storing());
    client.get_stream("WEBHOOKS").await.unwrap().purge().await.unwrap();
    assert_eq!(receiver.handle(headers.clone(), None, body.clone()).await, Answer::Accepted);
    assert_eq!(receiver.handle(headers, None, body).await, Answer::Duplicate);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs NATS"]
async fn a_full_account_leaves_gaps_and_confirms_none_of_them() {
    let limits = "accounts { A { jetstream { max_file: 65536 }, users: [{ user: a, password: p }] } }\nno_auth_user: a";
    let server = NatsServer::with(limits);
    let client = server.stream().await;
    let publisher = server.publisher().await;
    let (confirmed, failed) = publish_all(&publisher, (0..1_000).map(|n| n.to_string())).await;
    assert!(
        !failed.is_empty() && failed.iter().all(|error| error.kind() == PublishErrorKind::Full),
        "{failed:?}"
    );
    let found = ids(&client).await;
    assert!(confirmed.len() > 20 && confirmed.iter().all(|id| found.contains_key(id)));
    assert_eq!(found.len(), confirmed.len());
    client.get_stream("WEBHOOKS").await.unwrap().purge().await.unwrap();
    published_soon(&publisher, "after", &[PublishErrorKind::Full]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs NATS"]
async fn a_stream_that_is_made_again_is_taken_up_if_it_keeps_messages() {
    let server = NatsServer::start();
    let client = server.stream().await;
    let publisher = server.publisher().await;
    publish_all(&publisher, (0..10).map(|n| n.to_string())).await;
    client.delete_stream("WEBHOOKS").await.unwrap();
    let (confirmed, failed) = publish_all(&publisher, (0..10).map(|n| n.to_string())).await;
    assert!(
        confirmed.is_empty() && failed.iter().all(|error| error.kind() == PublishErrorKind::Missing),
        "{failed:?}"
    );
    assert_eq!(publisher.check().await.unwrap_err().kind(), PublishErrorKind::Missing);

    client.create_stream(suitable()).await.unwrap();
    let published = publisher.publish(message("0")).await.unwrap();
    assert_eq!((published.sequence, published.duplicate), (Some(1), false));
    publish_all(&publisher, (1..10).map(|n| n.to_string())).await;
    assert_eq!(ids(&client).await.len(), 10);

    // Deleted and made again between two messages, so that none of them fails.
    client.delete_stream("WEBHOOKS").await.unwrap();
    client
        .create_stream(stream::Config { storage: stream::StorageType::Memory, ..suitable() })
        .await
        .unwrap();
    let error = publisher.publish(message("10")).await.unwrap_err();
    assert_eq!(error.kind(), PublishErrorKind::Unsuitable);
    assert!(error.to_string().contains("--storage file"), "{error}");
    assert!(publisher.publish(message("11")).await.is_err());
    made_again(&client, suitable()).await;
    publisher.publish(message("12")).await.unwrap();
}

/// Deletes the stream and makes it again. The server clears its folder a moment after it has deleted a stream.
async fn made_again(client: &Context, config: stream::Config) {
    client.delete_stream("WEBHOOKS").await.unwrap();
    let made = async { while client.create_stream(config.clone()).await.is_err() {} };
    tokio::time::timeout(SOON, made).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs NATS"]
async fn permissions_that_are_taken_away_fail_and_come_back() {
    const ALLOWED: &str = "authorization { users: [{ user: u, password: p }] }\nno_auth_user: u";
    const DENIED: &str = "authorization { users: [{ user: u, password: p, permissions: { publish: { deny: \"webhooks.>\" } } }] }\nno_auth_user: u";
    let server = NatsServer::with(ALLOWED);
    let client = server.stream().await;
    let publisher = server.publisher().await;
    publisher.publish(message("before")).await.unwrap();
    server.reload(DENIED);
    // The server ends the connection of a user that has changed, or not.
    let denied = async || loop {
        match publisher.publish(message("denied")).await {
            Err(error) if error.kind() == PublishErrorKind::Denied => return error,
            Err(error) => assert!(MEANWHILE.contains(&error.kind()), "{error}"),
            Ok(_) => {}
        }
    };
    let error = tokio::time::timeout(SOON, denied()).await.unwrap();
    assert!(error.to_string().to_lowercase().contains("permissions violation"), "{error}");
    server.reload(ALLOWED);
    let meanwhile = [PublishErrorKind::Denied, PublishErrorKind::Unreachable, PublishErrorKind::Timeout];
    published_soon(&publisher, "after", &meanwhile).await;
    assert!(ids(&client).await.contains_key(&message("after").id));
}

#[tokio::test]
#[ignore = "needs NATS"]
async fn a_user_that_is_refused_is_told_so_without_the_password() {
    let server = NatsServer::with("authorization { user: u, password: right }");
    let address = server.address().replace("nats://", "nats://u:s3cret@");
    let error = NatsOptions::new(&address).unwrap().connect().await.unwrap_err();
    assert_eq!(error.kind(), PublishErrorKind::Denied);
    assert!(!error.to_string().contains("s3cret"), "{error}");
}
