//! Registration, MFA, new credentials.

use std::time::Duration;

use belvo_sdk::Registered;
use belvo_sdk::belvo_types::api::{MfaKind, UpdateCredentials};
use belvo_sdk::belvo_types::{ExternalIdReturned, Secret};
use provider_call::{ScriptedAnswer, ScriptedTransport};
use serde_json::json;

use crate::support::{body, calls, challenge, client, link, link_id, refusal, registration};

#[tokio::test]
async fn a_link_is_registered() {
    let transport = ScriptedTransport::new().then(ScriptedAnswer::json(201, link("link-1").to_string()));
    let outcome = client(&transport).0.links().register(&registration()).await.unwrap();
    let Registered::Link(link) = outcome else { panic!("a link: {outcome:?}") };
    assert_eq!(link.id, Some(link_id()));
    assert_eq!(calls(&transport), ["POST /api/links/"]);
    assert_eq!(
        body(&transport, 0),
        json!({"institution": "erebor_mx_retail", "username": "bnk100", "password": "full", "external_id": "user-1"})
    );
}

/// Seed: an external id that looks personal comes back as null, without an error.
#[tokio::test]
async fn seed_a_dropped_external_id_is_no_error_but_can_be_told() {
    let mut answer = link("link-1");
    answer["external_id"] = json!(null);
    let transport = ScriptedTransport::new().then(ScriptedAnswer::json(201, answer.to_string()));
    let request = registration();
    let outcome = client(&transport).0.links().register(&request).await.unwrap();
    let Registered::Link(link) = outcome else { panic!("a link: {outcome:?}") };
    let sent = request.external_id().unwrap();
    assert_eq!(sent.returned(link.external_id.as_ref()), ExternalIdReturned::Dropped);
}

/// Seed: 428 names session, link and how the user gets the token; PATCH answers 201. The specification says 200.
#[tokio::test]
async fn seed_each_kind_of_mfa_is_resumed() {
    for (data, token) in [
        (json!({"type": "inputless", "value": null}), Some("123456")),
        (json!({"type": "numeric", "value": "55"}), Some("123456")),
        (json!({"type": "qr", "value": "R0lGODlh", "expects_user_input": false}), None),
        (json!({"type": "text", "value": "Your pet?"}), Some("Rex")),
    ] {
        for status in [200, 201] {
            let transport = ScriptedTransport::new()
                .then(challenge(json!({"token_generation_data": data})))
                .then(ScriptedAnswer::json(status, link("link-1").to_string()));
            let (client, _clock) = client(&transport);
            let outcome = client.links().register(&registration()).await.unwrap();
            let Registered::MfaRequired(challenge) = outcome else { panic!("an MFA challenge: {outcome:?}") };
            assert_eq!(challenge.expects_user_input(), token.is_some());
            let request = token.map_or_else(|| challenge.confirm(), |token| challenge.answer(token));
            assert!(matches!(client.links().resume(&request).await.unwrap(), Registered::Link(_)));
            assert_eq!(calls(&transport), ["POST /api/links/", "PATCH /api/links/"]);
            let mut expected = json!({"session": "session-1", "link": "link-1"});
            if let Some(token) = token {
                expected["token"] = token.into();
            }
            assert_eq!(body(&transport, 1), expected);
        }
    }
}

#[tokio::test]
async fn a_code_that_has_ended_brings_another_challenge() {
    let data =
        |code: &str| json!({"token_generation_data": {"type": "numeric", "value": code}, "expiry": 60});
    let transport = ScriptedTransport::new().then(challenge(data("1"))).then(challenge(data("2")));
    let (client, _clock) = client(&transport);
    let Registered::MfaRequired(first) = client.links().register(&registration()).await.unwrap() else {
        panic!("an MFA challenge")
    };
    let Registered::MfaRequired(second) = client.links().resume(&first.answer("x")).await.unwrap() else {
        panic!("another one")
    };
    assert_eq!(*second.kind(), MfaKind::Numeric("2".into()));
    assert_eq!(second.expires_in(), Some(Duration::from_secs(60)));
}

#[tokio::test]
async fn an_activation_is_an_error_of_its_own() {
    let transport = ScriptedTransport::new().then(refusal(428, "activation_required"));
    let error = client(&transport).0.links().register(&registration()).await.unwrap_err();
    assert!(error.is_activation_required() && !error.is_mfa_required() && !error.is_retryable());
}

#[tokio::test]
async fn an_mfa_challenge_without_a_session_cannot_be_resumed() {
    for over in [json!({"session": null}), json!({"link": null})] {
        let transport = ScriptedTransport::new().then(challenge(over));
        let error = client(&transport).0.links().register(&registration()).await.unwrap_err();
        assert_eq!(error.status().unwrap(), 428);
        assert!(error.mfa_challenge().is_none());
    }
}

#[tokio::test]
async fn a_session_that_has_ended_or_was_used_says_so() {
    for code in ["session_expired", "session_expired_ob"] {
        let transport = ScriptedTransport::new()
            .then(challenge(json!({})))
            .then(ScriptedAnswer::json(400, json!([{"code": code, "request_id": "r-1"}]).to_string()));
        let (client, _clock) = client(&transport);
        let Registered::MfaRequired(challenge) = client.links().register(&registration()).await.unwrap()
        else {
            panic!("an MFA challenge")
        };
        let error = client.links().resume(&challenge.answer("late")).await.unwrap_err();
        assert!(error.is_session_expired() && !error.is_retryable() && !error.is_outcome_unknown());
        assert_eq!(error.provider_message(), None);
        assert_eq!(error.attempts(), 1);
    }
}

#[tokio::test]
async fn a_wrong_token_is_the_users_matter() {
    let transport = ScriptedTransport::new().then(challenge(json!({}))).then(refusal(400, "login_error"));
    let (client, _clock) = client(&transport);
    let Registered::MfaRequired(challenge) = client.links().register(&registration()).await.unwrap() else {
        panic!("an MFA challenge")
    };
    let error = client.links().resume(&challenge.answer("wrong")).await.unwrap_err();
    assert!(error.is_login_refused() && !error.is_retryable());
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn new_credentials_may_need_mfa_too() {
    let transport = ScriptedTransport::new()
        .then(challenge(json!({})))
        .then(ScriptedAnswer::json(200, link("link-1").to_string()));
    let (client, _clock) = client(&transport);
    let request = UpdateCredentials::builder("the-new-password").build().unwrap();
    let outcome = client.links().update_credentials(&link_id(), &request).await.unwrap();
    assert!(matches!(outcome, Registered::MfaRequired(_)));
    let outcome = client.links().update_credentials(&link_id(), &request).await.unwrap();
    assert!(matches!(outcome, Registered::Link(_)));
    assert_eq!(calls(&transport), ["PUT /api/links/link-1/"; 2]);
    assert_eq!(body(&transport, 0), json!({"password": "the-new-password"}));
}

#[tokio::test]
async fn an_mfa_challenge_of_another_call_is_in_its_error() {
    let transport = ScriptedTransport::new().then(challenge(json!({})));
    let (client, _clock) = client(&transport);
    let error = client
        .request(http::Method::POST, "/api/accounts/")
        .slow()
        .json(&json!({"link": "link-1"}))
        .send_raw()
        .await
        .unwrap_err();
    assert!(error.is_mfa_required());
    assert_eq!(
        error.mfa_challenge().map(|challenge| challenge.session().clone()),
        Some(Secret::from("session-1"))
    );
    assert_eq!(error.body_excerpt(), None);
}
