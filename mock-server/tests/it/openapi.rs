//! The description of the APIs: committed, served, and true to the routes.

use std::path::{Path, PathBuf};
use std::process::Command;

use belvo_mock::MockBelvo;
use klavi_mock::MockKlavi;
use serde_json::{Value, json};

use crate::partner::{Answer, Partner};

/// Set to write the document anew.
const RENEW: &str = "KLAVI_MOCK_RENEW_OPENAPI";

/// The committed documents, with the port where the command listens.
const COMMITTED: [(&str, u16); 2] = [("openapi.json", 4010), ("../belvo-mock/openapi.json", 4020)];

fn committed(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

async fn served(base_url: &str) -> Value {
    let answer = reqwest::get(format!("{base_url}/_mock/openapi.json")).await.unwrap();
    Answer::read(answer).await.ok()
}

/// A mock of each provider.
async fn mocks() -> (MockKlavi, MockBelvo) {
    let belvo = MockBelvo::builder().behaviour(|behaviour| behaviour.calls_in_30_seconds = None);
    (MockKlavi::builder().start().await.unwrap(), belvo.start().await.unwrap())
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
async fn the_committed_documents_are_the_served_ones() {
    let (klavi, belvo) = mocks().await;
    for ((name, port), base_url) in COMMITTED.into_iter().zip([klavi.base_url(), belvo.base_url()]) {
        let mut document = served(base_url).await;
        assert_eq!(document["servers"], json!([{"url": base_url}]));
        document["servers"] = json!([{"url": format!("http://127.0.0.1:{port}")}]);
        if std::env::var_os(RENEW).is_some() {
            let text = format!("{}\n", serde_json::to_string_pretty(&document).unwrap());
            std::fs::write(committed(name), text).unwrap();
        }
        let text = std::fs::read_to_string(committed(name)).unwrap();
        assert!(
            serde_json::from_str::<Value>(&text).unwrap() == document,
            "mock-server/{name} is not what the mock describes. If the change is meant, write it anew with\n\
             {RENEW}=1 cargo test -p klavi-mock --test it openapi\nand look at the difference.",
        );
    }
}

/// An API is for programs and described call by call, since its routes are made of what is described. Pages are for people:
/// none of them is in the description, and a person is answered in HTML by what is not.
#[tokio::test]
async fn pages_for_people_are_no_api() {
    let (klavi, belvo) = mocks().await;
    for base_url in [klavi.base_url(), belvo.base_url()] {
        for (path, _) in operations(&served(base_url).await) {
            assert!(!path.starts_with("/_mock/console") && path != "/" && path != "/widget", "{path}");
        }
    }
    for page in [klavi.console_url(), format!("{}/settings", klavi.console_url()), belvo.widget_url()] {
        let answer = reqwest::get(&page).await.unwrap();
        assert!(answer.headers()["content-type"].as_bytes().starts_with(b"text/html"), "{page}");
    }
}

/// Routes and descriptions are made of the same handlers; that the router has them is asked here from outside.
#[tokio::test]
async fn each_described_call_exists() {
    let partner = Partner::start().await;
    let document = served(partner.mock.base_url()).await;
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

#[tokio::test]
async fn each_described_call_of_belvo_exists() {
    let mock = mocks().await.1;
    let operations = operations(&served(mock.base_url()).await);
    assert!(operations.len() > 30, "{operations:?}");
    let http = reqwest::Client::new();
    for (path, method) in operations {
        let address = format!("{}{}", mock.base_url(), path.replace(['{', '}'], ""));
        let request = http.request(method.parse().unwrap(), address);
        let answer = request.basic_auth(mock.secret_id(), Some(mock.secret_password())).send().await.unwrap();
        // Without a route there is no 404 but for an id that does not exist.
        assert!(answer.status() != 405 && (answer.status() != 404 || path.contains('{')), "{method} {path}");
    }
}

/// What a reader needs at least, of every call.
#[tokio::test]
async fn each_call_has_its_words_and_its_refusals() {
    let (klavi, belvo) = mocks().await;
    has_words_and_refusals(&served(klavi.base_url()).await, &["400", "422"]);
    // Belvo has one status for all that is wrong with a body.
    has_words_and_refusals(&served(belvo.base_url()).await, &["400"]);
}

fn has_words_and_refusals(document: &Value, of_bodies: &[&str]) {
    let mut ids = Vec::new();
    for (path, method) in operations(document) {
        let operation = &document["paths"][&path][method.to_lowercase()];
        let call = format!("{method} {path}");
        assert!(operation["summary"].as_str().is_some_and(|words| words.ends_with('.')), "{call}: summary");
        ids.push(operation["operationId"].as_str().unwrap().to_owned());
        let responses = operation["responses"].as_object().unwrap();
        let with_token = operation["security"].is_array();
        assert_eq!(
            responses.contains_key("401"),
            with_token || path.ends_with("/auth") || path.ends_with("/token/"),
            "{call}: 401"
        );
        assert!(responses.keys().any(|status| status.starts_with(['2', '3'])), "{call}: a success");
        if operation["requestBody"].is_object() {
            assert!(of_bodies.iter().all(|status| responses.contains_key(*status)), "{call}: bad bodies");
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
fn an_independent_validator_takes_them() {
    let python = std::env::var("KLAVI_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    for (name, _) in COMMITTED {
        let mut command = Command::new(&python);
        command.args(["-m", "openapi_spec_validator", "--schema", "3.1"]).arg(committed(name));
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.contains("OK"), "{name}: {said}");
    }
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
    let document = committed("openapi.json");
    node("openapi-typescript/bin/cli.js", &[document.to_str().unwrap(), "-o", "klavi.d.ts"]);
    node("typescript/bin/tsc", &["--noEmit", "--strict", "client.ts"]);
}
