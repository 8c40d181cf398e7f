//! A request whose answer counts by its headers alone.

use super::*;

async fn post(url: &str) -> Result<Response<Bytes>, TransportError> {
    let transport = ReqwestTransport::new(&TransportOptions::new().no_proxy()).unwrap();
    transport.send(Request::post(url).extension(DiscardBody).body(Bytes::new()).unwrap()).await
}

#[tokio::test]
async fn what_becomes_of_the_body_does_not_matter() {
    for answer in [
        &b"HTTP/1.1 201 Created\r\ncontent-length: 5\r\n\r\nhello"[..],
        b"HTTP/1.1 201 Created\r\ncontent-length: 50\r\n\r\nhello",
        b"HTTP/1.1 201 Created\r\ncontent-length: 99999999999\r\n\r\nhello",
        b"HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\nzzz",
        b"HTTP/1.1 201 Created\r\n\r\n",
    ] {
        let (url, _seen) = serve_once(answer).await;
        let answer = post(&url).await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.body().len()), (201, 0));
    }
}

#[tokio::test]
async fn a_body_without_end_is_not_read_for_ever() {
    let (url, server) = serve_without_end(
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nx-told: yes\r\n\r\n",
        b"4\r\nmore\r\n",
    )
    .await;
    let answer = post(&url).await.unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["x-told"]), (200, &"yes".parse().unwrap()));
    // The server writes until the connection is closed.
    server.await.unwrap();
}
