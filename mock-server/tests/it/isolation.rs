use std::time::Duration;

use http::Method;
use klavi_mock::MockKlavi;
use serde_json::json;
use tokio::task::JoinSet;

use crate::partner::{CPF, Partner};
use crate::receiver::Receiver;

#[tokio::test]
async fn two_mocks_of_one_seed_share_nothing_but_keys_and_customers() {
    let (one, two) = (Partner::start().await, Partner::start().await);
    assert_ne!(one.mock.base_url(), two.mock.base_url());
    let foreign = two.send(Method::POST, "/data/v1/links", Some(&one.access_token), Some(&json!({}))).await;
    foreign.refused(401, 401);

    let (_, consent_id) = one.authorised("341").await;
    two.get(&format!("/data/v1/consents/{consent_id}")).await.refused(404, 404);
    assert!(two.mock.deliveries().is_empty());
    one.mock.set_out_of_service("341", true).unwrap();
    one.mock.advance_clock(Duration::from_secs(7200));
    two.authorised("341").await;
    let (of_one, of_two) = (one.mock.deliveries(), two.mock.deliveries());
    assert!(of_one.iter().all(|delivery| of_two.iter().all(|other| other.key != delivery.key)));
}

/// Each with a receiver of its own, and all at the same time: nobody gets anything of another's.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_at_once() {
    let mut partners = JoinSet::new();
    for seed in 0..100 {
        partners.spawn(async move {
            let receiver = Receiver::start([]).await;
            let mock = MockKlavi::builder().seed(seed).console_webhook(receiver.url("/hook"));
            let partner = Partner::with(mock.start().await.unwrap()).await;
            partner.mock.advance_clock(Duration::from_secs(seed));
            let (_, consent_id) = partner.authorised("341").await;
            let request = json!({"taxId": CPF, "institutionCode": "341", "products": ["pf_balance"]});
            partner.post("/data/v1/personal/institution-data", &request).await.ok();
            partner.mock.settled().await;
            partner.mock.received(Method::POST, "/data/v1/links").assert_count(1);
            let bodies = receiver.bodies();
            assert_eq!(bodies.len(), 5);
            let of_events = bodies.iter().map(|body| &body[0]["payload"]["consents"]["consentId"]);
            let of_reports = bodies.iter().map(|body| &body["links"][0]["consents"][0]["consentId"]);
            let told: Vec<_> = of_events.chain(of_reports).filter(|id| !id.is_null()).collect();
            assert_eq!(told, [&consent_id, &consent_id], "one event and one report");
            consent_id
        });
    }
    let mut consents = partners.join_all().await;
    consents.sort_unstable();
    consents.dedup();
    assert_eq!(consents.len(), 100);
}

#[tokio::test]
async fn it_stops_when_it_is_shut_down_or_dropped() {
    let mock = MockKlavi::builder().start().await.unwrap();
    let address = mock.base_url().trim_start_matches("http://").parse().unwrap();
    mock.shutdown().await;
    let again = MockKlavi::builder().listen(address).start().await.unwrap();
    assert_eq!(again.base_url(), format!("http://{address}"));

    let taken = MockKlavi::builder().listen(address).start().await.unwrap_err();
    assert_eq!(taken.to_string(), format!("the mock cannot listen on {address}"));
    let error = MockKlavi::builder().console_webhook("http://partner.example").start().await.unwrap_err();
    assert!(matches!(error, klavi_mock::Error::InvalidWebhook));
    assert!(again.set_console_webhook("partner").is_err());
}
