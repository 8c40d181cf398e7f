//! A client that knows nothing of this project, written from the description of Belvo's API alone, works against the
//! mock: each kind of second factor, webhooks, pages, both ways to delete.

use std::process::Stdio;
use std::time::Duration;

use belvo_mock::{MockBelvo, Resend};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

const CLIENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/belvo/client.py");
const BANK: &str = "heimdall_mx_retail";
const AUTHORIZATION: &str = "Basic YmVsdm86aG9vay1zZWNyZXQ=";

#[tokio::test]
#[ignore = "needs python3 with requests, in KLAVI_TEST_PYTHON"]
async fn python_with_requests() {
    let mock = MockBelvo::builder().seed(7).retry_step(Duration::ZERO).start().await.unwrap();
    let mut client = Client::start(&mock, &["mfa_default", "mfa_numeric", "mfa_qr", "mfa_text"]);
    let hook = client.step("hook").await["url"].as_str().unwrap().to_owned();
    mock.set_webhook(&hook, Some("Basic c29tZWJvZHk6ZWxzZQ==")).unwrap();
    client.answer("").await;
    assert_eq!(
        client.step("refused").await,
        json!({"step": "refused", "status": 401, "code": "authentication_failed"})
    );

    for (kind, expiry) in [("inputless", 720), ("numeric", 60), ("qr", 60), ("text", 720)] {
        let asked = client.step("asked").await;
        assert_eq!((&asked["code"], &asked["type"]), (&json!("token_required"), &json!(kind)));
        assert_eq!((&asked["expiry"], &asked["expects"]), (&json!(expiry), &json!(true)), "{kind}");
        assert_eq!(asked["picture"], kind == "qr");
        assert_eq!(asked["value"].is_null(), matches!(kind, "inputless" | "qr"), "{asked}");
        client.answer(&token(&asked)).await;

        let linked = client.step("linked").await;
        assert_eq!((&linked["status"], &linked["same"]), (&json!("valid"), &json!(true)), "{linked}");
        assert_eq!(linked["external_id"], "user-7f3a");
        assert_eq!(linked["again"], json!([400, "session_expired"]), "a session is good for one answer");
        if kind == "inputless" {
            assert_eq!(client.step("foreign").await["taken"], 0);
            mock.settled().await;
            mock.set_webhook(&hook, Some(AUTHORIZATION)).unwrap();
            mock.deliveries()
                .iter()
                .for_each(|delivery| drop(mock.resend(delivery.id, Resend::new()).unwrap()));
            client.answer("").await;
        }
        let webhook = client.step("webhook").await;
        assert_eq!(
            (&webhook["code"], &webhook["external_id"]),
            (&json!("historical_update"), &json!("user-7f3a"))
        );
        assert!(webhook["total"].as_u64().unwrap() > 0, "{webhook}");
    }

    assert_eq!(
        client.step("listed").await,
        json!({"step": "listed", "pages": [3, 1], "count": 4, "same": true})
    );
    assert_eq!(
        client.step("detail").await,
        json!({"step": "detail", "institution": BANK, "access_mode": "single", "user": 44})
    );
    assert_eq!(
        client.step("deleted").await,
        json!({"step": "deleted", "status": 204, "gone": [404, "not_found"]})
    );
    for _ in 0..3 {
        let told = client.step("told").await;
        assert_eq!(told, json!({"step": "told", "status": 202, "type": "LINK", "same": true}));
    }
    assert_eq!(client.step("left").await["count"], 0);
    assert!(client.process.wait().await.unwrap().success());
}

/// What the user of the mock answers.
fn token(asked: &Value) -> String {
    if asked["type"] != "text" {
        return "123456".to_owned();
    }
    let question = asked["value"].as_str().unwrap();
    let numbers = question.split(|letter: char| !letter.is_ascii_digit());
    numbers.filter_map(|number| number.parse::<u32>().ok()).sum::<u32>().to_string()
}

struct Client {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    input: ChildStdin,
}

impl Client {
    fn start(mock: &MockBelvo, users: &[&str]) -> Self {
        let mut python = Command::new(std::env::var("KLAVI_TEST_PYTHON").unwrap());
        python
            .args([CLIENT, BANK, "pass_valid"])
            .args(users)
            .env("BELVO_BASE_URL", mock.base_url())
            .env("BELVO_SECRET_ID", mock.secret_id())
            .env("BELVO_SECRET_PASSWORD", mock.secret_password())
            .env("BELVO_WEBHOOK_AUTHORIZATION", AUTHORIZATION);
        let mut process =
            python.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let input = process.stdin.take().unwrap();
        Self { process, lines, input }
    }

    async fn step(&mut self, name: &str) -> Value {
        let line = self.lines.next_line().await.unwrap().expect("the client ended");
        let step: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(step["step"], name, "{step}");
        step
    }

    async fn answer(&mut self, line: &str) {
        self.input.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }
}
