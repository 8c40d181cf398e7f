//! The handler of docs/guides/errors.md, run over every HTTP status and every network failure.

use std::path::Path;

use klavi_sdk::klavi_types::api::CreateConsent;
use klavi_sdk::{Client, Credentials, Environment, Error, TransportErrorKind};
use provider_call::{ManualClock, ScriptedAnswer, ScriptedTransport};

fn advice(error: &Error) -> &'static str {
    if error.is_outcome_unknown() {
        "look whether it was done, before you send it again"
    } else if error.is_invalid_request() {
        "correct the request"
    } else if error.is_consent_limit() {
        "let the customer revoke a consent at this bank"
    } else if error.is_consent_missing() {
        "let the customer consent again"
    } else if error.is_link_expired() {
        "create another link"
    } else if error.is_auth() || error.is_permission_denied() {
        "alert the team: check the keys and the contract"
    } else if error.is_outage() {
        "tell the customer that the bank is out of service"
    } else if error.is_retryable() {
        "try later"
    } else {
        "log it and tell the developers"
    }
}

const LOOK: &str = "look whether it was done, before you send it again";
const CORRECT: &str = "correct the request";
const ALERT: &str = "alert the team: check the keys and the contract";
const OUTAGE: &str = "tell the customer that the bank is out of service";
const LATER: &str = "try later";
const DEVELOPERS: &str = "log it and tell the developers";

fn client(transport: &ScriptedTransport) -> Client {
    Client::builder(Credentials::new("access", "secret"), Environment::Sandbox)
        .transport(transport.clone())
        .clock(ManualClock::new())
        .build()
        .unwrap()
}

/// A call that creates something, and how often it was sent.
async fn create(answer: impl Fn() -> ScriptedAnswer + Send + Sync + 'static) -> (&'static str, usize) {
    let transport = ScriptedTransport::answering(move |_| answer());
    let session = client(&transport).links().resume("link-1", "token").unwrap();
    let request = CreateConsent::builder("341", "track-1", "https://partner.example/back")
        .personal_tax_id("12345678909")
        .build()
        .unwrap();
    let error = session.create_consent(&request).await.unwrap_err();
    (advice(&error), transport.requests().len())
}

/// A call that reads.
async fn read(answer: impl Fn() -> ScriptedAnswer + Send + Sync + 'static) -> &'static str {
    let transport = ScriptedTransport::answering(move |request| match request.uri().path() {
        "/data/v1/auth" | "/data/v1/refresh" => {
            ScriptedAnswer::json(200, r#"{"accessToken":"token","expireIn":1800}"#)
        }
        _ => answer(),
    });
    advice(&client(&transport).consents().get(&"consent-1".into()).await.unwrap_err())
}

#[tokio::test]
async fn every_status_has_one_safe_advice() {
    for status in 300..600 {
        let answer = move || ScriptedAnswer::empty(status);
        let (created, sent) = create(answer).await;
        let read = read(answer).await;
        let (expected_created, expected_read) = match status {
            400 | 422 => (CORRECT, CORRECT),
            401 => ("create another link", ALERT),
            403 => (ALERT, ALERT),
            408 => (LOOK, LATER),
            429 => (LATER, LATER),
            500..600 => (LOOK, OUTAGE),
            _ => (DEVELOPERS, DEVELOPERS),
        };
        assert_eq!((created, read), (expected_created, expected_read), "{status}");
        assert_eq!(sent, 1, "{status}: a creation is sent once");
    }
}

#[tokio::test]
async fn every_network_failure_has_one_safe_advice() {
    for (kind, created, read_) in [
        (TransportErrorKind::Connect, LATER, LATER),
        (TransportErrorKind::Certificate, DEVELOPERS, DEVELOPERS),
        (TransportErrorKind::ClientCertificate, DEVELOPERS, DEVELOPERS),
        (TransportErrorKind::NotSent, DEVELOPERS, DEVELOPERS),
        (TransportErrorKind::Timeout, LOOK, LATER),
        (TransportErrorKind::BodyTooLarge { limit: 1 }, LOOK, DEVELOPERS),
        (TransportErrorKind::Other, LOOK, LATER),
    ] {
        let answer = move || ScriptedAnswer::fail(kind);
        assert_eq!((create(answer).await.0, read(answer).await), (created, read_), "{kind:?}");
    }
    assert_eq!((create(ScriptedAnswer::hang).await, read(ScriptedAnswer::hang).await), ((LOOK, 1), LATER));
    let page = || ScriptedAnswer::text(200, "text/html", "<html>a proxy</html>");
    assert_eq!((create(page).await, read(page).await), ((LOOK, 1), DEVELOPERS));
}

#[tokio::test]
async fn every_business_code_has_one_advice() {
    for (code, expected) in [
        (4001, "let the customer consent again"),
        (4002, DEVELOPERS),
        (4003, "let the customer revoke a consent at this bank"),
        (4004, OUTAGE),
        (4005, DEVELOPERS),
        (4006, DEVELOPERS),
        (4007, DEVELOPERS),
        (4008, "let the customer consent again"),
        (4009, DEVELOPERS),
    ] {
        let answer = move || ScriptedAnswer::json(416, format!(r#"{{"statusCode":{code}}}"#));
        assert_eq!(create(answer).await, (expected, 1), "{code}");
    }
}

#[test]
fn the_handler_is_that_of_the_guide() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guides/errors.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let handler = |text: &str| {
        let (_, rest) = text.split_once("\nfn advice(").expect("the handler is there");
        rest.split_once("\n}\n").expect("it ends").0.to_owned()
    };
    assert_eq!(handler(&guide), handler(include_str!("error_handler.rs")));
}
