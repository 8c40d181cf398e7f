use std::time::Duration;

use klavi_sdk::klavi_types::api::{ConsentStatus, CreateLink};
use klavi_sdk::{Clock as _, ErrorKind, InvalidCredential};
use provider_call::{ScriptedAnswer, ScriptedTransport};

use crate::support::{CPF, calls_with_tokens, client, create_consent, link_session, logged_in};

const LINK: &str = r#"{"linkId":"4437b139-8a16-11ee-b636-487b6bad036a",
    "linkURL":"https://conecte-sandbox.klavi.ai/path?v=abc","linkToken":"link-token","expireIn":1800}"#;

fn create_link() -> CreateLink {
    CreateLink::builder()
        .personal_tax_id(CPF)
        .redirect_url("https://partner.example/back")
        .build()
        .expect("the request is good")
}

#[tokio::test]
async fn a_link_begins_a_session_with_a_token_of_its_own() {
    let transport = logged_in()
        .then(ScriptedAnswer::json(200, LINK))
        .then(ScriptedAnswer::json(200, r#"[{"institutionCode":"001","isOutage":true}]"#))
        .then(ScriptedAnswer::json(200, r#"[{"institutionCode":"001","status":"AUTHORISED"}]"#))
        .then(ScriptedAnswer::json(200, r#"{"consentId":"c-1","expireAt":"2024-11-21T23:59:59Z"}"#));
    let (client, clock) = client(&transport);
    let session = client.links().create(&create_link()).await.unwrap();
    assert_eq!(session.link_id().unwrap().as_str(), "4437b139-8a16-11ee-b636-487b6bad036a");
    assert_eq!(session.url().unwrap().expose(), "https://conecte-sandbox.klavi.ai/path?v=abc");
    assert_eq!(session.expires_at(), Some(clock.wall() + Duration::from_secs(1800)));

    let institutions = session.institutions().await.unwrap();
    assert_eq!(institutions[0].institution_code.as_ref().unwrap().as_str(), "001");
    assert!(!institutions[0].is_available());
    let statuses = session.institution_statuses().await.unwrap();
    assert_eq!(statuses[0].consent_status(), Some(ConsentStatus::Authorised));
    let consent = session.create_consent(&create_consent()).await.unwrap();
    assert_eq!(consent.consent_id.unwrap().as_str(), "c-1");

    assert_eq!(
        calls_with_tokens(&transport),
        [
            "POST /data/v1/auth no token",
            "POST /data/v1/links Bearer access-1",
            "GET /data/v1/links/institutions Bearer link-token",
            "GET /data/v1/links/institutions/status Bearer link-token",
            "POST /data/v1/consents Bearer link-token",
        ]
    );
    let requests = transport.requests();
    assert_eq!(
        requests[1].body(),
        r#"{"personalTaxId":"12345678909","redirectURL":"https://partner.example/back"}"#
    );
    let consent: serde_json::Value = serde_json::from_slice(requests[4].body()).unwrap();
    assert_eq!(consent["externalTrackId"], "track-1");
}

#[tokio::test]
async fn both_spellings_of_the_redirect_are_read() {
    for name in ["consentRedirectURL", "consentRedirectUrl"] {
        let body = format!(r#"{{"consentId":"c","{name}":"https://bank.example/auth"}}"#);
        let transport = ScriptedTransport::new().then(ScriptedAnswer::json(200, body));
        let created = link_session(&transport).create_consent(&create_consent()).await.unwrap();
        assert_eq!(created.consent_redirect_url.unwrap().expose(), "https://bank.example/auth");
    }
}

#[tokio::test]
async fn an_ended_link_is_final() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(401));
    let error = link_session(&transport).institutions().await.unwrap_err();
    assert!(error.is_link_expired() && !error.is_auth() && !error.is_retryable());
    assert_eq!(calls_with_tokens(&transport), ["GET /data/v1/links/institutions Bearer the-link-token"]);
}

#[tokio::test]
async fn a_kept_token_goes_on_without_a_login() {
    let transport = ScriptedTransport::new().then(ScriptedAnswer::json(200, "[]"));
    let (client, _clock) = client(&transport);
    let session = client.links().resume("link-7", "kept").unwrap();
    assert_eq!((session.link_id().unwrap().as_str(), session.token().expose()), ("link-7", "kept"));
    assert!(session.institutions().await.unwrap().is_empty());
    assert_eq!(calls_with_tokens(&transport), ["GET /data/v1/links/institutions Bearer kept"]);
    assert_eq!(client.links().resume("link-7", "a\r\nb").unwrap_err(), InvalidCredential);
}

#[tokio::test]
async fn a_link_without_a_token_is_an_error_with_a_path() {
    for (body, cause) in [
        (r#"{"linkId":"l"}"#, "the member is missing"),
        (r#"{"linkId":"l","linkToken":["x"]}"#, "found an array, expected text"),
    ] {
        let transport = logged_in().then(ScriptedAnswer::json(200, body));
        let (client, _clock) = client(&transport);
        let error = client.links().create(&create_link()).await.unwrap_err();
        assert_eq!((error.kind(), error.json_path()), (ErrorKind::Decode, Some("linkToken")));
        assert_eq!(
            error.to_string(),
            format!("POST /data/v1/links failed: the answer cannot be used: `linkToken`: {cause}")
        );
        assert!(error.is_outcome_unknown(), "there is a link now");
    }
}

#[tokio::test]
async fn an_object_in_place_of_the_institutions_is_an_error() {
    let transport = ScriptedTransport::new().then(ScriptedAnswer::json(200, r#"{"message":"ok"}"#));
    let error = link_session(&transport).institutions().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().ends_with("the answer cannot be read: the body is not an array"), "{error}");
}
