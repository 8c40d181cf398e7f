use http::Method;
use serde_json::json;

use crate::partner::{CPF, Partner};

#[tokio::test]
async fn the_user_can_be_played_over_http() {
    let partner = Partner::start().await;
    let (_, first, _) = partner.consent(json!({}), "341").await;
    let (_, second, _) = partner.consent(json!({}), "341").await;
    let act = async |id: &str, act: &str| {
        partner.send(Method::POST, &format!("/_mock/consents/{id}/{act}"), None, None).await
    };
    assert_eq!(act(&first, "authorise").await.ok()["status"], "AUTHORISED");
    assert_eq!(act(&second, "reject").await.ok()["status"], "REJECTED");
    act(&first, "reject").await.refused(409, 409);
    act(&second, "authorise").await.refused(409, 409);
    act("none", "authorise").await.refused(404, 404);
    assert_eq!(partner.status_of(&first).await, "AUTHORISED");
}

#[tokio::test]
async fn the_state_shows_what_is_there_and_no_secret() {
    let partner = Partner::start().await;
    let (link_id, consent_id) = partner.authorised("341").await;
    let request = json!({"taxId": CPF, "institutionCode": "341", "products": ["pf_balance"]});
    let request_id = partner.post("/data/v1/personal/institution-data", &request).await.ok();
    let answer = partner.get("/_mock/state").await;
    let state = answer.ok();
    assert_eq!(state["links"][0]["linkId"], link_id);
    assert_eq!(state["consents"][0]["consentId"], consent_id);
    assert_eq!(state["reportRequests"][0]["requestId"], request_id["requestId"]);
    assert_eq!(state["reportRequests"][0]["products"], json!(["pf_balance"]));
    assert_eq!(state["deliveries"].as_array().unwrap().len(), 5);
    assert_eq!(state["deliveries"][4]["name"], "pf_balance");
    assert_eq!(state["deliveries"][4]["state"], "unaddressed");
    assert!(!answer.text.contains(partner.mock.secret_key()) && !answer.text.contains(&partner.access_token));
}
