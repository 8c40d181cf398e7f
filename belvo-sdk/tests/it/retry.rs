//! What is repeated, after which pauses, as Belvo recommends.

use std::time::Duration;

use belvo_sdk::belvo_types::api::{CreateWidgetToken, RefreshLink, Scopes, UpdateCredentials};
use belvo_sdk::{Client, Credentials, Environment, Error, RetryPolicy};
use provider_call::{Answer, ManualClock, ScriptedTransport, TransportErrorKind};
use serde_json::json;

use crate::support::{challenge, client, edge, link, link_id, refusal, registration};

fn seconds(clock: &ManualClock) -> Vec<f64> {
    // The timeouts of attempts are sleeps as well, but those that were cut short are not written down.
    clock.sleeps().iter().map(Duration::as_secs_f64).collect()
}

/// Every way in which it stays unknown whether the server acted.
fn ambiguous() -> [Answer; 6] {
    [
        Answer::hang(),
        Answer::fail(TransportErrorKind::Timeout),
        Answer::fail(TransportErrorKind::Other),
        Answer::empty(503),
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
        .then(Answer::json(201, link("link-1").to_string()));
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
    for limited in [
        || Answer::empty(429).header("retry-after", "20"),
        || edge().header("retry-after", "20"),
        || Answer::empty(503).header("retry-after", "20"),
    ] {
        let transport = ScriptedTransport::new()
            .then(limited())
            .then(Answer::empty(204))
            .then(limited())
            .then(Answer::json(201, link("link-1").to_string()));
        let (client, clock) = client(&transport);
        client.links().delete(&link_id()).await.unwrap();
        client.links().register(&registration()).await.unwrap();
        assert_eq!(clock.sleeps(), [20, 20].map(Duration::from_secs));
    }
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
            panic!("a second factor")
        };
        let credentials = UpdateCredentials::builder("p").build().unwrap();
        let errors: [Error; 4] = [
            links.register(&registration()).await.unwrap_err(),
            links.resume(&challenge.answer("t")).await.unwrap_err(),
            links.update_credentials(&link_id(), &credentials).await.unwrap_err(),
            links.refresh(&link_id(), &RefreshLink::everything()).await.unwrap_err(),
        ];
        assert!(errors.iter().all(|error| error.is_outcome_unknown() && error.is_retryable()), "{errors:?}");
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
            .then(Answer::json(200, "{}"))
            .then(first())
            .then(Answer::empty(204))
            .then(first())
            .then(Answer::json(201, r#"{"access":"a","refresh":"r"}"#));
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
        .then(Answer::fail(TransportErrorKind::Connect))
        .then(Answer::json(201, link("link-1").to_string()));
    client(&transport).0.links().register(&registration()).await.unwrap();
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn a_login_has_more_than_five_minutes_and_a_read_half_a_minute() {
    let transport = ScriptedTransport::answering(|_| Answer::hang());
    let (client, clock) = client(&transport);
    let error = client.links().register(&registration()).await.unwrap_err();
    assert_eq!(clock.sleeps(), [Duration::from_secs(330)]);
    assert!(error.is_timeout() && error.is_outcome_unknown());
    assert_eq!(error.to_string(), "POST /api/links/ failed: no answer within 330s");

    client.links().get(&link_id()).await.unwrap_err();
    assert_eq!(clock.sleeps()[1], Duration::from_secs(30));
    client.request(http::Method::POST, "/api/owners/").logs_in().send_raw().await.unwrap_err();
    assert_eq!(clock.sleeps().last(), Some(&Duration::from_secs(330)));
}

#[tokio::test]
async fn the_times_can_be_set() {
    let transport = ScriptedTransport::answering(|_| Answer::hang());
    let clock = ManualClock::new();
    let client = Client::builder(Credentials::new("i", "p"), Environment::Sandbox)
        .transport(transport.clone())
        .clock(clock.clone())
        .attempt_timeout(Duration::from_secs(7))
        .login_timeout(Duration::from_secs(400))
        .retry_policy(RetryPolicy::never())
        .build()
        .unwrap();
    client.links().get(&link_id()).await.unwrap_err();
    client.links().register(&registration()).await.unwrap_err();
    assert_eq!(clock.sleeps(), [7, 400].map(Duration::from_secs));
}
