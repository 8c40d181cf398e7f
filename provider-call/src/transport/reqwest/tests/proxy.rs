//! What goes through a proxy, and what never does.

use super::*;

async fn proxy() -> (TransportOptions, JoinHandle<String>) {
    let answer = b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n";
    let (url, seen) = serve_once(answer).await;
    let authority = url.strip_prefix("http://").unwrap().split('/').next().unwrap().to_owned();
    (TransportOptions::new().proxy(format!("http://user:s3cret@{authority}")), seen)
}

async fn send(options: &TransportOptions, url: &str) -> Result<Response<Bytes>, TransportError> {
    let transport = ReqwestTransport::new(options).unwrap();
    transport
        .send(Request::get(url).header("authorization", "Bearer t0ken").body(Bytes::new()).unwrap())
        .await
}

#[tokio::test]
async fn a_proxy_sees_the_name_of_the_host_and_nothing_of_the_call() {
    let (options, seen) = proxy().await;
    let error = send(&options, "https://bank.example/path?cpf=12345678909").await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect, "{}", full_text(&error));
    assert!(!full_text(&error).contains("s3cret"), "{}", full_text(&error));
    let seen = seen.await.unwrap();
    assert!(seen.starts_with("CONNECT bank.example:443 HTTP/1.1\r\n"), "{seen}");
    assert!(seen.to_ascii_lowercase().contains("proxy-authorization: basic "), "{seen}");
    assert!(!seen.contains("t0ken") && !seen.contains("12345678909"), "{seen}");
}

#[tokio::test]
async fn plain_http_to_this_machine_goes_through_no_proxy() {
    let (options, seen) = proxy().await;
    let (url, _server) = serve_once(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    assert_eq!(send(&options, &url).await.unwrap().status(), 200);
    assert!(!seen.is_finished());
    seen.abort();
}
