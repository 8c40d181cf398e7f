//! `klavi inbox expect` and `expected`, beside a running `klavi receive`.

use std::sync::mpsc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use klavi_webhook::SqliteInbox;
use serde_json::{Value, json};

use crate::receive::{FORWARD_KEY, REPORT, Receive, inbox};
use crate::{assert_refused, klavi, stderr};

fn expected(url: &str) -> Vec<Value> {
    let list: Value = serde_json::from_str(&inbox(url, &["expected", "--json"])).unwrap();
    list["expectations"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_operator_registers_what_should_come_and_sees_what_has() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("inbox.db").display());
    let receive = Receive::start(&["--inbox", &url, "--no-allow-list"], &[]);
    assert_eq!(inbox(&url, &["expected", "--json"]), "{\"expectations\":[]}\n");
    assert_eq!(inbox(&url, &["expected"]), "");
    assert_eq!(receive.post(REPORT).await, 200);

    let expect = |arguments: &[&str]| inbox(&url, &[&["expect"], arguments].concat());
    let said = expect(&["q-1", "--product", "pf_balance", "--within", "1h"]);
    assert!(said.starts_with("entry 2 expects it by 20") && said.ends_with("Z\n"), "{said}");
    let link = ["--link", "l-1", "--consent", "c-1"];
    expect(&[&["q-2", "--product", "pf_loans", "pf_balance", "--within", "90m"][..], &link].concat());
    expect(&["q-1", "--product", "pf_loans", "--product", "pf_balance", "--within", "0s"]);
    expect(&["q-3", "--within", "0s"]);

    let list: Value = serde_json::from_str(&inbox(&url, &["list", "--json"])).unwrap();
    let due = |place: usize| list["entries"][place]["dueAt"].as_str();
    // The file keeps microseconds of it.
    let deadline = expected(&url)[0]["deadline"].as_str().unwrap().to_owned();
    assert!(deadline.starts_with(due(1).unwrap().trim_end_matches('Z')), "{list}");
    assert!(due(0).is_some(), "due as soon as it is stored: {list}");
    assert!(!inbox(&url, &["list"]).lines().next().unwrap().contains("  due "));
    assert!(inbox(&url, &["list"]).lines().nth(1).unwrap().contains("  due 20"));

    let listed = expected(&url);
    let told: Vec<_> =
        listed.iter().map(|one| json!([one["requestId"], one["status"], one["missing"]])).collect();
    assert_eq!(
        told,
        [
            json!(["q-1", "arrived", []]),
            json!(["q-2", "outstanding", ["pf_balance", "pf_loans"]]),
            json!(["q-1", "overdue", ["pf_loans"]]),
            json!(["q-3", "overdue", []]),
        ]
    );
    assert_eq!((&listed[1]["linkId"], &listed[1]["consentId"]), (&json!("l-1"), &json!("c-1")));
    assert_eq!((&listed[1]["state"], &listed[1]["attempts"]), (&json!("outstanding"), &json!(0)));
    assert_eq!(listed[1]["products"], json!(["pf_balance", "pf_loans"]));
    let lines = inbox(&url, &["expected"]);
    let lines: Vec<_> = lines.lines().collect();
    assert!(lines[0].ends_with("arrived      q-1  pf_balance"), "{}", lines[0]);
    assert!(lines[2].ends_with("overdue      q-1  pf_balance, pf_loans  (without pf_loans)"), "{}", lines[2]);
    assert!(lines[3].ends_with("overdue      q-3  any report  (none of it)"), "{}", lines[3]);

    assert_eq!(inbox(&url, &["list", "--state", "outstanding"]).lines().count(), 4);
    assert_eq!(receive.stop(), Some(0));
    // Sampled at the start.
    let receive = Receive::start(&["--inbox", &url, "--no-allow-list"], &[]);
    receive.counts("webhook_inbox_entries{target=\"default\",state=\"outstanding\"} 4").await;
    assert_eq!(receive.stop(), Some(0));
}

#[tokio::test]
async fn what_is_overdue_is_forwarded_with_what_is_missing() {
    type Arrived = (HeaderMap, Bytes);
    async fn endpoint(
        State(arrived): State<mpsc::Sender<Arrived>>,
        headers: HeaderMap,
        body: Bytes,
    ) -> StatusCode {
        arrived.send((headers, body)).unwrap();
        StatusCode::OK
    }
    let (arrived, arrivals) = mpsc::channel();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let forward = format!("http://{}/entries", listener.local_addr().unwrap());
    let app = Router::new().fallback(endpoint).with_state(arrived);
    tokio::spawn(async { axum::serve(listener, app).await.unwrap() });

    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("inbox.db").display());
    let receive = Receive::start(
        &["--inbox", &url, "--no-allow-list", "--forward", &forward],
        &[("KLAVI_FORWARD_SECRET", FORWARD_KEY)],
    );
    assert_eq!(receive.post(REPORT).await, 200);
    // All of the first has come, so nobody is told of it.
    inbox(&url, &["expect", "q-1", "--product", "pf_balance", "--within", "0s"]);
    inbox(&url, &["expect", "q-1", "--product", "pf_balance", "pf_loans", "--within", "0s"]);
    let (headers, notice) = tokio::task::spawn_blocking(move || {
        loop {
            let (headers, body) = arrivals.recv_timeout(Duration::from_secs(60)).unwrap();
            if headers["inbox-kind"] == "expectation" {
                return (headers, body);
            }
        }
    })
    .await
    .unwrap();
    let notice: Value = serde_json::from_slice(&notice).unwrap();
    assert_eq!((&notice["requestId"], &notice["missing"]), (&json!("q-1"), &json!(["pf_loans"])));
    assert_eq!(headers["inbox-entry"], "3");
    assert!(headers.contains_key("webhook-signature"));
    while inbox(&url, &["list", "--state", "done"]).lines().count() < 3 {
        tokio::task::yield_now().await;
    }
    let (_, metrics) = receive.admin("/metrics").await;
    for line in [
        "webhook_entries_handled_total{target=\"default\",result=\"arrived\"} 1",
        "webhook_expectations_overdue_total 1",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line} is not in\n{metrics}");
    }
    assert_eq!(receive.stop(), Some(0));
}

#[tokio::test]
async fn what_cannot_be_expected_is_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    drop(SqliteInbox::open(&path).await.unwrap());
    let url = format!("sqlite:{}", path.display());
    let expect =
        |arguments: &[&str]| klavi(&[&["inbox", "--inbox", &url, "expect"], arguments].concat(), b"");
    assert_refused(&expect(&["", "--within", "1h"]), 2, "klavi: REQUEST_ID: it is empty");
    assert_refused(&expect(&["q-1", "--within=-1h"]), 2, "klavi: --within: it is negative");
    let calendar = expect(&["q-1", "--within", "1mo"]);
    assert_eq!(calendar.status.code(), Some(2));
    assert!(stderr(&calendar).contains("--within: give days, hours, minutes or seconds"));
    assert_eq!(expect(&["q-1"]).status.code(), Some(2), "there is no deadline of ours");
    // A name that nobody knows is taken, and said to be one.
    let odd = expect(&["q-1", "--product", "balance", "--within", "1h"]);
    assert_eq!(odd.status.code(), Some(0));
    assert!(stderr(&odd).contains("balance"), "{}", stderr(&odd));
}
