use std::panic::{AssertUnwindSafe, catch_unwind};

use http::Method;
use serde_json::json;

use crate::partner::{CPF, Partner};

#[track_caller]
fn words(expectation: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(expectation)).unwrap_err();
    *panic.downcast::<String>().unwrap()
}

#[tokio::test]
async fn calls_are_found_by_endpoint_and_content() {
    let partner = Partner::start().await;
    partner.link(json!({"personalTaxId": CPF})).await;
    partner.link(json!({"redirectURL": "https://partner.example/a%20b"})).await;
    let (_, id) = partner.authorised("341").await;
    partner.get(&format!("/data/v1/consents?personalTaxId={CPF}&linkId=a%20b")).await.ok();
    partner.status_of(&id).await;

    let links = partner.mock.received(Method::POST, "/data/v1/links");
    links.assert_count(3);
    assert!(links.requests().iter().all(|call| call.bearer() == Some(&partner.access_token)));
    let named = links.which("with a redirect", |call| call.json()["redirectURL"].is_string());
    assert_eq!(named.only().json()["redirectURL"], "https://partner.example/a%20b");

    let listed = partner.mock.received(Method::GET, "/data/v1/consents").only().clone();
    assert_eq!(
        (listed.query("personalTaxId").as_deref(), listed.query("linkId").as_deref()),
        (Some(CPF), Some("a b"))
    );
    assert!(listed.query("none").is_none() && listed.json().is_null());
    partner.mock.received(Method::GET, "/data/v1/consents/{consentId}").assert_count(1);
    partner.mock.received(Method::POST, "/data/v1/*").assert_count(5);
    partner.mock.received(Method::GET, "*").assert_count(2);
    let ids: Vec<_> = partner.mock.received_requests().iter().map(|call| call.id).collect();
    assert!(ids.is_sorted() && ids[0] == 1, "{ids:?}");
}

#[tokio::test]
async fn a_failed_expectation_tells_what_came_and_nothing_personal() {
    let partner = Partner::start().await;
    let none = words(|| partner.mock.received(Method::PUT, "/data/v1/links").assert_count(1));
    assert_eq!(
        none,
        "expected 1 call of PUT /data/v1/links, but there were 0. Received so far:\n    1  POST /data/v1/auth → 200"
    );
    partner.link(json!({"personalTaxId": CPF})).await;
    partner.get(&format!("/data/v1/consents?personalTaxId={CPF}")).await.ok();
    let many = words(|| {
        partner.mock.received(Method::POST, "/data/v1/links").which("for nobody", |_| true).assert_count(2);
    });
    assert!(
        many.starts_with("expected 2 calls of POST /data/v1/links for nobody, but there was 1. "),
        "{many}"
    );
    assert!(many.ends_with("\n    3  GET /data/v1/consents → 200"), "{many}");
    assert!(!many.contains(CPF) && !many.contains(&partner.access_token));

    for _ in 0..30 {
        partner.get("/data/v1/refresh").await.ok();
    }
    let long = words(|| partner.mock.received(Method::POST, "/data/v1/links").assert_count(9));
    assert!(long.contains("The newest that were received:\n   14  GET /data/v1/refresh → 200"), "{long}");
    partner.mock.reset();
    let empty = words(|| {
        partner.mock.received(Method::POST, "/data/v1/links").only();
    });
    assert!(empty.ends_with("but there were 0. Nothing has been received."), "{empty}");
}

/// Secrets and tokens are cut, whatever the call looks like.
#[tokio::test]
async fn what_was_received_is_shown_without_secrets() {
    let partner = Partner::start().await;
    let of_no_connection = json!({"personalTaxId": CPF, "connectionKey": "s3cret-key"});
    partner.post("/data/v1/links", &of_no_connection).await.refused(416, 4001);
    let keys = format!("{{\"secretKey\": \"{}\", ", partner.mock.secret_key());
    let broken = partner.http.post(format!("{}/data/v1/auth", partner.mock.base_url())).body(keys);
    broken.header("Cookie", "s3cret-key").header("X-Whatever", "s3cret-key").send().await.unwrap();

    let answer = partner.get("/_mock/requests").await;
    let requests = answer.ok()["requests"].clone();
    assert_eq!(requests[0]["path"], "/data/v1/auth");
    assert_eq!(requests[0]["body"], json!({"accessKey": "..", "secretKey": ".."}));
    assert_eq!(requests[1]["body"], json!({"personalTaxId": CPF, "connectionKey": ".."}));
    assert_eq!(requests[1]["headers"]["authorization"], "..");
    assert_eq!(requests[1]["headers"]["content-type"], "application/json");
    assert_eq!(requests[1]["status"], 416);
    assert!(requests[2]["body"].is_null() && requests[2]["bytes"].as_u64().unwrap() > 40);
    for shown in [answer.text, partner.get("/_mock/state").await.text] {
        assert!(!shown.contains("s3cret-key") && !shown.contains(partner.mock.secret_key()));
        assert!(!shown.contains(&partner.access_token));
    }
}

#[tokio::test]
async fn calls_that_are_yet_to_come_can_be_waited_for() {
    let partner = Partner::start().await;
    let (calls, ()) = tokio::join!(partner.mock.until_received(Method::POST, "/data/v1/links", 2), async {
        partner.link(json!({})).await;
        partner.link(json!({})).await;
    });
    assert_eq!(calls.requests().len(), 2);
}
