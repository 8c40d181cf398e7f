//! Whatever is sent to the control API: an answer in Klavi's form, never a 5xx.

use http::Method;
use serde_json::json;

use crate::partner::{Answer, Partner};

const PATHS: [(&str, &str); 19] = [
    ("GET", "/_mock/state"),
    ("POST", "/_mock/reset"),
    ("GET", "/_mock/behaviour"),
    ("PATCH", "/_mock/behaviour"),
    ("GET", "/_mock/clock"),
    ("POST", "/_mock/clock"),
    ("GET", "/_mock/faults"),
    ("POST", "/_mock/faults"),
    ("DELETE", "/_mock/faults"),
    ("DELETE", "/_mock/faults/1"),
    ("GET", "/_mock/institutions"),
    ("PUT", "/_mock/institutions/341"),
    ("POST", "/_mock/consents/1/authorise"),
    ("GET", "/_mock/requests"),
    ("POST", "/_mock/trigger"),
    ("GET", "/_mock/deliveries"),
    ("GET", "/_mock/deliveries/1"),
    ("GET", "/_mock/deliveries/1/body"),
    ("POST", "/_mock/deliveries/1/resend"),
];

#[track_caller]
fn well_formed(answer: &Answer, what: &str) {
    assert!(answer.status < 500, "{what}: {} {}", answer.status, answer.text);
    if answer.status >= 400 {
        answer.refused(answer.status, answer.status);
    }
}

#[tokio::test]
async fn bodies_of_any_kind() {
    let partner = Partner::start().await;
    let deep = "[".repeat(100_000);
    let huge = format!("{{\"x\":\"{}\"}}", "x".repeat(3 << 20));
    let names = "\"advanceSeconds\":V,\"now\":V,\"frozen\":V,\"method\":V,\"path\":V,\"status\":V,\"body\":V,\
        \"retryAfter\":V,\"delayMs\":V,\"cut\":V,\"times\":V,\"product\":V,\"event\":V,\"to\":V,\"transactions\":V,\
        \"seed\":V,\"version\":V,\"outOfService\":V,\"tamperSignature\":V,\"unsigned\":V,\"consoleWebhook\":V";
    let mut bodies: Vec<Vec<u8>> = [
        "",
        " ",
        "null",
        "7",
        "\"x\"",
        "[]",
        "{",
        "{}",
        "{\"a\":1,\"a\":2}",
        "{\"\\ud800\":1}",
        "\u{feff}{}",
        &deep,
        &huge,
    ]
    .map(|text| text.as_bytes().to_vec())
    .into();
    bodies.push(b"{\"now\":\"\xff\"}".to_vec());
    for value in [
        "null",
        "true",
        "-1",
        "0",
        "1",
        "1e400",
        "-0.0",
        "18446744073709551616",
        "1.5",
        "\"\"",
        "\"\\u0000\"",
        "\"*\"",
        "[]",
        "{}",
    ] {
        bodies.push(format!("{{{}}}", names.replace('V', value)).into_bytes());
        for name in names.split(',') {
            bodies.push(format!("{{{}}}", name.replace('V', value)).into_bytes());
        }
    }
    for (method, path) in PATHS {
        for body in &bodies {
            let url = format!("{}{path}", partner.mock.base_url());
            let request = partner.http.request(method.parse().unwrap(), url).body(body.clone());
            let shown: String = String::from_utf8_lossy(body).chars().take(80).collect();
            // A server may close while such a body is still being sent.
            if let Ok(response) = request.send().await {
                well_formed(&Answer::read(response).await, &format!("{method} {path} {shown}"));
            } else {
                assert!(body.len() > 1 << 20, "{method} {path} {shown}");
            }
        }
        partner.mock.clear_faults();
    }
    partner.get("/_mock/state").await.ok();
}

#[tokio::test]
async fn paths_and_methods_of_any_kind() {
    let partner = Partner::start().await;
    let odd = ["%ff", "%00", "..%2f", "-1", "18446744073709551616", "1.0", "%20", "'", "ç", "{id}", "*"];
    for (method, path) in PATHS {
        for word in odd {
            let path = path.replace("/1", &format!("/{word}")).replace("/341", &format!("/{word}"));
            let answer = partner.send(method.parse().unwrap(), &path, None, Some(&json!({}))).await;
            well_formed(&answer, &format!("{method} {path}"));
        }
        for method in [Method::PUT, Method::OPTIONS, Method::TRACE, "BREW".parse().unwrap()] {
            well_formed(&partner.send(method.clone(), path, None, None).await, &format!("{method} {path}"));
        }
    }
    for path in ["/_mock", "/_mock/", "/_mock/state/", "/_mock//state", "/_mock/nothing"] {
        partner.get(path).await.refused(404, 404);
    }
}

#[tokio::test]
async fn members_that_are_not_known_are_named() {
    let partner = Partner::start().await;
    for (method, path) in [
        (Method::PATCH, "/_mock/behaviour"),
        (Method::POST, "/_mock/clock"),
        (Method::POST, "/_mock/faults"),
        (Method::PUT, "/_mock/institutions/341"),
        (Method::POST, "/_mock/trigger"),
        (Method::POST, "/_mock/deliveries/1/resend"),
    ] {
        let answer = partner.send(method, path, None, Some(&json!({"tiems": 1}))).await;
        let message = answer.refused(422, 422);
        assert!(message.contains("unknown field `tiems`, expected"), "{path}: {message}");
    }
}

#[tokio::test]
async fn an_institution_is_taken_out_of_service_and_put_back() {
    let partner = Partner::start().await;
    let set = async |code: &str, out: bool| {
        let path = format!("/_mock/institutions/{code}");
        partner.send(Method::PUT, &path, None, Some(&json!({"outOfService": out}))).await
    };
    set("341", true).await.ok();
    let link = partner.post("/data/v1/links", &json!({"institutionCode": "341"})).await;
    link.refused(416, 4004);
    let listed = set("341", false).await.ok();
    assert_eq!(listed, partner.get("/_mock/institutions").await.ok());
    partner.link(json!({"institutionCode": "341"})).await;
    set("000", true).await.refused(404, 404);
    partner.send(Method::PUT, "/_mock/institutions/341", None, None).await.refused(422, 422);
}

/// A page of another site cannot control the mock through a developer's browser; the mock's own pages can.
#[tokio::test]
async fn pages_of_other_origins_are_kept_out() {
    let partner = Partner::start().await;
    let own = partner.mock.base_url().to_owned();
    for (origin, status) in [
        (own.as_str(), 200),
        ("https://evil.example", 403),
        ("null", 403),
        ("http://127.0.0.1:1", 403),
        ("", 403),
    ] {
        let request = partner.http.post(format!("{own}/_mock/reset")).header("Origin", origin);
        let answer = Answer::read(request.send().await.unwrap()).await;
        assert_eq!(answer.status, status, "{origin}: {}", answer.text);
    }
}

/// A site whose name is made to lead to this machine is still a site.
#[tokio::test]
async fn names_that_are_sold_do_not_lead_to_the_control_api() {
    let partner = Partner::start().await;
    let own = partner.mock.base_url().to_owned();
    for (host, status) in [("evil.example", 403), ("localhost:4010", 200), ("klavi-mock", 200)] {
        let request = partner.http.get(format!("{own}/_mock/state")).header("Host", host);
        let answer = Answer::read(request.send().await.unwrap()).await;
        assert_eq!(answer.status, status, "{host}: {}", answer.text);
    }
    // Klavi's own API has a login.
    let request = partner.http.get(format!("{own}/data/v1/consents")).header("Host", "evil.example");
    assert_eq!(Answer::read(request.send().await.unwrap()).await.status, 401);
}
