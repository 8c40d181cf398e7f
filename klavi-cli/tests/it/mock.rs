//! `klavi mock`: what it announces, what it logs, and how it ends.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};

use serde_json::{Value, json};

use crate::{assert_refused, klavi, stderr};

/// A mock as a process, with what it announces in JSON.
pub(crate) struct Mock {
    child: Child,
    pub(crate) announced: Value,
    http: reqwest::Client,
}

impl Mock {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = crate::command(arguments);
        let command = command.args(["--listen", "127.0.0.1:0", "--json"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let announced = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { child, announced, http }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.announced["listen"].as_str().unwrap())
    }

    pub(crate) async fn call(&self, request: reqwest::RequestBuilder) -> Option<(u16, Value)> {
        let mut answer = request.send().await.ok()?;
        let status = answer.status().as_u16();
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.ok()? {
            body.extend_from_slice(&piece);
        }
        Some((status, serde_json::from_slice(&body).unwrap_or_default()))
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.call(self.http.get(self.url(path))).await.unwrap()
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> reqwest::RequestBuilder {
        let request = self.http.post(self.url(path)).header("Content-Type", "application/json");
        request.body(body.to_string())
    }

    /// Ends it without a word.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends it with SIGTERM. Answers how it ended, what more it printed, and its log.
    pub(crate) fn stop(mut self) -> (ExitStatus, String, String) {
        let killed = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        let [mut printed, mut log] = [String::new(), String::new()];
        self.child.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (self.child.wait().unwrap(), printed, log)
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        // Ended already, where a test went its way.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_prints_where_it_is_and_ends_with_sigterm() {
    let mut command = crate::command(&["mock", "--listen", "127.0.0.1:0", "--seed", "7"]);
    let command = command.args(["--access-key", "my-access", "--unsigned"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut block = String::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap) {
        block.push_str(&line);
        block.push('\n');
        if line.contains("Ctrl-C") {
            break;
        }
    }
    let base = block.lines().find_map(|line| line.trim().strip_prefix("base URL")).unwrap().trim();
    assert!(base.starts_with("http://127.0.0.1:"), "{block}");
    assert!(block.contains(&format!("basic link   {base}/data/v1/basic-links/")), "{block}");
    assert!(block.contains(&format!("console      {base}/_mock/console")), "{block}");
    assert!(block.contains("access key   my-access") && block.contains("secret key   MOCK"), "{block}");

    let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[tokio::test]
async fn one_line_of_json_announces_both_mocks() {
    for (arguments, keys) in [
        (&["mock"][..], &["accessKey", "secretKey", "partnerCode", "basicLinkUrl", "consoleUrl"][..]),
        (&["belvo", "mock"], &["secretId", "secretPassword", "widgetUrl"]),
    ] {
        let mock = Mock::start(arguments);
        assert_eq!(mock.announced["baseUrl"], mock.url(""));
        for key in keys {
            assert!(mock.announced[key].is_string(), "{key} in {}", mock.announced);
        }
        assert_eq!(mock.announced["healthUrl"], mock.url("/_mock/health"));
        assert_eq!(mock.get("/_mock/health").await, (200, json!({"status": "ok"})));
        let asked = klavi(&["health", &mock.url("/_mock/health")], b"");
        assert_eq!(asked.status.code(), Some(0), "{}", stderr(&asked));
        let nothing = klavi(&["health", &mock.url("/_mock/nothing")], b"");
        assert_refused(&nothing, 1, "klavi: not ready: HTTP 404");
        let (ended, printed, _) = mock.stop();
        assert_eq!((ended.code(), printed.as_str()), (Some(0), ""));
    }
}

#[test]
fn a_server_that_is_not_there_is_not_ready() {
    let asked = klavi(&["health", "http://127.0.0.1:9/readyz?token=hidden"], b"");
    assert_eq!(asked.status.code(), Some(1));
    assert!(!stderr(&asked).contains("hidden"), "{}", stderr(&asked));
    assert_refused(
        &klavi(&["health", "ftp://a.example/"], b""),
        2,
        "klavi: the URL is neither http nor https",
    );
}

#[tokio::test]
async fn each_call_has_one_line_without_anything_secret() {
    let mock = Mock::start(&["mock", "--access-key", "my-access", "--secret-key", "my-secret"]);
    let keys =
        json!({"accessKey": "my-access", "secretKey": "my-secret", "accesKey": "x", "123.456.789-09": 1});
    let (status, login) = mock.call(mock.post("/data/v1/auth", &keys)).await.unwrap();
    assert_eq!(status, 200);
    let token = login["accessToken"].as_str().unwrap().to_owned();
    let link = json!({"personalTaxId": "12345678909", "redirectURL": "nowhere"});
    mock.call(mock.post("/data/v1/links?cpf=12345678909", &link).bearer_auth(&token)).await.unwrap();
    mock.get("/data/v1/consents/123.456.789-09/x").await;
    mock.get(&format!("/data/v1/{token}")).await;
    mock.get("/_mock/state").await;
    let (_, _, log) = mock.stop();
    let lines: Vec<_> = log.lines().collect();
    assert_eq!(lines.len(), 4, "{log}");
    assert!(lines[0].contains("POST /data/v1/auth status=200 ms="), "{log}");
    assert!(lines[0].contains("unknown_fields=\"…,accesKey\""), "{log}");
    assert!(lines[1].contains("POST /data/v1/links status=422 ms="), "{log}");
    assert!(lines[1].contains("reason=\"redirectURL must be an absolute URL\""), "{log}");
    assert!(lines[2].contains("GET /data/v1/consents/…/x status=404"), "{log}");
    assert!(lines[3].contains("GET /data/v1/… status=404"), "{log}");
    for secret in ["my-access", "my-secret", &token, "12345678909", "123.456.789-09"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

#[tokio::test]
async fn each_delivery_attempt_has_one_line_without_its_address() {
    let mock = Mock::start(&["mock", "--console-webhook", "http://127.0.0.1:9/hook?token=hidden"]);
    let (status, _) =
        mock.call(mock.post("/_mock/trigger", &json!({"event": "link_created"}))).await.unwrap();
    assert_eq!(status, 202);
    // Until all attempts are over.
    loop {
        let (_, state) = mock.get("/_mock/state").await;
        if state["deliveries"][0]["state"] == "failed" {
            break;
        }
    }
    let (_, _, log) = mock.stop();
    let lines: Vec<_> = log.lines().collect();
    assert_eq!(lines.len(), 6, "{log}");
    for (number, next) in (1..).zip(["250", "500", "1000", "2000", "4000"]) {
        let line = lines[number - 1];
        assert!(line.contains("name=link_created to=\"127.0.0.1\""), "{line}");
        assert!(
            line.contains(&format!(" number={number} ")) && line.contains("outcome=no connection"),
            "{line}"
        );
        assert!(line.contains(&format!("again_in_ms={next}")), "{line}");
    }
    assert!(lines[5].contains(" number=6 ") && !lines[5].contains("again_in_ms"), "{log}");
    assert!(!log.contains("hidden") && !log.contains("/hook"), "{log}");
}

#[tokio::test]
async fn addresses_follow_the_call_or_the_public_url() {
    let keys = ["--access-key", "a", "--secret-key", "s"];
    let link_url = async |mock: &Mock, host: &str| {
        let login = mock.post("/data/v1/auth", &json!({"accessKey": "a", "secretKey": "s"}));
        let (_, login) = mock.call(login).await.unwrap();
        let link =
            mock.post("/data/v1/links", &json!({})).bearer_auth(login["accessToken"].as_str().unwrap());
        let (_, link) = mock.call(link.header("Host", host)).await.unwrap();
        link["linkURL"].as_str().unwrap().split("/conecte").next().unwrap().to_owned()
    };
    let mock = Mock::start(&[&["mock"], &keys[..]].concat());
    assert_eq!(link_url(&mock, "klavi-mock:4010").await, "http://klavi-mock:4010");
    assert_eq!(link_url(&mock, "localhost:8010").await, "http://localhost:8010");
    // A name that anybody can register.
    assert_eq!(link_url(&mock, "bank.example").await, mock.url(""));

    let mock = Mock::start(&[&["mock", "--public-url", "https://mock.example/"], &keys[..]].concat());
    assert_eq!(link_url(&mock, "klavi-mock:4010").await, "https://mock.example");
    assert_eq!(mock.announced["baseUrl"], "https://mock.example");
    // Where it answers.
    assert_eq!(mock.announced["consoleUrl"], mock.url("/_mock/console"));
}

#[tokio::test]
async fn the_mock_of_belvo_does_the_same() {
    let keys = ["--secret-id", "my-id", "--secret-password", "my-password"];
    let webhook = ["--allow-http-webhooks", "--webhook-url", "http://receiver:8080/belvo"];
    let institutions = "/api/institutions/?page_size=1";
    for (more, host, base) in [
        (&webhook[..], "belvo-mock:4020", Some("http://belvo-mock:4020")),
        (&[], "bank.example", None),
        (&["--public-url", "https://belvo.example"], "belvo-mock:4020", Some("https://belvo.example")),
    ] {
        let mock = Mock::start(&[&["belvo", "mock"], &keys[..], more].concat());
        let call = |password: &str| {
            let request = mock.http.get(mock.url(institutions)).header("Host", host);
            mock.call(request.basic_auth("my-id", Some(password)))
        };
        let (status, page) = call("my-password").await.unwrap();
        assert_eq!(status, 200);
        let next = page["next"].as_str().unwrap();
        let base = base.map_or_else(|| mock.url(""), str::to_owned);
        assert!(next.starts_with(&format!("{base}/api/institutions/?")), "{next}");
        assert_eq!(call("wrong").await.unwrap().0, 401);
        let (_, _, log) = mock.stop();
        let lines: Vec<_> = log.lines().collect();
        assert!(lines[0].contains("GET /api/institutions/ status=200 ms="), "{log}");
        assert!(lines[1].contains("status=401 ms=") && lines[1].contains("authentication_failed"), "{log}");
        assert!(!["my-id", "my-password", "wrong"].iter().any(|secret| log.contains(secret)), "{log}");
    }
}

#[test]
fn what_it_cannot_do_is_one_sentence() {
    let refused = |arguments: &[&str], sentence: &str| {
        let all = [&["mock", "--listen", "127.0.0.1:0"], arguments].concat();
        assert_refused(&klavi(&all, b""), 2, sentence);
        let mut command = crate::command(&["mock", "--listen", "127.0.0.1:0"]);
        let variable = format!("KLAVI_MOCK_{}", arguments[0][2..].to_uppercase().replace('-', "_"));
        assert_refused(&crate::run(command.env(variable, arguments[1]), b""), 2, sentence);
    };
    refused(
        &["--console-webhook", "http://partner.example"],
        "klavi: --console-webhook: a webhook is an absolute https URL (http only to this machine); \
         --allow-http-webhooks allows http to any host",
    );
    for url in ["http://localhost/mock", "localhost:4010", ""] {
        refused(
            &["--public-url", url],
            "klavi: --public-url: a public URL is http or https, a host and perhaps a port: the pages have no path \
             before them",
        );
    }
    refused(&["--secret-key", ""], "klavi: --secret-key: the secret key is empty");
    refused(&["--access-key", " "], "klavi: --access-key: the access key is empty");
    let nowhere = klavi(&["mock", "--listen", "nowhere"], b"");
    assert_eq!(nowhere.status.code(), Some(2), "{}", stderr(&nowhere));
}

#[tokio::test]
async fn plain_http_goes_to_other_machines_where_that_is_allowed() {
    let webhook = ["--console-webhook", "http://receiver:8080/klavi"];
    let mock = Mock::start(&[&["mock", "--allow-http-webhooks"], &webhook[..]].concat());
    let (_, state) = mock.get("/_mock/state").await;
    assert_eq!(state["consoleWebhook"], webhook[1]);
}
