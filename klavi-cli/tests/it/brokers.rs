//! `klavi receive` with brokers that run, as a sink and as the direct store. Messages are read by the brokers' own clients.

#[expect(dead_code, reason = "the tests of the publishers use the rest of it")]
#[path = "../../../klavi-webhook/tests/brokers/nats_server.rs"]
mod nats_server;

use std::time::Duration;

use lapin::options::{BasicGetOptions, ExchangeDeleteOptions, QueueDeleteOptions};
use lapin::{Channel, Connection, ConnectionProperties};
use tokio::time::Instant;

use self::nats_server::{NatsServer, messages};
use crate::receive::{REPORT, Receive, inbox};

/// How long a delivery to a broker may take.
const SOON: Duration = Duration::from_secs(60);

/// A report of that id.
fn report(id: &str) -> String {
    REPORT.replace("r-1", id)
}

/// Posts a report to a receiver with an inbox, and waits until its target has it.
async fn through_a_sink(broker: &str, id: &str) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("inbox.db").display());
    let receive = Receive::start(&["--inbox", &url, "--no-allow-list", "--publish", broker], &[]);
    assert_eq!(receive.post(&report(id)).await, 200);
    let begin = Instant::now();
    while inbox(&url, &["list", "--state", "done"]).is_empty() {
        assert!(begin.elapsed() < SOON, "{}", inbox(&url, &["targets"]));
    }
    assert_eq!(receive.stop(), Some(0));
}

/// Posts a report to a receiver without an inbox.
async fn into_the_store(broker: &str, id: &str) {
    let arguments = ["--store", broker, "--no-allow-list", "--max-body", "100000"];
    let receive = Receive::start(&arguments, &[]);
    assert_eq!(receive.post(&report(id)).await, 200);
    assert_eq!(receive.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs NATS"]
async fn a_report_is_read_by_a_client_of_nats() {
    let server = NatsServer::start();
    let client = server.stream().await;
    through_a_sink(&server.address(), "r-sink").await;
    into_the_store(&server.address(), "r-store").await;
    let messages = messages(&client).await;
    let bodies: Vec<_> = messages.iter().map(|message| String::from_utf8_lossy(&message.payload)).collect();
    assert_eq!(bodies, [report("r-sink"), report("r-store")]);
    for (message, entry) in messages.iter().zip([Some("1"), None]) {
        assert_eq!(message.subject.as_str(), "webhooks.report.pf_balance");
        let header = message.headers.get("inbox-entry").map(async_nats::HeaderValue::as_str);
        assert_eq!(header, entry, "only an inbox gives numbers");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs RabbitMQ"]
async fn a_report_is_read_by_a_client_of_rabbitmq() {
    let server = std::env::var("KLAVI_TEST_AMQP");
    let server = server.unwrap_or_else(|_| "amqp://guest:guest@127.0.0.1:5672".to_owned());
    let queue = format!("webhooks-test-{:016x}", fastrand::u64(..));
    let broker = format!("{server}?queue={queue}&max-body=100000");
    through_a_sink(&broker, "r-sink").await;
    into_the_store(&broker, "r-store").await;
    let connection = Connection::connect(&server, ConnectionProperties::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    let bodies = [next(&channel, &queue).await, next(&channel, &queue).await];
    assert_eq!(bodies, [report("r-sink"), report("r-store")]);
    let left = channel.queue_delete(queue.as_str().into(), QueueDeleteOptions::default()).await.unwrap();
    assert_eq!(left, 0, "there is more in the queue");
    channel.exchange_delete(queue.as_str().into(), ExchangeDeleteOptions::default()).await.unwrap();
}

/// The message at the head of a queue.
async fn next(channel: &Channel, queue: &str) -> String {
    let no_ack = BasicGetOptions { no_ack: true };
    let message = channel.basic_get(queue.into(), no_ack).await.unwrap().expect("the queue is empty");
    String::from_utf8(message.delivery.data.clone()).unwrap()
}
