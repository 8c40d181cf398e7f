//! The process that is killed: a receiver with a broker as its store, or with an inbox and the broker as its sink.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use klavi_webhook::klavi::Klavi;
use klavi_webhook::{
    AmqpOptions, Breaker, BrokerSink, DirectStore, Dispatcher, NatsOptions, Publish, Receiver, RetrySchedule,
    Server, SqliteInbox, Store,
};
use tokio::net::TcpListener;

use super::sender::KEY;

const ADDRESS: &str = "KLAVI_TEST_BROKER";
const INBOX: &str = "KLAVI_TEST_BROKER_INBOX";

const MAX_BODY: usize = 100_000;

#[derive(Clone, Copy, Debug)]
pub(super) enum Mode {
    Direct,
    Sink,
}

impl Mode {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Sink => "sink",
        }
    }
}

pub(super) struct Process {
    child: Child,
    pub(super) address: String,
}

impl Process {
    pub(super) fn start(broker: &str, mode: Mode, inbox: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "kills::receiver::child", "--nocapture"]).env(ADDRESS, broker);
        if let Mode::Sink = mode {
            command.env(INBOX, inbox);
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().expect("the receiver ended").unwrap();
            if let Some(address) = line.strip_prefix("serving ") {
                break address.to_owned();
            }
        };
        // The harness writes to the pipe once more when a test takes a minute.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    pub(super) fn kill(mut self) {
        self.child.kill().unwrap();
        let status = self.child.wait().unwrap();
        assert!(status.code().is_none(), "it ended by itself: {status}");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Not a test of its own: the process that is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let Ok(broker) = std::env::var(ADDRESS) else { return };
    let publisher: Arc<dyn Publish> = if broker.starts_with("nats") {
        Arc::new(NatsOptions::new(&broker).unwrap().connect().await.unwrap())
    } else {
        let options = AmqpOptions::new(&broker).unwrap().max_body(MAX_BODY);
        Arc::new(options.connect().await.unwrap())
    };
    let store: Arc<dyn Store> = match std::env::var(INBOX) {
        Err(_) => Arc::new(DirectStore::new(publisher, MAX_BODY).unwrap()),
        Ok(path) => {
            let inbox = Arc::new(SqliteInbox::open(path).await.unwrap());
            let schedule =
                RetrySchedule::new(u32::MAX, Duration::from_millis(50), Duration::from_millis(500));
            let dispatcher = Dispatcher::new(inbox.clone(), BrokerSink::new(publisher)).concurrency(32);
            // A short lease, so that what a killed process held comes again soon.
            let breaker = Breaker::new(5, Duration::from_millis(50), Duration::from_millis(500));
            let dispatcher = dispatcher.schedule(schedule).breaker(breaker).lease(Duration::from_secs(6));
            tokio::spawn(dispatcher.run(std::future::pending()));
            inbox
        }
    };
    let receiver = Receiver::new(Klavi::new(KEY), store).max_body(MAX_BODY).unguarded();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    // A line of its own: the harness writes to the same output.
    let line = format!("\nserving {}\n", listener.local_addr().unwrap());
    std::io::stdout().write_all(line.as_bytes()).unwrap();
    let app = axum::Router::new().nest("/klavi", receiver.into_router());
    Server::new(app).run(listener, std::future::pending()).await;
}
