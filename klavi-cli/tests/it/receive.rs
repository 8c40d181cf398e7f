//! `klavi receive` and `klavi inbox` as an operator runs them: beside one another, over the same file.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{LazyLock, mpsc};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use http::{HeaderMap, StatusCode};
use klavi_webhook::klavi::SigningKey;
use serde_json::Value;
use tokio::runtime::{self, Runtime};

use crate::{assert_refused, command, klavi, stderr, stdout};

pub(crate) const KEY: &str = "A1B2C3D4-0000-4000-8000-000000000000";
pub(crate) const FORWARD_KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
pub(crate) const REPORT: &str =
    r#"{"productName":"pf_balance","productReportId":"r-1","requestId":"q-1","code":200,"accounts":[]}"#;
const EVENTS: &str =
    r#"[{"eventId":"1","eventName":"link_created"},{"eventId":"2","eventName":"consent_authorised"}]"#;

/// A running `klavi receive`, stopped with the test.
pub(crate) struct Receive {
    child: Child,
    pub(crate) address: String,
    pub(crate) admin: String,
    /// What it logged until it listened.
    pub(crate) said: Vec<String>,
    /// What it logs from then on.
    messages: mpsc::Receiver<String>,
}

impl Receive {
    pub(crate) fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::spawn(&mut receive(arguments, environment))
    }

    /// Runs a `klavi receive` that logs JSON and has an admin address.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = Vec::new();
        let mut address_of = |message: &str| loop {
            let line: Value = serde_json::from_str(&lines.next().expect("it ended").unwrap()).unwrap();
            said.push(line["fields"]["message"].as_str().unwrap_or_default().to_owned());
            if line["fields"]["message"] == message {
                break line["fields"]["address"].as_str().unwrap().to_owned();
            }
        };
        let (admin, address) = (address_of("admin pages"), address_of("receiving"));
        // Whoever reads no more would block the process once the pipe is full.
        let (sender, messages) = mpsc::channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let line: Value = serde_json::from_str(&line).unwrap_or_default();
                let _ = sender.send(line["fields"]["message"].as_str().unwrap_or_default().to_owned());
            }
        });
        Self { child, address, admin, said, messages }
    }

    /// Of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) async fn post(&self, body: &str) -> StatusCode {
        let signature = SigningKey::from(KEY).sign(body.as_bytes()).to_string();
        self.post_signed(body, &signature).await
    }

    pub(crate) async fn post_signed(&self, body: &str, signature: &str) -> StatusCode {
        let request = reqwest::Client::new().post(format!("http://{}/klavi", self.address));
        send(request.header("x-klavi-signature", signature).body(body.to_owned())).await.unwrap().status()
    }

    pub(crate) async fn admin(&self, page: &str) -> (StatusCode, String) {
        let answer = send(reqwest::Client::new().get(format!("http://{}{page}", self.admin))).await.unwrap();
        let status = answer.status();
        #[expect(clippy::disallowed_methods, reason = "a page of our own")]
        let text = answer.text().await.unwrap();
        (status, text)
    }

    /// SIGHUP; waits for what it says to that.
    pub(crate) fn hang_up(&self, answer: &str) {
        self.signal("-HUP");
        self.says(answer);
    }

    /// SIGTERM; waits for what it says to that.
    pub(crate) fn terminate(&self, answer: &str) {
        self.signal("-TERM");
        self.says(answer);
    }

    /// Waits until the metrics have that line.
    pub(crate) async fn counts(&self, line: &str) -> String {
        let seen = async {
            loop {
                let metrics = self.admin("/metrics").await.1;
                if metrics.lines().any(|found| found == line) {
                    break metrics;
                }
                tokio::task::yield_now().await;
            }
        };
        let seen = tokio::time::timeout(Duration::from_secs(60), seen).await;
        seen.unwrap_or_else(|_| panic!("{line} does not come"))
    }

    fn says(&self, message: &str) {
        while self.messages.recv_timeout(Duration::from_secs(60)).unwrap() != message {}
    }

    fn signal(&self, signal: &str) {
        let id = self.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// SIGKILL, which leaves it no time for anything.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        let status = self.child.wait().unwrap();
        assert!(status.code().is_none(), "it ended by itself: {status}");
    }

    /// SIGTERM; the exit code.
    pub(crate) fn stop(self) -> Option<i32> {
        self.signal("-TERM");
        self.ended()
    }

    /// Waits for its end; the exit code.
    pub(crate) fn ended(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Receive {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends it from a runtime that runs on while a test waits for the process. The end of the receiver waits for clients to
/// close their connections, and a client does so in its runtime.
pub(crate) async fn send(request: reqwest::RequestBuilder) -> reqwest::Result<reqwest::Response> {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
        runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
    });
    RUNTIME.spawn(request.send()).await.unwrap()
}

/// The process, on ports that the system chooses.
pub(crate) fn receive(arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    let fixed = ["receive", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--log", "json"];
    let mut command = command(&[&fixed, arguments].concat());
    command.env("RUST_LOG", "info").env("KLAVI_SECRET_KEY", KEY).envs(environment.iter().copied());
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

pub(crate) fn inbox(url: &str, arguments: &[&str]) -> String {
    let output = klavi(&[&["inbox", "--inbox", url], arguments].concat(), b"");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    stdout(&output).to_owned()
}

pub(crate) fn listed(url: &str, arguments: &[&str]) -> Vec<Value> {
    let list: Value = serde_json::from_str(&inbox(url, &[&["list", "--json"], arguments].concat())).unwrap();
    list["entries"].as_array().unwrap().clone()
}

#[tokio::test]
async fn what_is_acknowledged_is_in_the_inbox_and_an_operator_can_work_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("inbox.db").display());
    let receive = Receive::start(&["--inbox", &url, "--no-allow-list"], &[]);
    assert_eq!(receive.post(REPORT).await, 200);
    assert_eq!(receive.post(REPORT).await, 200);
    assert_eq!(receive.post(EVENTS).await, 200);
    assert_eq!(receive.post("not json").await, 200);
    assert_eq!(receive.post_signed(REPORT, &"0".repeat(64)).await, 401);

    let entries = listed(&url, &[]);
    let names: Vec<_> = entries.iter().map(|entry| entry["name"].as_str()).collect();
    assert_eq!(names, [Some("pf_balance"), Some("link_created"), Some("consent_authorised"), None]);
    assert_eq!(entries[0]["requestId"], "q-1");
    assert_eq!(entries[0]["state"], "pending");
    assert_eq!(entries[0]["bytes"], REPORT.len());
    assert_eq!(listed(&url, &["--state", "quarantined"]).len(), 1);
    assert_eq!(listed(&url, &["--state", "dead"]), [Value::Null; 0]);

    assert_eq!(inbox(&url, &["show", "1", "--raw"]), REPORT);
    let shown: Value = serde_json::from_str(&inbox(&url, &["show", "1"])).unwrap();
    assert_eq!((&shown["body"], &shown["kind"]), (&REPORT.into(), &"report".into()));
    let quarantined = entries[3]["id"].to_string();
    assert_eq!(inbox(&url, &["replay", &quarantined]), format!("entry {quarantined} is due again\n"));
    assert_eq!(inbox(&url, &["replay", "--dead"]), "0 dead letters are due again\n");
    assert_eq!(inbox(&url, &["export"]).lines().count(), 4);
    assert_eq!(inbox(&url, &["export", "--since", "2100-01-01T00:00:00Z"]), "");
    assert_eq!(inbox(&url, &["prune", "--older-than", "0s"]), "0 entries deleted\n");
    assert_refused(&klavi(&["inbox", "--inbox", &url, "show", "99"], b""), 1, "klavi: there is no entry 99");

    assert_eq!(receive.admin("/healthz").await, (StatusCode::OK, "alive\n".to_owned()));
    assert_eq!(receive.admin("/readyz").await, (StatusCode::OK, "ready\n".to_owned()));
    let (status, metrics) = receive.admin("/metrics").await;
    assert_eq!(status, 200);
    for line in [
        "webhook_deliveries_total{provider=\"klavi\",answer=\"accepted\"} 2",
        "webhook_deliveries_total{provider=\"klavi\",answer=\"duplicate\"} 1",
        "webhook_deliveries_total{provider=\"klavi\",answer=\"unauthorised\"} 1",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line} is not in\n{metrics}");
    }
    assert_eq!(receive.stop(), Some(0));
    assert_eq!(listed(&url, &[]).len(), 4);
}

#[tokio::test]
async fn what_this_version_does_not_know_is_counted_for_the_operator() {
    let receive = Receive::start(&["--inbox", "memory:", "--no-allow-list"], &[]);
    let changed = r#"{"productName":"pf_balance","productReportId":"r-2","accounts":[{"type":"CONTA_NOVA","colour":"blue"}]}"#;
    assert_eq!(receive.post(REPORT).await, 200);
    assert_eq!(receive.post(changed).await, 200);
    let metrics = receive.counts("webhook_entries_inspected_total{result=\"done\"} 2").await;
    for finding in ["unmapped", "unknown_value"] {
        let line =
            format!("webhook_findings_total{{kind=\"report\",name=\"pf_balance\",finding=\"{finding}\"}} 1");
        assert!(metrics.lines().any(|found| found == line), "{line} is not in\n{metrics}");
    }
    assert!(!metrics.contains("CONTA_NOVA") && !metrics.contains("colour"), "{metrics}");
    assert_eq!(receive.stop(), Some(0));
}

#[tokio::test]
async fn none_or_one_delivery_in_several_is_inspected_where_asked_for() {
    let report =
        |n: u32| REPORT.replace("r-1", &format!("r-{n}")).replace("\"code\"", "\"colour\":1,\"code\"");
    for (arguments, variable, inspected) in [
        (&["--inspect", "2"][..], "all", 2),
        (&[], "3", 1),
        (&["--inspect", "all"], "none", 3),
        (&["--inspect", "none"], "all", 0),
    ] {
        let arguments = [&["--inbox", "memory:", "--no-allow-list"], arguments].concat();
        let receive = Receive::start(&arguments, &[("KLAVI_RECEIVE_INSPECT", variable)]);
        for n in 0..3 {
            assert_eq!(receive.post(&report(n)).await, 200);
        }
        // An inspection begins with the answer; the page is fetched over a connection of its own.
        let done = match inspected {
            0 => receive.counts("webhook_deliveries_total{provider=\"klavi\",answer=\"accepted\"} 3").await,
            _ => {
                receive
                    .counts(&format!("webhook_entries_inspected_total{{result=\"done\"}} {inspected}"))
                    .await
            }
        };
        assert_eq!(done.contains("webhook_entries_inspected_total"), inspected > 0, "{done}");
        assert_eq!(receive.stop(), Some(0));
    }
}

#[tokio::test]
async fn entries_are_forwarded_and_settled() {
    async fn endpoint(State(arrived): State<mpsc::Sender<HeaderMap>>, request: Request) -> StatusCode {
        arrived.send(request.headers().clone()).unwrap();
        StatusCode::OK
    }
    let (arrived, arrivals) = mpsc::channel();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let forward = format!("http://{}/entries", listener.local_addr().unwrap());
    let app = Router::new().fallback(endpoint).with_state(arrived);
    tokio::spawn(async { axum::serve(listener, app).await.unwrap() });

    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("inbox.db").display());
    let receive = Receive::start(
        &["--inbox", &url, "--no-allow-list", "--forward", &forward],
        &[("KLAVI_FORWARD_SECRET", FORWARD_KEY)],
    );
    assert_eq!(receive.post(EVENTS).await, 200);
    let names = tokio::task::spawn_blocking(move || {
        let next = || arrivals.recv_timeout(Duration::from_secs(60)).unwrap();
        let mut names = [next(), next()].map(|headers| headers["inbox-name"].to_str().unwrap().to_owned());
        names.sort();
        names
    });
    assert_eq!(names.await.unwrap(), ["consent_authorised", "link_created"]);
    assert_eq!(receive.stop(), Some(0));
    assert_eq!(listed(&url, &["--state", "done"]).len(), 2);
    assert_eq!(inbox(&url, &["prune", "--older-than", "0s"]), "2 entries deleted\n");
}

#[tokio::test]
async fn forwarding_that_hangs_ends_with_the_grace_and_is_due_again() {
    async fn endpoint(State(arrived): State<mpsc::Sender<()>>) -> StatusCode {
        arrived.send(()).unwrap();
        std::future::pending().await
    }
    let (arrived, arrivals) = mpsc::channel();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let forward = format!("http://{}/entries", listener.local_addr().unwrap());
    let app = Router::new().fallback(endpoint).with_state(arrived);
    tokio::spawn(async { axum::serve(listener, app).await.unwrap() });

    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("inbox.db").display());
    let receive = Receive::start(
        &["--inbox", &url, "--no-allow-list", "--forward", &forward, "--grace", "0"],
        &[("KLAVI_FORWARD_SECRET", FORWARD_KEY)],
    );
    assert_eq!(receive.post(EVENTS).await, 200);
    let both = tokio::task::spawn_blocking(move || {
        let next = || arrivals.recv_timeout(Duration::from_secs(60)).unwrap();
        [next(), next()]
    });
    both.await.unwrap();
    assert_eq!(receive.stop(), Some(0));
    let entries = listed(&url, &["--state", "pending"]);
    assert_eq!(entries.len(), 2);
    for entry in entries {
        assert_eq!(
            (&entry["attempts"], &entry["lastError"]),
            (&0.into(), &Value::Null),
            "no attempt has ended"
        );
    }
}

#[tokio::test]
async fn only_klavi_gets_in_unless_told_otherwise() {
    let receive = Receive::start(&["--inbox", "memory:"], &[]);
    assert_eq!(receive.post(REPORT).await, 403);
    assert_eq!(receive.stop(), Some(0));
    let receive = Receive::start(&["--inbox", "memory:", "--allow", "127.0.0.1"], &[]);
    assert_eq!(receive.post(REPORT).await, 200);
    assert_eq!(receive.stop(), Some(0));
}

#[test]
fn wrong_settings_are_named_before_anything_is_opened() {
    let receive = |arguments: &[&str]| {
        klavi(&[&["receive", "--listen", "127.0.0.1:0", "--inbox", "memory:"], arguments].concat(), b"")
    };
    assert_refused(
        &receive(&[]),
        2,
        "klavi: no key: give --secret-key, --secret-key-file or KLAVI_SECRET_KEY",
    );
    let output = receive(&["--secret-key", "k", "--forward", "http://127.0.0.1:1/"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("openssl rand -base64 32"));
    for (arguments, words) in [
        (&["--inbox", "mysql://x"][..], "an inbox is sqlite:PATH"),
        (&["--inbox", "sqlite://inbox.db"], "an inbox in a file is sqlite:PATH, without //"),
        (&["--inbox", "memory:", "--secret-key", "k", "--forward", "no url"], "--forward is no URL"),
        (&["--trusted-proxy", "proxy.example"], "no network such as 10.0.0.0/8"),
        (&["--environment", "staging"], "possible values: sandbox, testing, production"),
        (
            &["--inbox", "memory:", "--secret-key", "k", "--memory", "100000000"],
            "to take bodies of --max-body 67108864: give it 201326592",
        ),
        (
            &["--inbox", "memory:", "--secret-key", "k", "--max-body", "200000000"],
            "--memory 268435456 is too little",
        ),
        (&["--inbox", "memory:", "--grace", "soon"], "a span of time is a number of seconds"),
        (&["--inbox", "memory:", "--forward", "http://x/", "--lease", "0"], "at least one second"),
        (&["--inbox", "memory:", "--lease", "60"], "--forward <URL>"),
        (
            &["--inbox", "memory:", "--inspect", "some"],
            "'some' for '--inspect <all|none|N>': give all, none, or a",
        ),
        (&["--inbox", "memory:", "--inspect", "0"], "'0' for '--inspect <all|none|N>': give all, none, or a"),
        (&["--inbox", "memory:", "--inspect", "1.5"], "'1.5' for '--inspect <all|none|N>'"),
        (&["--inbox", "memory:", "--keep", "done=30"], "`done=30` is no part of a retention policy"),
    ] {
        let output = klavi(&[&["receive", "--listen", "127.0.0.1:0"], arguments].concat(), b"");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
    // What is shown of a slip of the pen is not the password in it.
    for arguments in [
        &["--inbox", "postgress://user:hidden@db/klavi"][..],
        &["--inbox", "memory:", "--secret-key", "k", "--forward", "http//user:hidden@x y"],
    ] {
        let output = klavi(&[&["receive", "--listen", "127.0.0.1:0"], arguments].concat(), b"");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!stderr(&output).contains("hidden"), "{}", stderr(&output));
    }
    assert_refused(
        &klavi(&["inbox", "--inbox", "sqlite:/nowhere/inbox.db", "list"], b""),
        2,
        "klavi: /nowhere/inbox.db is not there",
    );
}
