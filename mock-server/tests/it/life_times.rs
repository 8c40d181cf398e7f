use std::time::Duration;

use http::Method;
use serde_json::json;

use crate::partner::{CPF, Partner, text};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn an_access_token_lives_1800_seconds() {
    let partner = Partner::start().await;
    partner.mock.advance_clock(1790 * SECOND);
    partner.get("/data/v1/refresh").await.ok();
    partner.mock.advance_clock(10 * SECOND);
    partner.get("/data/v1/refresh").await.refused(401, 401);
}

#[tokio::test]
async fn a_link_and_its_token_live_1800_seconds() {
    let partner = Partner::start().await;
    let link = partner.link(json!({})).await;
    let (token, page) = (text(&link["linkToken"]), text(&link["linkURL"]));
    let list = async || partner.send(Method::GET, "/data/v1/links/institutions", Some(&token), None).await;
    partner.mock.advance_clock(1790 * SECOND);
    list().await.ok();
    assert_eq!(partner.open(&page).await.status, 200);
    partner.mock.advance_clock(10 * SECOND);
    list().await.refused(401, 401);
    assert_eq!(partner.open(&page).await.status, 410);
}

#[tokio::test]
async fn the_banks_page_opens_within_60_seconds() {
    let partner = Partner::start().await;
    let (_, consent_id, late) = partner.consent(json!({}), "341").await;
    let (_, _, in_time) = partner.consent(json!({}), "001").await;
    partner.mock.advance_clock(50 * SECOND);
    assert_eq!(partner.open(&in_time).await.status, 303);
    partner.mock.advance_clock(10 * SECOND);
    let answer = partner.open(&late).await;
    assert_eq!(answer.status, 410);
    assert!(answer.text.contains("expirou"), "{}", answer.text);
    assert_eq!(partner.status_of(&consent_id).await, "AWAITING_AUTHORISATION");
}

#[tokio::test]
async fn a_consent_waits_60_minutes_for_its_user() {
    let partner = Partner::start().await;
    let (_, consent_id, _) = partner.consent(json!({}), "341").await;
    partner.mock.advance_clock(3590 * SECOND);
    let partner = Partner { access_token: partner.log_in().await, ..partner };
    assert_eq!(partner.status_of(&consent_id).await, "AWAITING_AUTHORISATION");
    partner.mock.advance_clock(10 * SECOND);
    assert_eq!(partner.status_of(&consent_id).await, "REJECTED");
    let error = partner.mock.authorise(&consent_id).await.unwrap_err();
    assert_eq!(error.to_string(), "the consent is REJECTED, this cannot happen to it");
}

#[tokio::test]
async fn an_authorised_consent_ends_after_twelve_months() {
    let partner = Partner::start().await;
    let (_, consent_id) = partner.authorised("341").await;
    partner.mock.advance_clock(364 * 86_400 * SECOND);
    let partner = Partner { access_token: partner.log_in().await, ..partner };
    assert_eq!(partner.status_of(&consent_id).await, "AUTHORISED");
    partner.mock.advance_clock(3 * 86_400 * SECOND);
    let partner = Partner { access_token: partner.log_in().await, ..partner };
    assert_eq!(partner.status_of(&consent_id).await, "EXPIRED");
    let request = json!({"taxId": CPF, "products": ["all"]});
    partner.post("/data/v1/personal/user-data", &request).await.refused(416, 4001);
    let names: Vec<_> = partner.mock.deliveries().into_iter().map(|delivery| delivery.name).collect();
    assert_eq!(names.last().map(String::as_str), Some("consent_expired"));
}
