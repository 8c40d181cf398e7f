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

/// Every status that can be reached, what may follow it, and the events that tell of it.
#[tokio::test]
async fn a_consent_goes_through_its_life_over_http() {
    let partner = Partner::start().await;
    for (acts, status, event) in [
        (&["approve"][..], "AWAITING_LGPD_AUTHORISATION", None),
        (&["approve", "authorise"], "AUTHORISED", Some("consent_authorised")),
        (&["approve", "reject"], "REJECTED", Some("consent_rejected")),
        (&["fail"], "ERROR", Some("consent_error")),
        (&["authorise", "expire"], "EXPIRED", Some("consent_expired")),
        (&["authorise", "revoke"], "REVOKED", Some("consent_revoked")),
        (&["revoke", "delete-by-user"], "DELETED_BY_USER", Some("consent_deleted_by_user")),
    ] {
        let (_, id, _) = partner.consent(json!({}), "341").await;
        let act = async |word: &str| {
            partner.send(Method::POST, &format!("/_mock/consents/{id}/{word}"), None, None).await
        };
        act("expire").await.refused(409, 409);
        for word in acts {
            act(word).await.ok();
        }
        act(acts.last().unwrap()).await.refused(409, 409);
        assert_eq!(partner.status_of(&id).await, status);
        let told = partner.mock.deliveries().last().map(|delivery| delivery.name.clone());
        let last = event.unwrap_or("link_created");
        assert_eq!(told.as_deref(), Some(last), "{acts:?}");
        act("dance").await.refused(404, 404);
    }
}

#[tokio::test]
async fn the_state_shows_what_is_there_and_no_secret() {
    let partner = Partner::start().await;
    let (link_id, consent_id) = partner.authorised("341").await;
    let request = json!({"taxId": CPF, "institutionCode": "341", "products": ["pf_balance"]});
    let request_id = partner.post("/data/v1/personal/institution-data", &request).await.ok();
    partner.mock.made().await;
    let answer = partner.get("/_mock/state").await;
    let state = answer.ok();
    assert_eq!(state["basicLinkUrl"], partner.mock.basic_link_url());
    assert_eq!(state["links"][0]["linkId"], link_id);
    assert_eq!(state["consents"][0]["consentId"], consent_id);
    assert_eq!(state["reportRequests"][0]["requestId"], request_id["requestId"]);
    assert_eq!(state["reportRequests"][0]["products"], json!(["pf_balance"]));
    assert_eq!(state["deliveries"].as_array().unwrap().len(), 5);
    assert_eq!(state["deliveries"][4]["name"], "pf_balance");
    assert_eq!(state["deliveries"][4]["state"], "unaddressed");
    assert!(!answer.text.contains(partner.mock.secret_key()) && !answer.text.contains(&partner.access_token));
}
