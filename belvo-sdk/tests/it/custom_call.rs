use belvo_sdk::ErrorKind;
use http::Method;
use provider_call::{ScriptedAnswer, ScriptedTransport};
use serde_json::{Value, json};

use crate::support::{BASIC, body, calls, client};

#[tokio::test]
async fn a_call_without_a_method_has_keys_retries_and_errors() {
    let transport = ScriptedTransport::new()
        .then(ScriptedAnswer::empty(503))
        .then(ScriptedAnswer::json(200, r#"{"id":"a/1"}"#))
        .then(ScriptedAnswer::empty(503));
    let (client, _clock) = client(&transport);
    let account: Value = client
        .request(Method::GET, "/api/accounts/{id}/")
        .path_value("id", "a/1")
        .query("omit", "owner")
        .send()
        .await
        .unwrap();
    assert_eq!(account["id"], "a/1");
    let error = client
        .request(Method::POST, "/api/owners/")
        .json(&json!({"link": "l"}))
        .send_raw()
        .await
        .unwrap_err();
    assert!(error.is_outcome_unknown());
    assert_eq!(error.endpoint().unwrap().to_string(), "POST /api/owners/");
    let get = "GET /api/accounts/a%2F1/?omit=owner";
    assert_eq!(calls(&transport), [get, get, "POST /api/owners/"]);
    assert_eq!(body(&transport, 2), json!({"link": "l"}));
    assert!(transport.requests().iter().all(|request| request.headers()["authorization"] == BASIC));
}

#[tokio::test]
async fn a_call_cannot_leave_the_host() {
    let transport = ScriptedTransport::new();
    let error = client(&transport).0.request(Method::GET, "@evil.example/api/").send_raw().await.unwrap_err();
    assert_eq!(error.to_string(), "GET @evil.example/api/ failed: not sent: the path leads to another host");
    assert!(transport.requests().is_empty());
}

#[tokio::test]
async fn a_raw_answer_has_status_and_headers() {
    let answer = ScriptedAnswer::text(202, "text/csv", "a,b").header("x-total", "7");
    let transport = ScriptedTransport::new().then(answer);
    let path = format!("/api/{}/", "reports");
    let raw = client(&transport).0.request(Method::GET, path).send_raw().await.unwrap();
    assert_eq!((raw.status().as_u16(), raw.headers()["x-total"].as_bytes()), (202, &b"7"[..]));
    assert_eq!(raw.body().as_ref(), b"a,b");
}

#[tokio::test]
async fn an_answer_of_another_shape_says_where() {
    #[derive(serde::Deserialize)]
    struct Account {
        #[expect(dead_code, reason = "only its type matters")]
        balance: Balance,
    }
    #[derive(serde::Deserialize)]
    struct Balance {
        #[expect(dead_code, reason = "only its type matters")]
        current: u32,
    }
    let transport =
        ScriptedTransport::new().then(ScriptedAnswer::json(200, r#"{"balance":{"current":"Maria"}}"#));
    let (client, _clock) = client(&transport);
    let Err(error) = client.request(Method::GET, "/api/accounts/").send::<Account>().await else {
        panic!("it does not fit")
    };
    assert_eq!((error.kind(), error.json_path()), (ErrorKind::Decode, Some("balance.current")));
    assert!(!format!("{error} {error:?}").contains("Maria"));
}
