use belvo_sdk::ErrorKind;
use belvo_sdk::belvo_types::api::{CreateWidgetToken, Scopes};
use provider_call::{ScriptedAnswer, ScriptedTransport};
use serde_json::json;

use crate::support::{SECRET_ID, SECRET_PASSWORD, body, calls, client, refusal};

fn request() -> CreateWidgetToken {
    CreateWidgetToken::builder(Scopes::multi_region())
        .external_id("user-1")
        .build()
        .expect("the request is good")
}

#[tokio::test]
async fn the_keys_go_in_the_body_and_nowhere_else() {
    for status in [200, 201] {
        let transport = ScriptedTransport::new()
            .then(ScriptedAnswer::json(status, r#"{"access":"jwt-a","refresh":"jwt-r"}"#));
        let token = client(&transport).0.widget_tokens().create(&request()).await.unwrap();
        assert_eq!(token.access.unwrap().expose(), "jwt-a");
        assert_eq!(calls(&transport), ["POST /api/token/"]);
        assert_eq!(
            body(&transport, 0),
            json!({
                "id": SECRET_ID, "password": SECRET_PASSWORD, "scopes": "read_institutions,write_links",
                "external_id": "user-1",
            })
        );
        assert!(!transport.requests()[0].headers().contains_key("authorization"));
    }
}

#[tokio::test]
async fn an_answer_without_a_token_is_none() {
    for body in [r#"{"refresh":"jwt-r"}"#, r#"{"access":""}"#, r#"{"access":7}"#] {
        let transport = ScriptedTransport::new().then(ScriptedAnswer::json(200, body));
        let error = client(&transport).0.widget_tokens().create(&request()).await.unwrap_err();
        assert_eq!((error.kind(), error.json_path()), (ErrorKind::Decode, Some("access")));
    }
}

#[tokio::test]
async fn wrong_keys_are_told_apart() {
    let transport = ScriptedTransport::new().then(refusal(401, "authentication_failed"));
    assert!(client(&transport).0.widget_tokens().create(&request()).await.unwrap_err().is_auth());
}
