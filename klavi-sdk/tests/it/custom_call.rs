use http::Method;
use klavi_sdk::ErrorKind;
use provider_call::{ScriptedAnswer, ScriptedTransport};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::{calls_with_tokens, client, link_session, logged_in};

#[derive(Debug, Deserialize, PartialEq)]
struct Thing {
    name: String,
}

#[tokio::test]
async fn token_path_query_and_body_are_those_of_any_call() {
    let transport =
        logged_in().then(ScriptedAnswer::json(200, r#"{"name":"a"}"#)).then(ScriptedAnswer::empty(200));
    let (client, _clock) = client(&transport);
    let thing: Thing = client
        .request(Method::POST, "/data/v1/things/{thingId}")
        .path_value("thingId", "../1")
        .query("q", "a&b".to_owned())
        .json(&json!({"x": 1}))
        .send()
        .await
        .unwrap();
    assert_eq!(thing, Thing { name: "a".to_owned() });
    let request = &transport.requests()[1];
    assert_eq!(request.uri(), "https://api-sandbox.klavi.ai/data/v1/things/..%2F1?q=a%26b");
    assert_eq!(
        (&request.body()[..], &request.headers()["authorization"]),
        (&br#"{"x":1}"#[..], &"Bearer access-1".parse().unwrap())
    );
    assert!(client.request(Method::DELETE, "/data/v1/things").send_raw().await.unwrap().body().is_empty());
}

#[tokio::test]
async fn a_link_calls_with_its_own_token() {
    let transport =
        ScriptedTransport::new().then(ScriptedAnswer::json(200, "[1]")).then(ScriptedAnswer::empty(401));
    let session = link_session(&transport);
    let answer: Value = session.request(Method::GET, "/data/v1/things").send().await.unwrap();
    assert_eq!(answer, json!([1]));
    let error = session.request(Method::PUT, "/data/v1/things").json(&[1]).send_raw().await.unwrap_err();
    assert!(error.is_link_expired() && !error.is_auth());
    assert_eq!(
        calls_with_tokens(&transport),
        ["GET /data/v1/things Bearer the-link-token", "PUT /data/v1/things Bearer the-link-token"]
    );
}

#[tokio::test]
async fn only_what_is_safe_or_said_to_be_is_repeated() {
    for (method, idempotent, repeated) in [
        (Method::GET, false, true),
        (Method::HEAD, false, true),
        (Method::POST, false, false),
        (Method::PUT, false, false),
        (Method::DELETE, false, false),
        (Method::from_bytes(b"REPORT").unwrap(), false, false),
        (Method::POST, true, true),
    ] {
        let transport = logged_in().then(ScriptedAnswer::empty(502)).then(ScriptedAnswer::json(200, "{}"));
        let (client, _clock) = client(&transport);
        let call = client.request(method.clone(), "/data/v1/things");
        let call = if idempotent { call.idempotent() } else { call };
        let result = call.send_raw().await;
        assert_eq!(result.is_ok(), repeated, "{method}");
        if let Err(error) = result {
            assert!(error.is_outcome_unknown());
            assert_eq!(error.to_string(), format!("{method} /data/v1/things failed: HTTP 502"));
        }
    }
}

#[tokio::test]
async fn it_cannot_leave_the_host() {
    let transport = logged_in();
    let (client, _clock) = client(&transport);
    for path in ["@evil.example/a", ".evil.example/a", ":9/a", "https://evil.example/a", "//evil.example@x"] {
        let result = client.request(Method::GET, path).send_raw().await;
        if !path.starts_with('/') {
            assert_eq!(result.unwrap_err().kind(), ErrorKind::Request, "{path}");
        }
    }
    let hosts: Vec<_> =
        transport.requests().iter().map(|request| request.uri().host().map(str::to_owned)).collect();
    assert!(hosts.iter().all(|host| host.as_deref() == Some("api-sandbox.klavi.ai")), "{hosts:?}");
    let error = client.request(Method::GET, "/data/v1/{thingId}").send_raw().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Request, 0));
}

#[tokio::test]
async fn what_does_not_fit_is_told_without_what_it_holds() {
    for (body, expected) in [
        (r#"{"name":["Maria"]}"#, "cannot be used: `name`: does not fit the type"),
        (r#"{"name":"Mar"#, "cannot be read: not JSON at line 1 column 12"),
        ("<html>Maria</html>", "cannot be read: markup in place of JSON: a proxy's page?"),
    ] {
        let transport = logged_in().then(ScriptedAnswer::json(200, body));
        let (client, _clock) = client(&transport);
        let error = client.request(Method::GET, "/data/v1/things").send::<Thing>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().ends_with(expected), "{error}");
        if body.starts_with('{') {
            assert!(!format!("{error:?} {:?}", error.body_excerpt()).contains("Mar"), "{error:?}");
        }
    }
}

#[test]
fn values_show_in_no_debug_text() {
    let transport = ScriptedTransport::new();
    let (client, _clock) = client(&transport);
    let call = client
        .request(Method::GET, "/data/v1/{taxId}")
        .path_value("taxId", "12345678909")
        .query("q", "Maria");
    let shown = format!("{call:?} {:?}", client.request(Method::PUT, "/a").json(&"Maria"));
    assert!(!shown.contains("12345678909") && !shown.contains("Maria"), "{shown}");
}
