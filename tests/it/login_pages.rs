//! The mock's pages that take a login, in Chromium: Open Data institutions and the Link page of the first generation.

use std::time::Duration;

use klavi_mock::MockKlavi;
use klavi_sdk::{LegacyLinkHost, LegacyLinkUrl, PartnerCode, RedirectOutcome};
use klavi_types::api::CreateLink;
use klavi_types::legacy::{LinkMessage, YesNo, decode_legacy_report};
use klavi_webhook::{Entry, EntryKind};
use serde_json::Value;

use crate::browser::{Browser, outcome};
use crate::desk::{CPF, Desk};

impl Browser {
    /// The legacy reports that the partner got.
    async fn legacy_reports(&self) -> Vec<Entry> {
        self.desk.mock.settled().await;
        let entries = self.desk.entries().await.into_iter();
        entries.filter(|entry| entry.kind == EntryKind::LegacyReport).collect()
    }

    /// Address of the Link page, alone where the partner names an address to come back to.
    fn legacy_link(&self, alone: bool) -> String {
        let mock = &self.desk.mock;
        let back = |what| alone.then(|| format!("{}/back?{what}=1", self.partner));
        LegacyLinkUrl::builder(LegacyLinkHost::Custom(format!("{}/link", mock.base_url())), "user-7")
            .partner_code(PartnerCode::Segment(mock.partner_code().into()))
            .maybe_callback_url(back("done"))
            .maybe_cancel_url(back("cancelled"))
            .in_iframe(!alone)
            .parameter("session", "42")
            .build()
            .unwrap()
            .expose()
            .to_owned()
    }
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn a_user_logs_in_at_an_open_data_institution_on_a_phone() {
    let browser = Browser::new().await;
    let url = browser.link(Some(CPF)).await;
    let found = browser.play("open_data", &url, 360).await;
    let RedirectOutcome::Completed(redirect) = outcome(&found) else { panic!("{found}") };
    assert!(redirect.link_id.is_some() && redirect.consent_id.is_none());
    let reports = browser.legacy_reports().await;
    assert_eq!(reports.len(), 2);
    let report = decode_legacy_report(&reports[0].body).unwrap().value;
    assert_eq!(report.data_head().unwrap().allow_autoupdate, Some(YesNo::Yes));
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn a_user_meets_every_factor_in_english_on_a_desk() {
    let browser = Browser::new().await;
    let url = browser.link(None).await;
    browser.play("open_data_in_english", &url, 1280).await;
    let codes: Vec<_> = browser
        .legacy_reports()
        .await
        .iter()
        .map(|entry| decode_legacy_report(&entry.body).unwrap().value.head().code.unwrap().get())
        .collect();
    assert_eq!(codes, [402, 200, 200, 200, 200]);
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn a_page_that_waits_looks_again_by_itself() {
    let pace = Duration::from_secs(600);
    let browser = Browser::at(Desk::with(MockKlavi::builder().task_pace(pace), None).await).await;
    let url = browser.link(Some(CPF)).await;
    let turned = async {
        browser.seen.notified().await;
        browser.desk.mock.advance_clock(pace);
    };
    tokio::join!(browser.play("open_data_takes_its_time", &url, 360), turned);
    assert_eq!(browser.legacy_reports().await.len(), 2);
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn a_connection_is_brought_up_to_date_with_one_button() {
    let browser = Browser::new().await;
    let session = browser.desk.session().await;
    let link_id = session.link_id().unwrap().as_str();
    browser.desk.mock.start_task(link_id, "5001", "12345678909", "123456").await.unwrap();
    let before = browser.legacy_reports().await;
    let report = decode_legacy_report(&before[0].body).unwrap().value;
    let key = report.data_head().unwrap().connection_key.clone().unwrap();
    let link =
        CreateLink::builder().redirect_url(format!("{}/back", browser.partner)).connection_key(key.as_str());
    let update = browser.desk.client.links().create(&link.build().unwrap()).await.unwrap();
    browser.play("open_data_update", update.url().unwrap().expose(), 360).await;
    assert_eq!(browser.legacy_reports().await.len(), 2 * before.len());
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn a_login_works_without_script() {
    let browser = Browser::new().await;
    let url = browser.link(Some(CPF)).await;
    browser.play("open_data_without_script", &url, 360).await;
    assert_eq!(browser.legacy_reports().await.len(), 2);
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn the_first_generations_link_page_goes_to_the_callback_address() {
    let browser = Browser::new().await;
    browser.play("legacy_alone", &browser.legacy_link(true), 360).await;
    let reports = browser.legacy_reports().await;
    assert_eq!(reports.len(), 9);
    for entry in reports {
        let report = decode_legacy_report(&entry.body).unwrap().value;
        let own: Value = serde_json::from_str(report.head().query_param.as_ref().unwrap().get()).unwrap();
        assert_eq!(own, serde_json::json!({"uuid": "user-7", "session": "42"}));
    }
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn breaking_off_goes_to_the_cancel_address() {
    let browser = Browser::new().await;
    browser.play("legacy_cancelled", &browser.legacy_link(true), 1280).await;
    let reports = browser.legacy_reports().await;
    assert_eq!(reports.len(), 1);
    assert_eq!(decode_legacy_report(&reports[0].body).unwrap().value.head().code.unwrap().get(), 402);
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn the_page_that_embeds_the_link_page_hears_each_step_at_its_moment() {
    let browser = Browser::new().await;
    let found = browser.play("legacy_embedded", &browser.legacy_link(false), 1280).await;
    let told = found["told"].as_array().unwrap();
    let origin = browser.desk.mock.base_url();
    assert!(told.iter().all(|told| told["origin"] == origin), "{found}");
    let pages: Vec<_> = told
        .iter()
        .map(|told| {
            let decoded = klavi_types::decode::<LinkMessage>(told["data"].to_string().as_bytes()).unwrap();
            assert!(decoded.malformed.is_empty() && told["data"].as_object().unwrap().len() == 3, "{told}");
            let (page, code) = (decoded.value.page.unwrap(), decoded.value.code.unwrap().get());
            (page.as_str().to_owned(), code, decoded.value.msg.unwrap().as_str().to_owned())
        })
        .collect();
    let ok = |page: &str| (page.to_owned(), 200, "OK".to_owned());
    let expected = [
        ok("institution_login"),
        ok("institution_terms"),
        ok("institution_policy"),
        ok("institution_loading"),
        ok("institution_MFA"),
        ok("sync_starting"),
        ok("institution_login"),
        ok("institution_loading"),
        ok("institution_MFA"),
        ("sync_canceled".to_owned(), 402, "User credential error".to_owned()),
    ];
    assert_eq!(pages, expected);
}
