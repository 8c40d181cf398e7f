use std::time::Duration;

use klavi_sdk::klavi_types::api::{CreateLink, ProductSelection, ReportRequest};
use klavi_sdk::{Error, ErrorKind, TransportErrorKind};
use provider_call::{ScriptedAnswer, ScriptedTransport};

use crate::support::{CPF, client, consent_id, create_consent, link_session, logged_in};

/// Every way in which it stays unknown whether the server acted.
fn ambiguous() -> [ScriptedAnswer; 4] {
    [
        ScriptedAnswer::hang(),
        ScriptedAnswer::fail(TransportErrorKind::Timeout),
        ScriptedAnswer::fail(TransportErrorKind::Other),
        ScriptedAnswer::empty(503),
    ]
}

#[tokio::test]
async fn a_consent_is_not_created_twice() {
    for answer in ambiguous() {
        let transport = ScriptedTransport::new().then(answer).then(ScriptedAnswer::json(200, "{}"));
        let error = link_session(&transport).create_consent(&create_consent()).await.unwrap_err();
        assert_eq!(transport.calls(), ["POST /data/v1/consents"]);
        assert!(error.is_outcome_unknown() && !error.is_retryable(), "{error}");
    }
}

#[tokio::test]
async fn a_link_and_a_report_request_are_not_repeated_either() {
    let link = CreateLink::builder().build().unwrap();
    let report = ReportRequest::user(CPF).products(ProductSelection::All).build().unwrap();
    for (first, second) in ambiguous().into_iter().zip(ambiguous()) {
        let transport = logged_in().then(first).then(second);
        let (client, _clock) = client(&transport);
        let errors: [Error; 2] = [
            client.links().create(&link).await.unwrap_err(),
            client.reports().request(&report).await.unwrap_err(),
        ];
        assert!(errors.iter().all(Error::is_outcome_unknown), "{errors:?}");
        assert_eq!(
            transport.calls(),
            ["POST /data/v1/auth", "POST /data/v1/links", "POST /data/v1/personal/user-data"]
        );
    }
}

#[tokio::test]
async fn reading_and_revoking_are_repeated() {
    for (first, second) in ambiguous().into_iter().zip(ambiguous()).skip(1) {
        let transport = logged_in()
            .then(first)
            .then(ScriptedAnswer::json(200, "{}"))
            .then(second)
            .then(ScriptedAnswer::empty(204));
        let (client, _clock) = client(&transport);
        client.consents().get(&consent_id()).await.unwrap();
        client.consents().revoke(&consent_id()).await.unwrap();
        assert_eq!(transport.unused(), 0);
    }
}

#[tokio::test]
async fn a_hanging_read_is_repeated_while_there_is_time() {
    let transport =
        ScriptedTransport::new().then(ScriptedAnswer::hang()).then(ScriptedAnswer::json(200, "[]"));
    let clock = provider_call::ManualClock::new();
    let client =
        klavi_sdk::Client::builder(klavi_sdk::Credentials::new("a", "s"), klavi_sdk::Environment::Sandbox)
            .transport(transport.clone())
            .clock(clock.clone())
            .attempt_timeout(Duration::from_secs(10))
            .build()
            .unwrap();
    let session = client.links().resume("link-1", "token").unwrap();
    assert!(session.institutions().await.unwrap().is_empty());
    assert_eq!(clock.sleeps()[0], Duration::from_secs(10));
}

#[tokio::test]
async fn a_timeout_says_so() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::hang());
    let error = link_session(&transport).institutions().await.unwrap_err();
    assert!(error.is_timeout() && error.is_retryable() && !error.is_outcome_unknown());
    assert_eq!(error.to_string(), "GET /data/v1/links/institutions failed: no answer within 30s");
    assert_eq!((error.attempts(), error.elapsed()), (1, Duration::from_secs(30)));
}

#[tokio::test]
async fn a_rate_limit_is_waited_out_by_every_call() {
    let limited = || ScriptedAnswer::empty(429).header("retry-after", "3");
    let transport = logged_in()
        .then(limited())
        .then(ScriptedAnswer::json(200, "{}"))
        .then(limited())
        .then(ScriptedAnswer::json(200, r#"{"linkToken":"t"}"#));
    let (client, clock) = client(&transport);
    client.consents().get(&consent_id()).await.unwrap();
    client.links().create(&CreateLink::builder().build().unwrap()).await.unwrap();
    assert_eq!(clock.sleeps(), [3, 3].map(Duration::from_secs));
}

#[tokio::test]
async fn a_longer_wait_is_left_to_the_caller() {
    let transport = ScriptedTransport::new().then(ScriptedAnswer::empty(429).header("retry-after", "120"));
    let error = link_session(&transport).institutions().await.unwrap_err();
    assert!(error.is_rate_limited() && error.is_retryable());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(120)));
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn it_is_known_when_a_creation_was_turned_away() {
    for (answer, unknown) in [
        (ScriptedAnswer::empty(503).header("retry-after", "0"), true),
        (ScriptedAnswer::empty(408), true),
        (ScriptedAnswer::empty(429), false),
        (ScriptedAnswer::empty(500).header("retry-after", "120"), true),
        (ScriptedAnswer::empty(504), true),
        (ScriptedAnswer::empty(400), false),
        (ScriptedAnswer::fail(TransportErrorKind::BodyTooLarge { limit: 1 }), true),
        (ScriptedAnswer::fail(TransportErrorKind::Certificate), false),
    ] {
        let transport = ScriptedTransport::new().then(answer);
        let error = link_session(&transport).create_consent(&create_consent()).await.unwrap_err();
        assert_eq!(error.is_outcome_unknown(), unknown, "{error}");
    }
}

#[tokio::test]
async fn a_creation_that_never_left_is_repeated() {
    let transport = ScriptedTransport::new()
        .then(ScriptedAnswer::fail(TransportErrorKind::Connect))
        .then(ScriptedAnswer::json(200, r#"{"consentId":"c"}"#));
    let created = link_session(&transport).create_consent(&create_consent()).await.unwrap();
    assert_eq!(created.consent_id.unwrap().as_str(), "c");
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn a_certificate_that_is_not_accepted_is_final() {
    let transport = ScriptedTransport::new().then(ScriptedAnswer::fail(TransportErrorKind::Certificate));
    let error = link_session(&transport).institutions().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 1));
    assert!(!error.is_retryable());
    assert_eq!(
        error.to_string(),
        "GET /data/v1/links/institutions failed: the server's TLS certificate was not accepted"
    );
}

#[tokio::test]
async fn giving_up_tells_how_often_it_was_tried() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(502));
    let error = link_session(&transport).institutions().await.unwrap_err();
    assert!(error.is_outage() && error.is_retryable());
    assert_eq!(error.to_string(), "GET /data/v1/links/institutions failed: HTTP 502 (after 4 attempts)");
    let ids: Vec<_> =
        transport.requests().iter().map(|request| request.headers()["x-request-id"].clone()).collect();
    assert!(ids.iter().all(|id| id.to_str().unwrap() == error.request_id()));
}
