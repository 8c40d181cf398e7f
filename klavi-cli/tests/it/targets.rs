//! Several targets of one receiver: filters, headers, OAuth 2, and what SIGHUP does to them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::config::Folder;
use crate::receive::{REPORT, Receive, inbox, listed};
use crate::{assert_refused, command, klavi, run, stderr};

const EVENT: &str = r#"[{"eventId":"e-1","eventName":"link_created"}]"#;
const SETTINGS: &str = "listen = 0\nadmin = 0\nno-allow-list = true";

/// An endpoint that takes what is forwarded.
struct Endpoint {
    url: String,
    arrived: mpsc::UnboundedReceiver<HeaderMap>,
}

impl Endpoint {
    async fn start() -> Self {
        async fn take(
            State(arrived): State<mpsc::UnboundedSender<HeaderMap>>,
            headers: HeaderMap,
        ) -> StatusCode {
            arrived.send(headers).unwrap();
            StatusCode::OK
        }
        let (sender, arrived) = mpsc::unbounded_channel();
        Self { url: serve(Router::new().fallback(take).with_state(sender)).await, arrived }
    }

    async fn next(&mut self) -> HeaderMap {
        timeout(Duration::from_secs(60), self.arrived.recv()).await.expect("nothing is forwarded").unwrap()
    }

    /// The product or event that comes next.
    async fn next_name(&mut self) -> String {
        self.next().await["inbox-name"].to_str().unwrap().to_owned()
    }

    /// Nothing has come that was not looked at.
    fn assert_empty(&mut self) {
        assert!(self.arrived.try_recv().is_err());
    }

    fn target(&self, name: &str, more: &str) -> String {
        format!("[[target]]\nname = '{name}'\nurl = '{}'\nsecret-file = 'secret'\n{more}\n", self.url)
    }
}

async fn serve(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/entries", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, app).await.unwrap() });
    url
}

fn report(number: usize) -> String {
    REPORT.replace("r-1", &format!("r-{number}"))
}

#[tokio::test]
async fn each_target_gets_what_its_filter_selects() {
    let folder = Folder::new();
    let (mut reports, mut events, mut all) =
        (Endpoint::start().await, Endpoint::start().await, Endpoint::start().await);
    folder.write("token", "s3cret\n");
    let tables = [
        reports.target("reports", "products = ['pf_balance', 'pf_loans']"),
        events.target(
            "events",
            "kinds = ['event']\n[target.headers]\nx-team = 'red'\nx-token = { file = 'token' }",
        ),
        all.target("all", "providers = ['klavi']"),
    ];
    folder.configure(SETTINGS, &tables.concat());
    let receive = Receive::spawn(&mut folder.receive(&[]));
    assert_eq!(receive.post(REPORT).await, 200);
    assert_eq!(receive.post(EVENT).await, 200);
    assert_eq!(reports.next_name().await, "pf_balance");
    let event = events.next().await;
    assert_eq!(event["inbox-name"], "link_created");
    assert_eq!((&event["x-team"], &event["x-token"]), (&"red".parse().unwrap(), &"s3cret".parse().unwrap()));
    let mut names = [all.next_name().await, all.next_name().await];
    names.sort();
    assert_eq!(names, ["link_created", "pf_balance"]);
    assert_eq!(receive.stop(), Some(0));
    [reports, events, all].iter_mut().for_each(Endpoint::assert_empty);
}

#[tokio::test]
async fn a_hundred_targets_each_get_every_entry() {
    let folder = Folder::new();
    let mut endpoint = Endpoint::start().await;
    let names: BTreeSet<_> = (0..100).map(|number| format!("t{number}")).collect();
    let target = |name: &String| endpoint.target(name, &format!("[target.headers]\nx-target = '{name}'"));
    folder.configure(SETTINGS, &names.iter().map(target).collect::<String>());
    let url = format!("sqlite:{}", folder.path("inbox.db").display());
    let receive = Receive::spawn(&mut folder.receive(&["--inbox", &url]));
    for number in 0..3 {
        assert_eq!(receive.post(&report(number)).await, 200);
        let mut told = BTreeSet::new();
        for _ in 0..100 {
            told.insert(text(&endpoint.next().await, "x-target").to_owned());
        }
        assert_eq!(told, names);
    }
    assert_eq!(receive.stop(), Some(0));
    endpoint.assert_empty();
}

#[tokio::test]
async fn hanging_up_swaps_all_targets_or_none() {
    let folder = Folder::new();
    let (mut kept, mut removed, mut added) =
        (Endpoint::start().await, Endpoint::start().await, Endpoint::start().await);
    folder.configure(SETTINGS, &[kept.target("kept", ""), removed.target("removed", "")].concat());
    let receive = Receive::spawn(&mut folder.receive(&[]));
    assert_eq!(receive.post(&report(1)).await, 200);
    kept.next().await;
    removed.next().await;

    // Not one of them.
    for (settings, more, what) in [
        (SETTINGS, "hedaers = {}", "an unknown field"),
        ("listen = 1\nadmin = 0\nno-allow-list = true", "", "a setting that needs a restart"),
        ("listen = 0\nadmin = 0\nallow = ['127.0.0.1']", "", "settings that need a restart"),
    ] {
        folder.configure(settings, &[kept.target("kept", ""), added.target("added", more)].concat());
        receive.hang_up("the configuration in use stays");
        assert_eq!(receive.post(&report(2)).await, 200, "{what}");
    }
    kept.next().await;
    removed.next().await;
    added.assert_empty();

    folder.configure(SETTINGS, &[kept.target("kept", ""), added.target("added", "")].concat());
    receive.hang_up("configuration read again");
    assert_eq!(receive.post(&report(3)).await, 200);
    kept.next().await;
    added.next().await;

    // A secret in a file is one of the settings.
    let secret = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    folder.write("secret", secret);
    receive.hang_up("configuration read again");
    assert_eq!(receive.post(&report(4)).await, 200);
    let headers = added.next().await;
    let signed =
        format!("{}.{}.{}", text(&headers, "webhook-id"), text(&headers, "webhook-timestamp"), report(4));
    assert_eq!(text(&headers, "webhook-signature"), signature(secret, &signed));
    kept.next().await;
    assert_eq!(receive.stop(), Some(0));
    [kept, removed, added].iter_mut().for_each(Endpoint::assert_empty);
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers[name].to_str().unwrap()
}

fn signature(secret: &str, signed: &str) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use hmac::{Hmac, KeyInit, Mac};

    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
    mac.update(signed.as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// What the authorization server and the endpoint count.
#[derive(Clone, Default)]
struct Logins {
    tokens: Arc<AtomicUsize>,
    refused: Arc<AtomicUsize>,
}

#[tokio::test]
async fn a_token_is_fetched_once_and_renewed_after_a_401() {
    async fn token(State(logins): State<Logins>) -> String {
        let number = logins.tokens.fetch_add(1, Ordering::SeqCst) + 1;
        format!(r#"{{"access_token":"t{number}","token_type":"Bearer","expires_in":3600}}"#)
    }
    /// The first token ends with the first delivery.
    async fn take(
        State((logins, arrived)): State<(Logins, mpsc::UnboundedSender<String>)>,
        headers: HeaderMap,
    ) -> StatusCode {
        let token = text(&headers, "authorization").to_owned();
        if token == "Bearer t1" && logins.refused.fetch_add(1, Ordering::SeqCst) > 0 {
            return StatusCode::UNAUTHORIZED;
        }
        arrived.send(format!("{token} {}", text(&headers, "inbox-attempt"))).unwrap();
        StatusCode::NO_CONTENT
    }
    let (sender, mut arrived) = mpsc::unbounded_channel();
    let logins = Logins::default();
    let login = serve(Router::new().fallback(post(token)).with_state(logins.clone())).await;
    let url = serve(Router::new().fallback(post(take)).with_state((logins.clone(), sender))).await;

    let folder = Folder::new();
    folder.write("client", "c-secret");
    let oauth2 =
        format!("token-url = '{login}'\nclient-id = 'c'\nclient-secret-file = 'client'\nscope = 'entries'");
    let target = format!("name = 'app'\nurl = '{url}'\nsecret-file = 'secret'");
    folder.configure(SETTINGS, &format!("[[target]]\n{target}\n[target.oauth2]\n{oauth2}\n"));
    let receive = Receive::spawn(&mut folder.receive(&[]));
    for (number, expected) in [(1, "Bearer t1 1"), (2, "Bearer t2 1"), (3, "Bearer t2 1")] {
        assert_eq!(receive.post(&report(number)).await, 200);
        let next = timeout(Duration::from_secs(60), arrived.recv()).await.expect("nothing is forwarded");
        assert_eq!(next.unwrap(), expected);
    }
    assert_eq!(receive.stop(), Some(0));
    assert_eq!(logins.tokens.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn the_egress_rule_holds_for_the_address_that_a_name_leads_to() {
    let folder = Folder::new();
    let (mut inside, mut outside) = (Endpoint::start().await, Endpoint::start().await);
    outside.url = outside.url.replace("127.0.0.1", "localhost");
    let rule = "[egress]\nhosts = ['127.0.0.1', 'localhost']\nnetworks = ['127.0.0.1', '::1']\n";
    folder
        .configure(SETTINGS, &[inside.target("in", ""), outside.target("out", ""), rule.to_owned()].concat());
    let receive = Receive::spawn(&mut folder.receive(&[]));
    assert_eq!(receive.post(&report(1)).await, 200);
    inside.next().await;
    outside.next().await;
    let narrower = rule.replace(", 'localhost'", "");
    folder.configure(SETTINGS, &[inside.target("in", ""), outside.target("out", ""), narrower].concat());
    receive.hang_up("configuration read again");
    assert_eq!(receive.post(&report(2)).await, 200);
    inside.next().await;
    assert_eq!(receive.stop(), Some(0));
    outside.assert_empty();
}

#[tokio::test]
async fn a_person_pauses_resumes_and_closes_a_target() {
    let folder = Folder::new();
    let (mut held, mut other) = (Endpoint::start().await, Endpoint::start().await);
    let url = format!("sqlite:{}", folder.path("inbox.db").display());
    folder.configure(SETTINGS, &[held.target("held", ""), other.target("other", "")].concat());
    let receive = Receive::spawn(&mut folder.receive(&["--inbox", &url]));
    let targets = |arguments: &[&str]| inbox(&url, &[&["targets"], arguments].concat());
    // Each dispatcher introduces its target when it begins.
    while targets(&[]).lines().count() < 2 {}

    assert_eq!(targets(&["pause", "held", "--reason", "release"]), "target held is paused\n");
    assert_eq!(targets(&["pause", "held", "--reason", "again"]), "target held is paused already\n");
    let typo = klavi(&["inbox", "--inbox", &url, "targets", "pause", "hold", "--reason", "x"], b"");
    assert_refused(&typo, 1, "klavi: there is no target hold: the inbox has held, other");
    assert_eq!(receive.post(REPORT).await, 200);
    assert_eq!(other.next_name().await, "pf_balance");
    held.assert_empty();
    let list = targets(&[]);
    let line = list.lines().find(|line| line.starts_with("held ")).unwrap();
    assert!(
        line.contains("1 open") && line.contains("paused since") && line.ends_with("(release)"),
        "{list}"
    );
    let json: serde_json::Value = serde_json::from_str(&targets(&["--json"])).unwrap();
    let target = &json["targets"][0];
    assert_eq!((&target["name"], &target["paused"]["reason"]), (&"held".into(), &"release".into()));
    assert_eq!((&target["entries"]["pending"], &target["down"]), (&1.into(), &serde_json::Value::Null));

    assert_eq!(targets(&["resume", "held"]), "target held is resumed\n");
    assert_eq!(held.next_name().await, "pf_balance");
    assert_eq!(targets(&["resume", "held"]), "target held is not paused\n");

    // One that is gone leaves deliveries open.
    assert_eq!(targets(&["pause", "held", "--reason", "gone"]), "target held is paused\n");
    assert_eq!(receive.post(EVENT).await, 200);
    assert_eq!(other.next_name().await, "link_created");
    assert_eq!(receive.stop(), Some(0));
    assert_eq!(targets(&["close", "held"]), "1 open delivery is closed\n");
    let dead = listed(&url, &["--state", "dead", "--target", "held"]);
    assert_eq!(dead.len(), 1);
    assert_eq!(inbox(&url, &["replay", "--dead", "--target", "held"]), "1 dead letter is due again\n");
    assert_eq!(inbox(&url, &["replay", "--dead", "--target", "other"]), "0 dead letters are due again\n");
}

#[tokio::test]
async fn a_new_target_starts_now_or_from_an_instant() {
    let folder = Folder::new();
    let (mut first, mut all, mut late) =
        (Endpoint::start().await, Endpoint::start().await, Endpoint::start().await);
    let url = format!("sqlite:{}", folder.path("inbox.db").display());
    let start = || Receive::spawn(&mut folder.receive(&["--inbox", &url]));
    folder.configure(SETTINGS, &first.target("first", ""));
    let receive = start();
    assert_eq!(receive.post(REPORT).await, 200);
    first.next().await;
    let from = "start = '2020-01-01T00:00:00Z'\nproducts = ['pf_balance']";
    let tables = [first.target("first", ""), all.target("all", from), late.target("late", "start = 'now'")];
    folder.configure(SETTINGS, &tables.concat());
    receive.hang_up("configuration read again");
    assert_eq!(all.next_name().await, "pf_balance");
    assert_eq!(receive.post(EVENT).await, 200);
    assert_eq!(late.next_name().await, "link_created");
    assert_eq!(receive.stop(), Some(0));

    // A target that is known does not start once more.
    let receive = start();
    assert_eq!(receive.post(&report(2)).await, 200);
    for endpoint in [&mut all, &mut late] {
        assert_eq!(endpoint.next_name().await, "pf_balance");
    }
    assert_eq!(receive.stop(), Some(0));
    [all, late].iter_mut().for_each(Endpoint::assert_empty);
}

#[tokio::test]
async fn an_overdue_expectation_goes_to_the_target_that_it_was_registered_for() {
    let folder = Folder::new();
    let (mut one, mut other) = (Endpoint::start().await, Endpoint::start().await);
    let url = format!("sqlite:{}", folder.path("inbox.db").display());
    folder.configure(SETTINGS, &[one.target("one", ""), other.target("other", "")].concat());
    let receive = Receive::spawn(&mut folder.receive(&["--inbox", &url]));
    let arguments =
        ["expect", "q-9", "--product", "pf_loans", "--by", "2020-01-01T00:00:00Z", "--target", "one"];
    inbox(&url, &arguments);
    assert_eq!(one.next().await["inbox-kind"], "expectation");
    assert_eq!(receive.stop(), Some(0));
    other.assert_empty();
}

/// The address of a server that is not there.
fn nowhere(scheme: &str) -> String {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("{scheme}://127.0.0.1:{}", free.local_addr().unwrap().port())
}

#[tokio::test]
async fn a_broker_that_is_away_is_down_and_holds_no_other_target_up() {
    let folder = Folder::new();
    let mut other = Endpoint::start().await;
    let url = format!("sqlite:{}", folder.path("inbox.db").display());
    let broker = |name: &str, url: &str| format!("[[target]]\nname = '{name}'\nurl = '{url}'\n");
    let nats = broker("nats", &format!("{}/WEBHOOKS?sync=always", nowhere("nats")));
    let amqp = broker("rabbit", &nowhere("amqp"));
    folder.configure(SETTINGS, &[nats, amqp, other.target("other", "")].concat());
    let receive = Receive::spawn(&mut folder.receive(&["--inbox", &url]));
    assert_eq!(receive.post(REPORT).await, 200);
    assert_eq!(other.next_name().await, "pf_balance");
    for name in ["nats", "rabbit"] {
        let is_down = || {
            let list = inbox(&url, &["targets"]);
            let line = list.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
            line.contains("1 open") && line.contains("down since")
        };
        while !is_down() {}
    }
    assert_eq!(receive.stop(), Some(0));
}

#[test]
fn a_direct_store_refuses_what_needs_an_inbox_and_a_broker_that_is_away() {
    let folder = Folder::new();
    let store = format!("{}/WEBHOOKS?sync=always", nowhere("nats"));
    let receive = |more: &[&str]| {
        let fixed = ["receive", "--listen", "0", "--secret-key-file", "key", "--store", &store];
        run(command(&[&fixed, more].concat()).current_dir(folder.path("")), b"")
    };
    let away = receive(&[]);
    assert_eq!(away.status.code(), Some(1), "{}", stderr(&away));
    let said = stderr(&away).lines().last().unwrap();
    assert!(said.starts_with("klavi: --store: "), "{said}");
    for (more, words) in [
        (&["--keep", "done=30d"][..], "'--store <URL>' cannot be used with '--keep <POLICY>'"),
        (&["--inbox", "memory:"], "'--store <URL>' cannot be used with '--inbox <URL>'"),
        (&["--publish", "amqp://x"], "'--store <URL>' cannot be used with '--publish <URL>'"),
    ] {
        let output = receive(more);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
    folder.write(
        "receive.toml",
        "[[target]]\nname = 'a'\nurl = 'http://127.0.0.1:1/'\nsecret-file = 'secret'\n",
    );
    let target = receive(&["--config", "receive.toml", "--check"]);
    let sentence = "klavi: receive.toml:3: target[0].url needs --inbox: with --store your consumers read from the broker";
    assert_refused(&target, 2, sentence);
    for (arguments, sentence) in [
        (
            ["--store", "redis://x"],
            "klavi: --store is no address of a broker, such as nats://HOST/STREAM or amqp://HOST",
        ),
        (
            ["--store", "kafka://x"],
            "klavi: --store is the address of Kafka, which this program is built without",
        ),
    ] {
        let fixed = ["receive", "--listen", "0", "--secret-key-file", "key"];
        let output = run(command(&[&fixed[..], &arguments].concat()).current_dir(folder.path("")), b"");
        assert_refused(&output, 2, sentence);
    }
}

#[test]
fn the_guide_has_a_complete_file_that_can_be_used() {
    let guide =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/guides/targets.md")).unwrap();
    let file = guide.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = Folder::new();
    for part in ["secrets", "tls"] {
        std::fs::create_dir(folder.path(part)).unwrap();
    }
    for name in file.split('"').filter(|text| text.starts_with("secrets/")) {
        folder.write(name, crate::receive::FORWARD_KEY);
    }
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["internal.example".to_owned()]).unwrap();
    folder.write("tls/internal-ca.pem", &cert.pem());
    folder.write("tls/client.pem", &cert.pem());
    folder.write("tls/client.key", &signing_key.serialize_pem());
    folder.write("receive.toml", file);
    let mut check = command(&["receive", "--config", "receive.toml", "--check"]);
    let output = run(check.current_dir(folder.path("")), b"");
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
}
