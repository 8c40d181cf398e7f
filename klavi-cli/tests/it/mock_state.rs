//! `klavi mock --state FILE`: what the file holds, whichever way the process ends.

use std::path::Path;

use serde_json::{Value, json};

use crate::mock::Mock;

fn start(path: &Path) -> Mock {
    Mock::start(&["mock", "--access-key", "a", "--secret-key", "s", "--state", path.to_str().unwrap()])
}

async fn post(mock: &Mock, path: &str, token: &str, body: &Value) -> Value {
    mock.call(mock.post(path, body).bearer_auth(token)).await.unwrap().1
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Killed in the middle of writing, again and again: what stands in the file is always whole, and of what once stood in it
/// nothing is lost.
#[tokio::test(flavor = "multi_thread")]
async fn kill_9_leaves_a_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mock.json");
    let mut token = String::new();
    let mut seen: Vec<String> = Vec::new();
    for round in 0..6 {
        let mut process = start(&path);
        if round == 0 {
            let keys = json!({"accessKey": "a", "secretKey": "s"});
            token = text(&post(&process, "/data/v1/auth", "", &keys).await["accessToken"]);
        }
        // The token is from before the first kill.
        let link = post(&process, "/data/v1/links", &token, &json!({"personalTaxId": "11144477735"})).await;
        seen.push(text(&link["linkId"]));
        loop {
            let file = std::fs::read_to_string(&path).unwrap();
            serde_json::from_str::<Value>(&file).expect("the file is whole at any moment");
            if seen.iter().all(|id| file.contains(id)) {
                break;
            }
            tokio::task::yield_now().await;
        }
        // Killed while it has more and more to write.
        let busy = async {
            for _ in 0..20 * (round + 1) {
                let info = json!({"externalInfo": {"text": "x".repeat(20_000)}});
                post(&process, "/data/v1/links", &token, &info).await;
            }
        };
        busy.await;
        process.kill();
        let file = std::fs::read_to_string(&path).unwrap();
        serde_json::from_str::<Value>(&file).expect("the file is whole after the kill");
    }
    let process = start(&path);
    let (_, state) = process.get("/_mock/state").await;
    let links: Vec<_> = state["links"].as_array().unwrap().iter().map(|link| text(&link["linkId"])).collect();
    assert!(seen.iter().all(|id| links.contains(id)));
}

#[tokio::test]
async fn sigterm_keeps_the_last_change() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mock.json");
    let process = start(&path);
    let keys = json!({"accessKey": "a", "secretKey": "s"});
    let token = text(&post(&process, "/data/v1/auth", "", &keys).await["accessToken"]);
    let link = post(&process, "/data/v1/links", &token, &json!({})).await;
    let (ended, _, _) = process.stop();
    assert_eq!(ended.code(), Some(0));
    assert!(std::fs::read_to_string(&path).unwrap().contains(&text(&link["linkId"])));
}
