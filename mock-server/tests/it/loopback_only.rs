//! A mock whose deliveries stay on this machine.

use klavi_mock::{Attempt, DeliveryState, MockKlavi};
use serde_json::json;

use crate::partner::Partner;
use crate::receiver::{Receiver, Reply};

/// An address of TEST-NET-1, which nobody has.
const ELSEWHERE: &str = "http://192.0.2.1/hook";

/// Has `link_created` sent there, and answers every attempt.
async fn attempts(hook: &str) -> (DeliveryState, Vec<Attempt>) {
    let mock = MockKlavi::builder().seed(7).loopback_only(true).console_webhook(hook);
    let partner = Partner::with(mock.start().await.unwrap()).await;
    partner.link(json!({})).await;
    partner.mock.settled().await;
    let delivery = partner.mock.delivery(1).unwrap();
    (delivery.state, delivery.attempts)
}

fn kept_back(attempt: &Attempt) -> bool {
    attempt.outcome() == "not sent: deliveries are kept on this machine"
}

#[tokio::test]
async fn what_would_leave_the_machine_fails_at_once() {
    // A resolver may ask others for a name below `localhost`.
    for hook in ["https://192.0.2.1/hook", "https://partner.example/hook", "http://app.localhost/hook"] {
        let (state, attempts) = attempts(hook).await;
        assert_eq!(state, DeliveryState::Failed, "{hook}");
        assert!(attempts.len() == 1 && kept_back(&attempts[0]), "{hook}: {attempts:?}");
    }
}

#[tokio::test]
async fn so_does_a_redirect_to_elsewhere() {
    let receiver = Receiver::start([Reply::Redirect(ELSEWHERE)]).await;
    let (state, attempts) = attempts(&receiver.url("/hook")).await;
    assert_eq!((state, receiver.received().len()), (DeliveryState::Failed, 1));
    assert!(attempts.len() == 1 && kept_back(&attempts[0]), "{attempts:?}");
    assert_eq!(attempts[0].redirects[0].url.as_str(), ELSEWHERE);
}

#[tokio::test]
async fn this_machine_gets_its_deliveries() {
    let receiver = Receiver::start([]).await;
    for hook in [receiver.url("/hook"), receiver.url("/hook").replace("127.0.0.1", "localhost")] {
        let (state, attempts) = attempts(&hook).await;
        assert_eq!(state, DeliveryState::Delivered, "{attempts:?}");
    }
    assert_eq!(receiver.received().len(), 2);
}
