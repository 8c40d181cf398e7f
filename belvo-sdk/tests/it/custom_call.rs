use http::Method;
use provider_call::{Answer, ScriptedTransport};
use serde_json::{Value, json};

use crate::support::{BASIC, body, calls, client};

#[tokio::test]
async fn a_call_without_a_method_has_keys_retries_and_errors() {
    let transport = ScriptedTransport::new()
        .then(Answer::empty(503))
        .then(Answer::json(200, r#"{"id":"a/1"}"#))
        .then(Answer::empty(503));
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
    assert_eq!(error.endpoint(), "POST /api/owners/");
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
