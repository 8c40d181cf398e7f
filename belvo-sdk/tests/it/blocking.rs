//! The client for programs without an async runtime.

use belvo_sdk::belvo_types::api::{
    ChangeRetrieval, ConsentQuery, CreateWidgetToken, InstitutionQuery, LinkQuery, RefreshLink, Scopes,
    UpdateCredentials,
};
use belvo_sdk::{CallOptions, RegisteredOrFound, RetryPolicy, blocking};
use provider_call::{Answer, ScriptedTransport};
use serde_json::json;

use crate::support::{challenge, client, link, link_id, registration};

fn blocking_client(transport: &ScriptedTransport) -> blocking::Client {
    blocking::Client::new(client(transport).0).expect("a runtime can be made")
}

fn server() -> ScriptedTransport {
    ScriptedTransport::answering(|request| match (request.method().as_str(), request.uri().path()) {
        ("GET", "/api/links/" | "/api/institutions/" | "/api/consents/") => {
            Answer::json(200, json!({"results": [link("link-1")], "next": null}).to_string())
        }
        ("POST", "/api/links/") => challenge(json!({})),
        ("POST", "/api/token/") => Answer::json(200, r#"{"access":"a"}"#),
        ("DELETE", _) => Answer::empty(204),
        _ => Answer::json(200, link("link-1").to_string()),
    })
}

#[test]
fn it_makes_every_call_of_the_async_client() {
    let transport = server();
    let client = blocking_client(&transport);
    let (links, user) = (client.links(), "user-1".parse().unwrap());
    assert_eq!(links.list(&LinkQuery::new()).unwrap().len(), 1);
    assert_eq!(links.of_user(&user).unwrap().len(), 1);
    assert_eq!(links.orphans(&user, &[link_id()]).unwrap().len(), 0);
    let belvo_sdk::Registered::MfaRequired(challenge) = links.register(&registration()).unwrap() else {
        panic!("a second factor")
    };
    links.resume(&challenge.answer("t")).unwrap();
    let found = links.register_or_find(&registration()).unwrap();
    assert!(matches!(found, RegisteredOrFound::Found(_)));
    assert!(links.get(&link_id()).unwrap().is_valid());
    links.update_credentials(&link_id(), &UpdateCredentials::builder("p").build().unwrap()).unwrap();
    links.change_retrieval(&link_id(), &ChangeRetrieval::builder().build().unwrap()).unwrap();
    links.refresh(&link_id(), &RefreshLink::everything()).unwrap();
    links.delete(&link_id()).unwrap();
    links.delete_async(&link_id()).unwrap();
    assert_eq!(client.institutions().list(&InstitutionQuery::new()).unwrap().len(), 1);
    client.institutions().get(1).unwrap();
    assert_eq!(client.consents().list(&ConsentQuery::of_user("1")).unwrap().len(), 1);
    client.consents().get(&"c".into()).unwrap();
    let request = CreateWidgetToken::builder(Scopes::multi_region()).build().unwrap();
    assert_eq!(client.widget_tokens().create(&request).unwrap().access.unwrap().expose(), "a");
    assert_eq!(client.base_url(), "https://sandbox.belvo.com");
    assert_eq!(transport.requests().len(), 17);
}

#[test]
fn options_and_everything_else_are_those_of_the_async_client() {
    let transport = ScriptedTransport::answering(|_| Answer::empty(503));
    let client = blocking_client(&transport).with(CallOptions::new().retry_policy(RetryPolicy::never()));
    let error = client.wait(async |client| client.links().get(&link_id()).await).unwrap_err();
    assert_eq!((error.attempts(), transport.requests().len()), (1, 1));
    assert!(!format!("{client:?}").contains("secret"));
}
