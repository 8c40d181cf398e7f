//! What goes wrong on a bad day: a typed error or the documented status, one clear sentence, and nothing lost.

use std::time::Duration;

use klavi_types::ProductsCallbackUrl;
use klavi_types::api::{BusinessCode, CreateConsent, CreateLink};
use klavi_webhook::{EntryKind, EntryState};

use crate::desk::{BACK, BANK, CPF, Desk, client, mock};

#[tokio::test]
async fn wrong_keys() {
    let desk = Desk::new().await;
    let error = client(&desk.mock, "not-the-key")
        .links()
        .create(&CreateLink::builder().build().unwrap())
        .await
        .unwrap_err();
    assert!(error.is_auth() && !error.is_retryable());
    assert_eq!(error.status().unwrap(), 401);
    assert_eq!(error.attempts(), 1);
    let sentence = error.to_string();
    assert_eq!(sentence, "POST /data/v1/auth failed: HTTP 401");
    assert_eq!(error.provider_message(), Some("Invalid accessKey or secretKey"));
    assert!(!sentence.contains("not-the-key") && !sentence.contains(desk.mock.secret_key()), "{sentence}");
}

#[tokio::test]
async fn an_expired_access_token_is_renewed_unseen() {
    let desk = Desk::new().await;
    let consent = desk.connected().await;
    desk.mock.advance_clock(Duration::from_secs(3_600));
    assert!(desk.client.consents().get(&consent).await.is_ok());
    let logins =
        desk.mock.received_requests().iter().filter(|request| request.path == "/data/v1/auth").count();
    assert_eq!(logins, 2);
}

#[tokio::test]
async fn an_expired_link_says_so() {
    let desk = Desk::new().await;
    let session = desk.session().await;
    desk.mock.advance_clock(Duration::from_secs(3_600));
    let error = session.institutions().await.unwrap_err();
    assert!(error.is_link_expired(), "{error}");
}

#[tokio::test]
async fn an_invalid_cpf_is_refused_here_and_there() {
    let error = CreateLink::builder().personal_tax_id("123.456.789-00").build().unwrap_err();
    assert_eq!(error.to_string(), "the request is invalid: personalTaxId: the check digits do not fit");

    let desk = Desk::new().await;
    let body = r#"{"accessKey":"KEY","secretKey":"SECRET"}"#
        .replace("KEY", desk.mock.access_key())
        .replace("SECRET", desk.mock.secret_key());
    let login = post(&format!("{}/data/v1/auth", desk.mock.base_url()), "", &body).await;
    let token = login.1["accessToken"].as_str().unwrap().to_owned();
    let (status, answer) = post(
        &format!("{}/data/v1/links", desk.mock.base_url()),
        &token,
        r#"{"personalTaxId":"12345678900"}"#,
    )
    .await;
    assert!(matches!(status, 400 | 422), "{status}");
    assert!(answer["message"].is_string() && answer["statusCode"].is_number(), "{answer}");
}

#[tokio::test]
async fn all_beside_other_is_refused_here_and_there() {
    let error = serde_json::from_str::<ProductsCallbackUrl>(
        r#"{"all":"https://partner.example/a","other":"https://partner.example/b"}"#,
    )
    .unwrap_err();
    assert!(error.to_string().starts_with("`all` cannot stand beside `other` or a product"), "{error}");

    let desk = Desk::new().await;
    desk.connected().await;
    let login =
        format!(r#"{{"accessKey":"{}","secretKey":"{}"}}"#, desk.mock.access_key(), desk.mock.secret_key());
    let token = post(&format!("{}/data/v1/auth", desk.mock.base_url()), "", &login).await.1;
    let request = r#"{"taxId":"12345678909","institutionCode":"341","products":["pf_balance"],
        "productsCallbackURL":{"all":"https://partner.example/a","other":"https://partner.example/b"}}"#;
    let url = format!("{}/data/v1/personal/institution-data", desk.mock.base_url());
    let (status, answer) = post(&url, token["accessToken"].as_str().unwrap(), request).await;
    assert_eq!((status, &answer["statusCode"]), (416, &serde_json::json!(4006)), "{answer}");
}

#[tokio::test]
async fn an_unknown_product_is_a_business_error() {
    let desk = Desk::new().await;
    desk.connected().await;
    let error = desk.ask(&["pf_income"]).await.unwrap_err();
    assert!(error.is_product_rejected() && !error.is_retryable());
    assert_eq!(error.business_code(), Some(BusinessCode::INVALID_PRODUCT));
    assert!(error.to_string().contains("4002 invalid product"), "{error}");
}

#[tokio::test]
async fn too_many_consents_are_a_business_error() {
    let desk = Desk::with(mock().consent_limit(1), None).await;
    let session = desk.session().await;
    let consent =
        |track: &str| CreateConsent::builder(BANK, track, BACK).personal_tax_id(CPF).build().unwrap();
    session.create_consent(&consent("t-1")).await.unwrap();
    let error = session.create_consent(&consent("t-2")).await.unwrap_err();
    assert!(error.is_consent_limit(), "{error}");
}

#[tokio::test]
async fn mis_signed_and_unsigned_deliveries_are_refused_and_stay_with_the_sender() {
    let mis_signed = Desk::expecting("another key").await;
    let unsigned = Desk::with(mock().unsigned(true), None).await;
    for desk in [mis_signed, unsigned] {
        desk.session().await;
        desk.mock.settled().await;
        assert!(desk.entries().await.is_empty());
        let delivery = desk.mock.deliveries().remove(0);
        assert_eq!(delivery.name, "link_created");
        assert_eq!(delivery.attempts.len(), 6, "one attempt and five repeats");
        assert!(delivery.attempts.iter().all(|attempt| attempt.outcome() == "401"));
    }
}

#[tokio::test]
async fn a_signed_body_that_is_no_json_is_kept() {
    let desk = Desk::new().await;
    let body = "<html>Bad Gateway</html>";
    let signature = klavi_webhook::klavi::SigningKey::from(desk.mock.secret_key()).sign(body.as_bytes());
    let request = reqwest::Client::new().post(&desk.hook).header("X-Klavi-Signature", signature.to_string());
    assert_eq!(request.body(body).send().await.unwrap().status(), 200);
    let entry = desk.entries().await.remove(0);
    assert_eq!((entry.kind, entry.state), (EntryKind::Unknown, EntryState::Quarantined));
    assert_eq!(&entry.body[..], body.as_bytes());
    assert_eq!(entry.last_error.as_deref(), Some("the body is not JSON from line 1, column 1 on"));
}

async fn post(url: &str, token: &str, body: &str) -> (u16, serde_json::Value) {
    let request =
        reqwest::Client::new().post(url).bearer_auth(token).header("Content-Type", "application/json");
    let mut answer = request.body(body.to_owned()).send().await.unwrap();
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.unwrap() {
        bytes.extend_from_slice(&chunk);
    }
    (answer.status().as_u16(), serde_json::from_slice(&bytes).unwrap())
}
