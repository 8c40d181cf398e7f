//! What single calls do otherwise than the rest; what all of them may do together.

use std::time::Duration;

use klavi_sdk::klavi_types::api::{CreateLink, ProductSelection, ReportRequest};
use klavi_sdk::{CallOptions, Client, Credentials, Environment, InvalidHeader, RetryBudget, RetryPolicy};
use provider_call::{ManualClock, ScriptedAnswer, ScriptedTransport};

use crate::support::{CPF, client, consent_id, logged_in, query, token};

fn tenant() -> CallOptions {
    CallOptions::new().header("x-tenant", "seven").expect("the header is good")
}

#[tokio::test]
async fn options_read_the_same_for_every_group() {
    let transport = ScriptedTransport::answering(|request| match request.uri().path() {
        "/data/v1/auth" => token("access-1"),
        "/data/v1/links" => ScriptedAnswer::json(200, r#"{"linkToken":"t"}"#),
        "/data/v1/consents" | "/data/v1/links/institutions" => ScriptedAnswer::json(200, "[]"),
        _ => ScriptedAnswer::json(200, "{}"),
    });
    let (client, _clock) = client(&transport);
    let report = ReportRequest::user(CPF).products(ProductSelection::All).build().unwrap();
    client.with_options(tenant()).consents().get(&consent_id()).await.unwrap();
    client.with_options(tenant()).consents().list(&query()).await.unwrap();
    client.with_options(tenant()).reports().request(&report).await.unwrap();
    let session =
        client.with_options(tenant()).links().create(&CreateLink::builder().build().unwrap()).await.unwrap();
    session.institutions().await.unwrap();
    session.with_options(tenant()).institutions().await.unwrap();

    client.consents().get(&consent_id()).await.unwrap();
    let plain = client.links().resume("link-1", "t").unwrap();
    plain.institutions().await.unwrap();
    let with_header: Vec<_> =
        transport.requests().iter().map(|request| request.headers().contains_key("x-tenant")).collect();
    // The login is not part of the call, and not of the tenant either.
    assert_eq!(with_header, [false, true, true, true, true, true, true, false, false]);
}

#[tokio::test]
async fn a_call_has_its_own_time_and_its_own_repeats() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::hang()).then(token("access-1"));
    let (client, clock) = client(&transport);
    let hasty = CallOptions::new().attempt_timeout(Duration::from_secs(2)).retry_policy(RetryPolicy::none());
    let error = client.with_options(hasty).consents().get(&consent_id()).await.unwrap_err();
    assert_eq!((error.attempts(), error.elapsed()), (1, Duration::from_secs(2)));
    assert_eq!(clock.sleeps(), [Duration::from_secs(2)]);
    let error = client
        .with_options(CallOptions::new().timeout(Duration::from_secs(9)))
        .consents()
        .get(&consent_id())
        .await;
    assert_eq!(error.unwrap_err().elapsed(), Duration::from_secs(9));
}

#[test]
fn the_credential_cannot_be_overridden() {
    let refused = CallOptions::new().header("authorization", "Bearer mine").unwrap_err();
    assert_eq!(refused, InvalidHeader::Reserved);
    assert_eq!(refused.to_string(), "the client sets this header itself");
}

#[tokio::test]
async fn an_outage_is_not_met_with_a_multiple_of_the_load() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(503)).then(token("access-1"));
    let client = Client::builder(Credentials::new("a", "s"), Environment::Sandbox)
        .transport(transport.clone())
        .clock(ManualClock::new())
        .retry_policy(RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO))
        .retry_budget(RetryBudget::default().reserve(10))
        .build()
        .unwrap();
    for _ in 0..100 {
        // Clients with options draw on the same budget.
        let error = client.with_options(CallOptions::new()).consents().get(&consent_id()).await.unwrap_err();
        assert!(error.is_outage() && error.is_retryable());
    }
    let sent = transport.requests().len() - 1;
    assert!((110..=130).contains(&sent), "{sent}");
}

#[tokio::test]
async fn a_creation_that_ran_out_of_time_before_its_second_attempt_is_known_not_to_have_happened() {
    // Refused with a 401, then no new token within the time.
    let transport = logged_in().then(ScriptedAnswer::empty(401)).then(ScriptedAnswer::hang());
    let (client, _clock) = client(&transport);
    let error = client.links().create(&CreateLink::builder().build().unwrap()).await.unwrap_err();
    assert!(error.is_timeout() && !error.is_outcome_unknown(), "{error:?}");
}

#[cfg(feature = "rate-limit")]
#[tokio::test]
async fn calls_and_logins_keep_to_the_rate() {
    let transport = logged_in().then(ScriptedAnswer::json(200, "{}")).then(ScriptedAnswer::json(200, "{}"));
    let clock = ManualClock::new();
    let client = Client::builder(Credentials::new("a", "s"), Environment::Sandbox)
        .transport(transport.clone())
        .clock(clock.clone())
        .rate_limit(klavi_sdk::RateLimit::per_second(std::num::NonZeroU32::MIN))
        .build()
        .unwrap();
    client.consents().get(&consent_id()).await.unwrap();
    client.with_options(CallOptions::new()).consents().get(&consent_id()).await.unwrap();
    assert_eq!(clock.sleeps(), [1, 1].map(Duration::from_secs));
    // No wait is begun that the call would not outlast.
    let hasty = CallOptions::new().timeout(Duration::from_millis(500));
    let error = client.with_options(hasty).consents().get(&consent_id()).await.unwrap_err();
    assert!(error.is_timeout() && error.attempts() == 0, "{error}");
    assert_eq!(transport.requests().len(), 3);
}
