//! Only what the egress rule names is connected to.

use super::*;

async fn ask(url: &str, rule: EgressRule) -> Result<Response<Bytes>, TransportError> {
    let transport = ReqwestTransport::new(&TransportOptions::new().egress(rule)).unwrap();
    transport.send(Request::get(url).body(Bytes::new()).unwrap()).await
}

/// A server that must see no connection.
fn silent() -> (std::net::TcpListener, u16) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

#[tokio::test]
async fn a_name_that_leads_to_a_forbidden_address_is_not_connected_to() {
    let (listener, port) = silent();
    let network = |text: &str| EgressRule::new().network(text.parse().unwrap());
    for (url, rule) in [
        (format!("http://localhost:{port}/?cpf=12345678909"), network("10.0.0.0/8")),
        (format!("http://127.0.0.1:{port}/?cpf=12345678909"), network("10.0.0.0/8")),
        (format!("https://localhost:{port}/"), network("10.0.0.0/8")),
        (format!("http://[::ffff:127.0.0.1]:{port}/"), network("10.0.0.0/8")),
        (format!("http://localhost:{port}/"), EgressRule::new().host("app.example").unwrap()),
        (format!("http://localhost:{port}/"), network("127.0.0.0/8").host("127.0.0.1").unwrap()),
    ] {
        let error = ask(&url, rule).await.unwrap_err();
        let text = full_text(&error);
        assert_eq!(error.kind(), TransportErrorKind::NotSent, "{url}: {text}");
        assert!(text.contains("egress rule does not allow") && !text.contains("12345678909"), "{text}");
    }
    assert_eq!(listener.accept().unwrap_err().kind(), io::ErrorKind::WouldBlock, "there was a connection");
}

#[tokio::test]
async fn what_the_rule_names_is_reached() {
    let rule =
        || EgressRule::new().network("127.0.0.0/8".parse().unwrap()).network("::1/128".parse().unwrap());
    for (host, rule) in [
        ("127.0.0.1", rule()),
        ("localhost", rule().host("localhost").unwrap()),
        ("localhost", EgressRule::new()),
    ] {
        let (url, _seen) = serve_once(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
        let answer = ask(&url.replace("127.0.0.1", host), rule).await;
        assert_eq!(answer.unwrap().status(), 200, "{host}");
    }
}
