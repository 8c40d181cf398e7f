//! One registration, one link, whatever the network does.

use belvo_sdk::belvo_types::api::RegisterLink;
use belvo_sdk::{CallOptions, Client, Credentials, Environment, ErrorKind, RegisteredOrFound};
use futures_util::future::{join, join3};
use provider_call::{ManualClock, ScriptedAnswer, ScriptedTransport, TransportErrorKind};
use serde_json::{Value, json};

use crate::support::{calls, challenge, client, link, page, refusal, registration};

const LOOK: &str = "GET /api/links/?external_id=user-1&institution=erebor_mx_retail";
const REGISTER: &str = "POST /api/links/";

fn with(id: &str, status: &str, created_at: &str) -> Value {
    let mut link = link(id);
    link["status"] = status.into();
    link["created_at"] = created_at.into();
    link
}

/// The id of a link that was found.
async fn found(transport: &ScriptedTransport) -> String {
    let outcome =
        client(transport).0.links().register_or_find(&registration()).await.expect("there is a link");
    let RegisteredOrFound::Found(link) = outcome else { panic!("it is found: {outcome:?}") };
    link.id.expect("it has an id").to_string()
}

#[tokio::test]
async fn a_valid_link_that_is_there_is_not_registered_again() {
    let transport = ScriptedTransport::new().then(page(
        &[
            with("old", "valid", "2024-01-01T00:00:00Z"),
            with("new", "valid", "2024-02-01T00:00:00"),
            with("newest", "invalid", "2024-03-01T00:00:00Z"),
        ],
        None,
    ));
    assert_eq!(found(&transport).await, "new");
    assert_eq!(calls(&transport), [LOOK]);
}

#[tokio::test]
async fn otherwise_it_is_registered() {
    let transport = ScriptedTransport::new()
        .then(page(&[with("old", "invalid", "2024-01-01T00:00:00Z")], None))
        .then(ScriptedAnswer::json(201, link("new").to_string()))
        .then(page(&[], None))
        .then(challenge(json!({})));
    let (client, _clock) = client(&transport);
    let first = client.links().register_or_find(&registration()).await.unwrap();
    assert!(matches!(first, RegisteredOrFound::Registered(_)));
    let second = client.links().register_or_find(&registration()).await.unwrap();
    assert!(matches!(second, RegisteredOrFound::MfaRequired(_)));
    assert_eq!(calls(&transport), [LOOK, REGISTER, LOOK, REGISTER]);
}

#[tokio::test]
async fn after_an_ambiguous_failure_it_is_looked_for() {
    for ambiguous in [
        ScriptedAnswer::hang(),
        ScriptedAnswer::fail(TransportErrorKind::Timeout),
        ScriptedAnswer::fail(TransportErrorKind::Other),
        ScriptedAnswer::empty(502),
        refusal(500, "unexpected_error"),
        refusal(408, "request_timeout"),
        ScriptedAnswer::json(201, "{"),
    ] {
        let old = || with("old", "invalid", "2024-01-01T00:00:00Z");
        let transport = ScriptedTransport::new()
            .then(page(&[old()], None))
            .then(ambiguous)
            .then(page(&[old(), with("made", "valid", "2024-02-01T00:00:00Z")], None));
        assert_eq!(found(&transport).await, "made");
        assert_eq!(calls(&transport), [LOOK, REGISTER, LOOK]);
    }
}

#[tokio::test]
async fn what_is_not_found_stays_ambiguous_and_is_not_registered_again() {
    let old = || page(&[with("old", "invalid", "2024-01-01T00:00:00Z")], None);
    let transport = ScriptedTransport::new()
        .then(old())
        .then(ScriptedAnswer::fail(TransportErrorKind::Timeout))
        .then(old());
    let error = client(&transport).0.links().register_or_find(&registration()).await.unwrap_err();
    assert!(error.is_outcome_unknown() && error.is_timeout());
    assert_eq!(calls(&transport), [LOOK, REGISTER, LOOK]);
}

#[tokio::test]
async fn a_clear_refusal_is_not_looked_into() {
    for code in ["login_error", "invalid", "institution_down"] {
        let transport = ScriptedTransport::new().then(page(&[], None)).then(refusal(400, code));
        let error = client(&transport).0.links().register_or_find(&registration()).await.unwrap_err();
        assert_eq!(error.code().unwrap().as_str(), code);
        assert_eq!(calls(&transport), [LOOK, REGISTER]);
    }
}

/// Seed: where the prevention of duplicates is on, the refusal names the user at the institution.
#[tokio::test]
async fn seed_a_prevented_duplicate_is_found_by_the_institution_user_id() {
    let refused =
        json!([{"code": "duplicated", "message": "m", "request_id": "r", "institution_user_id": "u1-_="}]);
    let transport = ScriptedTransport::new()
        .then(page(&[], None))
        .then(ScriptedAnswer::json(400, refused.to_string()))
        .then(page(&[with("twin", "valid", "2024-01-01T00:00:00Z")], None));
    assert_eq!(found(&transport).await, "twin");
    assert_eq!(calls(&transport)[2], "GET /api/links/?institution_user_id=u1-_%3D");
}

#[tokio::test]
async fn nothing_is_sent_without_an_external_id() {
    let transport = ScriptedTransport::new();
    let request = RegisterLink::builder("erebor_mx_retail", "bnk100").password("full").build().unwrap();
    let error = client(&transport).0.links().register_or_find(&request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
    assert!(transport.requests().is_empty() && !error.is_outcome_unknown());
}

/// The clock does not move, so that an answer may let other tasks run before it is there.
fn held_client(transport: &ScriptedTransport) -> Client {
    Client::builder(Credentials::new("i", "p"), Environment::Sandbox)
        .transport(transport.clone())
        .clock(ManualClock::held())
        .build()
        .expect("the settings are good")
}

#[tokio::test]
async fn registrations_of_one_user_at_one_institution_at_once_are_one() {
    let transport = ScriptedTransport::answering(|request| {
        let answer = match request.method().as_str() {
            "GET" => page(&[], None),
            _ => ScriptedAnswer::json(201, link("new").to_string()),
        };
        answer.after_yields(3)
    });
    let client = held_client(&transport);
    let other = RegisterLink::builder("ofmockbank_br_retail", "bnk100")
        .password("full")
        .external_id("user-1")
        .build()
        .unwrap();
    // A clone with other options shares them as well.
    let clone = client.with_options(CallOptions::new().header("x-tenant", "7").unwrap());
    let request = registration();
    let (here, there) = (client.links(), clone.links());
    let (first, second, elsewhere) = join3(
        here.register_or_find(&request),
        there.register_or_find(&request),
        here.register_or_find(&other),
    )
    .await;
    assert_eq!(first.unwrap(), second.unwrap());
    elsewhere.unwrap();
    let registrations = calls(&transport).iter().filter(|call| *call == REGISTER).count();
    assert_eq!((registrations, transport.requests().len()), (2, 4));
    here.register_or_find(&request).await.unwrap();
    assert_eq!(transport.requests().len(), 6, "what has ended is not shared");
}

#[tokio::test]
async fn those_who_share_a_registration_share_its_failure() {
    let transport = ScriptedTransport::answering(|request| match request.method().as_str() {
        "GET" => page(&[], None).after_yields(2),
        _ => refusal(400, "login_error"),
    });
    let client = held_client(&transport);
    let (links, request) = (client.links(), registration());
    let (first, second) = join(links.register_or_find(&request), links.register_or_find(&request)).await;
    assert!(first.unwrap_err().is_login_refused() && second.unwrap_err().is_login_refused());
    assert_eq!(transport.requests().len(), 2);
}
