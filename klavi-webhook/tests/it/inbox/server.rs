//! A NATS server of the test's own, to be killed, small or full.

use std::collections::HashSet;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use klavi_webhook::klavi::Klavi;
use klavi_webhook::{Answer, Inbox, InboxErrorKind, NatsInbox, Order, Page, Receiver, Stored};
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::rules::LEASE;
use crate::{EVENTS, KEY, REPORT, entries, signed, split, start};

const SETTINGS: &str = "server.conf";

/// A server with a folder that outlives it.
pub(super) struct Server {
    folder: TempDir,
    port: u16,
    process: Child,
}

impl Server {
    pub(super) fn start(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(SETTINGS), settings).unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = run(&folder, port);
        Self { folder, port, process }
    }

    pub(super) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub(super) fn restart(&mut self) {
        self.process = run(&self.folder, self.port);
    }

    /// `scheme://user:password@127.0.0.1:PORT/inbox?query`; `user` ends with its `@`, `query` begins with its `?`.
    pub(super) fn url(&self, scheme: &str, user: &str, query: &str) -> String {
        format!("{scheme}://{user}127.0.0.1:{}/inbox{query}", self.port)
    }

    /// Asks until it answers.
    async fn inbox(&self) -> Arc<NatsInbox> {
        loop {
            match NatsInbox::connect(&self.url("nats", "", "")).await {
                Ok(inbox) => return Arc::new(inbox),
                Err(error) => assert_eq!(error.kind(), InboxErrorKind::Unreachable, "{error:?}"),
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn run(folder: &TempDir, port: u16) -> Child {
    Command::new("nats-server")
        .args(["-js", "-a", "127.0.0.1", "-p", &port.to_string(), "-sd"])
        .arg(folder.path())
        .arg("-c")
        .arg(folder.path().join(SETTINGS))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS"]
async fn while_the_server_is_away_the_sender_keeps_the_delivery() {
    let mut server = Server::start("");
    let inbox = server.inbox().await;
    let receiver = Receiver::new(Klavi::new(KEY), inbox.clone());
    let post = async |body: &str| {
        receiver.handle(signed(body), None, bytes::Bytes::copy_from_slice(body.as_bytes())).await
    };
    assert_eq!(post(REPORT).await, Answer::Accepted);
    let leased = inbox.lease(start(), LEASE, 1, Order::Free).await.unwrap().remove(0);

    server.kill();
    let (answer, stored, completed) =
        tokio::join!(post(EVENTS), inbox.store(split(EVENTS)), inbox.complete(leased.ticket));
    assert_eq!(answer, Answer::Unavailable);
    for error in [stored.unwrap_err(), completed.unwrap_err()] {
        assert_eq!(error.kind(), InboxErrorKind::Unreachable, "{error:?}");
    }

    server.restart();
    // What was refused may have arrived all the same, as soon as the way was open.
    while !matches!(post(EVENTS).await, Answer::Accepted | Answer::Duplicate) {}
    assert_eq!(post(EVENTS).await, Answer::Duplicate);
    assert_eq!(post(REPORT).await, Answer::Duplicate);
    assert_eq!(entries(&*inbox, None).await.len(), 3);

    // What others store is heard of again.
    let waiting = tokio::spawn({
        let inbox = inbox.clone();
        async move {
            while entries(&*inbox, None).await.len() < 4 {
                inbox.arrivals().await;
            }
        }
    });
    server.inbox().await.store(split(&REPORT.replace("rp-1", "rp-2"))).await.unwrap();
    waiting.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS"]
async fn what_was_acknowledged_outlives_kill_9_of_the_server() {
    let mut server = Server::start("");
    let acknowledged = Arc::new(Mutex::new(HashSet::new()));
    for round in 0..10 {
        let inbox = server.inbox().await;
        let before = acknowledged.lock().unwrap().len();
        let mut storing: JoinSet<_> = (0..8)
            .map(|task| {
                let (inbox, acknowledged) = (inbox.clone(), acknowledged.clone());
                async move {
                    for n in 0.. {
                        let keys: Vec<_> = (0..3).map(|part| format!("{round}.{task}.{n}.{part}")).collect();
                        let events: Vec<_> = keys
                            .iter()
                            .map(|key| format!(r#"{{"eventId":"{key}","eventName":"link_created"}}"#))
                            .collect();
                        let Ok(_) = inbox.store(split(&format!("[{}]", events.join(",")))).await else {
                            return;
                        };
                        acknowledged.lock().unwrap().extend(keys);
                    }
                }
            })
            .collect();
        while acknowledged.lock().unwrap().len() < before + 30 * (round + 1) {
            tokio::task::yield_now().await;
        }
        server.kill();
        storing.shutdown().await;
        drop(inbox);
        server.restart();

        let inbox = server.inbox().await;
        let kept = inbox.list(Page::first(usize::MAX)).await.unwrap();
        let keys: HashSet<_> = kept.iter().map(|entry| entry.message_id.clone().unwrap()).collect();
        assert_eq!(keys.len(), kept.len(), "once each");
        let lost: Vec<_> = acknowledged.lock().unwrap().difference(&keys).cloned().collect();
        assert!(lost.is_empty(), "{lost:?}");
        assert_eq!(kept.len() % 3, 0, "together or not at all");
    }
}

fn noise(id: usize, size: usize) -> String {
    let noise = std::iter::repeat_with(fastrand::alphanumeric).take(size).collect::<String>();
    REPORT.replace("rp-1", &format!("rp-{id}")).replace("94088392", &noise)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS"]
async fn a_server_of_small_messages_takes_large_deliveries() {
    let server = Server::start("max_payload: 8192");
    let inbox = server.inbox().await;
    for (id, size) in [10, 3_000, 6_500, 8_192, 300_000].into_iter().enumerate() {
        let body = noise(id, size);
        let stored = inbox.store(split(&body)).await.unwrap();
        let [Stored::New(id)] = stored[..] else { panic!("{stored:?}") };
        assert_eq!(inbox.get(id).await.unwrap().unwrap().body, body);
    }
    let mut wordy = split(&noise(9, 10)).remove(0);
    wordy.headers.push(("x-note".to_owned(), "n".repeat(20_000)));
    inbox.store(vec![wordy.clone()]).await.unwrap();
    assert_eq!(entries(&*server.inbox().await, None).await[5].headers, wordy.headers);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS"]
async fn a_full_server_refuses_and_keeps_what_it_has() {
    let server = Server::start("jetstream { max_file_store: 1MB }");
    let inbox = server.inbox().await;
    let mut stored = 0;
    let error = loop {
        match inbox.store(split(&noise(stored, 100_000))).await {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), InboxErrorKind::Full, "{error:?}");
    assert!(stored > 3);
    assert_eq!(entries(&*inbox, None).await.len(), stored);
}

/// Stores until the server takes it.
async fn stored(inbox: &NatsInbox, body: &str) -> Vec<Stored> {
    loop {
        match inbox.store(split(body)).await {
            Ok(stored) => return stored,
            Err(error) => assert_eq!(error.kind(), InboxErrorKind::Unreachable, "{error:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS"]
async fn what_the_server_forgot_is_forgotten_and_what_it_kept_is_not() {
    let mut server = Server::start("");
    let inbox = server.inbox().await;
    inbox.store(split(REPORT)).await.unwrap();
    server.kill();
    let earlier = tempfile::tempdir().unwrap();
    let copied =
        Command::new("cp").arg("-a").arg(server.folder.path().join(".")).arg(earlier.path()).status();
    assert!(copied.unwrap().success());
    server.restart();
    stored(&inbox, EVENTS).await;
    let leased = inbox.lease(start(), LEASE, 9, Order::Free).await.unwrap();
    let forgotten = leased.iter().map(|leased| leased.ticket).collect::<Vec<_>>();
    assert_eq!(forgotten.iter().map(|ticket| ticket.id.get()).collect::<Vec<_>>(), [1, 2, 3]);
    server.kill();
    server.folder = earlier;
    server.restart();

    // The same numbers, for others.
    for id in ["rp-2", "rp-3"] {
        let new = stored(&inbox, &REPORT.replace("rp-1", id)).await;
        assert!(matches!(new[..], [Stored::New(_)]), "{new:?}");
    }
    assert!(matches!(stored(&inbox, REPORT).await[..], [Stored::Duplicate(_)]));
    let leased = inbox.lease(start(), LEASE, 9, Order::Free).await.unwrap();
    assert_eq!(leased.iter().map(|leased| leased.entry.id.get()).collect::<Vec<_>>(), [1, 2, 3]);
    for ticket in forgotten {
        assert!(!inbox.complete(ticket).await.unwrap(), "what it was given for is gone");
    }
    for leased in leased {
        assert!(inbox.complete(leased.ticket).await.unwrap());
    }
    assert!(matches!(stored(&inbox, EVENTS).await[..], [Stored::New(_), Stored::New(_)]));
    assert_eq!(entries(&*server.inbox().await, None).await.len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS"]
async fn a_server_that_lost_everything_is_begun_with_anew() {
    let mut server = Server::start("");
    let inbox = server.inbox().await;
    inbox.store(split(REPORT)).await.unwrap();
    server.kill();
    let empty = tempfile::tempdir().unwrap();
    std::fs::copy(server.folder.path().join(SETTINGS), empty.path().join(SETTINGS)).unwrap();
    server.folder = empty;
    server.restart();

    assert!(matches!(stored(&inbox, EVENTS).await[..], [Stored::New(_), Stored::New(_)]));
    assert!(matches!(stored(&inbox, &noise(1, 3_000_000)).await[..], [Stored::New(_)]));
    assert_eq!(inbox.lease(start(), LEASE, 9, Order::Free).await.unwrap().len(), 3);
    assert_eq!(entries(&*server.inbox().await, None).await.len(), 3);
}
