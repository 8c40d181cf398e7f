use std::time::Duration;

use http::Method;
use klavi_mock::MockKlavi;
use serde_json::json;

use crate::partner::{Answer, Partner};

/// Calls until one is refused; a machine may be slow, but not for a second at each of a thousand calls.
async fn refused(partner: &Partner, path: &str) -> (reqwest::header::HeaderMap, Answer) {
    for _ in 0..1_000 {
        let url = format!("{}{path}", partner.mock.base_url());
        let response = partner.http.get(url).bearer_auth(&partner.access_token).send().await.unwrap();
        let headers = response.headers().clone();
        let answer = Answer::read(response).await;
        if answer.status == 429 {
            return (headers, answer);
        }
    }
    panic!("never refused");
}

#[tokio::test]
async fn one_call_too_many_in_a_second_is_refused_until_the_next() {
    let partner = Partner::start().await;
    for _ in 0..50 {
        partner.get("/data/v1/refresh").await.ok();
    }
    partner.mock.set_rate_limit(Some(1));
    let (headers, answer) = refused(&partner, "/data/v1/refresh").await;
    assert_eq!(headers["retry-after"], "1");
    answer.refused(429, 429);
    partner.mock.advance_clock(Duration::from_secs(1));
    partner.get("/data/v1/refresh").await.ok();
    refused(&partner, "/data/v1/nothing").await;
    refused(&partner, "/klaas/nothing").await;
    assert!(partner.mock.received_requests().len() > 53, "what is refused was received");
    partner.mock.set_rate_limit(None);
    for _ in 0..50 {
        partner.get("/data/v1/refresh").await.ok();
    }
}

/// No time passes, so no second has too many calls.
#[tokio::test]
async fn a_clock_that_stands_still_serves_any_number_of_calls() {
    let partner = Partner::start().await;
    partner.mock.set_rate_limit(Some(1));
    partner.mock.freeze_clock();
    for _ in 0..10_000 {
        partner.get("/data/v1/refresh").await.ok();
    }
    partner.mock.set_clock("2026-01-01T00:00:00Z".parse().unwrap()).unwrap();
    partner.get("/data/v1/refresh").await.ok();
    partner.mock.unfreeze_clock();
    refused(&partner, "/data/v1/refresh").await;
}

#[tokio::test]
async fn it_holds_for_the_login_and_whatever_the_token_but_not_for_pages_and_control() {
    let mock = MockKlavi::builder().seed(7).rate_limit(0).start().await.unwrap();
    let http = reqwest::Client::new();
    let partner = Partner { mock, http, access_token: String::new() };
    let keys = json!({"accessKey": partner.mock.access_key(), "secretKey": partner.mock.secret_key()});
    partner.send(Method::POST, "/data/v1/auth", None, Some(&keys)).await.refused(429, 429);
    partner.send(Method::POST, "/data/v1/links", Some("none"), Some(&json!({}))).await.refused(429, 429);
    assert_eq!(partner.get("/_mock/state").await.ok()["behaviour"]["rateLimit"], 0);
    assert_eq!(partner.get("/conecte?v=none").await.status, 404);
}
