//! Requests as clients and load balancers send them: half-closed, kept alive, with two lengths.

use std::io;
use std::time::Duration;

use klavi_webhook::{Accept, Server};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{advance, timeout};

use super::{LONG, post, receiver, rest, serve};
use crate::{REPORT, entries, signed};

/// The head of the next answer, whose body is empty.
async fn answer(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

#[tokio::test]
async fn clients_that_shut_their_writing_side_after_the_body_are_answered_and_their_deliveries_stored() {
    const CLIENTS: usize = 100;
    let (receiver, inbox) = receiver();
    let served = serve(Server::new(receiver.into_router())).await;
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let mut stream = served.connect().await;
        clients.spawn(async move {
            let body = REPORT.replace("rp-1", &format!("rp-{number}"));
            let signature = signed(&body)["x-klavi-signature"].to_str().unwrap().to_owned();
            let head = format!(
                "POST / HTTP/1.1\r\nhost: x\r\nx-klavi-signature: {signature}\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(body.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
            rest(stream).await
        });
    }
    for answer in clients.join_all().await {
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer:?}");
    }
    assert_eq!(entries(&*inbox, None).await.len(), CLIENTS);
    served.end().await;
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_kept_alive_for_longer_than_a_head_may_take() {
    let (receiver, _) = receiver();
    let served = serve(Server::new(receiver.into_router())).await;
    let mut stream = served.connect().await;
    for _ in 0..3 {
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200 "));
        // Load balancers close first, after a minute.
        advance(Duration::from_secs(60)).await;
    }
    advance(Duration::from_secs(16)).await;
    assert_eq!(rest(stream).await, "");
    served.end().await;
}

/// Hands the client's end of each connection to the test.
#[derive(Clone)]
struct InMemory(mpsc::UnboundedSender<DuplexStream>);

impl Accept for InMemory {
    type Stream = DuplexStream;

    async fn accept(&self, _: TcpStream) -> io::Result<DuplexStream> {
        let (ours, theirs) = duplex(64 * 1024);
        self.0.send(theirs).unwrap();
        Ok(ours)
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_waits_for_no_idle_connection_that_its_client_keeps_open() {
    let (receiver, _) = receiver();
    let (sender, mut clients) = mpsc::unbounded_channel();
    let served = serve(Server::new(receiver.into_router()).over(InMemory(sender))).await;
    let _sockets = [served.connect().await, served.connect().await, served.connect().await];
    let [mut after_a_get, mut after_a_post, _fresh] =
        [clients.recv().await, clients.recv().await, clients.recv().await].map(Option::unwrap);
    after_a_get.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    after_a_post.write_all(post().replace("connection: close\r\n", "").as_bytes()).await.unwrap();
    for client in [&mut after_a_get, &mut after_a_post] {
        assert!(answer(client).await.starts_with("HTTP/1.1 200 "));
    }
    served.stop.send(()).unwrap();
    // The time stands still until nothing else can be done.
    timeout(Duration::from_secs(1), served.ended).await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_head_on_a_connection_that_was_kept_alive_may_take_no_longer_than_any_other() {
    let (receiver, _) = receiver();
    let served = serve(Server::new(receiver.into_router()).keep_alive(LONG)).await;
    let mut stream = served.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200 "));
    advance(Duration::from_secs(60)).await;
    stream.write_all(b"GET / HT").await.unwrap();
    assert_eq!(timeout(Duration::from_secs(11), rest(stream)).await.unwrap(), "");
    served.end().await;
}

#[tokio::test]
async fn a_request_with_both_lengths_is_read_as_chunked_and_its_connection_closed() {
    for lengths in [
        "content-length: 3\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 3\r\n",
    ] {
        let (receiver, inbox) = receiver();
        let served = serve(Server::new(receiver.into_router())).await;
        let mut stream = served.connect().await;
        let signature = signed(REPORT)["x-klavi-signature"].to_str().unwrap().to_owned();
        let request = format!(
            "POST / HTTP/1.1\r\nhost: x\r\nx-klavi-signature: {signature}\r\n{lengths}\r\n\
             {:x}\r\n{REPORT}\r\n0\r\n\r\n",
            REPORT.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        // Whatever follows could be part of the body for somebody in between.
        stream.write_all(post().as_bytes()).await.unwrap();
        let answers = rest(stream).await;
        assert!(answers.starts_with("HTTP/1.1 200 "), "{answers}");
        assert_eq!(answers.matches("HTTP/1.1").count(), 1, "{answers}");
        assert_eq!(entries(&*inbox, None).await[0].body, REPORT.as_bytes());
        served.end().await;
    }
}
