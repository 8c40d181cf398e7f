//! `klavi link`, `institutions`, `consents` and `report`, against a mock.

use std::io::{BufRead as _, BufReader};
use std::process::{Output, Stdio};

use klavi_mock::MockKlavi;
use serde_json::{Value, json};

use crate::{assert_refused, command, run, stderr, stdout};

const CPF: &str = "123.456.789-09";
const BACK: &str = "https://partner.example/back";

/// A mock, and the commands that call it.
struct Desk {
    mock: MockKlavi,
    // Serves the mock.
    runtime: tokio::runtime::Runtime,
}

impl Desk {
    fn new() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let mock = runtime.block_on(MockKlavi::builder().seed(7).start()).unwrap();
        Self { mock, runtime }
    }

    fn klavi(&self, arguments: &[&str]) -> Output {
        let mut command = command(arguments);
        command.env("KLAVI_BASE_URL", self.mock.base_url()).env("KLAVI_ACCESS_KEY", self.mock.access_key());
        run(command.env("KLAVI_SECRET_KEY", self.mock.secret_key()), b"")
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

    fn link(&self) -> Value {
        self.json(&["link", "create", "--personal-tax-id", CPF, "--redirect-url", BACK])
    }

    /// A consent that waits for its user.
    fn pending_consent(&self) -> String {
        self.pending_consent_of("track-1")
    }

    fn pending_consent_of(&self, track_id: &str) -> String {
        let link = self.link();
        let token = link["linkToken"].as_str().unwrap();
        let consent = self.json(&[
            "consents",
            "create",
            "--link-token",
            token,
            "--institution-code",
            "341",
            "--external-track-id",
            track_id,
            "--redirect-url",
            BACK,
            "--personal-tax-id",
            CPF,
        ]);
        let id = consent["consentId"].as_str().unwrap().to_owned();
        assert!(
            consent["consentRedirectURL"].as_str().unwrap().starts_with(self.mock.base_url()),
            "{consent}"
        );
        id
    }

    /// A consent that the user has authorised.
    fn consent(&self) -> String {
        let id = self.pending_consent();
        self.runtime.block_on(self.mock.authorise(&id)).unwrap();
        id
    }
}

#[test]
fn a_link_is_made_with_its_page_and_token() {
    let desk = Desk::new();
    let link = desk.link();
    let page = link["linkURL"].as_str().unwrap();
    assert!(page.starts_with(desk.mock.base_url()), "{link}");
    assert!(link["linkId"].is_string() && link["expireAt"].is_string(), "{link}");

    let text = desk.text(&["link", "create", "--redirect-url", BACK]);
    let names: Vec<_> = text.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
    assert_eq!(names, ["link", "page", "token", "ends"]);

    let drawn = desk.klavi(&["link", "create", "--qr"]);
    assert!(stderr(&drawn).contains('█'), "{}", stderr(&drawn));
}

#[test]
fn institutions_are_listed_with_their_marks() {
    let desk = Desk::new();
    let link = desk.link();
    let token = link["linkToken"].as_str().unwrap();
    let text = desk.text(&["institutions", "--link-token", token]);
    assert!(text.lines().any(|line| line == "341    Itaú (mock)"), "{text}");
    assert!(text.contains("(out of service)"), "{text}");
    let listed = desk.json(&["institutions", "--link-token", token]);
    assert!(listed.as_array().unwrap().iter().any(|bank| bank["institutionCode"] == "341"));
    assert_eq!(desk.text(&["institutions", "--link-token", token, "--status"]), "");
}

#[test]
fn consents_are_made_listed_shown_and_revoked() {
    let desk = Desk::new();
    let id = desk.consent();
    let listed = desk.text(&["consents", "list", "--personal-tax-id", CPF]);
    assert!(listed.starts_with(&id) && listed.contains("  341    AUTHORISED "), "{listed}");
    let shown = desk.text(&["consents", "get", &id]);
    assert!(shown.contains("status       AUTHORISED\n"), "{shown}");
    assert!(!shown.contains("12345678909"), "{shown}");
    assert_eq!(desk.json(&["consents", "get", &id])["externalTrackId"], "track-1");

    assert_eq!(desk.text(&["consents", "revoke", &id]), format!("consent {id} is revoked\n"));
    assert_eq!(desk.json(&["consents", "list", "--personal-tax-id", CPF])[0]["status"], "REVOKED");
    let gone = desk.klavi(&["consents", "get", "no-such-consent"]);
    assert_eq!((gone.status.code(), stdout(&gone)), (Some(1), ""));
    assert!(stderr(&gone).contains("404"), "{}", stderr(&gone));
}

#[test]
fn the_users_decision_is_waited_for() {
    let desk = Desk::new();
    let id = desk.pending_consent();
    let mut command = command(&["consents", "wait", &id, "--timeout", "1m"]);
    command.env("KLAVI_BASE_URL", desk.mock.base_url()).env("KLAVI_ACCESS_KEY", desk.mock.access_key());
    command.env("KLAVI_SECRET_KEY", desk.mock.secret_key());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut waiting = command.spawn().unwrap();
    let mut progress = BufReader::new(waiting.stderr.take().unwrap()).lines();
    assert_eq!(progress.next().unwrap().unwrap(), "AWAITING_AUTHORISATION");
    desk.runtime.block_on(desk.mock.authorise(&id)).unwrap();
    assert_eq!(progress.map(Result::unwrap).collect::<Vec<_>>(), ["AUTHORISED"]);
    let output = waiting.wait_with_output().unwrap();
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), "AUTHORISED\n"));

    let refused = desk.pending_consent_of("track-2");
    desk.runtime.block_on(desk.mock.reject(&refused)).unwrap();
    let output = desk.klavi(&["consents", "wait", &refused, "--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(serde_json::from_str::<Value>(stdout(&output)).unwrap()["status"], "REJECTED");
    assert_eq!(stderr(&output), "REJECTED\nklavi: the user has not authorised the consent\n");

    let pending = desk.pending_consent_of("track-3");
    let output = desk.klavi(&["consents", "wait", &pending, "--timeout", "0s"]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(1), ""));
    assert!(stderr(&output).ends_with("not settled after 0 s\n"), "{}", stderr(&output));
    for bad in ["-5m", "soon"] {
        let output = desk.klavi(&["consents", "wait", &pending, &format!("--timeout={bad}")]);
        assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""), "{}", stderr(&output));
    }
}

/// On a terminal, which `script` makes: what a person sees while it waits, and nothing where a program reads along.
#[test]
#[ignore = "needs script of util-linux"]
fn on_a_terminal_the_wait_is_shown() {
    let desk = Desk::new();
    let id = desk.pending_consent();
    let shown = |json: &str| {
        let klavi = env!("CARGO_BIN_EXE_klavi");
        let line = format!("{klavi} consents wait {id} --timeout 1s {json} 2>&1 >/dev/null");
        let mut script = std::process::Command::new("script");
        script.args(["--quiet", "--return", "--command", &line, "/dev/null"]).env("TERM", "xterm");
        script.env("KLAVI_BASE_URL", desk.mock.base_url()).env("KLAVI_ACCESS_KEY", desk.mock.access_key());
        let output = run(script.env("KLAVI_SECRET_KEY", desk.mock.secret_key()), b"");
        let text = stdout(&output).to_owned();
        assert!(text.contains("AWAITING_AUTHORISATION") && text.contains("not settled"), "{text}");
        assert_eq!(output.status.code(), Some(1));
        text
    };
    let text = shown("");
    assert!(text.contains("waiting for the user"), "{text:?}");
    // Each picture is wiped away before the next one and before any other word.
    let last_word = text.rsplit("\u{1b}[2K").next().unwrap();
    assert!(last_word.starts_with("klavi: ") && !last_word.contains("waiting"), "{text:?}");
    let text = shown("--json");
    assert!(!text.contains("waiting for the user") && !text.contains('\u{1b}'), "{text:?}");
}

#[test]
fn reports_are_asked_for() {
    let desk = Desk::new();
    let id = desk.consent();
    let request = ["report", "request", "--tax-id", CPF, "--institution-code", "341", "--consent-id", &id];
    let products = ["--product", "pf_balance", "--product", "pf_loans"];
    let urls = [
        "--products-callback-url",
        "pf_loans=http://127.0.0.1:9/?a=b",
        "--products-callback-url",
        "other=http://127.0.0.1:9/",
    ];
    let accepted = desk.json(&[&request[..], &products, &urls].concat());
    assert!(accepted["requestId"].is_string(), "{accepted}");
    desk.runtime.block_on(desk.mock.made());
    let sent = desk.mock.deliveries();
    let url = |product: &str| {
        let to = sent.iter().find(|delivery| delivery.name == product);
        to.map(|delivery| delivery.url.as_ref().unwrap().to_string())
    };
    assert_eq!(url("pf_loans").as_deref(), Some("http://127.0.0.1:9/?a=b"));
    assert_eq!(url("pf_balance").as_deref(), Some("http://127.0.0.1:9/"));
}

#[test]
fn mistakes_are_named_before_anything_is_sent() {
    let desk = Desk::new();
    let requests = desk.mock.received_requests().len();
    let refused = |arguments: &[&str], sentence: &str| assert_refused(&desk.klavi(arguments), 2, sentence);
    refused(
        &["link", "create", "--personal-tax-id", "1", "--redirect-url", "back"],
        "klavi: --personal-tax-id: a CPF has 11 digits, a CNPJ 14 characters; --redirect-url: not an absolute URL that a browser or app can open",
    );
    refused(
        &["report", "request", "--tax-id", CPF, "--institution-code", "341", "--product", "pj_loans"],
        "klavi: --product: pj_loans is not a product of a natural person",
    );
    let both = [
        "--products-callback-url",
        "https://a.example",
        "--products-callback-url",
        "other=https://b.example",
    ];
    refused(
        &[&["link", "create"][..], &both].concat(),
        "klavi: --products-callback-url: a URL for all reports stands alone",
    );
    assert_eq!(desk.mock.received_requests().len(), requests);

    let mut without_keys =
        command(&["consents", "list", "--personal-tax-id", CPF, "--environment", "sandbox"]);
    let output = run(without_keys.env_remove("KLAVI_ACCESS_KEY"), b"");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("KLAVI_ACCESS_KEY"), "{}", stderr(&output));
    let nowhere = command(&["consents", "get", "c-1"])
        .env_remove("KLAVI_BASE_URL")
        .env_remove("KLAVI_ENVIRONMENT")
        .output();
    assert_eq!(nowhere.unwrap().status.code(), Some(2));
}

#[test]
fn what_klavi_refuses_is_one_sentence() {
    let desk = Desk::new();
    desk.mock.set_out_of_service("341", true).unwrap();
    let token = desk.link()["linkToken"].as_str().unwrap().to_owned();
    let refused = desk.klavi(&[
        "consents",
        "create",
        "--link-token",
        &token,
        "--institution-code",
        "341",
        "--external-track-id",
        "t",
        "--redirect-url",
        BACK,
        "--personal-tax-id",
        CPF,
    ]);
    assert_eq!((refused.status.code(), stdout(&refused)), (Some(1), ""));
    let sentence = stderr(&refused);
    assert!(sentence.contains("4004") && sentence.lines().count() == 1, "{sentence}");
    assert!(!sentence.contains(&token) && !sentence.contains("123456789"), "{sentence}");
    assert_eq!(json!(desk.mock.deliveries().len()), json!(1));
}
