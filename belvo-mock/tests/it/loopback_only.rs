//! A mock whose webhooks stay on this machine.

use belvo_mock::DeliveryState;
use belvo_mock::MockBelvo;
use serde_json::json;

use super::partner::Partner;
use crate::receiver::Receiver;

async fn kept_here() -> Partner {
    Partner::with(MockBelvo::builder().seed(7).loopback_only(true)).await
}

/// Sends one webhook to an address that is set over HTTP; answers how far it came and what came of its attempts.
async fn sent(partner: &Partner, url: &str) -> (DeliveryState, Vec<String>) {
    partner.put("/_mock/webhook", &json!({"url": url})).await.ok();
    let order = json!({"webhookType": "ACCOUNTS", "webhookCode": "historical_update"});
    let answer = partner.post("/_mock/trigger", &order).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    partner.mock.settled().await;
    let delivery = partner.mock.deliveries().pop().unwrap();
    (delivery.state, delivery.attempts.into_iter().map(|attempt| attempt.outcome()).collect())
}

#[tokio::test]
async fn what_would_leave_the_machine_fails_at_once() {
    let partner = kept_here().await;
    // A resolver may ask others for a name below `localhost`; the first is of TEST-NET-1, which nobody has.
    for url in ["https://192.0.2.1/hook", "https://partner.example/hook", "http://app.localhost/hook"] {
        let kept_back = "not sent: deliveries are kept on this machine".to_owned();
        assert_eq!(sent(&partner, url).await, (DeliveryState::Failed, vec![kept_back]), "{url}");
    }
}

#[tokio::test]
async fn this_machine_gets_its_webhooks() {
    let partner = kept_here().await;
    let receiver = Receiver::start([]).await;
    for url in [receiver.url("/hook"), receiver.url("/hook").replace("127.0.0.1", "localhost")] {
        assert_eq!(sent(&partner, &url).await.0, DeliveryState::Delivered, "{url}");
    }
    assert_eq!(receiver.received().len(), 2);
}
