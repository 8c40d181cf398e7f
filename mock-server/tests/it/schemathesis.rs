//! Whatever an HTTP client can send: schemathesis makes requests of the description, right ones and wrong ones, and
//! judges the answers by it.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use belvo_mock::MockBelvo;
use http::Method;
use klavi_mock::MockKlavi;
use serde_json::json;

use crate::partner::{Answer, CNPJ, CPF, OTHER_CPF, Partner, text};

/// A partner of a mock that keeps to this machine, with consents of everybody whom the generated requests name, and what
/// else they can ask for.
struct Subject {
    partner: Partner,
    /// For the configuration, by the names that it has there.
    known: Vec<(String, String)>,
}

impl Subject {
    async fn start() -> Self {
        // The keys are those of the description's example.
        let mock =
            MockKlavi::builder().seed(7).access_key("access").secret_key("secret").consent_limit(1_000);
        let partner = Partner::with(mock.loopback_only(true).start().await.unwrap()).await;
        let mock = &partner.mock;
        let mut known = Vec::new();
        let mut know = |name: &str, value: &str| known.push((format!("KLAVI_{name}"), value.to_owned()));
        know("MOCK_URL", mock.base_url());
        know("ACCESS_TOKEN", &partner.access_token);
        know("PARTNER_CODE", mock.partner_code());
        know("PARTNER_TOKEN", mock.partner_token());
        know("SECRET_KEY", mock.secret_key());
        know("APP_ID", mock.basic_link_url().rsplit_once('/').unwrap().1);

        let link = partner.link(json!({"personalTaxId": CPF})).await;
        let token = text(&link["linkToken"]);
        know("LINK_TOKEN", &token);
        let mut tasks = Vec::new();
        // Of each kind of second factor.
        for password in ["123301", "123302", "123303", "123304"] {
            tasks.push(mock.start_task(text(&link["linkId"]), "5001", CPF, password).await.unwrap());
        }
        know("TASKS", &tasks.join(" "));
        let persons = [json!({"personalTaxId": CPF}), json!({"personalTaxId": OTHER_CPF})];
        let whom = persons.into_iter().chain([json!({"businessTaxId": CNPJ}), json!({"personalTaxId": CPF})]);
        let mut consents = Vec::new();
        for (number, whom) in whom.enumerate() {
            let mut consent = json!({
                "institutionCode": "341", "externalTrackId": format!("track-{number}"),
                "redirectURL": "app://back", "validityPeriod": 0,
            });
            consent.as_object_mut().unwrap().extend(whom.as_object().unwrap().clone());
            let made = partner.create_consent(&token, &consent).await.ok();
            let id = text(&made["consentId"]);
            // The last one waits for its user.
            if number < 3 {
                mock.authorise(&id).await.unwrap();
            }
            consents.push(id);
        }
        know("CONSENTS", &consents.join(" "));
        Self { partner, known }
    }

    async fn judge(&self, arguments: &[&str]) {
        judge("schemathesis.toml", self.partner.mock.base_url(), &self.known, arguments).await;
    }
}

/// Runs schemathesis by a configuration; the arguments are further ones.
async fn judge(configuration: &str, base_url: &str, known: &[(String, String)], arguments: &[&str]) {
    let python = std::env::var("KLAVI_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let scratch = tempfile::tempdir().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemathesis");
    let mut command = Command::new(python);
    command
        .args(["-m", "schemathesis.cli", "--config-file"])
        .arg(folder.join(configuration))
        .arg("run")
        .arg(format!("{base_url}/_mock/openapi.json"))
        .args(arguments)
        .current_dir(scratch.path())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONPATH", folder.join(configuration).parent().unwrap())
        .envs(known.iter().map(|(name, value)| (name, value)));
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "schemathesis found something:\n{said}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs schemathesis, in KLAVI_TEST_PYTHON"]
async fn klavis_api_answers_as_it_is_described() {
    let subject = Subject::start().await;
    subject.judge(&["--exclude-path-regex", "^/_mock/"]).await;
    let links = subject.partner.mock.received(Method::POST, "/data/v1/links");
    let answered = |status: u16| {
        links.requests().iter().filter(|call| call.status.is_some_and(|is| is == status)).count()
    };
    assert!(answered(200) > 10 && answered(422) > 10, "it did not get past the form of the requests");
}

/// A reset takes away what the others ask for, so it is judged by itself.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs schemathesis, in KLAVI_TEST_PYTHON"]
async fn the_control_api_answers_as_it_is_described() {
    let subject = Subject::start().await;
    subject.judge(&["--include-path-regex", "^/_mock/", "--exclude-path", "/_mock/reset"]).await;
    subject.judge(&["--include-path", "/_mock/reset", "--phases", "coverage,fuzzing"]).await;
}

/// A mock of Belvo that keeps to this machine, with links that the generated requests name.
async fn belvo() -> (MockBelvo, Vec<(String, String)>) {
    let mock = MockBelvo::builder().seed(7).loopback_only(true).retry_step(Duration::ZERO);
    let mock = mock.behaviour(|behaviour| behaviour.calls_in_30_seconds = None);
    let mock = mock.start().await.unwrap();
    let mut links = Vec::new();
    for user in ["bnk100", "bnk101", "bnk102"] {
        let login = json!({"institution": "erebor_mx_retail", "username": user, "password": "full"});
        let call = reqwest::Client::new().post(format!("{}/api/links/", mock.base_url()));
        let call = call.basic_auth(mock.secret_id(), Some(mock.secret_password()));
        let answer = call.header("Content-Type", "application/json").body(login.to_string()).send().await;
        let link = Answer::read(answer.unwrap()).await.json();
        links.push(text(&link["id"]));
    }
    let known = [
        ("MOCK_URL", mock.base_url()),
        ("SECRET_ID", mock.secret_id()),
        ("SECRET_PASSWORD", mock.secret_password()),
        ("LINKS", &links.join(" ")),
    ];
    let known = known.map(|(name, value)| (format!("KLAVI_{name}"), value.to_owned()));
    let known = known.to_vec();
    (mock, known)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs schemathesis, in KLAVI_TEST_PYTHON"]
async fn belvos_api_answers_as_it_is_described() {
    let (mock, known) = belvo().await;
    judge(
        "../../../belvo-mock/tests/schemathesis/belvo.toml",
        mock.base_url(),
        &known,
        &["--exclude-path-regex", "^/_mock/"],
    )
    .await;
    let links = mock.received(Method::POST, "/api/links/");
    let answered = |status: u16| {
        links.requests().iter().filter(|call| call.status.is_some_and(|is| is == status)).count()
    };
    assert!(answered(201) > 10 && answered(400) > 10, "it did not get past the form of the requests");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs schemathesis, in KLAVI_TEST_PYTHON"]
async fn the_control_api_of_belvos_mock_answers_as_it_is_described() {
    let (mock, known) = belvo().await;
    let others = ["--include-path-regex", "^/_mock/", "--exclude-path", "/_mock/reset"];
    judge("../../../belvo-mock/tests/schemathesis/belvo.toml", mock.base_url(), &known, &others).await;
    let reset = ["--include-path", "/_mock/reset", "--phases", "coverage,fuzzing"];
    judge("../../../belvo-mock/tests/schemathesis/belvo.toml", mock.base_url(), &known, &reset).await;
}
