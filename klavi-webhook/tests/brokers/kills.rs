//! kill -9 of the receiver and of the broker under load, at any moment: an independent consumer reads every delivery that
//! was answered with 200. As a direct store, and as a sink behind an inbox.

mod receiver;
mod sender;

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use tokio::sync::watch;
use tokio::task::{JoinSet, spawn_blocking};

use self::receiver::{Mode, Process};
use self::sender::{Ledger, Life, Sender};
use crate::consumer::Consumer;
use crate::nats_server::NatsServer;
use crate::rabbit::Rabbit;

/// Of the receiver, and as many of the broker, unless `KLAVI_TEST_KILLS` says how many.
const KILLS: u32 = 2;
const SENDERS: usize = 16;

/// At most so many answers of 200 between two kills.
const ANSWERS: u64 = 400;

/// For how long the consumer may read nothing that it has not read.
const SETTLED: Duration = Duration::from_secs(60);

enum Broker {
    Nats(NatsServer),
    Rabbit(Rabbit),
}

impl Broker {
    const fn name(&self) -> &'static str {
        match self {
            Self::Nats(_) => "nats",
            Self::Rabbit(_) => "rabbitmq",
        }
    }

    fn address(&self) -> String {
        match self {
            Self::Nats(server) => server.address(),
            Self::Rabbit(server) => server.address(),
        }
    }

    fn kill(&mut self) {
        match self {
            Self::Nats(server) => server.kill(),
            Self::Rabbit(server) => server.kill(),
        }
    }

    fn restart(&mut self) {
        match self {
            Self::Nats(server) => server.restart(),
            Self::Rabbit(server) => server.restart(),
        }
    }

    /// The consumer of the guide, in the broker's own client.
    fn consumer(&self) -> Consumer {
        match self {
            Self::Nats(server) => Consumer::python("nats.md", &[("NATS_URL", &server.host())]),
            Self::Rabbit(server) => Consumer::python("rabbitmq.md", &[("AMQP_URL", &server.address())]),
        }
    }
}

async fn nats() -> Broker {
    let server = NatsServer::start();
    server.stream().await;
    Broker::Nats(server)
}

async fn rabbit() -> Broker {
    let server = spawn_blocking(Rabbit::start).await.unwrap();
    server.declared(&server.address()).await;
    Broker::Rabbit(server)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs NATS, and nats-py in KLAVI_TEST_PYTHON"]
async fn nats_as_a_direct_store() {
    nothing_is_lost(nats().await, Mode::Direct).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs NATS, and nats-py in KLAVI_TEST_PYTHON"]
async fn nats_as_a_sink() {
    nothing_is_lost(nats().await, Mode::Sink).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs RabbitMQ, and pika in KLAVI_TEST_PYTHON"]
async fn rabbitmq_as_a_direct_store() {
    nothing_is_lost(rabbit().await, Mode::Direct).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs RabbitMQ, and pika in KLAVI_TEST_PYTHON"]
async fn rabbitmq_as_a_sink() {
    nothing_is_lost(rabbit().await, Mode::Sink).await;
}

async fn nothing_is_lost(mut broker: Broker, mode: Mode) {
    let given = std::env::var("KLAVI_TEST_SEED").ok();
    let seed = given.map_or_else(|| fastrand::u64(..), |seed| seed.parse().unwrap());
    let what = format!("{}-{}", broker.name(), mode.as_str());
    say(&format!("kill -9, {what}: KLAVI_TEST_SEED={seed}"));
    let mut chance = Rng::with_seed(seed);
    let kills = std::env::var("KLAVI_TEST_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let inbox = tempfile::tempdir().unwrap();
    let start = {
        let (address, inbox) = (broker.address(), inbox.path().join("inbox.db"));
        move || Process::start(&address, mode, &inbox)
    };

    let (life, ledger) = (watch::Sender::new(Life::Down), Arc::new(Ledger::default()));
    let sending: JoinSet<_> =
        (0..SENDERS).map(|n| Sender::new(n, ledger.clone(), life.subscribe()).send(chance.fork())).collect();
    let mut process = spawn_blocking(start.clone()).await.unwrap();
    life.send_replace(Life::Up(process.address.clone()));
    for _ in 0..kills {
        under_load(&ledger, &mut chance).await;
        if chance.bool() {
            // Both at once: nobody tells the other.
            broker.kill();
            process.kill();
            broker = restarted(broker).await;
        } else {
            // The receiver lives on while the broker is away, and finds it again.
            broker.kill();
            broker = restarted(broker).await;
            under_load(&ledger, &mut chance).await;
            process.kill();
        }
        life.send_replace(Life::Down);
        process = spawn_blocking(start.clone()).await.unwrap();
        life.send_replace(Life::Up(process.address.clone()));
    }
    under_load(&ledger, &mut chance).await;
    life.send_replace(Life::Over);
    sending.join_all().await;

    // The last receiver lives: what its inbox holds is published.
    let consumer = broker.consumer();
    let acknowledged = ledger.acknowledged();
    let reading = acknowledged.clone();
    let read = spawn_blocking(move || read(&consumer, &reading)).await.unwrap();
    let missing = acknowledged.iter().filter(|digest| !read.contains_key(*digest)).count();
    let refused = ledger.refused();
    say(&format!(
        "| run | kills of the receiver | of the broker | entries answered with 200 | attempts that failed | messages read | entries read | missing |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|\n\
         | {what} | {kills} | {kills} | {} | {refused} | {} | {} | {missing} |",
        acknowledged.len(),
        read.values().sum::<u32>(),
        read.len(),
    ));
    assert_eq!(missing, 0, "seed {seed}");
    // Otherwise nothing was killed in the middle of anything.
    assert!(
        acknowledged.len() > 20 * kills as usize && refused > 0,
        "{} acknowledged, {refused} failed",
        acknowledged.len()
    );
    say(&format!(
        "soak: kills {} {seed} {}: {} entries acknowledged, none missing",
        2 * kills,
        mode.as_str(),
        acknowledged.len()
    ));
}

async fn restarted(mut broker: Broker) -> Broker {
    let restart = move || {
        broker.restart();
        broker
    };
    spawn_blocking(restart).await.unwrap()
}

/// Waits for some more answers of 200, and a moment.
async fn under_load(ledger: &Ledger, chance: &mut Rng) {
    let mut answered = ledger.answered.subscribe();
    let until = *answered.borrow() + chance.u64(1..=ANSWERS);
    answered.wait_for(|answered| *answered >= until).await.unwrap();
    // Not always right behind an answer.
    for _ in 0..chance.u32(..2_000) {
        tokio::task::yield_now().await;
    }
}

/// Reads until everything that was acknowledged is there. Returns how often each entry was read, by its digest.
fn read(consumer: &Consumer, acknowledged: &[String]) -> HashMap<String, u32> {
    let mut read = HashMap::new();
    let mut open: std::collections::HashSet<_> = acknowledged.iter().collect();
    let mut ids: HashMap<String, String> = HashMap::new();
    while !open.is_empty() {
        let Some(message) = consumer.next(SETTLED) else { break };
        let [digest, id] = ["sha256", "id"].map(|name| message[name].as_str().unwrap().to_owned());
        open.remove(&digest);
        // One entry has one id, however often it comes.
        assert_eq!(ids.entry(digest.clone()).or_insert_with(|| id.clone()), &id);
        *read.entry(digest).or_default() += 1;
    }
    read
}

fn say(text: &str) {
    std::io::stderr().write_all(format!("{text}\n").as_bytes()).unwrap();
}
