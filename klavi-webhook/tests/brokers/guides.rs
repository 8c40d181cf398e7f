//! The programs of the guides read everything, large bodies too, in both languages.

use std::collections::HashMap;
use std::sync::Arc;

use async_nats::jetstream::object_store;
use data_encoding::HEXLOWER;
use klavi_webhook::{DirectStore, NatsOptions, Publish, Store};
use sha2::{Digest, Sha256};

use crate::consumer::Consumer;
use crate::nats_server::NatsServer;
use crate::rabbit::{name, publisher, shared};
use crate::{SOON, report};

/// The digests of what was stored.
async fn stored(publisher: Arc<dyn Publish>, largest: usize) -> Vec<String> {
    let store = DirectStore::new(publisher, largest).unwrap();
    let mut digests = Vec::new();
    for (n, size) in [10, 1_000, largest].into_iter().enumerate() {
        let body: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..)).take(size).collect();
        digests.push(HEXLOWER.encode(&Sha256::digest(&body)));
        store.store(vec![report(&format!("m-{n}"), body)]).await.unwrap();
    }
    digests
}

fn reads(consumer: &Consumer, digests: &[String]) {
    let mut read = HashMap::new();
    while read.len() < digests.len() {
        let message = consumer.next(SOON).expect("the consumer reads everything");
        assert_eq!(message["name"], "pf_balance");
        assert!(message["id"].as_str().unwrap().starts_with("msg_"));
        read.insert(message["sha256"].as_str().unwrap().to_owned(), ());
    }
    assert!(digests.iter().all(|digest| read.contains_key(digest)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs NATS, nats-py in KLAVI_TEST_PYTHON, NATS.js in KLAVI_TEST_NODE_MODULES"]
async fn the_consumers_of_the_nats_guide_read_everything() {
    let server = NatsServer::start();
    let client = server.stream().await;
    let bucket = object_store::Config { bucket: "large".to_owned(), num_replicas: 1, ..Default::default() };
    client.create_object_store(bucket).await.unwrap();
    let options = NatsOptions::new(&server.address()).unwrap().bodies("large");
    let digests = stored(Arc::new(options.connect().await.unwrap()), 3 << 20).await;
    reads(&Consumer::python("nats.md", &[("NATS_URL", &server.host())]), &digests);
    reads(&Consumer::node("nats.md", &[("NATS_URL", &server.host())]), &digests);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs RabbitMQ, pika in KLAVI_TEST_PYTHON, amqplib in KLAVI_TEST_NODE_MODULES"]
async fn the_consumers_of_the_rabbitmq_guide_read_everything() {
    for language in ["python", "js"] {
        let queue = name();
        let publisher = publisher(&format!("{}?queue={queue}", shared())).await;
        let digests = stored(publisher, 3 << 20).await;
        let environment = [("AMQP_URL", &*shared()), ("QUEUE", &*queue)];
        let consumer = match language {
            "python" => Consumer::python("rabbitmq.md", &environment),
            _ => Consumer::node("rabbitmq.md", &environment),
        };
        reads(&consumer, &digests);
        drop(consumer);
        crate::amqp::clean(&shared(), &queue).await;
    }
}
