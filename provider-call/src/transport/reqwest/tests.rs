mod discard;
mod egress;
mod proxy;
mod setup;
mod tls;

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

/// A server that reads one request, writes `answer` and closes.
async fn serve_once(answer: &'static [u8]) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/path?cpf=12345678909", listener.local_addr().unwrap());
    let seen = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 16 * 1024];
        let read = socket.read(&mut request).await.unwrap();
        socket.write_all(answer).await.unwrap();
        socket.shutdown().await.ok();
        String::from_utf8_lossy(&request[..read]).into_owned()
    });
    (url, seen)
}

async fn get(url: &str, max_response_bytes: usize) -> Result<Response<Bytes>, TransportError> {
    let transport =
        ReqwestTransport::new(&TransportOptions::new().max_response_bytes(max_response_bytes)).unwrap();
    transport.send(Request::get(url).body(Bytes::new()).unwrap()).await
}

/// The error and all its causes, as a log would print them.
fn full_text(error: &TransportError) -> String {
    std::iter::successors(Some(error as &(dyn Error + 'static)), |&error| error.source())
        .map(|error| format!("{error} {error:?}\n"))
        .collect()
}

#[tokio::test]
async fn reads_an_answer_of_exactly_the_limit() {
    let (url, seen) = serve_once(b"HTTP/1.1 201 Created\r\ncontent-length: 5\r\n\r\nhello").await;
    let response = get(&url, 5).await.unwrap();
    assert_eq!(response.status(), 201);
    assert_eq!(response.body(), "hello");
    assert!(seen.await.unwrap().starts_with("GET /path?cpf=12345678909 HTTP/1.1\r\n"));
}

#[tokio::test]
async fn refuses_a_declared_length_beyond_the_limit_without_reading() {
    let (url, _seen) = serve_once(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nhel").await;
    let error = get(&url, 5).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::BodyTooLarge { limit: 5 });
}

#[tokio::test]
async fn chunks_are_joined_up_to_the_limit() {
    let answer =
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n2\r\ngh\r\n0\r\n\r\n";
    let (url, _) = serve_once(answer).await;
    assert_eq!(get(&url, 8).await.unwrap().body(), "abcdefgh");
    let (url, _) = serve_once(answer).await;
    assert_eq!(get(&url, 7).await.unwrap_err().kind(), TransportErrorKind::BodyTooLarge { limit: 7 });
}

#[tokio::test]
async fn stops_reading_an_undeclared_length_at_the_limit() {
    let answer = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nabcd\r\n4\r\nefgh\r\n0\r\n\r\n";
    let (url, _seen) = serve_once(answer).await;
    let error = get(&url, 7).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::BodyTooLarge { limit: 7 });
}

#[tokio::test]
async fn a_truncated_body_is_an_error_that_may_have_been_sent() {
    let (url, _seen) = serve_once(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhello").await;
    let error = get(&url, 1024).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Other);
    assert!(!error.is_provably_unsent());
    assert!(error.source().is_some());
    assert!(!full_text(&error).contains("12345678909"), "{}", full_text(&error));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let answer = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/elsewhere\r\ncontent-length: 0\r\n\r\n";
    let (url, _seen) = serve_once(answer).await;
    let response = get(&url, 1024).await.unwrap();
    assert_eq!(response.status(), 302);
}

#[tokio::test]
async fn a_refused_connection_is_provably_unsent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/path?cpf=12345678909", listener.local_addr().unwrap());
    drop(listener);
    let error = get(&url, 1024).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    assert!(error.is_provably_unsent());
    assert!(!full_text(&error).contains("12345678909"), "{}", full_text(&error));
}

/// A server that answers `head`, then writes `part` again and again until the connection closes.
async fn serve_without_end(head: &'static [u8], part: &'static [u8]) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 16 * 1024];
        assert!(socket.read(&mut request).await.unwrap() > 0);
        socket.write_all(head).await.unwrap();
        while socket.write_all(part).await.is_ok() {}
    });
    (url, server)
}

#[tokio::test]
async fn a_body_without_end_is_read_to_the_limit_and_the_connection_closed() {
    let part = b"1000\r\n0123456789abcdef".to_vec();
    let part = [&part[..], &[b'x'; 0x1000 - 16], b"\r\n"].concat().leak();
    let (url, server) =
        serve_without_end(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", part).await;
    let error = get(&url, 1024 * 1024).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::BodyTooLarge { limit: 1024 * 1024 });
    server.await.unwrap();
}

#[tokio::test]
async fn a_head_without_end_is_an_error() {
    let (url, server) = serve_without_end(b"HTTP/1.1 200 OK\r\n", b"x-more: 0123456789abcdef\r\n").await;
    let error = get(&url, 1024).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Other);
    server.await.unwrap();
}

/// Knows no name.
#[derive(Debug)]
struct Nameless;

impl reqwest::dns::Resolve for Nameless {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        Box::pin(async { Err(io::Error::other("Name or service not known").into()) })
    }
}

#[tokio::test]
async fn a_name_that_nobody_knows_is_provably_unsent() {
    let client = reqwest::Client::builder().no_proxy().dns_resolver(Nameless).build().unwrap();
    let transport = ReqwestTransport::from_client(client, 1024);
    let request = Request::get("https://bank.example/path?cpf=12345678909").body(Bytes::new()).unwrap();
    let error = transport.send(request).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Name);
    assert!(error.is_provably_unsent());
    let text = full_text(&error);
    assert!(text.contains("Name or service not known") && !text.contains("12345678909"), "{text}");
}

#[test]
fn a_certificate_error_is_found_below_other_errors() {
    #[derive(Debug)]
    struct Outer(io::Error);
    impl std::fmt::Display for Outer {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("client error (Connect)")
        }
    }
    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    let bad = Outer(io::Error::other("invalid peer certificate: UnknownIssuer"));
    assert!(mentions(&bad, "certificate") && !is_refused_by_alert(&bad));
    assert!(!mentions(&Outer(io::Error::other("connection refused")), "certificate"));
}
