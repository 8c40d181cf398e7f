use std::time::Duration;

use http::Method;
use klavi_mock::{Cut, Error, Fault, MockKlavi};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::partner::{Partner, text};

const AUTH: &str = "/data/v1/auth";

async fn arm(partner: &Partner, fault: Value) -> Value {
    let answer = partner.send(Method::POST, "/_mock/faults", None, Some(&fault)).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()
}

/// What the mock sends on a connection of its own, to the end of the connection.
async fn raw(partner: &Partner, request: &str) -> String {
    let address = partner.mock.base_url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_status_alone_has_klavis_body_and_is_counted_down() {
    let partner = Partner::start().await;
    let fault = Fault::on(Method::POST, "/data/v1/links").status(503).retry_after(Duration::from_secs(7));
    let id = partner.mock.fault(fault.times(2)).unwrap();
    for left in [1, 0] {
        let request = partner.http.post(format!("{}/data/v1/links", partner.mock.base_url()));
        let answer = request.bearer_auth(&partner.access_token).body("{}").send().await.unwrap();
        assert_eq!(answer.headers()["retry-after"], "7");
        crate::partner::Answer::read(answer).await.refused(503, 503);
        let faults = partner.mock.faults();
        assert_eq!(faults.first().and_then(klavi_mock::ArmedFault::left).unwrap_or(0), left);
    }
    partner.link(json!({})).await;
    assert!(partner.mock.faults().is_empty());

    let calls = partner.mock.received(Method::POST, "/data/v1/links");
    let faults: Vec<_> =
        calls.requests().iter().map(|call| (call.fault, call.status.unwrap().as_u16())).collect();
    assert_eq!(faults, [(Some(id), 503), (Some(id), 503), (None, 200)]);
    assert_eq!(partner.mock.deliveries().len(), 1, "the struck calls were not carried out");
}

#[tokio::test]
async fn every_part_of_a_fault_can_be_said_over_http() {
    let partner = Partner::start().await;
    let get = async || partner.get("/data/v1/refresh").await;
    for (fault, status, code) in [
        (json!({"status": 429}), 429, 429),
        (json!({"method": "*", "path": "*", "status": 401}), 401, 401),
        (json!({"path": "/data/v1/*", "status": 416}), 416, 4007),
        (json!({"method": "get", "path": "/data/v1/{what}", "status": 4003}), 416, 4003),
    ] {
        let armed = arm(&partner, fault.clone()).await;
        assert_eq!(armed["hits"], 0);
        get().await.refused(status, code);
        get().await.refused(status, code);
        let path = format!("/_mock/faults/{}", armed["id"]);
        assert_eq!(
            partner.send(Method::DELETE, &path, None, None).await.ok()["faults"],
            json!([]),
            "{fault}"
        );
        partner.send(Method::DELETE, &path, None, None).await.refused(404, 404);
        get().await.ok();
    }

    for (body, shown) in [(json!("<html>"), "<html>"), (json!(""), ""), (json!({"a": [1]}), "{\"a\":[1]}")] {
        arm(&partner, json!({"path": "/data/v1/refresh", "body": body, "times": 1})).await;
        let answer = get().await;
        assert_eq!((answer.status, answer.text.as_str()), (200, shown));
    }

    arm(&partner, json!({"method": "DELETE", "path": "/data/v1/refresh", "status": 500})).await;
    arm(&partner, json!({"path": "/data/v1/refresh/", "status": 500})).await;
    get().await.ok();
    let listed = partner.get("/_mock/faults").await.ok();
    assert_eq!(listed["faults"].as_array().unwrap().len(), 2);
    assert_eq!(listed["faults"], partner.get("/_mock/state").await.ok()["faults"]);
    assert_eq!(partner.send(Method::DELETE, "/_mock/faults", None, None).await.ok()["faults"], json!([]));
}

#[tokio::test]
async fn the_first_that_fits_strikes() {
    let partner = Partner::start().await;
    partner.mock.fault(Fault::any("/data/v1/*").status(500).times(1)).unwrap();
    partner.mock.fault(Fault::on(Method::GET, "/data/v1/refresh").status(502)).unwrap();
    partner.get("/data/v1/refresh").await.refused(500, 500);
    partner.get("/data/v1/refresh").await.refused(502, 502);
    partner.mock.clear_faults();
    partner.get("/data/v1/refresh").await.ok();
}

/// The client cannot know whether the call was carried out; it was.
#[tokio::test]
async fn a_broken_connection_without_an_answer_loses_the_answer_only() {
    let partner = Partner::start().await;
    partner.mock.fault(Fault::on(Method::POST, "/data/v1/links").break_connection().times(2)).unwrap();
    let request = format!(
        "POST /data/v1/links HTTP/1.1\r\nHost: mock\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}",
        partner.access_token
    );
    assert_eq!(raw(&partner, &request).await, "");
    assert_eq!(partner.mock.deliveries()[0].name, "link_created");
    let url = format!("{}/data/v1/links", partner.mock.base_url());
    let error = partner.http.post(url).body("{}").send().await.unwrap_err();
    assert!(error.is_request() && !error.is_connect(), "{error:?}");

    partner.mock.fault(Fault::on(Method::POST, AUTH).status(500).break_connection()).unwrap();
    let request = format!("POST {AUTH} HTTP/1.1\r\nHost: mock\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(raw(&partner, &request).await, "");
    assert_eq!(partner.mock.faults()[0].hits, 1);
}

#[tokio::test]
async fn a_truncated_answer_declares_more_than_it_has() {
    let partner = Partner::start().await;
    partner.mock.fault(Fault::on(Method::GET, "/data/v1/refresh").truncate_body()).unwrap();
    let request = format!(
        "GET /data/v1/refresh HTTP/1.1\r\nHost: mock\r\nAuthorization: Bearer {}\r\n\r\n",
        partner.access_token
    );
    let answer = raw(&partner, &request).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let declared = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let declared: usize = declared.parse().unwrap();
    assert_eq!(body.len(), declared.div_ceil(2), "{body}");
    assert!(body.starts_with("{\"accessToken\":"), "{body}");
}

/// It waits for the fault to be over, and a mock that stops does not.
#[tokio::test]
async fn a_delay_alone_delays() {
    let partner = Partner::start().await;
    partner.mock.fault(Fault::any("/data/v1/refresh").delay(Duration::from_millis(1)).times(1)).unwrap();
    partner.get("/data/v1/refresh").await.ok();

    partner.mock.fault(Fault::any("/data/v1/refresh").delay(Duration::from_secs(3600))).unwrap();
    let call = partner.http.get(format!("{}/data/v1/refresh", partner.mock.base_url()));
    let call = tokio::spawn(call.bearer_auth(&partner.access_token).send());
    let calls = partner.mock.until_received(Method::GET, "/data/v1/refresh", 2).await;
    assert_eq!((calls.requests()[0].status.unwrap().as_u16(), calls.requests()[1].status), (200, None));
    assert!(!call.is_finished());
    partner.mock.shutdown().await;
    assert_eq!(call.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn what_can_be_no_fault_is_refused() {
    let mock = MockKlavi::builder().start().await.unwrap();
    let day = Duration::from_secs(86_400);
    for fault in [
        Fault::any("*"),
        Fault::any("data").status(500),
        Fault::any("/data/*/x").status(500),
        Fault::any("/x?y=1").status(500),
        Fault::any("*").status(99),
        Fault::any("*").status(101),
        Fault::any("*").status(600),
        Fault::any("*").status(4010),
        Fault::any("*").status(500).times(0),
        Fault::any("*").delay(day),
    ] {
        assert!(matches!(mock.fault(fault.clone()), Err(Error::InvalidFault(_))), "{fault:?}");
    }
    assert!(mock.faults().is_empty());
    assert_eq!((Cut::Connection.as_str(), Cut::Body.as_str()), ("connection", "body"));
    let shown = format!("{:?}", Fault::any("*").body("s3cret").json(json!({"accessToken": "s3cret"})));
    assert!(!shown.contains("s3cret"), "{shown}");
}

#[tokio::test]
async fn pages_and_control_have_no_faults() {
    let partner = Partner::start().await;
    partner.mock.fault(Fault::any("*").status(500)).unwrap();
    partner.get("/_mock/state").await.ok();
    assert_eq!(partner.open(&format!("{}/logos/341.svg", partner.mock.base_url())).await.status, 200);
    partner.get("/data/v1/nothing").await.refused(500, 500);
    let state = partner.get("/_mock/state").await.ok();
    assert_eq!(text(&state["requests"][1]["path"]), "/data/v1/nothing");
    assert_eq!(state["requests"][1]["status"], 500);
}
