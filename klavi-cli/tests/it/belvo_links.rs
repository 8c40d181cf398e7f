//! `klavi belvo links`, against a mock.

use std::process::Output;

use belvo_mock::MockBelvo;
use http::StatusCode;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::{assert_refused, command, run, stderr, stdout};

/// A mock, and the commands that call it.
struct Desk {
    mock: MockBelvo,
    // Serves the mock.
    runtime: tokio::runtime::Runtime,
}

impl Desk {
    fn new() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let mock = runtime.block_on(MockBelvo::builder().seed(7).start()).unwrap();
        Self { mock, runtime }
    }

    fn with_password(&self, password: &str, arguments: &[&str]) -> Output {
        let mut command = command(&[&["belvo", "links"], arguments].concat());
        command.env("BELVO_BASE_URL", self.mock.base_url()).env("BELVO_SECRET_ID", self.mock.secret_id());
        run(command.env("BELVO_SECRET_PASSWORD", password), b"")
    }

    fn klavi(&self, arguments: &[&str]) -> Output {
        self.with_password(self.mock.secret_password(), arguments)
    }

    #[track_caller]
    fn text(&self, arguments: &[&str]) -> String {
        let output = self.klavi(arguments);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stdout(&output).to_owned()
    }

    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.text(&[arguments, &["--json"]].concat())).unwrap()
    }

    fn link(&self, username: &str, external_id: &str) -> String {
        let body = json!({
            "institution": "erebor_mx_retail", "username": username, "password": "full", "external_id": external_id,
        });
        let request = reqwest::Client::new()
            .post(format!("{}/api/links/", self.mock.base_url()))
            .basic_auth(self.mock.secret_id(), Some(self.mock.secret_password()))
            .header(CONTENT_TYPE, "application/json")
            .body(body.to_string());
        let answer = self.runtime.block_on(async {
            let mut answer = request.send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::CREATED);
            let mut body = Vec::new();
            while let Some(chunk) = answer.chunk().await.unwrap() {
                body.extend_from_slice(&chunk);
            }
            body
        });
        serde_json::from_slice::<Value>(&answer).unwrap()["id"].as_str().unwrap().to_owned()
    }
}

#[test]
fn links_are_listed_by_what_they_have() {
    let desk = Desk::new();
    assert_eq!((desk.text(&["list"]), desk.json(&["list"])), (String::new(), json!([])));
    let (first, second) = (desk.link("bnk100", "user-1"), desk.link("bnk101", "user-2"));
    desk.mock.invalidate(&second).unwrap();

    let listed = desk.text(&["list"]);
    assert_eq!(listed.lines().count(), 2, "{listed}");
    assert!(listed.contains(&first) && listed.contains("  erebor_mx_retail "), "{listed}");
    let ids = |arguments: &[&str]| -> Vec<String> {
        let listed = desk.json(&[&["list"], arguments].concat());
        listed.as_array().unwrap().iter().map(|link| link["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&["--external-id", "user-1"]), [first.as_str()]);
    assert_eq!(ids(&["--status", "invalid"]), [second]);
    assert_eq!(ids(&["--status", "invalid", "--status", "valid"]).len(), 2);
    assert_eq!(ids(&["--institution", "gringotts_mx_retail"]).len(), 0);
    let user = desk.json(&["show", &first])["institution_user_id"].as_str().unwrap().to_owned();
    assert_eq!(ids(&["--institution-user-id", &user, "--access-mode", "recurrent"]), [first]);
}

#[test]
fn one_is_shown_with_what_there_is_to_do() {
    let desk = Desk::new();
    let id = desk.link("bnk100", "user-1");
    let link = desk.json(&["show", &id]);
    assert_eq!((&link["status"], &link["refresh_rate"]), (&json!("valid"), &json!("7d")));
    let shown = desk.text(&["show", &id]);
    assert!(shown.contains("status       valid\n") && shown.contains("user         user-1\n"), "{shown}");
    assert!(!shown.contains("to do"), "{shown}");
    desk.mock.invalidate(&id).unwrap();
    let shown = desk.text(&["show", &id]);
    assert!(shown.contains("to do        the user connects again: widget in update mode\n"), "{shown}");
}

#[test]
fn they_are_deleted_at_once_or_later() {
    let desk = Desk::new();
    let (first, second) = (desk.link("bnk100", "user-1"), desk.link("bnk101", "user-2"));
    assert_eq!(desk.text(&["delete", &first]), format!("link {first} is deleted\n"));
    let gone = desk.klavi(&["show", &first]);
    assert_refused_with(&gone, "404");
    assert!(desk.json(&["delete", &second, "--async"])["request_id"].is_string());
    assert_eq!(desk.json(&["list"]), json!([]));
}

#[track_caller]
fn assert_refused_with(output: &Output, words: &str) {
    assert_eq!((output.status.code(), stdout(output)), (Some(1), ""));
    assert!(stderr(output).contains(words) && stderr(output).lines().count() == 1, "{}", stderr(output));
}

#[test]
fn mistakes_are_one_sentence() {
    let desk = Desk::new();
    let refused = desk.with_password("wrong", &["list"]);
    assert_refused_with(&refused, "401");
    let sentence = stderr(&refused);
    assert!(!sentence.contains("wrong") && !sentence.contains(desk.mock.secret_id()), "{sentence}");

    let calls = desk.mock.received_requests().len();
    assert_refused(
        &desk.with_password("", &["list"]),
        2,
        "klavi: the variable BELVO_SECRET_PASSWORD is not set, nor is BELVO_SECRET_PASSWORD_FILE",
    );
    let personal = desk.klavi(&["list", "--external-id", "maria@example.com"]);
    assert_eq!(personal.status.code(), Some(2), "{}", stderr(&personal));
    assert_eq!(desk.mock.received_requests().len(), calls);
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut silent = command(&["belvo", "links", "list", "--base-url", &format!("http://127.0.0.1:{port}")]);
    let silent =
        silent.env("BELVO_SECRET_ID", "a").env("BELVO_SECRET_PASSWORD", "b").env("RUST_LOG", "off").output();
    assert_refused_with(&silent.unwrap(), "no connection to the server (after 4 attempts)");
    let nowhere = command(&["belvo", "links", "list"]).env_remove("BELVO_BASE_URL").output().unwrap();
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(stderr(&nowhere).contains("--environment"), "{}", stderr(&nowhere));
}
