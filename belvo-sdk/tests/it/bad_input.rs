//! Answers that no server should give: one clear error, or what can be read of them.

use belvo_sdk::ErrorKind;
use belvo_sdk::belvo_types::api::LinkStatus;
use provider_call::{ScriptedAnswer, ScriptedTransport};
use serde_json::json;

use crate::support::{client, link_id};

#[tokio::test]
async fn a_truncated_answer_is_an_error_without_its_text() {
    let whole = r#"{"id":"link-1","external_id":"Maria","status":"valid"}"#;
    for end in 0..whole.len() {
        let transport = ScriptedTransport::new().then(ScriptedAnswer::json(200, &whole[..end]));
        let error = client(&transport).0.links().get(&link_id()).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Decode, 1), "{end}");
        assert!(!format!("{error} {error:?}").contains("Maria"), "{end}");
    }
}

#[tokio::test]
async fn a_page_in_place_of_an_answer_is_no_answer() {
    let transport = ScriptedTransport::new().then(ScriptedAnswer::text(
        200,
        "application/json",
        "<html>CPF 123.456.789-09",
    ));
    let error = client(&transport).0.links().get(&link_id()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(!error.body_excerpt().unwrap().contains("123.456"));
}

#[tokio::test]
async fn a_leaf_that_cannot_be_read_costs_that_leaf() {
    let body = json!({"id": "link-1", "status": "valid", "created_at": 17, "fetch_resources": "ACCOUNTS",
        "access_mode": {"a": 1}, "external_id": "user-1"});
    let transport = ScriptedTransport::new().then(ScriptedAnswer::json(200, body.to_string()));
    let link = client(&transport).0.links().get(&link_id()).await.unwrap();
    assert_eq!((link.id, link.status), (Some(link_id()), Some(LinkStatus::Valid)));
    assert!(link.created_at.is_none() && link.access_mode.is_none() && !link.fetch_resources.is_present());
}

#[tokio::test]
async fn an_error_page_of_a_proxy_says_what_its_status_says() {
    for (status, attempts) in [(502, 6), (503, 6), (504, 6), (400, 1), (407, 1), (511, 1)] {
        let transport = ScriptedTransport::answering(move |_| {
            ScriptedAnswer::text(status, "text/html", "<html>Cliente</html>")
        });
        let error = client(&transport).0.links().get(&link_id()).await.unwrap_err();
        assert_eq!((error.status().unwrap().as_u16(), error.attempts()), (status, attempts));
        assert_eq!(error.provider_message(), None);
        assert!(!format!("{error} {error:?}").contains("Cliente"), "{error:?}");
    }
}
