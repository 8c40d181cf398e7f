use http::Method;
use klavi_mock::MockKlavi;
use serde_json::{Value, json};

use crate::partner::{CNPJ, CPF, OTHER_CPF, Partner, consent_body, text, with};

async fn link_token(partner: &Partner) -> String {
    text(&partner.link(json!({})).await["linkToken"])
}

#[tokio::test]
async fn a_consent_is_made_read_listed_and_revoked() {
    let partner = Partner::start().await;
    let link = partner.link(json!({"personalTaxId": CPF})).await;
    let created =
        partner.create_consent(&text(&link["linkToken"]), &consent_body("341", "track-1")).await.ok();
    let id = text(&created["consentId"]);
    assert!(id.len() <= 36);
    let expire_at = text(&created["expireAt"]);
    assert!(expire_at.ends_with("T23:59:59Z"), "{expire_at}");

    let consent = partner.get(&format!("/data/v1/consents/{id}")).await.ok();
    assert_eq!(consent["consentId"], id);
    assert_eq!(consent["linkId"], link["linkId"]);
    assert_eq!(consent["externalTrackId"], "track-1");
    assert_eq!(consent["personalTaxId"], CPF);
    assert_eq!(consent["businessTaxId"], "");
    assert_eq!(consent["institutionCode"], "341");
    assert_eq!(consent["status"], "AWAITING_AUTHORISATION");
    assert_eq!(consent["permissionsApply"].as_array().unwrap().len(), 5);
    assert_eq!(consent["permissionsGranted"], json!([]));
    assert_eq!(text(&consent["expireAt"]).replace(".999Z", "Z"), expire_at);

    partner.mock.authorise(&id).await.unwrap();
    let list = partner.get(&format!("/data/v1/consents?personalTaxId={CPF}")).await.ok();
    assert_eq!(list.as_array().unwrap().len(), 1, "a bare array: {list}");
    assert_eq!(list[0]["status"], "AUTHORISED");
    assert_eq!(list[0]["permissionsGranted"], list[0]["permissionsApply"]);

    let path = format!("/data/v1/consents/{id}/revoke");
    let revoked = partner.send(Method::DELETE, &path, Some(&partner.access_token), None).await;
    assert_eq!(revoked.ok(), json!({"message": "ok"}));
    assert_eq!(partner.status_of(&id).await, "REVOKED");
    // Once more: nothing is left to do.
    assert_eq!(partner.send(Method::DELETE, &path, Some(&partner.access_token), None).await.status, 200);
}

#[tokio::test]
async fn an_unlimited_consent_has_no_end() {
    let partner = Partner::start().await;
    let body = with(consent_body("341", "1"), "validityPeriod", json!(0));
    let created = partner.create_consent(&link_token(&partner).await, &body).await.ok();
    assert!(created.get("expireAt").is_none(), "{created}");
}

#[tokio::test]
async fn each_missing_or_malformed_field_is_refused_by_name() {
    let partner = Partner::start().await;
    let token = link_token(&partner).await;
    for (name, value, starts) in [
        ("externalTrackId", Value::Null, "externalTrackId is required"),
        ("externalTrackId", json!(""), "externalTrackId is required"),
        ("personalTaxId", Value::Null, "personalTaxId or businessTaxId is required"),
        ("personalTaxId", json!("12345678900"), "personalTaxId must be a CPF"),
        ("businessTaxId", json!("11222333000180"), "businessTaxId must be a CNPJ"),
        ("institutionCode", Value::Null, "institutionCode is required"),
        ("institutionCode", json!(341), "institutionCode must be a string"),
        ("redirectURL", Value::Null, "redirectURL is required"),
        ("redirectURL", json!("back"), "redirectURL must be an absolute URL"),
        ("validityPeriod", json!(6), "validityPeriod must be"),
        ("validityPeriod", json!("12"), "validityPeriod must be"),
        ("clientMetadata", json!([]), "clientMetadata must be an object"),
    ] {
        let body = with(consent_body("341", "1"), name, value);
        let message = partner.create_consent(&token, &body).await.refused(422, 422);
        assert!(message.starts_with(starts), "{message}");
        assert!(!message.contains(';'), "one fault, one sentence: {message}");
    }
    let body = with(consent_body("341", "1"), "phone", json!("11912345678"));
    assert_eq!(partner.create_consent(&token, &body).await.refused(400, 400), "Invalid phone");
    for code in ["000", "999"] {
        partner.create_consent(&token, &consent_body(code, "1")).await.refused(416, 4004);
    }
}

#[tokio::test]
async fn a_tracking_value_is_used_once() {
    let partner = Partner::start().await;
    let token = link_token(&partner).await;
    partner.create_consent(&token, &consent_body("341", "same")).await.ok();
    partner.create_consent(&token, &consent_body("001", "same")).await.refused(409, 409);
}

#[tokio::test]
async fn the_limit_counts_one_person_at_one_bank_and_is_freed_by_revoking() {
    let mock = MockKlavi::builder().seed(7).consent_limit(2).start().await.unwrap();
    let partner = Partner::with(mock).await;
    let token = link_token(&partner).await;
    let create = async |code: &str, cpf: &str, track: &str| {
        partner.create_consent(&token, &with(consent_body(code, track), "personalTaxId", json!(cpf))).await
    };
    let first = text(&create("341", CPF, "1").await.ok()["consentId"]);
    let second = text(&create("341", CPF, "2").await.ok()["consentId"]);
    let message = create("341", CPF, "3").await.refused(416, 4003);
    assert!(message.contains("exceeds the limit"), "{message}");
    create("001", CPF, "4").await.ok();
    create("341", OTHER_CPF, "5").await.ok();

    partner.mock.reject(&first).await.unwrap();
    let third = text(&create("341", CPF, "6").await.ok()["consentId"]);
    partner.mock.authorise(&third).await.unwrap();
    create("341", CPF, "7").await.refused(416, 4003);
    let path = format!("/data/v1/consents/{second}/revoke");
    partner.send(Method::DELETE, &path, Some(&partner.access_token), None).await.ok();
    create("341", CPF, "8").await.ok();
}

#[tokio::test]
async fn the_default_limit_is_ten() {
    let partner = Partner::start().await;
    let token = link_token(&partner).await;
    for track in 0..10 {
        partner.create_consent(&token, &consent_body("341", &track.to_string())).await.ok();
    }
    partner.create_consent(&token, &consent_body("341", "11")).await.refused(416, 4003);
}

#[tokio::test]
async fn the_list_filters() {
    let partner = Partner::start().await;
    let (link_id, _) = partner.authorised("341").await;
    let token = link_token(&partner).await;
    let company = with(consent_body("001", "pj"), "businessTaxId", json!(CNPJ));
    partner.create_consent(&token, &company).await.ok();

    let count = async |query: &str| {
        partner.get(&format!("/data/v1/consents?{query}")).await.ok().as_array().unwrap().len()
    };
    assert_eq!(count(&format!("businessTaxId={CNPJ}")).await, 1);
    assert_eq!(count(&format!("personalTaxId={CPF}")).await, 2, "the person's and those of its company");
    assert_eq!(count(&format!("personalTaxId={CPF}&businessTaxId={CNPJ}")).await, 1);
    assert_eq!(count(&format!("personalTaxId={OTHER_CPF}")).await, 0);
    assert_eq!(count(&format!("linkId={link_id}")).await, 1);
    assert_eq!(partner.get("/data/v1/consents").await.ok(), partner.get("/data/v1/consents?").await.ok());
    partner.get("/data/v1/consents?personalTaxId=12345678900").await.refused(422, 422);
    partner.get("/data/v1/consents?businessTaxId=1").await.refused(422, 422);
    count(&format!("personalTaxId={CPF}&status=AUTHORISED")).await;
    assert_eq!(partner.mock.unknown_fields()[0].names, ["status"]);
}

#[tokio::test]
async fn an_unknown_consent_is_not_found() {
    let partner = Partner::start().await;
    partner.get("/data/v1/consents/none").await.refused(404, 404);
    let path = "/data/v1/consents/none/revoke";
    partner.send(Method::DELETE, path, Some(&partner.access_token), None).await.refused(404, 404);
    let path = "/data/v1/consents/none";
    partner.send(Method::DELETE, path, Some(&partner.access_token), None).await.refused(404, 404);
}
