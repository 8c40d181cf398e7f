//! The description of the APIs: committed, served, and true to the routes.

use std::path::{Path, PathBuf};
use std::process::Command;

use klavi_mock::MockKlavi;
use serde_json::{Value, json};

use crate::partner::{Answer, Partner};

/// Set to write the document anew.
const RENEW: &str = "KLAVI_MOCK_RENEW_OPENAPI";

fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json")
}

async fn served(mock: &MockKlavi) -> Value {
    let answer = reqwest::get(format!("{}/_mock/openapi.json", mock.base_url())).await.unwrap();
    Answer::read(answer).await.ok()
}

/// Path and method of each operation.
fn operations(document: &Value) -> Vec<(String, String)> {
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &Value)| {
        let methods = item.as_object().unwrap().keys();
        methods.map(|method| (path.clone(), method.to_uppercase())).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

#[tokio::test]
async fn the_committed_document_is_the_served_one() {
    let mock = MockKlavi::builder().start().await.unwrap();
    let mut document = served(&mock).await;
    assert_eq!(document["servers"], json!([{"url": mock.base_url()}]));
    document["servers"] = json!([{"url": "http://127.0.0.1:4010"}]);
    if std::env::var_os(RENEW).is_some() {
        let text = format!("{}\n", serde_json::to_string_pretty(&document).unwrap());
        std::fs::write(committed(), text).unwrap();
    }
    let text = std::fs::read_to_string(committed()).unwrap();
    assert!(
        serde_json::from_str::<Value>(&text).unwrap() == document,
        "mock-server/openapi.json is not what the mock describes. If the change is meant, write it anew with\n\
         {RENEW}=1 cargo test -p klavi-mock --test it openapi\nand look at the difference.",
    );
}

/// Routes and descriptions are made of the same handlers; that the router has them is asked here from outside.
#[tokio::test]
async fn each_described_call_exists() {
    let partner = Partner::start().await;
    let document = served(&partner.mock).await;
    let operations = operations(&document);
    for call in [
        "POST /data/v1/auth",
        "GET /data/v1/basic-links/{yourAppId}",
        "GET /_mock/state",
        "DELETE /_mock/faults/{id}",
    ] {
        let (method, path) = call.split_once(' ').unwrap();
        assert!(operations.contains(&(path.to_owned(), method.to_owned())), "{call} is not described");
    }
    for (path, method) in operations {
        let address = path.replace(['{', '}'], "");
        let answer = partner.send(method.parse().unwrap(), &address, None, None).await;
        assert_ne!(answer.status, 405, "{method} {path}");
        let unrouted = answer.status == 404 && answer.text.contains("The resource does not exist");
        // A part of a path that cannot be read is answered in the same words.
        assert!(!unrouted || path.contains("/_mock/") && path.contains('{'), "{method} {path}");
    }
}

/// What a reader needs at least, of every call.
#[tokio::test]
async fn each_call_has_its_words_and_its_refusals() {
    let mock = MockKlavi::builder().start().await.unwrap();
    let document = served(&mock).await;
    let mut ids = Vec::new();
    for (path, method) in operations(&document) {
        let operation = &document["paths"][&path][method.to_lowercase()];
        let call = format!("{method} {path}");
        assert!(operation["summary"].as_str().is_some_and(|words| words.ends_with('.')), "{call}: summary");
        ids.push(operation["operationId"].as_str().unwrap().to_owned());
        let responses = operation["responses"].as_object().unwrap();
        let with_token = operation["security"].is_array();
        assert_eq!(responses.contains_key("401"), with_token || path.ends_with("/auth"), "{call}: 401");
        assert!(responses.keys().any(|status| status.starts_with(['2', '3'])), "{call}: a success");
        if operation["requestBody"].is_object() {
            assert!(responses.contains_key("400") && responses.contains_key("422"), "{call}: bad bodies");
        }
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count, "an operationId is there twice");
}

/// By the validator of the OpenAPI community for Python, which knows nothing of the library that made the document.
#[test]
#[ignore = "needs Python with openapi-spec-validator"]
fn an_independent_validator_takes_it() {
    let python = std::env::var("KLAVI_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut command = Command::new(python);
    let output =
        command.args(["-m", "openapi_spec_validator", "--schema", "3.1"]).arg(committed()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("OK"), "{said}");
}

/// Types for TypeScript are made of it, and a client that is right compiles with them, one that is wrong does not.
#[test]
#[ignore = "needs node with openapi-typescript and typescript, in KLAVI_TEST_NODE_MODULES"]
fn a_client_in_another_language_can_be_made_of_it() {
    let modules = PathBuf::from(std::env::var("KLAVI_TEST_NODE_MODULES").unwrap());
    let scratch = tempfile::tempdir().unwrap();
    let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openapi/client.ts");
    std::fs::copy(client, scratch.path().join("client.ts")).unwrap();
    let node = |script: &str, arguments: &[&str]| {
        let mut command = Command::new("node");
        command.arg(modules.join(script)).args(arguments).current_dir(scratch.path());
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{script}: {said}");
    };
    let document = committed();
    node("openapi-typescript/bin/cli.js", &[document.to_str().unwrap(), "-o", "klavi.d.ts"]);
    node("typescript/bin/tsc", &["--noEmit", "--strict", "client.ts"]);
}
