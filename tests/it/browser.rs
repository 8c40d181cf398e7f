//! The mock's pages in Chromium, driven by Playwright: what a user sees and presses, and what it leads to.

use std::process::Stdio;
use std::sync::Arc;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use http::StatusCode;
use klavi_sdk::RedirectOutcome;
use klavi_types::Cpf;
use klavi_types::api::{ConsentQuery, ConsentStatus, CreateConsent, CreateLink};
use klavi_types::events::TrackingEvent;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::Notify;

use crate::desk::{BANK, CPF, Desk};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/browser/browse.py");
const SCREENSHOTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/screenshots");

/// A partner's site, of another origin than the mock: where the browser comes back to, a page with a frame, and an
/// address by which a scenario says that it has seen what it waited for.
async fn partner_site(seen: Arc<Notify>) -> String {
    const EMBED: &str = "<!doctype html><title>Parceiro</title><script>const told = []; \
        addEventListener('message', ({ origin, data }) => told.push({ origin, data }))</script>\
        <iframe title=\"Klavi\" width=\"360\" height=\"700\"></iframe>";
    const BACK: &str = "<!doctype html><title>Parceiro</title><h1>De volta ao parceiro</h1>";
    let site = Router::new()
        .route("/back", get(Html(BACK)))
        .route("/embed", get(Html(EMBED)))
        .route("/seen", get(async move || seen.notify_one()))
        .route("/favicon.ico", get(StatusCode::NO_CONTENT));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, site).await });
    format!("http://{address}")
}

pub(crate) struct Browser {
    pub(crate) desk: Desk,
    pub(crate) partner: String,
    pub(crate) seen: Arc<Notify>,
}

impl Browser {
    pub(crate) async fn new() -> Self {
        Self::at(Desk::new().await).await
    }

    pub(crate) async fn at(desk: Desk) -> Self {
        let seen = Arc::new(Notify::new());
        Self { desk, partner: partner_site(Arc::clone(&seen)).await, seen }
    }

    /// A link's page; with the person's CPF where the page is not to ask for it.
    pub(crate) async fn link(&self, cpf: Option<&str>) -> String {
        let link = CreateLink::builder().redirect_url(format!("{}/back", self.partner));
        let link = link.maybe_personal_tax_id(cpf).build().unwrap();
        self.desk.client.links().create(&link).await.unwrap().url().unwrap().expose().to_owned()
    }

    /// Plays the scenario of that name; panics with whatever the browser or the scenario complains about.
    pub(crate) async fn play(&self, scenario: &str, url: &str, width: u32) -> Value {
        play(scenario, url, &self.partner, width).await
    }

    pub(crate) async fn events(&self) -> Vec<String> {
        self.desk.mock.settled().await;
        self.desk.names().await
    }

    pub(crate) async fn statuses(&self) -> Vec<ConsentStatus> {
        let query = ConsentQuery::personal(CPF.parse::<Cpf>().unwrap());
        let consents = self.desk.client.consents().list(&query).await.unwrap();
        consents.into_iter().map(|consent| consent.status.unwrap()).collect()
    }
}

/// Plays the scenario of that name, which may ask where `url` and `partner` are and nowhere else; panics with whatever the
/// browser or the scenario complains about.
pub(crate) async fn play(scenario: &str, url: &str, partner: &str, width: u32) -> Value {
    let python = std::env::var("KLAVI_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let given =
        json!({"url": url, "partner": partner, "screenshots": SCREENSHOTS, "width": width}).to_string();
    let mut peer = Command::new(python)
        .args([SCRIPT, scenario])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    peer.stdin.take().unwrap().write_all(given.as_bytes()).await.unwrap();
    let output = peer.wait_with_output().await.unwrap();
    assert!(output.status.success(), "{scenario}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

pub(crate) fn outcome(found: &Value) -> RedirectOutcome {
    found["back"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn a_user_connects_a_bank_on_a_phone() {
    let browser = Browser::new().await;
    let url = browser.link(None).await;
    let found = browser.play("whole_way", &url, 360).await;
    assert!(matches!(outcome(&found), RedirectOutcome::Completed(_)), "{found}");
    assert_eq!(browser.events().await, ["link_created", "consent_authorised"]);
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn a_user_connects_a_bank_in_english_on_a_desk() {
    let browser = Browser::new().await;
    let url = browser.link(None).await;
    browser.play("in_english", &url, 1280).await;
    assert_eq!(browser.statuses().await, [ConsentStatus::Authorised]);
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn refusals_and_failures_have_their_page() {
    let browser = Browser::new().await;
    let url = browser.link(Some(CPF)).await;
    let found = browser.play("not_authorised", &url, 360).await;
    let RedirectOutcome::Failed(failure) = outcome(&found) else { panic!("{found}") };
    assert_eq!(failure.error.as_str(), "access_denied");
    let events = browser.events().await;
    assert_eq!(events, ["link_created", "consent_rejected", "consent_error", "consent_rejected"]);
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn a_consent_of_the_api_comes_straight_back() {
    let browser = Browser::new().await;
    let session = browser.desk.session().await;
    let back = format!("{}/back", browser.partner);
    let consent = CreateConsent::builder(BANK, "track-1", &back).personal_tax_id(CPF).build().unwrap();
    let consent = session.create_consent(&consent).await.unwrap();
    let found = browser.play("api_only", consent.consent_redirect_url.unwrap().expose(), 360).await;
    let RedirectOutcome::Completed(redirect) = outcome(&found) else { panic!("{found}") };
    assert_eq!(redirect.consent_id, consent.consent_id);
    assert_eq!(redirect.external_track_id.unwrap().as_str(), "track-1");
    assert_eq!(browser.statuses().await, [ConsentStatus::Authorised]);
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn an_app_takes_over_after_the_bank() {
    let browser = Browser::new().await;
    let app = format!("{}/back", browser.partner);
    let link = CreateLink::builder().personal_tax_id(CPF).app_link(app).app_redirect_url_key("open");
    let session = browser.desk.client.links().create(&link.build().unwrap()).await.unwrap();
    browser.play("by_app", session.url().unwrap().expose(), 360).await;
    assert_eq!(browser.statuses().await, [ConsentStatus::Authorised]);
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn an_expired_link_has_its_page() {
    let browser = Browser::new().await;
    let url = browser.link(None).await;
    browser.desk.mock.advance_clock(std::time::Duration::from_secs(1800));
    browser.play("expired", &url, 360).await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn the_keyboard_is_enough() {
    let browser = Browser::new().await;
    let url = browser.link(None).await;
    browser.play("by_keyboard", &url, 360).await;
    assert_eq!(browser.statuses().await, [ConsentStatus::Authorised]);
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn the_pages_work_without_script() {
    let browser = Browser::new().await;
    let url = browser.link(Some(CPF)).await;
    browser.play("without_script", &url, 360).await;
    assert_eq!(browser.statuses().await, [ConsentStatus::Authorised]);
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn a_double_click_is_one_consent() {
    let browser = Browser::new().await;
    let url = browser.link(Some(CPF)).await;
    browser.play("impatient", &url, 1280).await;
    assert_eq!(browser.statuses().await, [ConsentStatus::AwaitingAuthorisation]);
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn the_page_that_embeds_hears_every_documented_event() {
    let browser = Browser::new().await;
    let url = browser.link(Some(CPF)).await;
    let found = browser.play("embedded", &url, 1280).await;
    let told: Vec<_> = found["told"].as_array().unwrap().iter().map(|told| &told["data"]).collect();
    for event in &told {
        let decoded = klavi_types::decode::<TrackingEvent>(event.to_string().as_bytes()).unwrap();
        assert!(decoded.malformed.is_empty() && decoded.value.event_name.unwrap().is_known(), "{event}");
    }
    let origin = browser.desk.mock.base_url();
    assert!(found["told"].as_array().unwrap().iter().all(|told| told["origin"] == origin));

    let itau = || json!({"institutionCode": "341", "institutionName": "Itaú (mock)"});
    let nubank = || json!({"institutionCode": "260", "institutionName": "Nubank (mock)"});
    let of_type = |mut payload: Value| {
        payload["institutionType"] = json!(1);
        payload
    };
    let none = || json!({});
    let expected: Vec<Value> = [
        ("app_loaded", none()),
        ("page_view", none()),
        ("landing_terms_click", none()),
        ("landing_privacy_policy_click", none()),
        ("landing_continue_click", none()),
        ("page_duration", none()),
        ("page_view", none()),
        ("institution_list_search", json!({"key": "Itau"})),
        ("institution_click", itau()),
        ("page_duration", none()),
        ("page_view", none()),
        ("data_confirmation_validity_click", itau()),
        ("data_confirmation_klavi_portal_click", itau()),
        ("data_confirmation_continue_click", itau()),
        ("page_duration", none()),
        // The bank tells nothing.
        ("page_view", none()),
        ("page_duration", none()),
        ("page_view", none()),
        ("authorise_success", of_type(itau())),
        ("authorise_success_connect_more_click", itau()),
        ("page_duration", none()),
        ("page_view", none()),
        ("institution_click", nubank()),
        ("page_duration", none()),
        ("page_view", none()),
        ("data_confirmation_back_click", nubank()),
        ("page_duration", none()),
        ("page_view", none()),
        ("institution_click", nubank()),
        ("page_duration", none()),
        ("page_view", none()),
        ("data_confirmation_continue_click", nubank()),
        ("page_duration", none()),
        ("page_view", none()),
        ("authorise_fail", of_type(nubank())),
        ("page_duration", none()),
    ]
    .into_iter()
    .map(|(name, payload)| json!({"eventName": name, "payload": payload}))
    .collect();
    assert_eq!(told, expected.iter().collect::<Vec<_>>());
}
