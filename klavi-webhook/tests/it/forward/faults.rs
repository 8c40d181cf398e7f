//! Endpoints on real sockets that refuse, hang, break and come back: what is the entry's fault, and what the target's.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use klavi_webhook::{
    Breaker, Clock, Dispatcher, Entry, EntryState, Forward, Inbox, MemoryInbox, RetrySchedule, Store,
};
use provider_call::{EgressRule, ReqwestTransport, Transport, TransportOptions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::KEY;
use crate::{REPORT, entries, split, start};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// What an endpoint does to a connection.
#[derive(Clone, Copy)]
enum Act {
    Answer(&'static str),
    /// Answers, then writes a body until the connection is closed.
    AnswerWithoutEnd,
    Hang,
    Reset,
}

/// Does one after the other, one for each connection, and the last for all further ones.
async fn endpoint(acts: &'static [Act]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for number in 0.. {
            let (socket, _) = listener.accept().await.unwrap();
            tokio::spawn(act(socket, acts[number.min(acts.len() - 1)]));
        }
    });
    address
}

async fn act(mut socket: TcpStream, act: Act) {
    let mut request = vec![0; 16 * 1024];
    let _ = socket.read(&mut request).await;
    match act {
        Act::Answer(answer) => {
            socket.write_all(answer.as_bytes()).await.unwrap();
            socket.shutdown().await.unwrap();
        }
        Act::AnswerWithoutEnd => {
            let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
            socket.write_all(head).await.unwrap();
            while socket.write_all(b"4\r\nmore\r\n").await.is_ok() {}
        }
        Act::Hang => std::future::pending().await,
        // With bytes unread or a linger of nothing, the system resets the connection.
        Act::Reset => socket.set_zero_linger().unwrap(),
    }
}

pub(super) fn transport(options: TransportOptions) -> Arc<dyn Transport> {
    Arc::new(ReqwestTransport::new(&options.no_proxy()).unwrap())
}

/// An inbox with one report, and a dispatcher to that URL.
pub(super) async fn forwarding(
    url: &str,
    transport: Arc<dyn Transport>,
    breaker: Breaker,
) -> (Arc<MemoryInbox>, Dispatcher) {
    let clock = Clock::manual(start());
    let inbox = Arc::new(MemoryInbox::with_clock(clock.clone()));
    inbox.store(split(REPORT)).await.unwrap();
    let forward = Forward::new(url.parse().unwrap(), KEY.parse().unwrap(), transport).unwrap();
    let forward = forward.clock(clock).timeout(Duration::from_millis(300));
    let dispatcher = Dispatcher::new(inbox.clone(), forward).breaker(breaker).schedule(RetrySchedule::new(
        3,
        HOUR,
        10 * HOUR,
    ));
    (inbox, dispatcher)
}

/// Opens at the first failure that says that the target may be down, for an hour.
pub(super) fn at_once() -> Breaker {
    Breaker::new(1, HOUR, HOUR)
}

/// The entry after one attempt, and why its target is down.
pub(super) async fn attempt(url: &str, transport: Arc<dyn Transport>) -> (Entry, Option<String>) {
    let (inbox, dispatcher) = forwarding(url, transport, at_once()).await;
    dispatcher.run_due().await.unwrap();
    let targets = inbox.targets().await.unwrap();
    let down = targets.into_iter().find_map(|target| target.down);
    (entries(&*inbox, None).await.remove(0), down.map(|down| down.reason))
}

async fn attempt_at(acts: &'static [Act]) -> (Entry, Option<String>) {
    attempt(&format!("http://{}/", endpoint(acts).await), transport(TransportOptions::new())).await
}

#[tokio::test]
async fn a_success_counts_whatever_becomes_of_its_body() {
    for act in [
        &[Act::Answer("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")][..],
        &[Act::Answer("HTTP/1.1 200 OK\r\ncontent-length: 200\r\n\r\ncut off")],
        &[Act::Answer("HTTP/1.1 202 Accepted\r\ncontent-length: 99999999999999\r\n\r\n")],
        &[Act::Answer("HTTP/1.1 204 No Content\r\n\r\n")],
        &[Act::AnswerWithoutEnd],
    ] {
        let (entry, down) = attempt_at(act).await;
        assert_eq!((entry.state, entry.last_error.clone(), down), (EntryState::Done, None, None));
    }
}

#[tokio::test]
async fn a_target_that_is_down_is_no_fault_of_the_entry() {
    for (act, reason) in [
        (
            &[Act::Answer("HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n")][..],
            "the endpoint answered 410: it takes no deliveries",
        ),
        (
            &[Act::Answer("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n")],
            "the endpoint answered 503",
        ),
        (
            &[Act::Answer("HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n")],
            "the endpoint answered 500",
        ),
        (&[Act::Hang], "no answer within 300ms"),
        (&[Act::Reset], "the connection failed: "),
        (&[Act::Answer("HTTP/1.1 200 O")], "the connection failed: "),
    ] {
        let (entry, down) = attempt_at(act).await;
        let down = down.unwrap_or_else(|| panic!("{reason}: the target is not down"));
        assert!(down.starts_with(reason), "{down} does not begin with {reason}");
        assert_eq!((entry.state, entry.attempts), (EntryState::Pending, 0), "{reason}");
    }
}

#[tokio::test]
async fn a_refusal_of_the_entry_says_nothing_against_the_target() {
    let elsewhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let location = format!("http://{}/", elsewhere.local_addr().unwrap());
    let redirect =
        format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
    let redirect: &'static [Act] = vec![Act::Answer(redirect.leak())].leak();
    for (act, error) in [
        (
            redirect,
            "the endpoint answered 307, a redirect, which is not followed: set the target's URL to the new address",
        ),
        (&[Act::Answer("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")], "the endpoint answered 404"),
        (
            &[Act::Answer("HTTP/1.1 422 Unprocessable\r\ncontent-length: 0\r\n\r\n")],
            "the endpoint answered 422",
        ),
    ] {
        let (entry, down) = attempt_at(act).await;
        assert_eq!((entry.last_error.as_deref(), down), (Some(error), None));
        assert_eq!((entry.state, entry.attempts), (EntryState::Pending, 1));
    }
    assert_eq!(
        elsewhere.accept().unwrap_err().kind(),
        std::io::ErrorKind::WouldBlock,
        "there was a connection"
    );
}

#[tokio::test]
async fn a_target_that_asks_for_a_pause_gets_it() {
    for (act, pause) in [
        (
            &[Act::Answer(
                "HTTP/1.1 429 Too Many Requests\r\nretry-after: 7000\r\ncontent-length: 0\r\n\r\n",
            )][..],
            7_000,
        ),
        (&[Act::Answer("HTTP/1.1 503 Busy\r\nretry-after: 6000\r\ncontent-length: 0\r\n\r\n")], 6_000),
    ] {
        let url = format!("http://{}/", endpoint(act).await);
        // So many failures in a row that it never opens: the entry alone is put off.
        let never = Breaker::new(usize::MAX, HOUR, HOUR);
        let (inbox, dispatcher) = forwarding(&url, transport(TransportOptions::new()), never).await;
        dispatcher.run_due().await.unwrap();
        let entry = entries(&*inbox, None).await.remove(0);
        assert!(entry.due.unwrap() >= start() + Duration::from_secs(pause), "{:?}", entry.due);
        assert_eq!(entry.attempts, 1);
    }
}

#[tokio::test]
async fn a_target_that_comes_back_gets_its_entries() {
    let acts: &'static [Act] = &[
        Act::Answer("HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n"),
        Act::Hang,
        Act::Reset,
        Act::Answer("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n"),
        Act::Answer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"),
    ];
    let url = format!("http://{}/", endpoint(acts).await);
    // Tried again at once.
    let eager = Breaker::new(1, Duration::ZERO, Duration::ZERO);
    let (inbox, dispatcher) = forwarding(&url, transport(TransportOptions::new()), eager).await;
    assert_eq!(dispatcher.run_due().await.unwrap(), 5);
    let entry = entries(&*inbox, None).await.remove(0);
    assert_eq!(
        (entry.state, entry.attempts),
        (EntryState::Done, 1),
        "no attempt counts while the target is down"
    );
    assert_eq!(inbox.targets().await.unwrap()[0].down, None);
}

#[tokio::test]
async fn a_name_that_cannot_be_looked_up_is_an_outage_that_ends() {
    /// Knows a name from the third time on.
    struct Late(AtomicUsize, SocketAddr);

    impl reqwest::dns::Resolve for Late {
        fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
            let is_known = self.0.fetch_add(1, Ordering::SeqCst) >= 2;
            let address = self.1;
            Box::pin(async move {
                if is_known {
                    Ok(Box::new(std::iter::once(address)) as reqwest::dns::Addrs)
                } else {
                    Err(std::io::Error::other("Name or service not known").into())
                }
            })
        }
    }
    let address = endpoint(&[Act::Answer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")]).await;
    let url = format!("http://app.example:{}/", address.port());
    let transport = |first| -> Arc<dyn Transport> {
        let resolver = Late(AtomicUsize::new(first), address);
        let client = reqwest::Client::builder().no_proxy().dns_resolver(resolver).build().unwrap();
        Arc::new(ReqwestTransport::from_client(client, 1024))
    };
    let (entry, down) = attempt(&url, transport(0)).await;
    assert_eq!(down.as_deref(), Some("the server's name could not be looked up: Name or service not known"));
    assert_eq!(entry.attempts, 0);

    let eager = Breaker::new(usize::MAX, Duration::ZERO, Duration::ZERO);
    let (inbox, dispatcher) = forwarding(&url, transport(0), eager).await;
    assert_eq!(dispatcher.run_due().await.unwrap(), 3);
    assert_eq!(entries(&*inbox, None).await[0].state, EntryState::Done);
}

#[tokio::test]
async fn an_address_that_the_egress_rule_forbids_is_an_outage() {
    let rule = EgressRule::new().network("10.0.0.0/8".parse().unwrap());
    let (entry, down) = attempt("http://127.0.0.1:1/", transport(TransportOptions::new().egress(rule))).await;
    let reason = "the transport did not send the request: the egress rule does not allow 127.0.0.1";
    assert_eq!((down.as_deref(), entry.attempts), (Some(reason), 0));
}
