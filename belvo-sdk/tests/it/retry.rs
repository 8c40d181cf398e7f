//! What is repeated, after which pauses, as Belvo recommends.

use std::time::Duration;

use belvo_sdk::belvo_types::api::{CreateWidgetToken, RefreshLink, Scopes, UpdateCredentials};
use belvo_sdk::{Client, Credentials, Environment, Error, RetryPolicy};
use provider_call::{ManualClock, ScriptedAnswer, ScriptedTransport, TransportErrorKind};
use serde_json::json;

use crate::support::{challenge, client, edge, link, link_id, refusal, registration};

fn seconds(clock: &ManualClock) -> Vec<f64> {
    // The timeouts of attempts are sleeps as well, but those that were cut short are not written down.
    clock.sleeps().iter().map(Duration::as_secs_f64).collect()
}

/// Every way in which it stays unknown whether the server acted.
fn ambiguous() -> [ScriptedAnswer; 6] {
    [
        ScriptedAnswer::hang(),
        ScriptedAnswer::fail(TransportErrorKind::Timeout),
        ScriptedAnswer::fail(TransportErrorKind::Other),
        ScriptedAnswer::empty(503),
        refusal(500, "unexpected_error"),
        refusal(408, "request_timeout"),
    ]
}

#[tokio::test]
async fn a_read_is_repeated_after_3_6_12_24_and_48_seconds() {
    let transport = ScriptedTransport::answering(|_| refusal(500, "service_unavailable"));
    let (client, clock) = client(&transport);
    let error = client.links().get(&link_id()).await.unwrap_err();
    assert_eq!((error.attempts(), transport.requests().len()), (6, 6));
    let pauses = seconds(&clock);
    assert_eq!(pauses.len(), 5);
    for (pause, recommended) in pauses.iter().zip([3.0, 6.0, 12.0, 24.0, 48.0]) {
        assert!((recommended..=recommended * 4.0 / 3.0).contains(pause), "{pause} for {recommended}");
    }
    assert!(error.is_outage() && error.is_retryable());
}

#[tokio::test]
async fn an_unexpected_error_is_tried_three_times() {
    let transport = ScriptedTransport::answering(|_| refusal(500, "unexpected_error"));
    let error = client(&transport).0.links().get(&link_id()).await.unwrap_err();
    assert_eq!((error.attempts(), transport.requests().len()), (3, 3));
}

#[tokio::test]
async fn too_many_sessions_are_waited_out_by_every_call() {
    let transport = ScriptedTransport::new()
        .then(refusal(400, "too_many_sessions"))
        .then(refusal(400, "too_many_sessions"))
        .then(ScriptedAnswer::json(201, link("link-1").to_string()));
    let (client, clock) = client(&transport);
    client.links().register(&registration()).await.unwrap();
    assert_eq!((transport.requests().len(), seconds(&clock).len()), (3, 2));
}

#[tokio::test]
async fn no_other_4xx_is_repeated() {
    let codes = [
        (400, "required"),
        (400, "login_error"),
        (400, "invalid_link"),
        (400, "session_expired"),
        (400, "institution_down"),
        (400, "unavailable_data"),
        (400, "duplicated"),
        (401, "authentication_failed"),
        (401, "consent_without_accounts"),
        (403, "access_to_resource_denied"),
        (404, "not_found"),
        (405, "method_not_allowed"),
        (408, "request_timeout"),
        (409, "conflict"),
        (428, "activation_required"),
        (429, "too_many_requests"),
    ];
    for (status, code) in codes {
        let transport = ScriptedTransport::answering(move |_| refusal(status, code));
        let error = client(&transport).0.links().get(&link_id()).await.unwrap_err();
        assert_eq!((error.attempts(), transport.requests().len()), (1, 1), "{code}");
    }
    let transport = ScriptedTransport::answering(|_| edge());
    assert_eq!(client(&transport).0.links().get(&link_id()).await.unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn a_time_to_come_back_is_waited_for_if_one_is_named() {
    for limited in
        [|| ScriptedAnswer::empty(429).header("retry-after", "20"), || edge().header("retry-after", "20")]
    {
        let transport = ScriptedTransport::new()
            .then(limited())
            .then(ScriptedAnswer::empty(204))
            .then(limited())
            .then(ScriptedAnswer::json(201, link("link-1").to_string()));
        let (client, clock) = client(&transport);
        client.links().delete(&link_id()).await.unwrap();
        client.links().register(&registration()).await.unwrap();
        assert_eq!(clock.sleeps(), [20, 20].map(Duration::from_secs));
    }
}

/// A 503 may be that of a proxy, which does not know what Belvo behind it has done.
#[tokio::test]
async fn a_registration_is_not_sent_again_because_a_503_names_a_time() {
    let unavailable = || ScriptedAnswer::empty(503).header("retry-after", "20");
    let transport =
        ScriptedTransport::new().then(unavailable()).then(ScriptedAnswer::empty(204)).then(unavailable());
    let (client, clock) = client(&transport);
    client.links().delete(&link_id()).await.unwrap();
    let error = client.links().register(&registration()).await.unwrap_err();
    assert!(error.is_outcome_unknown() && error.attempts() == 1, "{error:?}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(20)));
    assert_eq!(clock.sleeps(), [Duration::from_secs(20)]);
}

#[tokio::test]
async fn what_logs_in_at_a_bank_is_sent_once() {
    for index in 0..6 {
        let again = || ambiguous().into_iter().nth(index).unwrap();
        let transport = ScriptedTransport::new()
            .then(challenge(json!({})))
            .then(again())
            .then(again())
            .then(again())
            .then(again());
        let (client, _clock) = client(&transport);
        let links = client.links();
        let belvo_sdk::Registered::MfaRequired(challenge) = links.register(&registration()).await.unwrap()
        else {
            panic!("an MFA challenge")
        };
        let credentials = UpdateCredentials::builder("p").build().unwrap();
        let errors: [Error; 4] = [
            links.register(&registration()).await.unwrap_err(),
            links.resume(&challenge.answer("t")).await.unwrap_err(),
            links.update_credentials(&link_id(), &credentials).await.unwrap_err(),
            links.refresh(&link_id(), &RefreshLink::everything()).await.unwrap_err(),
        ];
        for error in &errors {
            assert!(error.is_outcome_unknown() && !error.is_retryable() && !error.is_outage(), "{error:?}");
        }
        assert_eq!(transport.requests().len(), 5);
    }
}

#[tokio::test]
async fn reading_deleting_and_widget_tokens_are_repeated() {
    let request = CreateWidgetToken::builder(Scopes::multi_region()).build().unwrap();
    for index in 0..5 {
        let first = || ambiguous().into_iter().nth(index).unwrap();
        let transport = ScriptedTransport::new()
            .then(first())
            .then(ScriptedAnswer::json(200, "{}"))
            .then(first())
            .then(ScriptedAnswer::empty(204))
            .then(first())
            .then(ScriptedAnswer::json(201, r#"{"access":"a","refresh":"r"}"#));
        let (client, _clock) = client(&transport);
        client.links().get(&link_id()).await.unwrap();
        client.links().delete(&link_id()).await.unwrap();
        client.widget_tokens().create(&request).await.unwrap();
        assert_eq!(transport.unused(), 0);
    }
}

#[tokio::test]
async fn a_registration_that_never_left_is_sent_again() {
    let transport = ScriptedTransport::new()
        .then(ScriptedAnswer::fail(TransportErrorKind::Connect))
        .then(ScriptedAnswer::json(201, link("link-1").to_string()));
    client(&transport).0.links().register(&registration()).await.unwrap();
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn a_login_has_more_than_five_minutes_and_a_read_half_a_minute() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::hang());
    let (client, clock) = client(&transport);
    let error = client.links().register(&registration()).await.unwrap_err();
    assert_eq!(clock.sleeps(), [Duration::from_secs(330)]);
    assert!(error.is_timeout() && error.is_outcome_unknown());
    assert_eq!(error.to_string(), "POST /api/links/ failed: no answer within 330s");

    client.links().get(&link_id()).await.unwrap_err();
    assert_eq!(clock.sleeps()[1], Duration::from_secs(30));
    client.request(http::Method::POST, "/api/owners/").slow().send_raw().await.unwrap_err();
    assert_eq!(clock.sleeps().last(), Some(&Duration::from_secs(330)));
}

#[tokio::test]
async fn the_times_can_be_set() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::hang());
    let clock = ManualClock::new();
    let client = Client::builder(Credentials::new("i", "p"), Environment::Sandbox)
        .transport(transport.clone())
        .clock(clock.clone())
        .attempt_timeout(Duration::from_secs(7))
        .login_timeout(Duration::from_secs(400))
        .retry_policy(RetryPolicy::none())
        .build()
        .unwrap();
    client.links().get(&link_id()).await.unwrap_err();
    client.links().register(&registration()).await.unwrap_err();
    assert_eq!(clock.sleeps(), [7, 400].map(Duration::from_secs));
}

/// A call that hangs: 30 s for each attempt, and no attempt after three minutes.
#[tokio::test]
async fn a_read_ends_after_three_minutes() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::hang());
    let error = client(&transport).0.links().get(&link_id()).await.unwrap_err();
    assert!(error.is_timeout() && error.is_retryable());
    assert!((Duration::from_secs(120)..=Duration::from_secs(180)).contains(&error.elapsed()), "{error:?}");
}

/// Two attempts have time, and a registration that did not leave has a second one.
#[tokio::test]
async fn a_login_has_twice_its_time_in_all() {
    let transport = ScriptedTransport::new()
        .then(ScriptedAnswer::fail(TransportErrorKind::Connect))
        .then(ScriptedAnswer::hang());
    let (client, clock) = client(&transport);
    let error = client.links().register(&registration()).await.unwrap_err();
    assert_eq!((error.attempts(), clock.sleeps().last()), (2, Some(&Duration::from_secs(330))));
    assert!(error.elapsed() < Duration::from_secs(660));
}
