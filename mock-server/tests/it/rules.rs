//! What the mocks decide rests on something, and they say on what: in their descriptions, in a header of their refusals,
//! and on a page that is made of the descriptions.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use belvo_mock::MockBelvo;
use http::Method;
use klavi_mock::MockKlavi;
use serde_json::{Value, json};

use crate::partner::{Answer, CPF, Partner, consent_body, text, with};

const SOURCES: [&str; 4] = ["documented", "observed", "inferred", "mock"];

async fn described() -> [(&'static str, Value); 2] {
    let (klavi, belvo) =
        (MockKlavi::builder().start().await.unwrap(), MockBelvo::builder().start().await.unwrap());
    let mut described = [("Klavi", Value::Null), ("Belvo", Value::Null)];
    for ((_, document), base_url) in described.iter_mut().zip([klavi.base_url(), belvo.base_url()]) {
        let answer = reqwest::get(format!("{base_url}/_mock/openapi.json")).await.unwrap();
        *document = Answer::read(answer).await.ok();
    }
    described
}

fn source(marked: &Value) -> &str {
    let source = marked["x-source"].as_str().unwrap_or_else(|| panic!("without a source: {marked}"));
    assert!(SOURCES.contains(&source), "{source}");
    source
}

#[tokio::test]
async fn each_rule_call_and_answer_says_what_it_rests_on() {
    for (provider, document) in described().await {
        let rules = document["x-rules"].as_array().unwrap();
        let ids: BTreeSet<_> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), rules.len(), "{provider}: an id is there twice");
        for rule in rules {
            assert!(rule["says"].as_str().unwrap().ends_with('.'), "{rule}");
            let from = rule["from"].as_str().unwrap();
            assert!(source(rule) == "mock" || source(rule) == "inferred" || !from.is_empty(), "{rule}");
        }
        let responses = document["components"]["responses"].as_object().unwrap();
        for (name, response) in responses {
            source(response);
            if name.starts_with("Control") {
                assert_eq!(source(response), "mock");
                continue;
            }
            let named = response["x-rules"].as_array().unwrap_or_else(|| panic!("{name} is by no rule"));
            assert!(!named.is_empty() && named.iter().all(|id| ids.contains(id.as_str().unwrap())), "{name}");
        }
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                assert_eq!(
                    source(operation) == "mock",
                    path.starts_with("/_mock/") || is_mocks_own(path),
                    "{path}"
                );
                for (status, response) in operation["responses"].as_object().unwrap() {
                    assert!(
                        response["$ref"].is_string() || !source(response).is_empty(),
                        "{method} {path} {status}"
                    );
                }
            }
        }
        for (name, hook) in document["webhooks"].as_object().unwrap() {
            source(&hook["post"]);
            let rules = hook["post"]["x-rules"].as_array().unwrap();
            assert!(rules.iter().all(|id| ids.contains(id.as_str().unwrap())), "{name}");
        }
    }
}

/// Calls of which Klavi's documentation has neither path nor answer.
fn is_mocks_own(path: &str) -> bool {
    ["/klaas/open-finance/v1/analytics", "/analysis-results/{file}"].contains(&path)
}

#[tokio::test]
async fn observed_calls_are_told_from_documented_ones() {
    let [(_, klavi), (_, belvo)] = described().await;
    let of = |document: &Value, method: &str, path: &str| source(&document["paths"][path][method]).to_owned();
    assert_eq!(of(&klavi, "get", "/data/v1/links/{linkId}"), "observed");
    assert_eq!(of(&klavi, "delete", "/data/v1/consents/{consentId}"), "observed");
    assert_eq!(of(&klavi, "get", "/data/v1/consents/{consentId}"), "documented");
    assert_eq!(of(&klavi, "post", "/data/v1/personal/user-data"), "inferred");
    assert_eq!(of(&belvo, "get", "/api/"), "observed");
    assert_eq!(of(&belvo, "get", "/api/links/"), "documented");
}

/// Set to write the page anew.
const RENEW: &str = "KLAVI_TEST_WRITE";

#[tokio::test]
async fn the_page_of_rules_is_made_of_the_descriptions() {
    let mut page = "# Rules of the mocks\n\n\
        What the mocks do, and what each rule rests on: the provider's documentation (`documented`), public code that \
        relies on it (`observed`), both of them (`inferred`), or the mock alone (`mock`). A refusal by a rule that is not \
        documented names it in the header `X-Mock-Rule`. The list stands as `x-rules` in the OpenAPI documents, \
        `GET /_mock/openapi.json`, where `x-source` marks calls, answers and webhooks.\n\n\
        Where a page is named, it is one of docs.klavi.ai or developers.belvo.com; \"spec\" is Belvo's OpenAPI document \
        1.35.0. This page is generated: `KLAVI_TEST_WRITE=1 cargo test -p klavi-mock --test it rules`.\n"
        .to_owned();
    for (provider, document) in described().await {
        write!(page, "\n## {provider}\n\n| rule | applies to | answer | says | source | from |\n|---|---|---|---|---|---|\n")
            .unwrap();
        for rule in document["x-rules"].as_array().unwrap() {
            let text = |name: &str| rule[name].as_str().unwrap_or_default().replace('|', "\\|");
            let status = rule["status"].as_u64().map_or_else(String::new, |status| status.to_string());
            let answer = format!("{status} {}", text("code"));
            let (id, on, says, source, from) =
                (text("id"), text("on"), text("says"), text("x-source"), text("from"));
            writeln!(page, "| `{id}` | {on} | {} | {says} | {source} | {from} |", answer.trim()).unwrap();
        }
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/mock-rules.md");
    if std::env::var_os(RENEW).is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    assert!(
        std::fs::read_to_string(&file).unwrap() == page,
        "docs/reference/mock-rules.md is not what the mocks say. If the change is meant, write it anew with\n\
         {RENEW}=1 cargo test -p klavi-mock --test it rules",
    );
}

fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.clone(), std::fs::read_to_string(path).unwrap()));
        }
    }
}

/// By their types all refusals of an API name a rule but those that a fault or a user's name asks for; and no rule of a
/// refusal is one that nothing enforces.
#[test]
fn each_rule_of_a_refusal_is_enforced() {
    for name in ["mock-server", "belvo-mock"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name).join("src");
        let mut found = Vec::new();
        sources(&folder, &mut found);
        let table = std::fs::read_to_string(folder.join("rules.rs")).unwrap();
        let code: String = found
            .iter()
            .filter(|(path, _)| *path != folder.join("rules.rs"))
            .map(|(_, code)| &**code)
            .collect();
        let refusals: Vec<_> = table
            .lines()
            .filter_map(|line| line.trim().split_once(": \""))
            .filter(|(name, _)| name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'))
            .filter(|(_, rest)| rest.split("\", ").nth(2).is_some_and(|status| !status.starts_with("0 ")))
            .map(|(name, _)| name)
            .collect();
        assert!(refusals.len() > 30, "{refusals:?}");
        for rule in refusals {
            // What is played, and the edge's page, are no refusals of the usual form.
            let apart = ["PLAYED", "EDGE"].contains(&rule);
            assert!(apart || code.contains(&format!("rules::{rule}")), "{name}: {rule} refuses nothing");
        }
    }
}

async fn rule_of(response: reqwest::Response) -> (u16, Option<String>) {
    let named = response.headers().get("x-mock-rule").map(|value| value.to_str().unwrap().to_owned());
    (response.status().as_u16(), named)
}

#[tokio::test]
async fn a_refusal_names_its_rule_unless_it_is_documented() {
    let partner = Partner::start().await;
    let send = async |method: Method, path: &str, token: &str, body: Value| {
        let request = partner.http.request(method, format!("{}{path}", partner.mock.base_url()));
        let request = request.bearer_auth(token).header("content-type", "application/json");
        rule_of(request.body(body.to_string()).send().await.unwrap()).await
    };
    let token = partner.access_token.as_str();
    let wrong = json!({"accessKey": "a", "secretKey": "b"});
    assert_eq!(send(Method::POST, "/data/v1/auth", "", wrong).await, (401, None));
    let link_token = text(&partner.link(json!({"personalTaxId": CPF})).await["linkToken"]);
    let consent = async |body: Value| send(Method::POST, "/data/v1/consents", &link_token, body).await;
    assert_eq!(consent(consent_body("341", "1")).await, (200, None));
    let named = |status, rules: &str| (status, Some(rules.to_owned()));
    assert_eq!(consent(consent_body("341", "1")).await, named(409, "external-track-id; source=inferred"));
    let broken = with(consent_body("341", "2"), "validityPeriod", json!(7));
    assert_eq!(consent(broken.clone()).await, (422, None));
    let broken = with(with(broken, "personalTaxId", json!("1")), "externalTrackId", json!(""));
    assert_eq!(consent(broken).await, named(422, "required; source=inferred, tax-id; source=mock"));
    let phone = with(consent_body("341", "2"), "phone", json!("1"));
    assert_eq!(consent(phone).await, named(400, "phone; source=observed"));
    let key = json!({"connectionKey": "none"});
    assert_eq!(
        send(Method::POST, "/data/v1/links", token, key).await,
        named(416, "connection-key; source=mock")
    );
    assert_eq!(send(Method::GET, "/data/v1/nothing", token, json!({})).await, (404, None));
    assert_eq!(
        send(Method::PUT, "/data/v1/links", token, json!({})).await,
        named(405, "method; source=mock")
    );
    // The control API is the mock's own.
    assert_eq!(send(Method::POST, "/_mock/clock", token, json!({"x": 1})).await, (422, None));

    let mock = MockBelvo::builder().seed(7).start().await.unwrap();
    let send = async |method: Method, path: &str, body: Value| {
        rule_of(belvo(&mock, method, path, &body).await).await
    };
    let login = |user: &str| json!({"institution": "erebor_mx_retail", "username": user, "password": "full"});
    assert_eq!(send(Method::POST, "/api/links/", json!({})).await, (400, None));
    assert_eq!(send(Method::POST, "/api/links/", login("login_error")).await, (400, None));
    let link = Answer::read(belvo(&mock, Method::POST, "/api/links/", &login("bnk100")).await).await.json();
    let refresh = format!("/api/links/{}/refresh/", text(&link["id"]));
    assert_eq!(send(Method::POST, &refresh, json!({})).await, (202, None));
    assert_eq!(send(Method::POST, &refresh, json!({})).await, named(409, "cooldown; source=inferred"));
    assert_eq!(send(Method::GET, "/api/accounts/", json!({})).await, named(501, "not-in-mock; source=mock"));
    assert_eq!(send(Method::GET, "/api/nothing/", json!({})).await, (404, None));
}

/// A call to Belvo's API with the keys.
async fn belvo(mock: &MockBelvo, method: Method, path: &str, body: &Value) -> reqwest::Response {
    let request = reqwest::Client::new().request(method, format!("{}{path}", mock.base_url()));
    let request = request.basic_auth(mock.secret_id(), Some(mock.secret_password()));
    request.header("content-type", "application/json").body(body.to_string()).send().await.unwrap()
}
