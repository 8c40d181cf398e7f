//! How many messages a direct store puts into a broker, beside a bare publisher that awaits the same confirms with the same
//! number in flight. Prints a table at the end.
//!
//!     KLAVI_BENCH_NATS=127.0.0.1:4222 KLAVI_BENCH_AMQP=amqp://guest:guest@127.0.0.1:5672 \
//!         cargo bench -p klavi-webhook --bench brokers
//!
//! It makes a stream `BENCH` and queues named `bench`, and deletes them. Rounds of both take turns; the table has the
//! medians.

#![expect(clippy::print_stdout, reason = "the table is the result")]
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "what it measures is time")]

use std::sync::Arc;
use std::time::Instant;

use async_nats::jetstream::{self, message::PublishMessage, stream};
use bytes::Bytes;
use futures_util::{StreamExt, stream as futures};
use jiff::Timestamp;
use klavi_webhook::{
    AmqpOptions, DirectStore, EntryKind, Envelope, NatsOptions, NewEntry, Publish, QueueType, Store,
};
use lapin::options::{
    BasicPublishOptions, ConfirmSelectOptions, ExchangeDeleteOptions, QueueDeleteOptions, QueuePurgeOptions,
};
use lapin::{BasicProperties, Confirmation, Connection, ConnectionProperties};

/// As the command `klavi` has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: u32 = 7;
const MESSAGES: u32 = 4_000;
const IN_FLIGHT: usize = 64;
const MAX_BODY: usize = 100_000;

#[tokio::main]
async fn main() {
    println!("| broker | body | bare publisher | direct store | ratio |");
    println!("|---|---|---:|---:|---:|");
    for (name, size) in [("1 KB", 1_000), ("16 KB", 16_000)] {
        if let Ok(address) = std::env::var("KLAVI_BENCH_NATS") {
            nats(&address, name, size).await;
        }
        if let Ok(address) = std::env::var("KLAVI_BENCH_AMQP") {
            amqp(&address, QueueType::Quorum, "quorum queue", name, size).await;
            amqp(&address, QueueType::Classic, "classic queue", name, size).await;
        }
    }
}

/// No two are alike.
fn body(round: u32, n: u32, size: usize) -> Bytes {
    let mut body = format!("{{\"round\":{round},\"n\":{n},\"note\":\"");
    body.extend(std::iter::repeat_n('x', size));
    body.push_str("\"}");
    body.into()
}

fn entry(body: Bytes) -> NewEntry {
    let mut envelope = Envelope::new(EntryKind::Report, Timestamp::UNIX_EPOCH);
    envelope.name = Some("pf_balance".to_owned());
    envelope.message_id = Some("rp-1".to_owned());
    envelope.link_id = Some("link".to_owned());
    NewEntry::new(envelope, body)
}

/// Messages in a second, that many in flight.
async fn rate(round: u32, size: usize, publish: impl AsyncFn(Bytes)) -> f64 {
    let bodies: Vec<_> = (0..MESSAGES).map(|n| body(round, n, size)).collect();
    let begin = Instant::now();
    let publishing = bodies.into_iter().map(|body| publish(body));
    futures::iter(publishing).buffer_unordered(IN_FLIGHT).collect::<Vec<()>>().await;
    f64::from(MESSAGES) / begin.elapsed().as_secs_f64()
}

async fn compare(
    broker: &str,
    name: &str,
    size: usize,
    bare: impl AsyncFn(Bytes),
    store: &DirectStore,
    empty: impl AsyncFn(),
) {
    let stored = async |body| drop(store.store(vec![entry(body)]).await.unwrap());
    let (mut bare_rates, mut rates) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        bare_rates.push(rate(2 * round, size, &bare).await);
        empty().await;
        rates.push(rate(2 * round + 1, size, stored).await);
        empty().await;
    }
    let [bare, direct] = [bare_rates, rates].map(|mut rates| {
        rates.sort_by(f64::total_cmp);
        rates[rates.len() / 2]
    });
    println!("| {broker} | {name} | {bare:.0}/s | {direct:.0}/s | {:.2} |", direct / bare);
}

async fn nats(address: &str, name: &str, size: usize) {
    let client = jetstream::new(async_nats::connect(address).await.unwrap());
    let _ = client.delete_stream("BENCH").await;
    let config = stream::Config {
        name: "BENCH".to_owned(),
        subjects: vec!["bench.>".to_owned()],
        discard: stream::DiscardPolicy::New,
        num_replicas: 1,
        ..Default::default()
    };
    client.create_stream(config).await.unwrap();
    let options = NatsOptions::new(&format!("nats://{address}/BENCH?sync=always&prefix=bench")).unwrap();
    let publisher: Arc<dyn Publish> = Arc::new(options.connect().await.unwrap());
    let store = DirectStore::new(publisher, MAX_BODY).unwrap();
    let count = std::sync::atomic::AtomicU64::new(0);
    let bare = async |body| {
        let id = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_string();
        let publish = PublishMessage::build().payload(body).message_id(id);
        client.send_publish("bench.report.pf_balance", publish).await.unwrap().await.unwrap();
    };
    let empty = async || {
        client.get_stream("BENCH").await.unwrap().purge().await.unwrap();
    };
    compare("NATS JetStream", name, size, bare, &store, empty).await;
    client.delete_stream("BENCH").await.unwrap();
}

async fn amqp(address: &str, queue_type: QueueType, broker: &str, name: &str, size: usize) {
    let connection = Connection::connect(address, ConnectionProperties::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    channel.queue_delete("bench".into(), QueueDeleteOptions::default()).await.unwrap();
    let options = AmqpOptions::new(address).unwrap().queue("bench").queue_type(queue_type).max_body(MAX_BODY);
    let publisher: Arc<dyn Publish> = Arc::new(options.connect().await.unwrap());
    let store = DirectStore::new(publisher, MAX_BODY).unwrap();
    channel.confirm_select(ConfirmSelectOptions::default()).await.unwrap();
    let bare = async |body: Bytes| {
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let properties = BasicProperties::default().with_delivery_mode(2).with_message_id("id".into());
        let (exchange, key) = ("bench".into(), "report.pf_balance".into());
        let published = channel.basic_publish(exchange, key, options, &body, properties).await.unwrap().await;
        assert_eq!(published.unwrap(), Confirmation::Ack(None));
    };
    let empty = async || {
        channel.queue_purge("bench".into(), QueuePurgeOptions::default()).await.unwrap();
    };
    compare(&format!("RabbitMQ, {broker}"), name, size, bare, &store, empty).await;
    channel.queue_delete("bench".into(), QueueDeleteOptions::default()).await.unwrap();
    channel.exchange_delete("bench".into(), ExchangeDeleteOptions::default()).await.unwrap();
}
