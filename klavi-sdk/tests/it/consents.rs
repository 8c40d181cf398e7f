use klavi_sdk::ErrorKind;
use klavi_sdk::klavi_types::api::ConsentStatus;
use provider_call::ScriptedAnswer;

use crate::support::{CPF, client, consent_id, logged_in, query};

const TWO: &str = r#"[{"consentId":"c-1","status":"AUTHORISED"},{"consentId":"c-2","status":"NEW_WORD"}]"#;

#[tokio::test]
async fn a_list_comes_bare_or_wrapped() {
    for body in [TWO.to_owned(), format!(r#" {{"consents":{TWO}}}"#)] {
        let transport = logged_in().then(ScriptedAnswer::json(200, body));
        let (client, _clock) = client(&transport);
        let consents = client.consents().list(&query()).await.unwrap();
        let ids: Vec<_> =
            consents.iter().map(|consent| consent.consent_id.as_ref().unwrap().as_str()).collect();
        assert_eq!(ids, ["c-1", "c-2"]);
        assert_eq!(consents[0].status, Some(ConsentStatus::Authorised));
        assert_eq!(consents[1].status.as_ref().unwrap().as_str(), "NEW_WORD");
        assert_eq!(transport.requests()[1].uri().query().unwrap(), format!("personalTaxId={CPF}"));
    }
}

#[tokio::test]
async fn an_empty_list_is_a_list() {
    for body in ["[]", r#"{"consents":[]}"#] {
        let transport = logged_in().then(ScriptedAnswer::json(200, body));
        let (client, _clock) = client(&transport);
        assert!(client.consents().list(&query()).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn one_unreadable_field_does_not_cost_the_list() {
    let body = r#"[{"consentId":"c-1","expireAt":"2021-02-30"},{"consentId":[7]},{"consentId":"c-3"}]"#;
    let transport = logged_in().then(ScriptedAnswer::json(200, body));
    let (client, _clock) = client(&transport);
    let consents = client.consents().list(&query()).await.unwrap();
    assert_eq!(consents.len(), 3);
    assert_eq!(consents[0].consent_id, Some("c-1".into()));
    assert!(consents[0].expire_at.is_none() && consents[1].consent_id.is_none());
}

#[tokio::test]
async fn an_answer_that_is_no_list_is_an_error() {
    for (body, path) in [
        (r#"{"message":"ok"}"#, Some("consents")),
        (r#"{"consents":"none"}"#, Some("consents")),
        ("\"none\"", None),
        ("[{", None),
        ("", None),
    ] {
        let transport = logged_in().then(ScriptedAnswer::json(200, body));
        let (client, _clock) = client(&transport);
        let error = client.consents().list(&query()).await.unwrap_err();
        assert_eq!((error.kind(), error.json_path()), (ErrorKind::Decode, path), "{body:?}");
    }
}

#[tokio::test]
async fn a_revocation_may_be_acknowledged_by_nothing() {
    for answer in [ScriptedAnswer::empty(204), ScriptedAnswer::empty(200), ScriptedAnswer::json(200, " \n")] {
        let transport = logged_in().then(answer);
        let (client, _clock) = client(&transport);
        assert!(client.consents().revoke(&consent_id()).await.unwrap().message.is_none());
        assert_eq!(transport.calls()[1], "DELETE /data/v1/consents/consent-1/revoke");
    }
    let transport = logged_in().then(ScriptedAnswer::json(200, r#"{"message":"ok"}"#));
    let (client, _clock) = client(&transport);
    assert_eq!(client.consents().revoke(&consent_id()).await.unwrap().message.unwrap(), "ok");
}

#[tokio::test]
async fn an_id_cannot_reach_another_endpoint() {
    let transport = logged_in().then(ScriptedAnswer::json(200, "{}"));
    let (client, _clock) = client(&transport);
    client.consents().get(&"../auth?x=1#y".into()).await.unwrap();
    let uri = transport.requests()[1].uri().clone();
    assert_eq!(uri, "https://api-sandbox.klavi.ai/data/v1/consents/..%2Fauth%3Fx%3D1%23y");

    for id in ["", ".", ".."] {
        let error = client.consents().revoke(&id.into()).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Request, 0));
        assert_eq!(
            error.to_string(),
            "DELETE /data/v1/consents/{consentId}/revoke failed: not sent: `consentId` is empty or a relative path"
        );
    }
    assert_eq!(transport.requests().len(), 2);
}
