//! Clients that know nothing of this project, written from the description of Klavi's API alone, work against the mock: from
//! `/auth` to a report that was received and verified.

use std::process::Stdio;

use klavi_webhook::{Filter, Inbox, Page};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::desk::{BANK, Desk};

const CPF: &str = "12345678909";
const PRODUCT: &str = "pf_categorized_checking_l3";
const CLIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/clients");

#[tokio::test]
#[ignore = "needs node and axios, in the folder that KLAVI_TEST_NODE_MODULES names"]
async fn node_with_axios() {
    let modules = std::env::var("KLAVI_TEST_NODE_MODULES").unwrap();
    let mut node = Command::new("node");
    node.arg(format!("{CLIENTS}/client.mjs")).env("NODE_MODULES", modules);
    let desk = Desk::new().await;
    let mut client = Client::start(&desk, node);
    client.connects(&desk).await;
    client.receives("node").await;
    client.ends().await;
}

#[tokio::test]
#[ignore = "needs python3 with requests, in KLAVI_TEST_PYTHON"]
async fn python_with_requests() {
    let mut python = Command::new(std::env::var("KLAVI_TEST_PYTHON").unwrap());
    python.arg(format!("{CLIENTS}/client.py"));
    let desk = Desk::new().await;
    let mut client = Client::start(&desk, python);
    client.connects(&desk).await;
    client.receives("python").await;
    client.ends().await;
}

#[tokio::test]
#[ignore = "needs curl and jq"]
async fn curl_at_the_shell() {
    let desk = Desk::new().await;
    let mut bash = Command::new("bash");
    bash.arg(format!("{CLIENTS}/client.sh")).env("KLAVI_HOOK", &desk.hook);
    let mut client = Client::start(&desk, bash);
    client.connects(&desk).await;
    let request = client.step("requested").await["requestId"].clone();
    client.ends().await;

    desk.mock.settled().await;
    let listed = desk.inbox.list(&Filter::all(), Page::first(99)).await.unwrap();
    let report = listed.iter().find(|entry| entry.name.as_deref() == Some(PRODUCT)).unwrap();
    assert_eq!(report.request_id.as_deref(), request.as_str());
}

struct Client {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    consent: Value,
}

impl Client {
    fn start(desk: &Desk, mut command: Command) -> Self {
        let command = command
            .args([CPF, BANK, PRODUCT])
            .env("KLAVI_BASE_URL", desk.mock.base_url())
            .env("KLAVI_ACCESS_KEY", desk.mock.access_key())
            .env("KLAVI_SECRET_KEY", desk.mock.secret_key());
        let mut process = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, lines, consent: Value::Null }
    }

    async fn step(&mut self, name: &str) -> Value {
        let line = self.lines.next_line().await.unwrap().expect("the client ended");
        let step: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(step["step"], name, "{step}");
        step
    }

    /// Up to a consent that its user has authorised.
    async fn connects(&mut self, desk: &Desk) {
        assert_eq!(self.step("auth").await["expireIn"], 1800);
        let refused = self.step("refused").await;
        assert_eq!((&refused["status"], &refused["code"]), (&json!(401), &json!(401)));
        assert_eq!(refused["message"], "Invalid accessKey or secretKey");
        let banks = self.step("institutions").await;
        assert!(banks["codes"].as_array().unwrap().contains(&json!(BANK)), "{banks}");

        let open = self.step("open").await;
        self.consent = open["consentId"].clone();
        desk.mock.authorise(self.consent.as_str().unwrap()).await.unwrap();
        assert_eq!(self.step("authorised").await["selected"], json!([[BANK, "AUTHORISED"]]));
    }

    async fn receives(&mut self, name: &str) {
        let report = self.step("report").await;
        assert_eq!((&report["code"], &report["links"]), (&json!(200), &json!(1)));
        assert_eq!(report["externalInfo"], json!({"client": name}));
    }

    async fn ends(&mut self) {
        assert!(self.step("business").await["message"].as_str().unwrap().starts_with("business code 4005"));
        let revoked = self.step("revoked").await;
        assert_eq!((&revoked["listed"], &revoked["status"]), (&json!([self.consent]), &json!("REVOKED")));
        assert!(self.process.wait().await.unwrap().success());
    }
}
