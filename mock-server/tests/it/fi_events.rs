//! What a regulated institution gets in place of the consent events.

use klavi_mock::MockKlavi;
use klavi_types::api::ConsentStatus;
use klavi_types::events::{EventName, decode_events};
use serde_json::{Value, json};

use crate::partner::{CPF, Partner};

#[tokio::test]
async fn link_action_status_says_what_happened() {
    let mock = MockKlavi::builder().seed(7).fi_events(true).start().await.unwrap();
    let partner = Partner::with(mock).await;
    let link = json!({"personalTaxId": CPF, "externalInfo": {"order": "7"}});
    for (act, word, status) in [
        ("authorise", "consent_authorised", ConsentStatus::Authorised),
        ("reject", "consent_rejected", ConsentStatus::Rejected),
        ("fail", "consent_error", ConsentStatus::Error),
        ("revoke", "consent_revoked", ConsentStatus::Revoked),
        ("delete-by-user", "consent_deleted_by_user", ConsentStatus::DeletedByUser),
    ] {
        let (link_id, consent_id, _) = partner.consent(link.clone(), "341").await;
        let path = format!("/_mock/consents/{consent_id}/{act}");
        partner.send(http::Method::POST, &path, None, None).await.ok();
        let delivery = partner.mock.deliveries().pop().unwrap();
        assert_eq!(delivery.name, "link_action_status");
        let body: Value = serde_json::from_slice(&delivery.body).unwrap();
        let event = &body[0];
        assert_eq!(event["eventName"], "link_action_status");
        assert_eq!(event["externalInfo"], json!({"order": "7"}));
        assert_eq!(
            event["payload"],
            json!({
                "personalTaxId": CPF, "businessTaxId": "", "linkId": link_id, "institutionCode": "341",
                "actionStatus": word,
            })
        );
        let typed = decode_events(&delivery.body).unwrap().value;
        assert_eq!(typed.as_slice()[0].event_name, Some(EventName::LinkActionStatus));
        assert_eq!(typed.as_slice()[0].consent_status(), Some(status));
    }
    let names: Vec<_> = partner.mock.deliveries().into_iter().map(|delivery| delivery.name).collect();
    assert!(names.iter().all(|name| name == "link_created" || name == "link_action_status"), "{names:?}");
}
