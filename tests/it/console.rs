//! The mock's console in Chromium: what a developer sees and presses, and what it leads to.

use http::Method;
use klavi_mock::DeliveryState;
use klavi_types::api::{ConsentStatus, CreateConsent};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::desk::{BACK, BANK, CPF};

impl Browser {
    /// A consent that waits for its user.
    async fn waiting_consent(&self) -> String {
        let session = self.desk.session().await;
        let consent = CreateConsent::builder(BANK, "track-1", BACK).personal_tax_id(CPF);
        let consent = session.create_consent(&consent.build().unwrap()).await.unwrap();
        consent.consent_id.unwrap().to_string()
    }

    async fn play_console(&self, scenario: &str, width: u32) -> Value {
        self.play(scenario, &self.desk.mock.console_url(), width).await
    }
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn a_developer_authorises_a_consent_and_sends_a_delivery_again() {
    for width in [360, 1280] {
        let browser = Browser::new().await;
        browser.waiting_consent().await;
        let found = browser.play_console("console", width).await;
        let mock = &browser.desk.mock;
        assert_eq!(found["secretKey"], mock.secret_key());
        assert_eq!(browser.statuses().await, [ConsentStatus::Authorised]);

        mock.settled().await;
        let resent = mock.delivery(found["resent"].as_str().unwrap().parse().unwrap()).unwrap();
        let first = mock.delivery(resent.resend_of.unwrap()).unwrap();
        assert_eq!((&*resent.name, resent.state), ("consent_authorised", DeliveryState::Delivered));
        assert_eq!(resent.body, first.body);
        // The receiver has seen it before.
        assert_eq!(browser.events().await, ["link_created", "consent_authorised"]);
    }
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn a_developer_lets_things_go_wrong_in_english() {
    for width in [360, 1280] {
        let browser = Browser::new().await;
        browser.waiting_consent().await;
        let mock = &browser.desk.mock;
        let undocumented = json!({"colour": "blue"});
        let call = browser.desk.client.request(Method::POST, "/data/v1/links").json(&undocumented);
        call.send_raw().await.unwrap();
        browser.play_console("console_in_english", width).await;
        assert!(mock.deliveries().is_empty() && !mock.behaviour().disorder);
    }
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn the_console_shows_what_happens_by_itself() {
    let browser = Browser::new().await;
    let consent = browser.waiting_consent().await;
    let authorised = async {
        browser.seen.notified().await;
        browser.desk.mock.authorise(&consent).await.unwrap();
    };
    tokio::join!(browser.play_console("console_looks_again", 1280), authorised);
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn the_console_works_without_script() {
    let browser = Browser::new().await;
    browser.waiting_consent().await;
    browser.play_console("console_without_script", 360).await;
    assert_eq!(browser.statuses().await, [ConsentStatus::Authorised]);
    let deliveries = browser.desk.mock.deliveries();
    assert_eq!(deliveries.last().unwrap().state, DeliveryState::Failed, "the receiver checks signatures");
}
