//! Connections that are refused before a request is read, as an operator sees them in the log.

use klavi_webhook::{Server, SourceGuard};
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tracing::Level;

use super::{Handshake, LONG, Served, connect_from, receiver, rest, serve};
use crate::log::Log;

/// Reason, count and peer of each line about refused connections.
fn refused(lines: &[Value]) -> Vec<(String, u64, String)> {
    let of_connections = lines.iter().filter(|line| line["fields"]["message"] == "connections refused");
    of_connections
        .map(|line| {
            let text = |name: &str| line["fields"][name].as_str().unwrap().to_owned();
            (text("reason"), line["fields"]["count"].as_u64().unwrap(), text("peer"))
        })
        .collect()
}

/// Sends that from that address and waits for the end of the connection.
async fn send(served: &Served, from: &str, bytes: &[u8]) -> String {
    let mut stream = connect_from(from, served).await;
    // The server may close before it has read everything.
    let _ = stream.write_all(bytes).await;
    rest(stream).await
}

#[tokio::test]
async fn a_refused_connection_is_logged_once_with_its_reason_and_then_counted() {
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(101));
    let large = format!("GET / HTTP/1.1\r\na: {}\r\n\r\n", "b".repeat(200_000));
    let cases: [(&[u8], &str); 9] = [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "TLS on the plain port"),
        (b"PROXY TCP4 192.0.2.1 192.0.2.2 5000 80\r\nGET / HTTP/1.1\r\n\r\n", "PROXY protocol preamble"),
        (b"PROXY UNKNOWN\r\nGET / HTTP/1.1\r\n\r\n", "PROXY protocol preamble"),
        (
            b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c\x7f\0\0\x01\x7f\0\0\x01\x13\x88\0\x50",
            "PROXY protocol preamble",
        ),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", "HTTP/2 without TLS"),
        (many.as_bytes(), "more than 100 headers"),
        (large.as_bytes(), "a request head larger than 32 KiB"),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", "a malformed request head"),
        (b"EHLO mail.example\r\n", "a malformed request head"),
    ];
    for (bytes, reason) in cases {
        let (log, _guard) = Log::take_in(Level::WARN);
        let (receiver, _) = receiver();
        let served = serve(Server::new(receiver.into_router()).head_time(LONG)).await;
        for _ in 0..4 {
            let answer = send(&served, "127.0.0.1", bytes).await;
            assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{reason}: {answer}");
        }
        send(&served, "127.0.0.2", bytes).await;
        let lines = refused(&log.lines());
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].0.starts_with(reason), "{lines:?}");
        assert_eq!((lines[0].1, lines[0].2.as_str()), (1, "127.0.0.1"));
        served.end().await;
        let lines = refused(&log.lines());
        assert_eq!((lines[0].1, lines[0].2.as_str()), (4, "127.0.0.2"), "the rest when it ends");
    }
}

#[tokio::test(start_paused = true)]
async fn a_head_that_does_not_end_is_logged_and_a_connection_without_one_is_not() {
    let (log, _guard) = Log::take_in(Level::WARN);
    let (receiver, _) = receiver();
    let served = serve(Server::new(receiver.into_router())).await;
    assert_eq!(send(&served, "127.0.0.1", b"").await, "");
    assert_eq!(refused(&log.lines()), []);
    assert_eq!(send(&served, "127.0.0.1", b"GET / HT").await, "");
    assert_eq!(refused(&log.lines())[0].0, "a request head that did not arrive in time");
    served.end().await;
}

#[tokio::test]
async fn a_failed_handshake_and_a_connection_above_the_limit_are_logged() {
    let (log, _guard) = Log::take_in(Level::WARN);
    let (receiver, _) = receiver();
    let guard = SourceGuard::new(["127.0.0.2".parse::<std::net::IpAddr>().unwrap()]);
    let server = Server::new(receiver.into_router()).known(guard).max_connections(4).head_time(LONG);
    let served = serve(server.over(Handshake)).await;
    assert_eq!(send(&served, "127.0.0.2", b"GET / HTTP/1.1\r\n\r\n").await, "");
    let handshake = "the handshake failed: the client may speak plain HTTP on the TLS port";
    assert_eq!(refused(&log.lines()), [(handshake.to_owned(), 1, "127.0.0.2".to_owned())]);
    let first = connect_from("127.0.0.1", &served).await;
    assert_eq!(rest(connect_from("127.0.0.1", &served).await).await, "");
    let over = "untrusted peers hold all connections that they may have";
    assert_eq!(refused(&log.lines()), [(over.to_owned(), 1, "127.0.0.1".to_owned())]);
    drop(first);
    served.end().await;
}
