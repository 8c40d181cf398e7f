//! The client for programs without an async runtime.

use std::thread;

use klavi_sdk::klavi_types::api::{CreateLink, ProductSelection, ReportRequest};
use klavi_sdk::{CallOptions, Client, Credentials, Environment, RetryPolicy, blocking};
use provider_call::{ScriptedAnswer, ScriptedTransport};

use crate::support::{CPF, client, consent_id, create_consent, query, token};

fn blocking_client(transport: &ScriptedTransport) -> blocking::Client {
    blocking::Client::new(&client(transport).0).expect("a runtime can be made")
}

fn server() -> ScriptedTransport {
    ScriptedTransport::answering(|request| match request.uri().path() {
        "/data/v1/auth" => token("access-1"),
        "/data/v1/links" => {
            ScriptedAnswer::json(200, r#"{"linkToken":"link-token","linkURL":"https://conecte.example"}"#)
        }
        "/data/v1/links/institutions" | "/data/v1/links/institutions/status" => {
            ScriptedAnswer::json(200, "[{}]")
        }
        "/data/v1/consents" if request.method() == "GET" => ScriptedAnswer::json(200, "[{}]"),
        _ => ScriptedAnswer::json(200, r#"{"status":"AUTHORISED"}"#),
    })
}

#[test]
fn it_makes_every_call_of_the_async_client() {
    let transport = server();
    let client = blocking_client(&transport);
    let session = client.links().create(&CreateLink::builder().build().unwrap()).unwrap();
    assert_eq!(session.session().url().unwrap().expose(), "https://conecte.example");
    assert_eq!(session.institutions().unwrap().len(), 1);
    assert_eq!(session.institution_statuses().unwrap().len(), 1);
    session.create_consent(&create_consent()).unwrap();
    assert!(client.consents().get(&consent_id()).unwrap().is_authorised());
    assert_eq!(client.consents().list(&query()).unwrap().len(), 1);
    client.consents().revoke(&consent_id()).unwrap();
    let report = ReportRequest::user(CPF).products(ProductSelection::All).build().unwrap();
    client.reports().request(&report).unwrap();
    let link: serde_json::Value = client
        .request(http::Method::GET, "/data/v1/links/{linkId}")
        .path_value("linkId", "l")
        .send()
        .unwrap();
    assert_eq!(link["status"], "AUTHORISED");
    let raw = session.request(http::Method::POST, "/data/v1/x").query("a", "b").json(&1).idempotent().slow();
    assert_eq!(raw.send_raw().unwrap().status(), 200);
    assert_eq!(transport.requests().len(), 11);
}

#[test]
fn options_hold_here_too() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(503));
    let client =
        blocking_client(&transport).with_options(CallOptions::new().retry_policy(RetryPolicy::none()));
    let session = client.links().resume("link-1", "token").unwrap();
    assert_eq!(session.institutions().unwrap_err().attempts(), 1);
    let twice = CallOptions::new().retry_policy(RetryPolicy::default().max_attempts(2));
    assert_eq!(session.with_options(twice).institutions().unwrap_err().attempts(), 2);
}

#[test]
fn threads_share_one_client_and_one_login() {
    let transport = server();
    let client =
        Client::builder(Credentials::new("a", "s"), Environment::Sandbox).transport(transport.clone());
    let client = blocking::Client::new(&client.build().unwrap()).unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..50).for_each(|_| drop(client.consents().get(&consent_id()).unwrap())));
        }
    });
    let logins = transport.calls().into_iter().filter(|call| call == "POST /data/v1/auth").count();
    assert_eq!((transport.requests().len(), logins), (401, 1));
}

#[tokio::test]
async fn in_a_task_it_may_be_dropped_but_not_called() {
    let client = blocking_client(&server());
    let called = client.clone();
    let panic =
        tokio::spawn(async move { called.consents().get(&consent_id()) }).await.unwrap_err().into_panic();
    let message =
        panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    assert!(message.unwrap().contains("Cannot start a runtime from within a runtime"), "{message:?}");
    let consent = tokio::task::spawn_blocking(move || client.consents().get(&consent_id())).await.unwrap();
    assert!(consent.unwrap().is_authorised(), "where blocking is allowed, so is this");
    drop(blocking_client(&server()));
}
