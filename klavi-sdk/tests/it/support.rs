//! What the tests have in common.

use http::Request;
use http::header::AUTHORIZATION;
use klavi_sdk::klavi_types::ConsentId;
use klavi_sdk::klavi_types::api::{ConsentQuery, CreateConsent};
use klavi_sdk::{Client, Credentials, Environment, LinkSession};
use provider_call::{ManualClock, ScriptedAnswer, ScriptedTransport};

pub(crate) const ACCESS_KEY: &str = "the-access-key";
pub(crate) const SECRET_KEY: &str = "the-secret-key";
pub(crate) const CPF: &str = "12345678909";

/// A client in the sandbox, and the clock that it goes by.
pub(crate) fn client(transport: &ScriptedTransport) -> (Client, ManualClock) {
    let clock = ManualClock::new();
    let client = Client::builder(Credentials::new(ACCESS_KEY, SECRET_KEY), Environment::Sandbox)
        .transport(transport.clone())
        .clock(clock.clone())
        .build()
        .expect("the settings are good");
    (client, clock)
}

/// A session of a link, which needs no login.
pub(crate) fn link_session(transport: &ScriptedTransport) -> LinkSession {
    client(transport).0.links().resume("link-1", "the-link-token").expect("the token is good")
}

/// A script that begins with a login.
pub(crate) fn logged_in() -> ScriptedTransport {
    ScriptedTransport::new().then(token("access-1"))
}

pub(crate) fn token(token: &str) -> ScriptedAnswer {
    ScriptedAnswer::json(200, format!(r#"{{"accessToken":"{token}","expireIn":1800}}"#))
}

pub(crate) fn consent_id() -> ConsentId {
    "consent-1".into()
}

pub(crate) fn query() -> ConsentQuery {
    ConsentQuery::personal(CPF.parse().expect("the check digits fit"))
}

pub(crate) fn create_consent() -> CreateConsent {
    CreateConsent::builder("341", "track-1", "https://partner.example/back")
        .personal_tax_id(CPF)
        .build()
        .expect("the request is good")
}

/// `GET /path Bearer …` of each request.
pub(crate) fn calls_with_tokens(transport: &ScriptedTransport) -> Vec<String> {
    transport.requests().iter().map(call_with_token).collect()
}

fn call_with_token<B>(request: &Request<B>) -> String {
    let token = request
        .headers()
        .get(AUTHORIZATION)
        .map_or("no token", |value| value.to_str().expect("a bearer token is ASCII"));
    format!("{} {} {token}", request.method(), request.uri().path())
}
