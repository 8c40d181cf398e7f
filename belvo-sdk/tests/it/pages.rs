//! Pages: followed to their end, and no further than they may be.

use std::pin::pin;

use belvo_sdk::belvo_types::api::{LinkQuery, LinkStatus};
use belvo_sdk::{Client, Credentials, Environment, ErrorKind};
use futures_util::TryStreamExt as _;
use provider_call::{ScriptedAnswer, ScriptedTransport};

use crate::support::{BASIC, calls, client, link, page, refusal};

const SECOND: &str = "https://sandbox.belvo.com/api/links/?page=2&status=valid";
const THIRD: &str = "https://sandbox.belvo.com/api/links/?page=3&status=valid";

fn query() -> LinkQuery {
    LinkQuery::new().status(&LinkStatus::Valid)
}

/// The ids up to the end or an error, and the error.
async fn walk(client: &Client) -> (Vec<String>, Option<belvo_sdk::Error>) {
    let mut links = pin!(client.links().list(&query()).by_item());
    let mut ids = Vec::new();
    loop {
        match links.try_next().await {
            Ok(Some(link)) => ids.push(link.id.expect("each link has an id").to_string()),
            Ok(None) => return (ids, None),
            Err(error) => return (ids, Some(error)),
        }
    }
}

#[tokio::test]
async fn items_come_page_after_page_until_null() {
    let transport = ScriptedTransport::new()
        .then(page(&[link("a"), link("b")], Some(SECOND)))
        .then(page(&[], Some(THIRD)))
        .then(page(&[link("c")], None));
    let (client, _clock) = client(&transport);
    let (ids, error) = walk(&client).await;
    assert_eq!((ids.join(""), error.is_none()), ("abc".to_owned(), true));
    assert_eq!(
        calls(&transport),
        [
            "GET /api/links/?status=valid",
            "GET /api/links/?page=2&status=valid",
            "GET /api/links/?page=3&status=valid"
        ]
    );
}

#[tokio::test]
async fn a_page_is_asked_for_when_it_is_wanted() {
    let transport =
        ScriptedTransport::new().then(page(&[link("a")], Some(SECOND))).then(page(&[link("b")], None));
    let (client, _clock) = client(&transport);
    let mut pages = pin!(client.links().list(&query()).by_page());
    assert!(transport.requests().is_empty());
    let first = pages.try_next().await.unwrap().unwrap();
    assert_eq!((first.count.unwrap().get(), transport.requests().len()), (1, 1));
    assert!(pages.try_next().await.unwrap().is_some());
    assert!(pages.try_next().await.unwrap().is_none());
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn the_first_page_alone_and_all_of_them() {
    let transport = ScriptedTransport::new()
        .then(page(&[link("a")], Some(SECOND)))
        .then(page(&[link("a")], Some(SECOND)))
        .then(page(&[link("b")], None));
    let (client, _clock) = client(&transport);
    assert_eq!(client.links().list(&query()).first().await.unwrap().results.len(), 1);
    assert_eq!(client.links().list(&query()).all().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_page_with_another_path_ends_the_list() {
    for next in [
        "https://sandbox.belvo.com/api/token/?page=2",
        "https://sandbox.belvo.com.evil.example/?page=2",
        "https://evil.example/api/links/../token/?page=2",
        "https://evil.example/api/links/link-1/",
        "not an address at all",
        "javascript:alert(1)",
    ] {
        let transport = ScriptedTransport::new().then(page(&[link("a")], Some(next)));
        let (client, _clock) = client(&transport);
        let (ids, error) = walk(&client).await;
        let error = error.unwrap();
        assert_eq!(ids, ["a"], "the page before it is returned");
        assert_eq!((error.kind(), error.json_path()), (ErrorKind::Decode, Some("next")), "{next}");
        assert_eq!(
            error.to_string(),
            "GET /api/links/ failed: the answer cannot be used: `next`: the address has another path than the list"
        );
        assert!(!format!("{error} {error:?}").contains("evil"), "{error:?}");
        assert!(!error.is_retryable() && !error.is_outcome_unknown());
        assert_eq!(transport.requests().len(), 1, "no second request for {next}");
    }
}

/// Behind a gateway or a proxy that ends TLS, Belvo's addresses name another host, port, scheme or prefix.
#[tokio::test]
async fn only_the_query_of_the_next_page_is_used_and_keys_follow_no_address() {
    for next in [
        "http://sandbox.belvo.com/api/links/?page=2",
        "https://gateway.example:8443/belvo/api/links/?page=2",
        "https://sandbox.belvo.com@evil.example/api/links/?page=2",
        "https://user:password@sandbox.belvo.com/api/links/?page=2",
        "//evil.example/api/links/?page=2",
        "/api/links/?page=2",
        "?page=2",
    ] {
        let transport = ScriptedTransport::new().then(page(&[link("a")], Some(next))).then(page(&[], None));
        let (client, _clock) = client(&transport);
        assert!(walk(&client).await.1.is_none(), "{next}");
        assert_eq!(transport.requests().len(), 2);
        for request in transport.requests() {
            let uri = request.uri();
            assert_eq!(
                (uri.scheme_str(), uri.authority().unwrap().as_str()),
                (Some("https"), "sandbox.belvo.com")
            );
            assert_eq!(request.headers()["authorization"], BASIC);
        }
        assert_eq!(calls(&transport)[1], "GET /api/links/?page=2", "{next}");
    }
}

#[tokio::test]
async fn a_client_behind_a_gateway_stays_at_it() {
    let next = "https://sandbox.belvo.com/api/links/?page=2";
    let transport = ScriptedTransport::new().then(page(&[link("a")], Some(next))).then(page(&[], None));
    let client = Client::builder(Credentials::new("i", "p"), Environment::Sandbox)
        .base_url("https://gateway.example/belvo")
        .transport(transport.clone())
        .build()
        .unwrap();
    assert!(walk(&client).await.1.is_none());
    assert_eq!(transport.requests()[1].uri(), "https://gateway.example/belvo/api/links/?page=2");
}

#[tokio::test]
async fn a_page_that_was_read_before_ends_the_list() {
    // To itself; back to the first; in a circle of two, with the parameters in another order.
    let own = "https://sandbox.belvo.com/api/links/?status=valid";
    let circle = "https://gateway.example/belvo/api/links/?status=valid&page=2";
    for (nexts, requests) in [(vec![own], 1), (vec![SECOND, own], 2), (vec![SECOND, THIRD, circle], 3)] {
        let transport = nexts
            .iter()
            .fold(ScriptedTransport::new(), |transport, next| transport.then(page(&[link("a")], Some(next))));
        let (client, _clock) = client(&transport);
        let (ids, error) = walk(&client).await;
        assert_eq!((ids.len(), transport.requests().len()), (requests, requests));
        let error = error.unwrap();
        assert_eq!((error.kind(), error.json_path()), (ErrorKind::Decode, Some("next")));
        assert_eq!(
            error.to_string(),
            "GET /api/links/ failed: the answer cannot be used: `next`: the page was read before"
        );
        assert!(!error.is_retryable());
    }
}

#[tokio::test]
async fn an_error_ends_the_stream() {
    let transport = ScriptedTransport::new()
        .then(page(&[link("a")], Some(SECOND)))
        .then(refusal(401, "authentication_failed"));
    let (client, _clock) = client(&transport);
    let mut pages = pin!(client.links().list(&query()).by_page());
    assert!(pages.try_next().await.unwrap().is_some());
    assert!(pages.try_next().await.unwrap_err().is_auth());
    assert!(pages.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_page_without_results_is_no_page() {
    for body in [r#"{"count":0}"#, r#"{"results":null}"#, r#"{"results":7}"#, "[]", "{"] {
        let transport = ScriptedTransport::new().then(ScriptedAnswer::json(200, body));
        let (_, error) = walk(&client(&transport).0).await;
        assert_eq!(error.unwrap().kind(), ErrorKind::Decode, "{body}");
    }
}
