//! `klavi receive --provider belvo` as an operator runs it, and Belvo as it posts.

use std::sync::mpsc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::receive::{FORWARD_KEY, Receive, inbox, listed, send};
use crate::{assert_refused, klavi, run};

const NEWEST: &str =
    include_str!("../../../belvo-types/tests/fixtures/webhooks/transactions_historical_update.json");
const OLDEST: &str =
    include_str!("../../../belvo-types/tests/fixtures/webhooks/transactions_historical_update.oldest.json");
const PAYMENT: &str =
    include_str!("../../../belvo-types/tests/fixtures/webhooks/payment_charges_status_update.json");

/// User `belvo`, password `s3cret`.
const BASIC: &str = "Basic YmVsdm86czNjcmV0";
const BEARER: &str = "Bearer t0,ken";

async fn post(receive: &Receive, authorization: Option<&str>, body: &str) -> u16 {
    let mut request = reqwest::Client::new().post(format!("http://{}/belvo", receive.address));
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    let request = request.header("content-type", "application/json").body(body.to_owned());
    send(request).await.unwrap().status().as_u16()
}

fn belvo(arguments: &[&str], environment: &[(&str, &str)]) -> Receive {
    Receive::start(&[&["--provider", "belvo"], arguments].concat(), environment)
}

#[tokio::test]
async fn what_was_answered_is_in_the_inbox_under_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("inbox.db").display());
    let file = folder.path().join("authorization");
    std::fs::write(&file, format!("{BASIC}\n\n{BEARER}\n")).unwrap();
    let file = file.to_str().unwrap();
    let receive = belvo(&["--inbox", &url, "--no-allow-list", "--authorization-file", file], &[]);
    assert_eq!(post(&receive, Some(BASIC), NEWEST).await, 200);
    assert_eq!(post(&receive, Some(BEARER), NEWEST).await, 200);
    assert_eq!(post(&receive, Some(BASIC), OLDEST).await, 200);
    assert_eq!(post(&receive, Some(BASIC), PAYMENT).await, 200);
    assert_eq!(post(&receive, Some(BASIC), "not json").await, 200);
    assert_eq!(post(&receive, None, "").await, 200);
    for wrong in [None, Some("Basic YmVsdm86d3Jvbmc="), Some("basic YmVsdm86czNjcmV0"), Some("Bearer t0")] {
        assert_eq!(post(&receive, wrong, NEWEST).await, 401, "{wrong:?}");
    }

    let entries = listed(&url, &[]);
    let names: Vec<_> = entries.iter().map(|entry| entry["name"].as_str()).collect();
    let historical = Some("TRANSACTIONS.historical_update");
    assert_eq!(names, [historical, historical, Some("payments.CHARGES.STATUS_UPDATE"), None]);
    assert_eq!(entries[0]["linkId"], "16f68516-bcbc-4cf7-828e-d90d6ab18e75");
    assert_eq!(entries[0]["requestId"], "5d3e8d2c-5a0c-4f6e-9d2f-0c8a6a1f2b3c");
    assert_eq!((&entries[0]["kind"], &entries[3]["state"]), (&"event".into(), &"quarantined".into()));
    assert_eq!(inbox(&url, &["show", "1", "--raw"]), NEWEST.trim());
    let shown: Value = serde_json::from_str(&inbox(&url, &["show", "1"])).unwrap();
    assert!(!shown.to_string().contains("YmVsdm86czNjcmV0"), "{shown}");

    let (_, metrics) = receive.admin("/metrics").await;
    for line in [
        "webhook_deliveries_total{provider=\"belvo\",answer=\"accepted\"} 3",
        "webhook_deliveries_total{provider=\"belvo\",answer=\"duplicate\"} 1",
        "webhook_deliveries_total{provider=\"belvo\",answer=\"unauthorised\"} 4",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line} is not in\n{metrics}");
    }
    assert_eq!(receive.stop(), Some(0));
}

#[tokio::test]
async fn values_come_from_the_environment_one_in_each_line() {
    let lines = format!("{BEARER}\n{BASIC}");
    let receive = belvo(
        &["--inbox", "memory:", "--no-allow-list"],
        &[("BELVO_WEBHOOK_AUTHORIZATION", &lines), ("KLAVI_ENVIRONMENT", "sandbox")],
    );
    for value in [BASIC, BEARER] {
        assert_eq!(post(&receive, Some(value), NEWEST).await, 200, "{value}");
    }
    assert_eq!(receive.stop(), Some(0));
}

#[tokio::test]
async fn without_a_value_the_addresses_decide() {
    let receive = belvo(&["--inbox", "memory:", "--allow-unauthenticated"], &[]);
    assert_eq!(post(&receive, None, NEWEST).await, 403);
    assert_eq!(receive.stop(), Some(0));
    let receive = belvo(&["--inbox", "memory:", "--allow-unauthenticated", "--allow", "127.0.0.1"], &[]);
    assert_eq!(post(&receive, None, NEWEST).await, 200);
    assert_eq!(receive.stop(), Some(0));
    let proxied = ["--inbox", "memory:", "--allow-unauthenticated", "--trusted-proxy", "127.0.0.1"];
    let receive = belvo(&proxied, &[]);
    for (client, status) in [("3.130.254.46", 200), ("18.230.43.17", 403)] {
        let request = reqwest::Client::new().post(format!("http://{}/", receive.address));
        let answer = send(request.header("x-forwarded-for", client).body(NEWEST)).await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{client}");
    }
    assert_eq!(receive.stop(), Some(0));
}

#[tokio::test]
async fn webhooks_are_forwarded_under_their_names() {
    async fn endpoint(State(arrived): State<mpsc::Sender<HeaderMap>>, request: Request) -> StatusCode {
        arrived.send(request.headers().clone()).unwrap();
        StatusCode::OK
    }
    let (arrived, arrivals) = mpsc::channel();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let forward = format!("http://{}/entries", listener.local_addr().unwrap());
    let app = Router::new().fallback(endpoint).with_state(arrived);
    tokio::spawn(async { axum::serve(listener, app).await.unwrap() });

    let receive = belvo(
        &["--inbox", "memory:", "--no-allow-list", "--forward", &forward],
        &[("KLAVI_FORWARD_SECRET", FORWARD_KEY), ("BELVO_WEBHOOK_AUTHORIZATION", BASIC)],
    );
    assert_eq!(post(&receive, Some(BASIC), PAYMENT).await, 200);
    let headers =
        tokio::task::spawn_blocking(move || arrivals.recv_timeout(Duration::from_secs(60)).unwrap());
    let headers = headers.await.unwrap();
    assert_eq!(
        (&headers["inbox-kind"], &headers["inbox-name"]),
        (
            &http::HeaderValue::from_static("event"),
            &http::HeaderValue::from_static("payments.CHARGES.STATUS_UPDATE")
        )
    );
    assert!(!headers.contains_key("authorization"));
    assert_eq!(receive.stop(), Some(0));
}

#[tokio::test]
async fn an_operator_registers_the_webhooks_that_should_come() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("inbox.db").display());
    let environment = [("BELVO_WEBHOOK_AUTHORIZATION", BASIC)];
    let receive = belvo(&["--inbox", &url, "--no-allow-list"], &environment);
    assert_eq!(post(&receive, Some(BASIC), NEWEST).await, 200);

    // As the answer 202 may spell it.
    let request = "5d3e8d2c5a0c4f6e9d2f0c8a6a1f2b3c";
    let expect = |arguments: &[&str]| {
        inbox(&url, &[&["expect", request, "--provider", "belvo", "--within", "1h"], arguments].concat())
    };
    expect(&["--webhook", "TRANSACTIONS.historical_update"]);
    expect(&["--webhook", "TRANSACTIONS.historical_update", "BILLS.historical_update", "--link", "l-1"]);
    expect(&[]);
    let list: Value = serde_json::from_str(&inbox(&url, &["expected", "--json"])).unwrap();
    let listed = list["expectations"].as_array().unwrap();
    let told: Vec<_> = listed.iter().map(|one| (one["status"].as_str().unwrap(), &one["missing"])).collect();
    let (none, bills) = (serde_json::json!([]), serde_json::json!(["BILLS.historical_update"]));
    assert_eq!(told, [("arrived", &none), ("outstanding", &bills), ("arrived", &none)]);
    let lines = inbox(&url, &["expected"]);
    assert!(
        lines.trim_end().ends_with("arrived      5d3e8d2c-5a0c-4f6e-9d2f-0c8a6a1f2b3c  any event"),
        "{lines}"
    );
    assert_eq!(receive.stop(), Some(0));

    for (arguments, sentence) in [
        (["--webhook", "LINK.token_required"], "klavi: --webhook goes with --provider belvo alone"),
        (["--provider", "belvo"], "klavi: --product goes with --provider klavi alone"),
    ] {
        let product: &[&str] = if arguments[0] == "--provider" { &["--product", "pf_loans"] } else { &[] };
        let fixed = ["inbox", "--inbox", &url, "expect", "r-1", "--within", "1h"];
        assert_refused(&klavi(&[&fixed, &arguments[..], product].concat(), b""), 2, sentence);
    }
}

#[test]
fn settings_of_the_other_provider_are_refused_in_one_sentence() {
    let refused = |arguments: &[&str], sentence: &str| {
        let fixed = ["receive", "--listen", "127.0.0.1:0", "--inbox", "memory:"];
        assert_refused(&klavi(&[&fixed, arguments].concat(), b""), 2, sentence);
    };
    let of_belvo = |arguments: &[&str], sentence: &str| {
        refused(&[&["--provider", "belvo"], arguments].concat(), sentence);
    };
    of_belvo(
        &[],
        "klavi: no value of Authorization: give --authorization-file, BELVO_WEBHOOK_AUTHORIZATION or --allow-unauthenticated",
    );
    for key in [&["--secret-key", "k"][..], &["--secret-key-file", "f"][..]] {
        of_belvo(
            key,
            "klavi: --secret-key goes with --provider klavi alone: Belvo signs nothing, give --authorization-file",
        );
    }
    of_belvo(
        &["--allow-unsigned"],
        "klavi: --allow-unsigned goes with --provider klavi alone: for Belvo it is --allow-unauthenticated",
    );
    of_belvo(
        &["--environment", "testing"],
        "klavi: --environment testing, or KLAVI_ENVIRONMENT, goes with --provider klavi alone",
    );
    of_belvo(
        &["--allow-unauthenticated", "--no-allow-list"],
        "klavi: --allow-unauthenticated leaves the addresses to decide: not with --no-allow-list, name them with --allow",
    );
    of_belvo(
        &["--authorization-file", "/nowhere/value"],
        "klavi: /nowhere/value cannot be read: No such file or directory (os error 2)",
    );
    refused(&["--authorization-file", "f"], "klavi: --authorization-file goes with --provider belvo alone");
    refused(
        &["--provider", "klavi", "--allow-unauthenticated"],
        "klavi: --allow-unauthenticated goes with --provider belvo alone",
    );
    let both = klavi(&["receive", "--allow-unauthenticated", "--authorization-file", "f"], b"");
    assert_eq!(both.status.code(), Some(2));
    assert_eq!(run(&mut crate::command(&["receive", "--provider", "other"]), b"").status.code(), Some(2));
}

#[test]
fn a_value_without_a_secret_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authorization");
    for empty in ["", "\n \n", "Basic\nBearer \nBasic Og==\n"] {
        std::fs::write(&file, empty).unwrap();
        let file = file.to_str().unwrap();
        let arguments = ["receive", "--listen", "127.0.0.1:0", "--inbox", "memory:", "--provider", "belvo"];
        let output = klavi(&[&arguments[..], &["--authorization-file", file]].concat(), b"");
        assert_refused(
            &output,
            2,
            "klavi: no value of Authorization: give --authorization-file, BELVO_WEBHOOK_AUTHORIZATION or --allow-unauthenticated",
        );
    }
}
