use belvo_sdk::belvo_types::api::ConsentQuery;
use provider_call::{ScriptedAnswer, ScriptedTransport};
use serde_json::json;

use crate::support::{calls, client, refusal};

#[tokio::test]
async fn consents_are_listed_over_pages_and_got() {
    let consent = json!({"id": "c-1", "status": "AUTHORISED", "expired_at": null});
    let next = "https://sandbox.belvo.com/api/consents/?page=2&user_document=12345678909";
    let page = |next: Option<&str>| {
        let page = json!({"count": 2, "next": next, "previous": null, "results": [consent]});
        ScriptedAnswer::json(200, page.to_string())
    };
    let transport = ScriptedTransport::new()
        .then(page(Some(next)))
        .then(page(None))
        .then(ScriptedAnswer::json(200, consent.to_string()));
    let (client, _clock) = client(&transport);
    let listed = client.consents().list(&ConsentQuery::of_user("12345678909")).all().await.unwrap();
    let got = client.consents().get(&"c-1".into()).await.unwrap();
    assert!(got.is_authorised());
    assert_eq!(listed, [got.clone(), got]);
    assert_eq!(
        calls(&transport),
        [
            "GET /api/consents/?user_document=12345678909",
            "GET /api/consents/?page=2&user_document=12345678909",
            "GET /api/consents/c-1/"
        ]
    );
}

#[tokio::test]
async fn a_401_about_a_consent_is_not_about_the_keys() {
    let transport = ScriptedTransport::new().then(refusal(401, "consent_without_accounts"));
    let error = client(&transport).0.consents().get(&"c-1".into()).await.unwrap_err();
    assert!(error.is_consent_missing() && !error.is_auth());
}
