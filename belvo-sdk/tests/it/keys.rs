//! Keys that are rotated while the client is in use.

use std::sync::{Arc, OnceLock};

use belvo_sdk::belvo_types::api::{CreateWidgetToken, Scopes};
use belvo_sdk::{Client, ConfigError, Credentials};
use provider_call::{ScriptedAnswer, ScriptedTransport};

use crate::support::{BASIC, SECRET_ID, body, client, link_id, refusal, registration};

/// `new-id:new-password` in base64.
const NEW_BASIC: &str = "Basic bmV3LWlkOm5ldy1wYXNzd29yZA==";

fn new_keys() -> Credentials {
    Credentials::new("new-id", "new-password")
}

fn authorizations(transport: &ScriptedTransport) -> Vec<String> {
    let text = |request: &http::Request<bytes::Bytes>| {
        request.headers()["authorization"].to_str().expect("it is ASCII").to_owned()
    };
    transport.requests().iter().map(text).collect()
}

#[tokio::test]
async fn calls_go_on_with_other_keys_in_all_clones() {
    let transport = ScriptedTransport::answering(|request| match request.uri().path() {
        "/api/token/" => ScriptedAnswer::json(200, r#"{"access":"a"}"#),
        _ => ScriptedAnswer::json(200, "{}"),
    });
    let (client, _clock) = client(&transport);
    let clone = client.clone();
    let request = CreateWidgetToken::builder(Scopes::multi_region()).build().unwrap();
    clone.links().get(&link_id()).await.unwrap();
    client.set_credentials(new_keys()).unwrap();
    clone.links().get(&link_id()).await.unwrap();
    assert_eq!(authorizations(&transport), [BASIC, NEW_BASIC]);
    clone.widget_tokens().create(&request).await.unwrap();
    let body = body(&transport, 2);
    assert_eq!((&body["id"], &body["password"]), (&"new-id".into(), &"new-password".into()));
}

/// A client whose keys are rotated while the server answers the first attempt.
async fn rotated_meanwhile(first: fn() -> ScriptedAnswer) -> (Vec<String>, Client) {
    let rotate: Arc<OnceLock<Client>> = Arc::default();
    let shared = Arc::clone(&rotate);
    let transport = ScriptedTransport::answering(move |request| {
        if request.headers()["authorization"] == NEW_BASIC {
            return ScriptedAnswer::json(200, "{}");
        }
        shared
            .get()
            .expect("it is set before the call")
            .set_credentials(new_keys())
            .expect("the keys are good");
        first()
    });
    let (client, _clock) = client(&transport);
    rotate.set(client.clone()).expect("it is set once");
    client.links().register(&registration()).await.expect("the second attempt succeeds");
    (authorizations(&transport), client)
}

#[tokio::test]
async fn each_attempt_has_the_keys_of_its_time() {
    let (authorizations, _) = rotated_meanwhile(|| refusal(400, "too_many_sessions")).await;
    assert_eq!(authorizations, [BASIC, NEW_BASIC]);
}

#[tokio::test]
async fn keys_that_were_refused_as_they_were_rotated_cost_no_call() {
    let (authorizations, _) = rotated_meanwhile(|| refusal(401, "authentication_failed")).await;
    assert_eq!(authorizations, [BASIC, NEW_BASIC]);
}

#[tokio::test]
async fn keys_that_fit_nowhere_are_refused_and_the_old_ones_stay() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::json(200, "{}"));
    let (client, _clock) = client(&transport);
    let empty = client.set_credentials(Credentials::new(SECRET_ID, "")).unwrap_err();
    assert!(matches!(empty, ConfigError::EmptyKey));
    let unfit = client.set_credentials(Credentials::new("i:d", "p")).unwrap_err();
    assert!(matches!(unfit, ConfigError::Key(_)) && !format!("{unfit} {unfit:?}").contains("i:d"));
    client.links().get(&link_id()).await.unwrap();
    assert_eq!(authorizations(&transport), [BASIC]);
}
