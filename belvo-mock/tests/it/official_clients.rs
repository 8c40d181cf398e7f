//! Belvo's official clients, unmodified: what they can do with links, institutions and widget tokens they do with the mock.

use std::process::Command;

use belvo_mock::MockBelvo;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs python3 with belvo-python, in KLAVI_TEST_PYTHON"]
async fn belvos_own_client_for_python() {
    let mut python = Command::new(std::env::var("KLAVI_TEST_PYTHON").unwrap());
    python.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/peers/belvo/official.py"));
    official(python).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs node and belvo, in the folder that KLAVI_TEST_NODE_MODULES names"]
async fn belvos_own_client_for_javascript() {
    let mut node = Command::new("node");
    node.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/peers/belvo/official.mjs"))
        .env("NODE_MODULES", std::env::var("KLAVI_TEST_NODE_MODULES").unwrap());
    official(node).await;
}

/// Both official clients see the same, and send nothing that the documentation does not have.
async fn official(mut client: Command) {
    let mock = MockBelvo::builder().seed(7).start().await.unwrap();
    client
        .env("BELVO_BASE_URL", mock.base_url())
        .env("BELVO_SECRET_ID", mock.secret_id())
        .env("BELVO_SECRET_PASSWORD", mock.secret_password());
    let output = tokio::task::spawn_blocking(move || client.output()).await.unwrap().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let steps: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let not_in_mock = json!([501, ["not_in_this_mock"]]);
    let unknown = json!([400, ["does_not_exist"]]);
    let token = json!(["access", "refresh"]);
    let expected = [
        json!({"step": "strangers", "refused": "Login failed."}),
        json!({
            "step": "institutions", "same": true,
            "names": ["erebor_mx_retail", "gringotts_mx_retail", "heimdall_mx_retail"],
        }),
        json!({"step": "registered", "status": "valid", "mode": "single", "external_id": "user-7f3a"}),
        json!({
            "step": "refused", "wrong": [400, ["login_error"]], "unknown": unknown, "plain": "login_error",
        }),
        json!({"step": "asked", "code": "token_required", "link": "unconfirmed"}),
        json!({"step": "resumed", "same": true, "status": "valid", "again": [400, ["session_expired"]]}),
        json!({"step": "listed", "all": 2, "own": [true], "none": []}),
        json!({"step": "updated", "status": "valid", "mode": "recurrent", "unknown": [404, ["not_found"]]}),
        json!({
            "step": "tokens", "keys": [token, token, token, token],
            "scopes": [400, ["invalid"]], "unknown": unknown,
        }),
        json!({"step": "unserved", "accounts": not_in_mock, "owners": not_in_mock}),
        json!({"step": "deleted", "gone": true, "again": false}),
    ];
    for (step, expected) in steps.iter().zip(&expected) {
        assert_eq!(step, expected);
    }
    assert_eq!(steps.len(), expected.len());
    assert_eq!(mock.unknown_fields(), []);
}
