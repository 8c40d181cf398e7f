//! What an AMQP publisher does at a RabbitMQ that works, and at one that is killed, full, or closed to the user.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use klavi_webhook::{AmqpOptions, BrokerSink, DirectStore, PublishErrorKind, Store, Stored, conformance};
use lapin::options::{
    BasicGetOptions, ExchangeDeleteOptions, QueueBindOptions, QueueDeclareOptions, QueueDeleteOptions,
};
use lapin::types::{AMQPValue, FieldTable, LongString};
use lapin::{Channel, Connection, ConnectionProperties};

use crate::rabbit::{Rabbit, name, publisher, shared};
use crate::{message, publish_all, published_soon, report};

const MEANWHILE: [PublishErrorKind; 3] =
    [PublishErrorKind::Unreachable, PublishErrorKind::Timeout, PublishErrorKind::Missing];

/// A client of the test's own.
async fn client(address: &str) -> (Connection, Channel) {
    let connection = Connection::connect(address, ConnectionProperties::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    (connection, channel)
}

/// Takes every message out of a queue.
async fn drain(channel: &Channel, queue: &str) -> Vec<conformance::Delivered> {
    let mut messages = Vec::new();
    let no_ack = BasicGetOptions { no_ack: true };
    while let Some(message) = channel.basic_get(queue.into(), no_ack).await.unwrap() {
        let properties = &message.delivery.properties;
        let headers = properties.headers().iter().flat_map(FieldTable::inner);
        let headers: HashMap<_, _> = headers
            .filter_map(|(name, value)| Some((name.to_string(), value.as_long_string()?.to_string())))
            .collect();
        let id = properties.message_id().as_ref().unwrap().as_str().to_owned();
        messages.push(conformance::Delivered::new(id, headers, message.delivery.data));
    }
    messages
}

/// How often each id is in a queue, which is empty afterwards.
async fn ids(address: &str, queue: &str) -> BTreeMap<String, u32> {
    let (_connection, channel) = client(address).await;
    let mut ids = BTreeMap::new();
    for message in drain(&channel, queue).await {
        *ids.entry(message.id).or_default() += 1;
    }
    ids
}

/// Deletes what a test has made.
pub(crate) async fn clean(address: &str, name: &str) {
    let (_connection, channel) = client(address).await;
    channel.queue_delete(name.into(), QueueDeleteOptions::default()).await.unwrap();
    channel.exchange_delete(name.into(), ExchangeDeleteOptions::default()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs RabbitMQ"]
async fn it_keeps_the_rules_of_publishers_and_sinks() {
    for kind in ["quorum", "classic"] {
        let queue = name();
        let address = format!("{}?queue={queue}&type={kind}&max-body=200000", shared());
        let (_connection, channel) = client(&shared()).await;
        let found = Mutex::default();
        let read = async || {
            let new = drain(&channel, &queue).await;
            let mut found: std::sync::MutexGuard<'_, Vec<_>> = found.lock().unwrap();
            found.extend(new);
            found.clone()
        };
        conformance::publisher(publisher(&address).await, read).await;
        conformance::sink(Arc::new(BrokerSink::new(publisher(&address).await)), read).await;
        clean(&shared(), &queue).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs RabbitMQ"]
async fn two_receivers_store_every_delivery_in_one_queue() {
    let queue = name();
    let address = format!("{}?queue={queue}", shared());
    let mut storing = tokio::task::JoinSet::new();
    for receiver in 0..2 {
        let store = Arc::new(DirectStore::new(publisher(&address).await, 1_000).unwrap());
        for n in 0..200 {
            let store = store.clone();
            let entries = vec![report(&format!("{receiver}-{n}"), "{}"), report(&format!("both-{n}"), "{}")];
            storing.spawn(async move { store.store(entries).await.unwrap() });
        }
    }
    let stored: Vec<_> = storing.join_all().await.into_iter().flatten().collect();
    assert!(stored.len() == 800 && stored.iter().all(|stored| matches!(stored, Stored::New(_))));
    let ids = ids(&shared(), &queue).await;
    assert_eq!((ids.len(), ids.values().sum::<u32>()), (600, 800));
    clean(&shared(), &queue).await;
}

#[tokio::test]
#[ignore = "needs RabbitMQ"]
async fn a_queue_that_would_lose_messages_is_refused_at_the_start() {
    let word = |word: &str| AMQPValue::LongString(LongString::from(word));
    let durable = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
    let transient = QueueDeclareOptions { exclusive: false, ..QueueDeclareOptions::default() };
    let cases = [
        (durable, vec![("x-overflow", word("drop-head"))], "x-overflow"),
        (durable, vec![], "x-overflow"),
        (
            durable,
            vec![("x-overflow", word("reject-publish")), ("x-message-ttl", 1_000.into())],
            "x-message-ttl",
        ),
        (durable, vec![("x-overflow", word("reject-publish")), ("x-expires", 9_000.into())], "x-expires"),
        (transient, vec![("x-overflow", word("reject-publish"))], "durable"),
    ];
    for (options, arguments, names) in cases {
        let queue = name();
        let (_connection, channel) = client(&shared()).await;
        let mut table = FieldTable::default();
        for (name, value) in arguments {
            table.insert(name.into(), value);
        }
        channel.queue_declare(queue.as_str().into(), options, table).await.unwrap();
        let address = format!("{}?queue={queue}&type=classic", shared());
        let error = AmqpOptions::new(&address).unwrap().connect().await.unwrap_err();
        assert_eq!(error.kind(), PublishErrorKind::Unsuitable, "{error}");
        assert!(error.to_string().contains(names), "{error}");
        clean(&shared(), &queue).await;
    }
    let queue = name();
    let address = format!("{}?queue={queue}&type=classic", shared());
    publisher(&address).await.check().await.unwrap();
    let other = format!("{}?queue={queue}", shared());
    let error = AmqpOptions::new(&other).unwrap().connect().await.unwrap_err();
    assert!(error.to_string().contains("x-queue-type"), "{error}");
    clean(&shared(), &queue).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs RabbitMQ"]
async fn a_full_queue_confirms_what_it_took_and_nothing_else() {
    for kind in ["quorum", "classic"] {
        let queue = name();
        let publisher = publisher(&format!("{}?queue={queue}&type={kind}&max-messages=30", shared())).await;
        let (mut confirmed, mut failed) = (Vec::new(), Vec::new());
        for round in 0..10 {
            let (more, errors) = publish_all(&publisher, (0..20).map(|n| format!("{round}-{n}"))).await;
            confirmed.extend(more);
            failed.extend(errors);
        }
        assert!(
            !failed.is_empty() && failed.iter().all(|error| error.kind() == PublishErrorKind::Full),
            "{failed:?}"
        );
        let found = ids(&shared(), &queue).await;
        assert!(
            confirmed.len() >= 30 && confirmed.iter().all(|id| found.contains_key(id)),
            "{}",
            confirmed.len()
        );
        assert_eq!(found.len(), confirmed.len());
        published_soon(&publisher, "after", &[PublishErrorKind::Full]).await;
        clean(&shared(), &queue).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs RabbitMQ"]
async fn what_no_queue_takes_fails_and_its_body_is_not_logged() {
    let log = Log::install();
    let queue = name();
    let publisher = publisher(&format!("{}?queue={queue}", shared())).await;
    publisher.publish(message("before")).await.unwrap();
    let (_connection, channel) = client(&shared()).await;
    channel.queue_delete(queue.as_str().into(), QueueDeleteOptions::default()).await.unwrap();
    let secret = report("m-1", r#"{"cpf":"12345678909"}"#);
    let error = publisher.publish(klavi_webhook::Message::of_new(&secret)).await.unwrap_err();
    assert_eq!(error.kind(), PublishErrorKind::Missing, "{error}");
    // It is declared again, and messages are taken.
    published_soon(&publisher, "after", &MEANWHILE).await;
    assert!(ids(&shared(), &queue).await.contains_key(&message("after").id));

    channel.exchange_delete(queue.as_str().into(), ExchangeDeleteOptions::default()).await.unwrap();
    let (confirmed, failed) = publish_all(&publisher, (0..20).map(|n| n.to_string())).await;
    let found = ids(&shared(), &queue).await;
    assert!(!failed.is_empty() && confirmed.iter().all(|id| found.contains_key(id)), "{failed:?}");
    published_soon(&publisher, "again", &MEANWHILE).await;
    clean(&shared(), &queue).await;

    let log = log.text();
    // As text, and as the list of bytes that a Vec is shown as.
    let bytes = "12345678909".bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", ");
    assert!(!log.contains("12345678909") && !log.contains(&bytes), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs RabbitMQ"]
async fn a_returned_message_is_never_taken_for_another_that_was_routed() {
    let queue = name();
    let publisher = publisher(&format!("{}?queue={queue}", shared())).await;
    let (_connection, channel) = client(&shared()).await;
    for round in 0..5 {
        publisher.check().await.unwrap();
        // From now on the queue takes one product alone, until the publisher binds it again.
        let (name, key) = (queue.as_str(), "report.pf_balance");
        let options = QueueBindOptions::default();
        channel
            .queue_bind(name.into(), name.into(), key.into(), options, FieldTable::default())
            .await
            .unwrap();
        channel.queue_unbind(name.into(), name.into(), "#".into(), FieldTable::default()).await.unwrap();
        let mut publishing = tokio::task::JoinSet::new();
        for n in 0..200 {
            let mut entry = report(&format!("{round}-{n}"), "{}");
            entry.name = Some(if n % 2 == 0 { "pf_balance" } else { "other" }.to_owned());
            let (publisher, message) = (publisher.clone(), klavi_webhook::Message::of_new(&entry));
            publishing.spawn(async move { (message.id.clone(), publisher.publish(message).await) });
        }
        let published = publishing.join_all().await;
        let found = ids(&shared(), &queue).await;
        let (confirmed, failed): (Vec<_>, Vec<_>) = published.into_iter().partition(|(_, done)| done.is_ok());
        let lost = confirmed.iter().filter(|(id, _)| !found.contains_key(id)).count();
        assert_eq!(lost, 0, "round {round}: {} confirmed", confirmed.len());
        assert!(confirmed.len() >= 100 && !failed.is_empty(), "{} confirmed", confirmed.len());
        for (_, error) in failed {
            assert_eq!(error.unwrap_err().kind(), PublishErrorKind::Missing);
        }
    }
    clean(&shared(), &queue).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs RabbitMQ"]
async fn what_was_confirmed_outlives_kill_9_in_the_middle_of_it() {
    let mut server = Rabbit::start();
    for kind in ["quorum", "classic"] {
        let address = format!("{}?queue={kind}&type={kind}", server.address());
        server.declared(&address).await;
        let publisher = publisher(&address).await;
        let publishing = {
            let publisher = publisher.clone();
            tokio::spawn(async move { publish_all(&publisher, (0..20_000).map(|n| n.to_string())).await })
        };
        // In the middle of it, as the queue tells.
        let (_connection, channel) = client(&server.address()).await;
        let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
        while channel
            .queue_declare(kind.into(), passive, FieldTable::default())
            .await
            .unwrap()
            .message_count()
            < 500
        {}
        server.kill();
        let (confirmed, failed) = publishing.await.unwrap();
        assert!(failed.iter().all(|error| MEANWHILE.contains(&error.kind())), "{failed:?}");
        server.restart();
        published_soon(&publisher, "after", &MEANWHILE).await;
        let found = ids(&server.address(), kind).await;
        let missing = confirmed.iter().filter(|id| !found.contains_key(*id)).count();
        assert_eq!(missing, 0, "{kind}: {} confirmed", confirmed.len());
        assert!(!failed.is_empty() && confirmed.len() > 100, "{} confirmed", confirmed.len());
        assert!(found.contains_key(&message("after").id));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs RabbitMQ"]
async fn a_server_that_is_full_or_closed_to_the_user_is_told_of_and_comes_back() {
    let server = Rabbit::with("max_message_size = 1000000");
    let address = format!("{}?queue=q&max-body=1000001", server.address());
    let error = AmqpOptions::new(&address).unwrap().connect().await.unwrap_err();
    assert!(
        error.kind() == PublishErrorKind::Unsuitable && error.to_string().contains("max_message_size"),
        "{error}"
    );
    let publisher = publisher(&format!("{}?queue=q&max-body=1000000", server.address())).await;
    let error = DirectStore::new(publisher.clone(), 1_000_001).unwrap_err();
    assert!(error.to_string().contains("--max-body 1000000"), "{error}");

    server.control(&["set_permissions", "guest", ".*", "^$", ".*"]);
    let error = publisher.publish(message("denied")).await.unwrap_err();
    assert_eq!(error.kind(), PublishErrorKind::Denied, "{error}");
    server.control(&["set_permissions", "guest", ".*", ".*", ".*"]);
    published_soon(&publisher, "allowed", &[PublishErrorKind::Denied]).await;

    server.control(&["set_vm_memory_high_watermark", "0.0000001"]);
    let full = async || loop {
        match publisher.publish(message("full")).await {
            Err(error) if error.kind() == PublishErrorKind::Full => return error,
            Err(error) => assert_eq!(error.kind(), PublishErrorKind::Timeout, "{error}"),
            Ok(_) => {}
        }
    };
    let error = tokio::time::timeout(crate::SOON, full()).await.unwrap();
    assert!(error.to_string().contains("alarm"), "{error}");
    assert!(publisher.check().await.is_err());
    server.control(&["set_vm_memory_high_watermark", "0.4"]);
    published_soon(&publisher, "after", &[PublishErrorKind::Full, PublishErrorKind::Timeout]).await;
    assert!(ids(&server.address(), "q").await.contains_key(&message("after").id));

    let address = server.address().replace("guest:guest", "guest:s3cret");
    let error = AmqpOptions::new(&address).unwrap().connect().await.unwrap_err();
    assert_eq!(error.kind(), PublishErrorKind::Denied, "{error}");
    assert!(!error.to_string().contains("s3cret"), "{error}");
}

/// Everything that this process logs, from the first test on that asks.
#[derive(Clone)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn install() -> Self {
        static LOG: OnceLock<Log> = OnceLock::new();
        let install = || {
            let log = Self(Arc::default());
            let writer = log.clone();
            let subscriber =
                tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::DEBUG);
            subscriber.with_writer(move || writer.clone()).init();
            log
        };
        LOG.get_or_init(install).clone()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
