use std::time::Duration;

use http::Method;
use klavi_mock::{DeliveryState, Fault, MockKlavi};
use serde_json::json;

use crate::partner::Partner;
use crate::receiver::{Receiver, Reply};

#[tokio::test]
async fn everything_is_as_at_the_start() {
    let mock = MockKlavi::builder().seed(7).unsigned(true).start().await.unwrap();
    let fresh = Partner::with(MockKlavi::builder().seed(7).unsigned(true).start().await.unwrap()).await;
    let partner = Partner::with(mock).await;
    partner.authorised("341").await;
    partner.mock.fault(Fault::any("/data/v1/links").status(500)).unwrap();
    partner.mock.set_out_of_service("341", true).unwrap();
    partner.mock.freeze_clock();
    partner.mock.advance_clock(Duration::from_secs(1_000_000));
    partner.mock.change_behaviour(|behaviour| {
        (behaviour.unsigned, behaviour.automatic, behaviour.rate_limit) = (false, true, Some(0));
    });
    let answer = partner.send(Method::POST, "/_mock/reset", None, None).await.ok();

    fresh.mock.reset();
    let mut expected = fresh.get("/_mock/state").await.ok();
    for (name, value) in answer.as_object().unwrap() {
        if ["now", "clock", "baseUrl", "basicLinkUrl", "institutions"].contains(&name.as_str()) {
            expected[name] = value.clone();
        }
    }
    assert_eq!(answer, expected);
    assert!(answer["behaviour"]["unsigned"] == true && answer["clock"]["frozen"] == false);
    let in_service = |code: &str| {
        answer["institutions"]
            .as_array()
            .unwrap()
            .iter()
            .any(|bank| bank["institutionCode"] == code && bank["outOfService"] == false)
    };
    assert!(in_service("341") && !in_service("999"));

    partner.get("/data/v1/refresh").await.refused(401, 401);
    let partner = Partner { access_token: partner.log_in().await, ..partner };
    partner.authorised("341").await;
}

/// What is being sent ends, and nothing of it comes later.
#[tokio::test]
async fn deliveries_under_way_are_forgotten() {
    let receiver = Receiver::start([Reply::Status(500); 40]).await;
    let mock = MockKlavi::builder().seed(7).retry_base(Duration::from_secs(3600));
    let partner = Partner::with(mock.console_webhook(receiver.url("/hook")).start().await.unwrap()).await;
    partner.link(json!({})).await;
    while receiver.received().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(partner.mock.deliveries()[0].state, DeliveryState::Pending);
    partner.mock.reset();
    partner.mock.settled().await;
    assert!(partner.mock.deliveries().is_empty() && partner.mock.delivery(1).is_none());
    let partner = Partner { access_token: partner.log_in().await, ..partner };
    partner.link(json!({})).await;
    assert_eq!(partner.mock.deliveries()[0].id, 2, "numbers go on");
}
