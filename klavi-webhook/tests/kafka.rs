//! The protocol of Kafka, over the mock brokers of librdkafka. They keep messages in memory: this says nothing of
//! durability.

#![cfg(feature = "kafka")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use klavi_webhook::conformance::{self, Delivered};
use klavi_webhook::{BrokerSink, KafkaOptions, Publish, PublishErrorKind};
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::{Headers, Message};
use rdkafka::mocking::MockCluster;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

const PARTITIONS: i32 = 3;

/// Reads everything that has arrived since the last call.
fn read(consumer: &BaseConsumer, found: &Mutex<Vec<Delivered>>) -> Vec<Delivered> {
    let mut found = found.lock().unwrap();
    let mut at_end = 0;
    // Each partition says when it is at its end.
    while at_end < PARTITIONS {
        match consumer.poll(Duration::from_secs(10)).expect("a message or an end") {
            Err(rdkafka::error::KafkaError::PartitionEOF(_)) => at_end += 1,
            message => {
                let message = message.unwrap();
                let headers: std::collections::HashMap<_, _> = message
                    .headers()
                    .unwrap()
                    .iter()
                    .map(|header| {
                        (header.key.to_owned(), String::from_utf8(header.value.unwrap().to_vec()).unwrap())
                    })
                    .collect();
                let id = headers["webhook-id"].clone();
                assert_eq!(message.key(), Some(&b"link"[..]));
                found.push(Delivered::new(id, headers, message.payload().unwrap_or_default().to_vec()));
            }
        }
    }
    found.clone()
}

/// A consumer at the beginning of every partition.
fn consumer(brokers: &str) -> BaseConsumer {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", brokers).set("group.id", "test").set("enable.partition.eof", "true");
    let consumer: BaseConsumer = config.create().unwrap();
    let mut partitions = TopicPartitionList::new();
    for partition in 0..PARTITIONS {
        partitions.add_partition_offset("webhooks", partition, Offset::Beginning).unwrap();
    }
    consumer.assign(&partitions).unwrap();
    consumer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_keeps_the_rules_of_publishers_and_sinks() {
    let cluster = MockCluster::new(3).unwrap();
    let brokers = cluster.bootstrap_servers();
    cluster.create_topic("webhooks", PARTITIONS, 3).unwrap();
    let publisher = KafkaOptions::new(&brokers).max_message(200_000).connect().await.unwrap();
    let found = Mutex::new(Vec::new());
    // From the beginning each time: an end is told of once.
    let read = async || {
        found.lock().unwrap().clear();
        read(&consumer(&brokers), &found)
    };
    conformance::publisher(Arc::new(publisher.clone()), read).await;
    conformance::sink(Arc::new(BrokerSink::new(Arc::new(publisher))), read).await;
}

#[tokio::test]
async fn a_topic_that_is_missing_and_brokers_that_are_away_are_told_of() {
    let cluster = MockCluster::new(1).unwrap();
    let error = KafkaOptions::new(&cluster.bootstrap_servers()).topic("none").connect().await.unwrap_err();
    assert_eq!(error.kind(), PublishErrorKind::Missing, "{error}");
    cluster.create_topic("webhooks", 1, 1).unwrap();
    let publisher = KafkaOptions::new(&cluster.bootstrap_servers()).connect().await.unwrap();
    cluster.broker_down(1).unwrap();
    let away = [PublishErrorKind::Unreachable, PublishErrorKind::Timeout];
    let error = publisher.check().await.unwrap_err();
    assert!(away.contains(&error.kind()), "{error}");
    cluster.broker_up(1).unwrap();
    publisher.check().await.unwrap();
}
