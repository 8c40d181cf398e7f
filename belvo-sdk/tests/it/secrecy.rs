//! Keys, passwords, tokens, ids of users and texts of the provider show in no `Debug`, no `Display`, no span and no log
//! line.

use std::error::Error as _;

use belvo_sdk::belvo_types::api::{ConsentQuery, CreateWidgetToken, LinkQuery, RegisterLink, Scopes};
use belvo_sdk::{Client, Credentials, Environment, Error, Registered};
use provider_call::{LogRecorder, ManualClock, ScriptedAnswer, ScriptedTransport};
use serde_json::json;

use crate::support::{BASIC, challenge};

const SECRETS: [&str; 14] = [
    "the-secret-id",
    "the-secret-password",
    BASIC,
    "user-7f3a",
    "bank-user",
    "bank-password",
    "12345678909",
    "123.456.789-09",
    "maria@example.com",
    "Maria",
    "session-1",
    "link-77",
    "token-654321",
    "jwt-one",
];

#[track_caller]
fn assert_silent(what: &str, text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{what} shows {secret}: {text}");
    }
}

#[track_caller]
fn assert_silent_error(error: &Error) {
    assert_silent("error", &format!("{error} {error:?} {error:#?} {:?}", error.details()));
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    for cause in causes {
        assert_silent("cause", &format!("{cause} {cause:?}"));
    }
    assert_silent("excerpt", &error.body_excerpt().unwrap_or_default());
}

#[tokio::test]
async fn nothing_secret_shows_anywhere() {
    let recorder = LogRecorder::new();
    // For the whole process: a subscriber of one thread misses what tests on others have registered. What they
    // write must be silent as well.
    tracing::subscriber::set_global_default(recorder.clone()).unwrap();

    let refusal = json!([{"code": "invalid", "field": "maria@example.com", "request_id": "r",
        "message": "CPF 123.456.789-09 of maria@example.com"}]);
    let link = json!({"id": "link-77", "status": "valid", "created_at": "Maria", "external_id": null});
    let page =
        json!({"results": [link], "next": "https://sandbox.belvo.com.evil.example/?external_id=user-7f3a"});
    let transport = ScriptedTransport::new()
        .then(challenge(
            json!({"token_generation_data": {"type": "text", "value": "Maria?", "instructions": "Maria"}}),
        ))
        .then(ScriptedAnswer::json(201, link.to_string()))
        .then(ScriptedAnswer::json(200, r#"{"access":"jwt-one","refresh":"jwt-one"}"#))
        .then(ScriptedAnswer::empty(503))
        .then(ScriptedAnswer::json(200, page.to_string()))
        .then(ScriptedAnswer::json(
            200,
            r#"{"results":[{"document_number":"12345678909","id":"Maria"}],"next":null}"#,
        ))
        .then(ScriptedAnswer::json(400, refusal.to_string()))
        .then(ScriptedAnswer::json(201, r#"{"id":"link-77","external_id":"user-7f3"#))
        .then(ScriptedAnswer::hang());
    let clock = ManualClock::new();
    let keys = Credentials::new("the-secret-id", "the-secret-password");
    let builder =
        Client::builder(keys.clone(), Environment::Sandbox).transport(transport.clone()).clock(clock);
    assert_silent("builder", &format!("{keys:?} {builder:?}"));
    let client = builder.build().unwrap();
    let links = client.links();

    let request = RegisterLink::builder("erebor_mx_retail", "bank-user")
        .password("bank-password")
        .external_id("user-7f3a")
        .build()
        .unwrap();
    let first = links.register(&request).await.unwrap();
    let Registered::MfaRequired(challenge) = &first else { panic!("an MFA challenge") };
    let answer = challenge.answer("token-654321");
    let second = links.resume(&answer).await.unwrap();
    let widget = CreateWidgetToken::builder(Scopes::multi_region()).external_id("user-7f3a").build().unwrap();
    let token = client.widget_tokens().create(&widget).await.unwrap();
    let query = LinkQuery::new().external_id(&"user-7f3a".parse().unwrap());
    let elsewhere = links.list(&query).all().await.unwrap_err();
    let query_of_consents = ConsentQuery::of_user("12345678909");
    let consents = client.consents().list(&query_of_consents).all().await.unwrap();
    let values = format!(
        "{client:?} {links:?} {request:?} {first:?} {answer:?} {second:?} {widget:?} {token:?} {query:?} \
         {query_of_consents:?} {consents:?} {:?}",
        links.list(&query)
    );
    assert_silent("value", &values);

    let rejected = links.register(&request).await.unwrap_err();
    assert!(rejected.is_invalid_request());
    let cut = links.register(&request).await.unwrap_err();
    let late = links.register(&request).await.unwrap_err();
    for error in [&elsewhere, &rejected, &cut, &late] {
        assert_silent_error(error);
    }

    let spans = recorder.text();
    assert_silent("span", &spans);
    // It did record: templates in place of paths, statuses, the retry, the leaf that was set aside.
    for expected in [
        "http.request.method=\"POST\" url.template=\"/api/token/\" server.address=\"sandbox.belvo.com\"",
        "url.template=\"/api/consents/\"",
        "http.response.status_code=428",
        "error.type=\"503\"",
        "error.type=\"timeout\"",
        "attempts=2",
        "path=\"created_at\"",
    ] {
        assert!(spans.contains(expected), "{expected} is missing: {spans}");
    }
}
