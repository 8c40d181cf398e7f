use std::time::Duration;

use http::StatusCode;
use klavi_sdk::{Client, Credentials, Environment, ErrorKind};
use provider_call::{Answer, ScriptedTransport};

use crate::support::{calls_with_tokens, client, consent_id, logged_in, token};

const UNAUTHORIZED: &str =
    r#"{"statusCode":401,"error":"Unauthorized","message":"Invalid accessKey or secretKey"}"#;

#[tokio::test]
async fn wrong_keys_are_told_in_one_sentence() {
    let transport = ScriptedTransport::new().then(Answer::json(401, UNAUTHORIZED));
    let (client, _clock) = client(&transport);
    let error = client.consents().get(&consent_id()).await.unwrap_err();
    assert!(error.is_auth() && !error.is_retryable() && !error.is_link_expired());
    assert_eq!(
        error.to_string(),
        "POST /data/v1/auth failed: HTTP 401 Unauthorized: Invalid accessKey or secretKey"
    );
    assert_eq!(error.business_code(), None);
    assert_eq!(transport.calls(), ["POST /data/v1/auth"]);
}

#[tokio::test]
async fn the_keys_go_into_the_body_of_the_login_and_nowhere_else() {
    let transport = logged_in().then(Answer::json(200, "{}"));
    let (client, _clock) = client(&transport);
    client.consents().get(&consent_id()).await.unwrap();
    let requests = transport.requests();
    assert_eq!(requests[0].body(), r#"{"accessKey":"the-access-key","secretKey":"the-secret-key"}"#);
    assert_eq!(
        calls_with_tokens(&transport),
        ["POST /data/v1/auth no token", "GET /data/v1/consents/consent-1 Bearer access-1"]
    );
}

#[tokio::test]
async fn an_expired_access_token_costs_one_login() {
    let transport = logged_in()
        .then(Answer::empty(401))
        .then(token("access-2"))
        .then(Answer::json(200, r#"{"status":"AUTHORISED"}"#))
        .then(Answer::json(200, "{}"));
    let (client, _clock) = client(&transport);
    assert!(client.consents().get(&consent_id()).await.unwrap().is_authorised());
    client.consents().get(&consent_id()).await.unwrap();
    assert_eq!(
        calls_with_tokens(&transport),
        [
            "POST /data/v1/auth no token",
            "GET /data/v1/consents/consent-1 Bearer access-1",
            "POST /data/v1/auth no token",
            "GET /data/v1/consents/consent-1 Bearer access-2",
            "GET /data/v1/consents/consent-1 Bearer access-2",
        ]
    );
}

#[tokio::test]
async fn a_401_for_ever_ends_after_one_new_login() {
    let transport = ScriptedTransport::answering(|request| match request.uri().path() {
        "/data/v1/auth" => token("access"),
        _ => Answer::empty(401),
    });
    let (client, _clock) = client(&transport);
    let error = client.consents().get(&consent_id()).await.unwrap_err();
    assert!(error.is_auth());
    assert_eq!(error.endpoint(), "GET /data/v1/consents/{consentId}");
    assert_eq!(
        transport.calls(),
        [
            "POST /data/v1/auth",
            "GET /data/v1/consents/consent-1",
            "POST /data/v1/auth",
            "GET /data/v1/consents/consent-1",
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_first_calls_make_one_login() {
    let transport = ScriptedTransport::answering(|request| match request.uri().path() {
        "/data/v1/auth" => token("access").after_yields(2000),
        _ => Answer::json(200, "{}"),
    });
    let client = Client::builder(Credentials::new("a", "s"), Environment::Sandbox)
        .transport(transport.clone())
        .build()
        .unwrap();
    let calls: Vec<_> = (0..1000)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.consents().get(&consent_id()).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let calls = transport.calls();
    let logins = calls.iter().filter(|call| call.as_str() == "POST /data/v1/auth").count();
    assert_eq!((calls.len(), logins), (1001, 1));
}

#[tokio::test]
async fn a_token_is_exchanged_before_it_ends() {
    let transport =
        logged_in().then(Answer::json(200, "{}")).then(token("access-2")).then(Answer::json(200, "{}"));
    let (client, clock) = client(&transport);
    client.consents().get(&consent_id()).await.unwrap();
    clock.advance(Duration::from_secs(1750));
    client.consents().get(&consent_id()).await.unwrap();
    assert_eq!(
        calls_with_tokens(&transport)[2..],
        ["GET /data/v1/refresh Bearer access-1", "GET /data/v1/consents/consent-1 Bearer access-2"]
    );
}

#[tokio::test]
async fn a_token_that_cannot_be_exchanged_is_replaced_by_a_login() {
    for failure in [Answer::empty(401), Answer::empty(500), Answer::json(200, "{}"), Answer::hang()] {
        let transport = logged_in()
            .then(Answer::json(200, "{}"))
            .then(failure)
            .then(token("access-2"))
            .then(Answer::json(200, "{}"));
        // A hanging exchange takes time; the call that waits for it has more.
        let clock = provider_call::ManualClock::new();
        let client = Client::builder(Credentials::new("a", "s"), Environment::Sandbox)
            .transport(transport.clone())
            .clock(clock.clone())
            .attempt_timeout(Duration::from_secs(5))
            .build()
            .unwrap();
        client.consents().get(&consent_id()).await.unwrap();
        clock.advance(Duration::from_secs(1750));
        client.consents().get(&consent_id()).await.unwrap();
        assert_eq!(
            calls_with_tokens(&transport)[2..],
            [
                "GET /data/v1/refresh Bearer access-1",
                "POST /data/v1/auth no token",
                "GET /data/v1/consents/consent-1 Bearer access-2",
            ]
        );
    }
}

#[tokio::test]
async fn a_token_that_has_ended_is_not_exchanged() {
    let transport =
        logged_in().then(Answer::json(200, "{}")).then(token("access-2")).then(Answer::json(200, "{}"));
    let (client, clock) = client(&transport);
    client.consents().get(&consent_id()).await.unwrap();
    clock.advance(Duration::from_secs(1800));
    client.consents().get(&consent_id()).await.unwrap();
    assert_eq!(transport.calls()[2], "POST /data/v1/auth");
}

#[tokio::test]
async fn the_life_of_a_token_is_read_from_text_too() {
    for (expire_in, renewed) in
        [("\"600\"", true), ("600", true), ("\"1800\"", false), ("null", false), ("0", false)]
    {
        let answer = format!(r#"{{"accessToken":"a","expireIn":{expire_in}}}"#);
        let transport = ScriptedTransport::new()
            .then(Answer::json(200, answer))
            .then(Answer::json(200, "{}"))
            .then(token("b"))
            .then(Answer::json(200, "{}"));
        let (client, clock) = client(&transport);
        client.consents().get(&consent_id()).await.unwrap();
        clock.advance(Duration::from_secs(600));
        client.consents().get(&consent_id()).await.unwrap();
        assert_eq!(transport.calls()[2] == "POST /data/v1/auth", renewed, "{expire_in}");
    }
}

#[tokio::test]
async fn a_login_is_repeated_while_it_may_be() {
    let transport =
        ScriptedTransport::new().then(Answer::empty(503)).then(token("a")).then(Answer::json(200, "{}"));
    let (client, _clock) = client(&transport);
    client.consents().get(&consent_id()).await.unwrap();
    assert_eq!(transport.unused(), 0);
}

#[tokio::test]
async fn an_answer_without_a_token_names_what_is_missing() {
    for (body, cause) in [
        (r#"{"expireIn":1800}"#, "the member is missing"),
        (r#"{"accessToken":7}"#, "found a number, expected text"),
        (r#"{"accessToken":"a b"}"#, "the token is empty or has characters that a header cannot carry"),
    ] {
        let transport = ScriptedTransport::new().then(Answer::json(200, body));
        let (client, _clock) = client(&transport);
        let error = client.consents().get(&consent_id()).await.unwrap_err();
        assert_eq!((error.kind(), error.json_path()), (ErrorKind::Decode, Some("accessToken")), "{body}");
        assert_eq!(error.http_status(), Some(StatusCode::OK));
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(source, cause);
    }
}
