//! The client for programs without an async runtime.

use belvo_sdk::belvo_types::api::{
    ChangeRetrieval, ConsentQuery, CreateWidgetToken, InstitutionQuery, LinkQuery, RefreshLink, Scopes,
    UpdateCredentials,
};
use belvo_sdk::{CallOptions, Credentials, ENDPOINTS, RegisteredOrFound, RetryPolicy, blocking};
use provider_call::{ScriptedAnswer, ScriptedTransport};
use serde_json::json;

use crate::support::{calls, challenge, client, link, link_id, registration};

fn blocking_client(transport: &ScriptedTransport) -> blocking::Client {
    blocking::Client::new(&client(transport).0).expect("a runtime can be made")
}

fn server() -> ScriptedTransport {
    ScriptedTransport::answering(|request| match (request.method().as_str(), request.uri().path()) {
        ("GET", "/api/links/" | "/api/institutions/" | "/api/consents/") => {
            let is_first = request.uri().query().is_none_or(|query| !query.contains("page=2"));
            let next = (is_first && request.uri().path() == "/api/institutions/").then_some("?page=2");
            ScriptedAnswer::json(200, json!({"results": [link("link-1")], "next": next}).to_string())
        }
        ("POST", "/api/links/") => challenge(json!({})),
        ("POST", "/api/token/") => ScriptedAnswer::json(200, r#"{"access":"a"}"#),
        ("DELETE", _) => ScriptedAnswer::empty(204),
        _ => ScriptedAnswer::json(200, link("link-1").to_string()),
    })
}

/// Whether a call such as `GET /a/1/` is one of `GET /a/{id}/`.
fn fits(template: &str, call: &str) -> bool {
    let fits = |(expected, actual): (&str, &str)| expected.starts_with('{') || expected == actual;
    template.split('/').count() == call.split('/').count()
        && template.split('/').zip(call.split('/')).all(fits)
}

#[test]
fn it_makes_every_call_of_the_async_client() {
    let transport = server();
    let client = blocking_client(&transport);
    let (links, user) = (client.links(), "user-1".parse().unwrap());
    assert_eq!(links.list(&LinkQuery::new()).all().unwrap().len(), 1);
    assert_eq!(links.of_user(&user).unwrap().len(), 1);
    assert_eq!(links.orphans(&user, &[link_id()]).unwrap().len(), 0);
    let belvo_sdk::Registered::MfaRequired(challenge) = links.register(&registration()).unwrap() else {
        panic!("an MFA challenge")
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
    assert_eq!(client.institutions().list(&InstitutionQuery::new()).all().unwrap().len(), 2);
    client.institutions().get(1).unwrap();
    assert_eq!(client.consents().list(&ConsentQuery::of_user("1")).all().unwrap().len(), 1);
    client.consents().get(&"c".into()).unwrap();
    let request = CreateWidgetToken::builder(Scopes::multi_region()).build().unwrap();
    assert_eq!(client.widget_tokens().create(&request).unwrap().access.unwrap().expose(), "a");
    assert_eq!(client.base_url(), "https://sandbox.belvo.com");
    assert_eq!(transport.requests().len(), 18);
    for endpoint in ENDPOINTS {
        let is_called = transport.calls().iter().any(|call| fits(&endpoint.to_string(), call));
        assert!(is_called, "no method calls {endpoint}");
    }
    for call in transport.calls() {
        let is_listed = ENDPOINTS.iter().any(|endpoint| fits(&endpoint.to_string(), &call));
        assert!(is_listed, "{call} is not in the list");
    }
}

#[test]
fn options_are_those_of_the_async_client() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(503));
    let client =
        blocking_client(&transport).with_options(CallOptions::new().retry_policy(RetryPolicy::none()));
    let error = client.links().get(&link_id()).unwrap_err();
    assert_eq!((error.attempts(), transport.requests().len()), (1, 1));
    assert!(!format!("{client:?}").contains("secret"));
}

#[test]
fn pages_are_asked_for_when_they_are_wanted() {
    let transport = server();
    let client = blocking_client(&transport);
    let list = || client.institutions().list(&InstitutionQuery::new());
    let mut pages = list().by_page();
    assert!(transport.requests().is_empty());
    assert_eq!(pages.next().unwrap().unwrap().results.len(), 1);
    assert_eq!(transport.requests().len(), 1);
    assert_eq!(pages.filter_map(Result::ok).count(), 1);
    assert_eq!(transport.requests().len(), 2);
    assert_eq!(list().by_item().filter_map(Result::ok).count(), 2);
    assert_eq!(list().first().unwrap().results.len(), 1);
    assert_eq!(transport.requests().len(), 5);
}

#[test]
fn fields_are_selected_and_calls_without_a_method_are_made() {
    let transport = server();
    let client = blocking_client(&transport);
    client.links().only_fields(["id"]).get(&link_id()).unwrap();
    client.consents().omit(["status"]).get(&"c".into()).unwrap();
    let raw = client
        .request(http::Method::POST, "/api/{kind}/")
        .path_value("kind", "owners")
        .query("omit", "email")
        .json(&json!({"link": "link-1"}))
        .idempotent()
        .slow()
        .send_raw()
        .unwrap();
    assert_eq!(raw.status(), 200);
    let link: serde_json::Value = client.request(http::Method::GET, "/api/links/link-1/").send().unwrap();
    assert_eq!(link["id"], "link-1");
    assert_eq!(
        calls(&transport),
        [
            "GET /api/links/link-1/?fields=id",
            "GET /api/consents/c/?omit=status",
            "POST /api/owners/?omit=email",
            "GET /api/links/link-1/"
        ]
    );
}

#[test]
fn keys_are_rotated() {
    let transport = server();
    let client = blocking_client(&transport);
    client.set_credentials(Credentials::new("Aladdin", "open sesame")).unwrap();
    client.links().get(&link_id()).unwrap();
    let expected = "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
    assert_eq!(transport.requests()[0].headers()["authorization"], expected);
    assert!(client.set_credentials(Credentials::new("", "p")).is_err());
}
