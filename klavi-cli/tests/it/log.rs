//! The log of `klavi receive`: whole where it is read, and no hindrance where it is not.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use http::StatusCode;
use klavi_webhook::klavi::SigningKey;

use crate::receive::{KEY, REPORT};
use crate::{command, klavi, stderr};

/// A receiver whose log, of every kind there is, nobody reads: it cannot tell its addresses.
struct Unread {
    address: String,
    admin: String,
    client: reqwest::Client,
}

impl Unread {
    fn new() -> (Self, Command) {
        let free = [TcpListener::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap()];
        let [address, admin] = free.map(|listener| listener.local_addr().unwrap().to_string());
        let mut command = command(&["receive", "--inbox", "memory:", "--no-allow-list", "--log", "json"]);
        command.args(["--listen", &address, "--admin", &admin]);
        command.env("KLAVI_SECRET_KEY", KEY).env("RUST_LOG", "trace").stdin(Stdio::null());
        (Self { address, admin, client: reqwest::Client::new() }, command)
    }

    async fn post(&self, id: usize) -> StatusCode {
        let body = REPORT.replace("r-1", &id.to_string());
        let signature = SigningKey::from(KEY).sign(body.as_bytes()).to_string();
        let request = self.client.post(format!("http://{}/", self.address));
        request.header("x-klavi-signature", signature).body(body).send().await.unwrap().status()
    }

    /// The page, once the process is there.
    async fn page(&self, page: &str) -> String {
        loop {
            match self.client.get(format!("http://{}{page}", self.admin)).send().await {
                Ok(answer) => {
                    assert_eq!(answer.status(), StatusCode::OK);
                    #[expect(clippy::disallowed_methods, reason = "a page of our own")]
                    break answer.text().await.unwrap();
                }
                Err(error) => assert!(error.is_connect(), "{error}"),
            }
        }
    }

    /// Sends deliveries until lines are lost: then the pipe is full, and so is what waits for it.
    async fn overflow(&self) {
        let overflowing = async {
            self.page("/healthz").await;
            let mut ids = 0..;
            loop {
                let posts = ids.by_ref().take(256).map(|id| self.post(id));
                let statuses: Vec<_> = stream::iter(posts).buffer_unordered(16).collect().await;
                assert!(statuses.iter().all(|status| *status == StatusCode::OK), "{statuses:?}");
                let metrics = self.page("/metrics").await;
                let lost = metrics.lines().find_map(|line| line.strip_prefix("log_lines_dropped_total "));
                if lost.is_some_and(|lost| lost != "0") {
                    break;
                }
            }
            assert_eq!(self.post(usize::MAX).await, StatusCode::OK);
            self.page("/healthz").await;
        };
        tokio::time::timeout(Duration::from_secs(300), overflowing).await.expect("it stands still");
    }
}

fn terminate(child: &Child) {
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
}

#[tokio::test]
async fn a_log_that_is_not_read_stops_nothing_and_tells_later_what_it_lost() {
    let (unread, mut command) = Unread::new();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    unread.overflow().await;

    // Somebody reads again.
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let told = lines.by_ref().find(|line| line.contains("log lines were lost: standard error was not read"));
    assert!(told.unwrap().contains("\"lost\":"));
    terminate(&child);
    assert!(lines.any(|line| line.contains("\"message\":\"stopped\"")), "its last line is there");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[tokio::test]
async fn a_process_whose_log_is_not_read_ends() {
    let (unread, mut command) = Unread::new();
    // As with `2>&1`.
    let (log, both) = std::io::pipe().unwrap();
    let mut child = command.stdout(both.try_clone().unwrap()).stderr(both).spawn().unwrap();
    drop(command);
    unread.overflow().await;
    terminate(&child);
    let ended = tokio::task::spawn_blocking(move || child.wait().unwrap().code());
    let ended = tokio::time::timeout(Duration::from_secs(120), ended).await.expect("it does not end");
    assert_eq!(ended.unwrap(), Some(0));
    drop(log);
}

#[test]
fn a_failure_is_the_last_that_is_said() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let arguments = ["receive", "--inbox", "memory:", "--secret-key", "k", "--listen", &address];
    let output = klavi(&arguments, b"");
    assert_eq!(output.status.code(), Some(1));
    let last = stderr(&output).lines().last().unwrap_or_default();
    let sentence = format!("klavi: --listen: cannot listen on {address}: ");
    assert!(last.starts_with(&sentence), "{}", stderr(&output));
}
