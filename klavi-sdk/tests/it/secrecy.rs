//! Keys, tokens, tax ids and texts of the provider show in no `Debug`, no `Display`, no span and no log line.

use std::error::Error as _;

use klavi_sdk::klavi_types::api::{CreateLink, ProductSelection, ReportRequest};
use klavi_sdk::{Client, Credentials, Environment, Error};
use provider_call::{LogRecorder, ManualClock, ScriptedAnswer, ScriptedTransport};

use crate::support::{create_consent, query};

const SECRETS: [&str; 12] = [
    "the-access-key",
    "the-secret-key",
    "access-token-1",
    "link-token-1",
    "12345678909",
    "123.456.789-09",
    "maria@example.com",
    "conecte.example",
    "bank.example",
    "partner.example",
    "consent-77",
    "Maria",
];

#[track_caller]
fn assert_silent(what: &str, text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{what} shows {secret}: {text}");
    }
}

#[track_caller]
fn assert_silent_error(error: &Error) {
    assert_silent("error", &format!("{error} {error:?} {error:#?}"));
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

    let refusal = r#"{"statusCode":4002,"error":"x","message":"taxId 123.456.789-09 maria@example.com"}"#;
    let transport = ScriptedTransport::new()
        .then(ScriptedAnswer::json(200, r#"{"accessToken":"access-token-1","expireIn":1800}"#))
        .then(ScriptedAnswer::json(
            200,
            r#"{"linkId":"l","linkURL":"https://conecte.example/","linkToken":"link-token-1"}"#,
        ))
        .then(ScriptedAnswer::empty(503))
        .then(ScriptedAnswer::json(
            200,
            r#"[{"consentId":"consent-77","expireAt":"Maria","personalTaxId":"12345678909"}]"#,
        ))
        .then(ScriptedAnswer::json(
            200,
            r#"{"consentId":"consent-77","consentRedirectURL":"https://bank.example/"}"#,
        ))
        .then(ScriptedAnswer::json(416, refusal))
        .then(ScriptedAnswer::json(
            200,
            r#"{"consentId":"consent-77","consentRedirectURL":"https://bank.exa"#,
        ))
        .then(ScriptedAnswer::hang());
    let clock = ManualClock::new();
    let keys = Credentials::new("the-access-key", "the-secret-key");
    let builder =
        Client::builder(keys.clone(), Environment::Sandbox).transport(transport.clone()).clock(clock);
    assert_silent("builder", &format!("{keys:?} {builder:?}"));
    let client = builder.build().unwrap();

    let link = CreateLink::builder()
        .personal_tax_id("12345678909")
        .email("maria@example.com")
        .redirect_url("https://partner.example/back")
        .build()
        .unwrap();
    let session = client.links().create(&link).await.unwrap();
    let consents = client.consents().list(&query()).await.unwrap();
    let created = session.create_consent(&create_consent()).await.unwrap();
    let values = format!("{client:?} {:?} {link:?} {session:?} {consents:?} {created:?}", client.links());
    assert_silent("value", &values);

    let report = ReportRequest::user("12345678909").products(ProductSelection::All).build().unwrap();
    let rejected = client.reports().request(&report).await.unwrap_err();
    assert!(rejected.is_product_rejected());
    let cut = session.create_consent(&create_consent()).await.unwrap_err();
    let late = client.consents().get(&"consent-77".into()).await.unwrap_err();
    for error in [&rejected, &cut, &late] {
        assert_silent_error(error);
    }

    let spans = recorder.text();
    assert_silent("span", &spans);
    // It did record: templates in place of paths, statuses, the retry, the leaf that was set aside.
    for expected in [
        "otel.kind=\"client\" http.request.method=\"POST\" url.template=\"/data/v1/auth\"",
        "url.template=\"/data/v1/consents/{consentId}\" server.address=\"api-sandbox.klavi.ai\"",
        "http.response.status_code=416",
        "error.type=\"503\"",
        "error.type=\"timeout\"",
        "attempts=2",
        "path=\"[].expireAt\"",
    ] {
        assert!(spans.contains(expected), "{expected} is missing: {spans}");
    }
}
