//! Node and Python, with nothing but their standard libraries, judge our signatures; and we judge theirs.

use std::process::Stdio;
use std::sync::Arc;

use klavi_types::ProductsCallbackUrl;
use klavi_types::api::ReportRequest;
use klavi_types::{Product, ProductName};
use klavi_webhook::klavi::Klavi;
use klavi_webhook::{EntryState, Filter, Inbox, MemoryInbox, Page, Receiver};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{ChildStdout, Command};

use crate::desk::{BANK, CPF, Desk, serve};

const NODE: &[&str] = &["node", concat!(env!("CARGO_MANIFEST_DIR"), "/peers/klavi_peer.mjs")];
const PYTHON: &[&str] = &["python3", concat!(env!("CARGO_MANIFEST_DIR"), "/peers/klavi_peer.py")];
const KEY: &str = "A1B2C3D4-0000-4000-8000-ÇÃO";

#[tokio::test]
#[ignore = "needs node"]
async fn node_verifies_what_the_mock_signs() {
    verifies(NODE).await;
}

#[tokio::test]
#[ignore = "needs python3"]
async fn python_verifies_what_the_mock_signs() {
    verifies(PYTHON).await;
}

#[tokio::test]
#[ignore = "needs node"]
async fn the_receiver_accepts_what_node_signs() {
    sends(NODE).await;
}

#[tokio::test]
#[ignore = "needs python3"]
async fn the_receiver_accepts_what_python_signs() {
    sends(PYTHON).await;
}

fn peer(command: &[&str], key: &str) -> Command {
    let mut peer = Command::new(command[0]);
    peer.args(&command[1..]).env("KLAVI_SECRET_KEY", key).stdout(Stdio::piped()).kill_on_drop(true);
    peer
}

async fn line(lines: &mut Lines<BufReader<ChildStdout>>) -> Value {
    serde_json::from_str(&lines.next_line().await.unwrap().expect("the peer ended")).unwrap()
}

async fn verifies(command: &[&str]) {
    let desk = Desk::new().await;
    let consent = desk.connected().await;
    desk.mock.settled().await;
    let mut child = peer(command, desk.mock.secret_key()).arg("receive").spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let hook = format!("http://127.0.0.1:{}/", line(&mut lines).await["port"]);

    desk.mock.set_console_webhook(&hook).unwrap();
    let request = ReportRequest::institution(CPF, BANK)
        .products([Product::Personal(ProductName::CategorizedCheckingL3)])
        .consent_ids(vec![consent])
        .products_callback_url(ProductsCallbackUrl::all(&hook).unwrap())
        .build()
        .unwrap();
    desk.client.reports().request(&request).await.unwrap();
    for name in ["product_request_received", "product_generated_success", "pf_categorized_checking_l3"] {
        let delivery = line(&mut lines).await;
        assert_eq!((&delivery["valid"], &delivery["name"]), (&Value::Bool(true), &Value::from(name)));
    }
    desk.mock.settled().await;
    assert!(desk.mock.deliveries().iter().all(|delivery| delivery.attempts.len() == 1));
}

async fn sends(command: &[&str]) {
    let inbox = Arc::new(MemoryInbox::new());
    let hook = serve(Receiver::new(Klavi::new(KEY), inbox.clone())).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("body.json");
    std::fs::write(
        &file,
        r#"[{"eventId":"1","eventName":"link_created","externalInfo":{"nome":"Conceição"}}]"#,
    )
    .unwrap();
    for (key, status, entries) in [(KEY, 200, 1), ("another key", 401, 1)] {
        let output = peer(command, key).args(["send", &hook, file.to_str().unwrap()]).output().await.unwrap();
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(answer["status"], status);
        let pending = Filter::all().in_state(EntryState::Pending);
        assert_eq!(inbox.list(&pending, Page::first(1_000)).await.unwrap().len(), entries);
    }
}
