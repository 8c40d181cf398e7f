//! `klavi receive` while it is stopped, told to read its keys again, or left without a log: nobody who sends notices.

use std::process::{Command, Stdio};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use http::StatusCode;
use klavi_webhook::klavi::SigningKey;
use tokio::sync::Notify;

use crate::command;
use crate::receive::{FORWARD_KEY, KEY, REPORT, Receive, listed, send};

const LATE: &str = r#"[{"eventId":"late","eventName":"link_created"}]"#;

/// An endpoint that takes an entry, says so, and answers when it is told to.
async fn endpoint(State((arrived, answer)): State<(mpsc::Sender<()>, Arc<Notify>)>) -> StatusCode {
    arrived.send(()).unwrap();
    answer.notified().await;
    StatusCode::OK
}

#[tokio::test]
async fn deliveries_are_taken_in_as_long_as_forwarding_ends() {
    let (arrived, arrivals) = mpsc::channel();
    let answer = Arc::new(Notify::new());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let forward = format!("http://{}/entries", listener.local_addr().unwrap());
    let app = Router::new().fallback(endpoint).with_state((arrived, answer.clone()));
    tokio::spawn(async { axum::serve(listener, app).await.unwrap() });

    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("inbox.db").display());
    let receive = Receive::start(
        &["--inbox", &url, "--no-allow-list", "--forward", &forward, "--grace", "600"],
        &[("KLAVI_FORWARD_SECRET", FORWARD_KEY)],
    );
    assert_eq!(receive.post(REPORT).await, 200);
    let receive = tokio::task::spawn_blocking(move || {
        arrivals.recv_timeout(Duration::from_secs(60)).unwrap();
        receive.terminate("stopping: forwarding under way ends");
        receive
    });
    let receive = receive.await.unwrap();
    assert_eq!(receive.admin("/readyz").await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(receive.post(LATE).await, 200, "nobody else is there to take it");
    answer.notify_one();
    assert_eq!(tokio::task::spawn_blocking(move || receive.ended()).await.unwrap(), Some(0));

    let done = listed(&url, &["--state", "done"]);
    assert_eq!(done.len(), 1);
    assert_eq!(done[0]["name"], "pf_balance");
    let pending = listed(&url, &["--state", "pending"]);
    assert_eq!(pending.len(), 1);
    assert_eq!(pending[0]["name"], "link_created");
}

#[tokio::test]
async fn a_changed_key_is_taken_up_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    let write = |key: &str| std::fs::write(&file, key).unwrap();
    let signed = |key: &str| SigningKey::from(key).sign(REPORT.as_bytes()).to_string();
    // With the mark that some editors put before text.
    write("\u{feff}first\n");
    let path = file.display().to_string();
    let receive = Receive::start(&["--inbox", "memory:", "--no-allow-list", "--secret-key-file", &path], &[]);
    assert_eq!(receive.post_signed(REPORT, &signed("first")).await, 200);
    assert_eq!(receive.post_signed(REPORT, &signed("second")).await, 401);
    assert_eq!(receive.post_signed(REPORT, &signed(KEY)).await, 200, "that of the environment holds as well");

    write("second\n");
    receive.hang_up("configuration read again");
    assert_eq!(receive.post_signed(REPORT, &signed("second")).await, 200);
    assert_eq!(receive.post_signed(REPORT, &signed("first")).await, 401);

    // Though there is one in the environment: a file that is being written must not take its key away.
    write("\n");
    receive.hang_up("the configuration in use stays");
    assert_eq!(receive.post_signed(REPORT, &signed("second")).await, 200);

    // Nor does one whose quotes would be part of it.
    write("\"third\"\n");
    receive.hang_up("the configuration in use stays");
    assert_eq!(receive.post_signed(REPORT, &signed("second")).await, 200);

    std::fs::remove_file(&file).unwrap();
    receive.hang_up("the configuration in use stays");
    assert_eq!(receive.post_signed(REPORT, &signed("second")).await, 200);
    assert_eq!(receive.stop(), Some(0));
}

#[tokio::test]
async fn a_log_that_nobody_reads_stops_nothing() {
    // The log cannot tell the address.
    let address = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().to_string()
    };
    let mut command = command(&["receive", "--listen", &address, "--inbox", "memory:", "--no-allow-list"]);
    command.env("KLAVI_SECRET_KEY", KEY).stdin(Stdio::null()).stdout(Stdio::null());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    let post = |signature: String| {
        let request = reqwest::Client::new().post(format!("http://{address}/klavi"));
        send(request.header("x-klavi-signature", signature).body(REPORT))
    };
    let refused = async {
        loop {
            match post("0".repeat(64)).await {
                Ok(answer) => break answer.status(),
                Err(error) => assert!(error.is_connect(), "{error}"),
            }
        }
    };
    let status = tokio::time::timeout(Duration::from_secs(60), refused).await.expect("it is not there yet");
    assert_eq!(status, StatusCode::UNAUTHORIZED, "the refusal is logged, or would be");
    assert_eq!(post(SigningKey::from(KEY).sign(REPORT.as_bytes()).to_string()).await.unwrap().status(), 200);
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
