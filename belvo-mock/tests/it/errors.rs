//! What the mock refuses: keys, bodies, addresses that call too often; and hostile input.

use belvo_mock::{Fault, MockBelvo};
use http::Method;
use serde_json::{Value, json};

use super::partner::{Answer, BANK, Partner, and, broken, login, problem, problems};

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(code, field)| ((*code).to_owned(), (*field).to_owned())).collect()
}

#[tokio::test]
async fn wrong_keys_are_refused_everywhere() {
    let partner = Partner::start().await;
    for path in ["links/", "links/x/", "consents/", "institutions/", "institutions/1/"] {
        let url = partner.url(&format!("/api/{path}"));
        let id = partner.mock.secret_id();
        for request in [
            partner.http.get(&url),
            partner.http.get(&url).basic_auth(id, Some("wrong")),
            partner.http.get(&url).basic_auth(id, None::<&str>),
            partner.http.get(&url).bearer_auth(id),
            partner.http.get(&url).header("Authorization", "Basic %%%"),
        ] {
            let answer = Answer::read(request.send().await.unwrap()).await;
            assert_eq!(problem(&answer, 401, "authentication_failed")["message"], "Invalid Secret Keys");
        }
    }
}

#[tokio::test]
async fn each_broken_field_of_a_registration_is_named_with_its_code() {
    let partner = Partner::start().await;
    let good = || login(BANK, "bnk100", "full");
    for (body, expected) in [
        (json!({}), &[("required", "institution"), ("required", "username"), ("required", "password")][..]),
        (
            json!({"institution": null, "username": "", "password": "x"}),
            &[("null", "institution"), ("blank", "username")],
        ),
        (and(good(), json!({"institution": "nowhere_br_retail"})), &[("does_not_exist", "institution")]),
        (and(good(), json!({"access_mode": "both"})), &[("invalid_choice", "access_mode")]),
        (and(good(), json!({"fetch_resources": "ACCOUNTS"})), &[("not_a_list", "fetch_resources")]),
        (and(good(), json!({"fetch_resources": ["INVOICES", 1]})), &[("invalid", "fetch_resources"); 2]),
        (
            and(good(), json!({"credentials_storage": "30d"})),
            &[("invalid_credentials_storage", "credentials_storage")],
        ),
        (
            and(good(), json!({"access_mode": "single", "credentials_storage": "400d"})),
            &[("invalid_credentials_storage", "credentials_storage")],
        ),
        (
            and(good(), json!({"access_mode": "single", "credentials_storage": "nostore"})),
            &[("invalid_fetch_resources", "fetch_resources")],
        ),
        (
            and(
                good(),
                json!({"access_mode": "single", "fetch_historical": false, "fetch_resources": ["OWNERS"]}),
            ),
            &[("unsupported_operation", "fetch_historical")],
        ),
        (and(good(), json!({"stale_in": "soon"})), &[("invalid", "stale_in")]),
        (and(good(), json!({"external_id": "ab"})), &[("invalid", "external_id")]),
        (and(good(), json!({"external_id": "a/b/c"})), &[("invalid", "external_id")]),
        (and(good(), json!({"certificate": "YQ=="})), &[("required", "private_key")]),
        (and(good(), json!({"save_data": "yes"})), &[("invalid", "save_data")]),
        (
            and(good(), json!({"institution": "ofmockbank_br_retail"})),
            &[("unsupported_operation", "institution")],
        ),
        (login("erebor_br_retail", "bnk100", "full"), &[("required", "username_type")]),
        (
            and(login("erebor_br_retail", "bnk100", "full"), json!({"username_type": "001"})),
            &[("invalid_choice", "username_type")],
        ),
        (
            login("gringotts_br_retail", "1234", "full"),
            &[("required", "username2"), ("required", "password2")],
        ),
    ] {
        let answer = partner.post("/api/links/", &body).await;
        assert_eq!(broken(&answer), pairs(expected), "{body}");
    }
    let answer = partner.post("/api/links/", &login("mordor_br_retail", "bnk100", "full")).await;
    problem(&answer, 400, "institution_down");
    // Without a password, where none is asked for.
    partner.link(json!({"institution": "imss_mx_employment", "username": "bnk100"})).await;
    let brazilian = and(login("erebor_br_retail", "12345678909", "full"), json!({"username_type": "103"}));
    partner.link(brazilian).await;
}

#[tokio::test]
async fn a_user_with_the_name_of_an_error_gets_it() {
    let partner = Partner::start().await;
    for (code, status) in [
        ("login_error", 400),
        ("activation_failed", 400),
        ("too_many_sessions", 400),
        ("institution_unavailable", 400),
        ("institution_inactive", 400),
        ("unavailable_data", 400),
        ("consent_without_accounts", 401),
        ("access_to_production_denied", 403),
        ("quota_limit_reached", 403),
        ("request_timeout", 408),
        ("activation_required", 428),
        ("unexpected_error", 500),
        ("service_unavailable", 500),
    ] {
        problem(&partner.post("/api/links/", &login(BANK, code, "full")).await, status, code);
    }
    let without = partner.post("/api/links/", &login(BANK, "session_expired_ob", "full")).await;
    assert!(problem(&without, 400, "session_expired_ob")["message"].is_null());
    assert_eq!(partner.get("/api/links/").await.ok()["count"], 0);
}

#[tokio::test]
async fn above_80_calls_in_30_seconds_there_is_a_403_with_html() {
    let partner = Partner::start().await;
    for _ in 0..80 {
        partner.get("/api/institutions/1/").await.ok();
    }
    let answer = partner.get("/api/institutions/1/").await;
    assert_eq!(answer.status, 403);
    assert!(answer.text.starts_with("<html>") && answer.text.contains("openresty"), "{}", answer.text);
    assert_eq!(partner.mock.received_requests().pop().unwrap().status.unwrap(), 403);
    partner.mock.advance_clock(std::time::Duration::from_secs(30));
    partner.get("/api/institutions/1/").await.ok();

    let few = MockBelvo::builder().behaviour(|behaviour| behaviour.calls_in_30_seconds = Some(2));
    let partner = Partner::with(few).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(partner.get("/api/links/").await.status);
    }
    assert_eq!(statuses, [200, 200, 403]);
    // Turned back, it begins anew.
    partner.mock.set_clock("2026-01-01T00:00:00Z".parse().unwrap()).unwrap();
    partner.get("/api/links/").await.ok();
    partner.mock.change_behaviour(|behaviour| behaviour.calls_in_30_seconds = None);
    partner.get("/api/links/").await.ok();
}

/// No time passes, so no half minute has too many calls.
#[tokio::test]
async fn a_clock_that_stands_still_serves_any_number_of_calls() {
    let partner = Partner::start().await;
    partner.mock.freeze_clock();
    for _ in 0..10_000 {
        partner.get("/api/institutions/1/").await.ok();
    }
    partner.mock.set_clock("2026-01-01T00:00:00Z".parse().unwrap()).unwrap();
    partner.get("/api/institutions/1/").await.ok();
}

#[tokio::test]
async fn faults_have_belvos_bodies() {
    let partner = Partner::start().await;
    let fault = |status| Fault::on(Method::GET, "/api/links/").status(status).times(1);
    for (status, code) in
        [(500, "unexpected_error"), (408, "request_timeout"), (403, "access_to_resource_denied")]
    {
        partner.mock.fault(fault(status)).unwrap();
        problem(&partner.get("/api/links/").await, status, code);
    }
    // Outside the list.
    partner.mock.fault(fault(4001)).unwrap();
    problem(&partner.get("/api/links/").await, 400, "validation_error");
    partner.mock.fault(Fault::any("/api/*").json(json!({"code": "x"})).times(1)).unwrap();
    assert_eq!(partner.get("/api/links/").await.ok(), json!({"code": "x"}));
    partner.mock.received(Method::GET, "/api/links/").assert_count(5);
}

#[tokio::test]
async fn whatever_comes_is_answered_in_the_form_of_belvos_errors() {
    let partner =
        Partner::with(MockBelvo::builder().behaviour(|behaviour| behaviour.calls_in_30_seconds = None)).await;
    let nested = format!("{}{}", "[".repeat(4000), "]".repeat(4000));
    let bodies = [
        "",
        "{",
        "[]",
        "null",
        "1",
        "\"x\"",
        "{\"institution\":{}}",
        "{\"institution\":[]}",
        nested.as_str(),
        "{\"username\":\"\\ud800\"}",
        "{\"institution\":\"erebor_mx_retail\",\"username\":1e400}",
        "{\"session\":1,\"link\":true}",
        "{\"password\":{}}",
        "{\"fetch_resources\":[[]]}",
        "{\"id\":\"a\",\"password\":\"b\",\"widget\":[]}",
        "{\"access_mode\":\"\\u0000\"}",
    ];
    let paths = ["/api/links/", "/api/links/x/", "/api/links/x/refresh/", "/api/token/", "/api/links/%ff/"];
    for path in paths {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            for body in bodies {
                for content_type in ["application/json", "text/plain"] {
                    let request = partner.request(method.clone(), path).header("Content-Type", content_type);
                    let answer = Answer::read(request.body(body.to_owned()).send().await.unwrap()).await;
                    assert!((400..500).contains(&answer.status), "{method} {path} {body}: {}", answer.text);
                    problems(&answer, answer.status);
                }
            }
        }
    }
    for path in [
        "/api/links",
        "/api/links/x",
        "/api/nothing/",
        "/api/",
        "/nothing",
        "/api/links/%ff/",
        "/api/links/../token",
        "/api/institutions/999999999999999999999/",
        "/api/consents/x/",
        "/api/consents/?user_document=%ff%00",
        "/api/consents/",
        "/api/links/?page=99999999999999999999999",
        "/api/links/?page_size=1e9",
        "/api/links/?created_at=%00",
        "/api/links/?created_at__lte=9999-12-31T23:59:59.999999999Z",
        "/api/links/?created_at=-009999-01-01",
    ] {
        let answer = partner.get(path).await;
        assert!(answer.status < 500, "{path}: {}", answer.text);
        if answer.status != 200 {
            problems(&answer, answer.status);
        }
    }
    // A problem for each of its items would be a hundred times as large as the body.
    let many = json!({"institution": BANK, "username": "a", "fetch_resources": vec![1; 100_000]});
    assert_eq!(problems(&partner.post("/api/links/", &many).await, 400).len(), 100);
    let large = "x".repeat(3 << 20);
    let request = partner.request(Method::POST, "/api/links/").header("Content-Type", "application/json");
    let answer = Answer::read(request.body(large).send().await.unwrap()).await;
    problem(&answer, 400, "parse_error");
    let trace = partner.send(Method::PUT, "/api/links/", Some(&Value::Null)).await;
    problem(&trace, 405, "method_not_allowed");
}
