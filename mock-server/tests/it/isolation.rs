use http::Method;
use klavi_mock::MockKlavi;
use serde_json::json;

use crate::partner::{CPF, Partner};

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
    one.mock.advance_clock(std::time::Duration::from_secs(7200));
    two.authorised("341").await;
    let (of_one, of_two) = (one.mock.deliveries(), two.mock.deliveries());
    assert!(of_one.iter().all(|delivery| of_two.iter().all(|other| other.key != delivery.key)));
}

#[tokio::test]
async fn a_hundred_at_once() {
    let mut mocks = Vec::new();
    for seed in 0..100 {
        mocks.push(MockKlavi::builder().seed(seed).start().await.unwrap());
    }
    let mut addresses: Vec<_> = mocks.iter().map(|mock| mock.base_url().to_owned()).collect();
    addresses.sort_unstable();
    addresses.dedup();
    assert_eq!(addresses.len(), 100);
    let last = Partner::with(mocks.pop().unwrap()).await;
    last.link(json!({"personalTaxId": CPF})).await;
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
