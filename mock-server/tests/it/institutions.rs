use http::Method;
use serde_json::{Value, json};

use crate::partner::{Partner, consent_body, text};

async fn institutions(partner: &Partner) -> Vec<Value> {
    let token = text(&partner.link(json!({})).await["linkToken"]);
    let answer = partner.send(Method::GET, "/data/v1/links/institutions", Some(&token), None).await.ok();
    answer.as_array().unwrap().clone()
}

#[tokio::test]
async fn the_list_is_a_bare_array_with_the_documented_fields() {
    let partner = Partner::start().await;
    let list = institutions(&partner).await;
    let itau = list.iter().find(|bank| bank["institutionCode"] == "341").unwrap();
    assert!(text(&itau["name"]).contains("mock"));
    assert_eq!(itau["isOutage"], false);
    assert_eq!(itau["institutionType"], 1);
    assert_eq!(itau["availableResources"], json!(["REGISTRATION", "ACCOUNTS"]));
    assert_eq!(itau["parentOrganizationName"], "");
    assert_eq!(itau.as_object().unwrap().len(), 12);
    let logo = partner.open(&text(&itau["avatar"])).await;
    assert!(logo.status == 200 && logo.text.starts_with("<svg"), "{logo:?}");
    assert!(list.iter().any(|bank| bank["isOutage"] == true));
}

#[tokio::test]
async fn an_outage_shows_in_the_list_and_refuses_consents() {
    let partner = Partner::start().await;
    partner.mock.set_out_of_service("341", true).unwrap();
    let list = institutions(&partner).await;
    let itau = list.iter().find(|bank| bank["institutionCode"] == "341").unwrap();
    assert_eq!(itau["isOutage"], true);
    let token = text(&partner.link(json!({})).await["linkToken"]);
    let refused = partner.create_consent(&token, &consent_body("341", "1")).await;
    assert_eq!(refused.refused(416, 4004), "The institution is out of service");

    partner.mock.set_out_of_service("341", false).unwrap();
    partner.create_consent(&token, &consent_body("341", "2")).await.ok();
    assert!(partner.mock.set_out_of_service("000", true).is_err());
}

#[tokio::test]
async fn the_status_is_that_of_the_newest_consent_of_the_link() {
    let partner = Partner::start().await;
    let token = text(&partner.link(json!({})).await["linkToken"]);
    let status = async || {
        partner.send(Method::GET, "/data/v1/links/institutions/status", Some(&token), None).await.ok()
    };
    assert_eq!(status().await, json!([]));

    let refused = partner.create_consent(&token, &consent_body("341", "1")).await.ok();
    partner.mock.reject(text(&refused["consentId"])).await.unwrap();
    assert_eq!(status().await[0]["status"], "REJECTED");
    partner.create_consent(&token, &consent_body("341", "2")).await.ok();
    partner.create_consent(&token, &consent_body("001", "3")).await.ok();
    partner.authorised("260").await;
    let list = status().await;
    let of = |code: &str| {
        let found = list.as_array().unwrap().iter().find(|bank| bank["institutionCode"] == code);
        found.map(|bank| text(&bank["status"]))
    };
    assert_eq!(of("341").as_deref(), Some("AWAITING_AUTHORISATION"));
    assert_eq!(of("001").as_deref(), Some("AWAITING_AUTHORISATION"));
    assert_eq!(of("260"), None, "a consent of another link");
}
