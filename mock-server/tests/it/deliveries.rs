use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use klavi_mock::{Delivery, DeliveryState, MockKlavi, MockKlaviBuilder};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::partner::{CPF, Partner};
use crate::receiver::{Receiver, Reply};

fn quick() -> MockKlaviBuilder {
    MockKlavi::builder().seed(7).retry_base(Duration::ZERO)
}

/// Has `link_created` sent to the receiver and waits for its end.
async fn deliver(builder: MockKlaviBuilder, receiver: &Receiver) -> Delivery {
    let mock = builder.console_webhook(receiver.url("/hook")).start().await.unwrap();
    let partner = Partner::with(mock).await;
    partner.link(json!({})).await;
    partner.mock.settled().await;
    partner.mock.deliveries().remove(0)
}

fn outcomes(delivery: &Delivery) -> Vec<String> {
    delivery.attempts.iter().map(klavi_mock::Attempt::outcome).collect()
}

#[tokio::test]
async fn the_signature_is_that_of_the_raw_body() {
    let receiver = Receiver::start([]).await;
    let delivery = deliver(quick().secret_key("9B1DEB4D-3B7D-4BAD-9BDD-2B0D7B3DCB6D"), &receiver).await;
    let received = receiver.received().remove(0);
    assert_eq!(received.method, "POST");
    assert_eq!(received.body, delivery.body);
    assert_eq!(received.headers["content-type"], "application/json");

    let mut mac = Hmac::<Sha256>::new_from_slice(b"9B1DEB4D-3B7D-4BAD-9BDD-2B0D7B3DCB6D").unwrap();
    mac.update(&received.body);
    let expected = hex::encode(mac.finalize().into_bytes());
    assert_eq!(received.headers["x-klavi-signature"], expected);
    let timestamp: i64 = received.headers["x-klavi-timestamp"].to_str().unwrap().parse().unwrap();
    assert_eq!(timestamp, delivery.attempts[0].at.as_second());
    assert!(received.headers.get("authorization").is_none());
}

#[tokio::test]
async fn unsigned_means_no_signature() {
    let receiver = Receiver::start([]).await;
    deliver(quick().unsigned(true), &receiver).await;
    let headers = &receiver.received()[0].headers;
    assert!(headers.get("x-klavi-signature").is_none());
    assert!(headers.get("x-klavi-timestamp").is_some());
}

#[tokio::test]
async fn the_beginning_of_each_answer_is_kept() {
    let receiver = Receiver::start([Reply::Body(500, 7), Reply::Body(500, 5 << 20)]).await;
    let delivery = deliver(quick(), &receiver).await;
    let answers: Vec<_> = delivery.attempts.iter().map(|attempt| attempt.answer.len()).collect();
    assert_eq!(answers, [7, 1024, 0]);
    assert!(!format!("{delivery:?}").contains("aaa"));
}

#[tokio::test]
async fn it_is_repeated_until_it_is_taken() {
    let receiver = Receiver::start([Reply::Status(500), Reply::Status(500)]).await;
    let delivery = deliver(quick(), &receiver).await;
    assert_eq!(outcomes(&delivery), ["500", "500", "200"]);
    assert_eq!(delivery.state, DeliveryState::Delivered);
    let received = receiver.received();
    assert_eq!(received.len(), 3);
    assert!(received.iter().all(|attempt| attempt.body == delivery.body), "the same event, the same bytes");
}

#[tokio::test]
async fn any_2xx_is_a_success_and_nothing_else_is() {
    let receiver = Receiver::start([Reply::Status(404), Reply::Status(304), Reply::Status(204)]).await;
    let delivery = deliver(quick(), &receiver).await;
    assert_eq!(delivery.attempts.len(), 3);
    assert_eq!(delivery.state, DeliveryState::Delivered);
}

#[tokio::test]
async fn it_is_given_up_after_six_attempts() {
    let receiver = Receiver::start([Reply::Status(500); 20]).await;
    let delivery = deliver(quick(), &receiver).await;
    assert_eq!(delivery.state, DeliveryState::Failed);
    assert_eq!(delivery.attempts.len(), 6);
    assert_eq!(receiver.received().len(), 6);
}

#[tokio::test]
async fn nobody_there_is_a_failed_attempt_as_well() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mock = quick().console_webhook(format!("http://127.0.0.1:{port}/?token=s3cret")).start();
    let partner = Partner::with(mock.await.unwrap()).await;
    partner.link(json!({})).await;
    partner.mock.settled().await;
    let delivery = partner.mock.deliveries().remove(0);
    assert_eq!(outcomes(&delivery), vec!["no connection"; 6]);
    assert!(!format!("{delivery:?}").contains("s3cret"));
}

#[tokio::test]
async fn three_redirects_are_followed() {
    let script = [Reply::Redirect("/1"), Reply::Redirect("/2"), Reply::Redirect("/3")];
    let receiver = Receiver::start(script).await;
    let delivery = deliver(quick(), &receiver).await;
    assert_eq!(outcomes(&delivery), ["200"]);
    assert_eq!(receiver.paths(), ["/hook", "/1", "/2", "/3"]);
    let last = receiver.received().remove(3);
    assert_eq!(last.body, delivery.body);
    assert!(last.headers.get("x-klavi-signature").is_some());
}

/// The documents do not say; it is what RFC 9110 and the common clients do.
#[tokio::test]
async fn only_307_and_308_keep_method_and_body() {
    for (status, method) in [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")] {
        let receiver = Receiver::start([Reply::RedirectAs(status, "/moved")]).await;
        let delivery = deliver(quick(), &receiver).await;
        let last = receiver.received().remove(1);
        assert_eq!((last.method.as_str(), last.path.as_str()), (method, "/moved"));
        assert_eq!(last.body.len() as u64, if method == "POST" { delivery.bytes } else { 0 });
        let redirect = &delivery.attempts[0].redirects[0];
        assert_eq!((redirect.status, redirect.method.as_str()), (status, method));
        assert_eq!(redirect.url.as_str(), receiver.url("/moved"));
        assert_eq!(delivery.state, DeliveryState::Delivered);
    }
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_an_answer() {
    for to in ["ftp://127.0.0.1/x", "http://", "\u{7f}"] {
        let receiver = Receiver::start([Reply::RedirectAs(307, to)]).await;
        let delivery = deliver(quick(), &receiver).await;
        assert_eq!(outcomes(&delivery), ["307", "200"], "{to}");
    }
}

#[tokio::test]
async fn a_fourth_redirect_is_not() {
    let to = ["/1", "/2", "/3", "/4"];
    let receiver = Receiver::start(to.map(Reply::Redirect)).await;
    let delivery = deliver(quick(), &receiver).await;
    assert_eq!(outcomes(&delivery)[0], "more than 3 redirects");
    assert_eq!(receiver.paths()[..5], ["/hook", "/1", "/2", "/3", "/hook"], "the fourth was not followed");
    assert_eq!(delivery.state, DeliveryState::Delivered, "by the second attempt");
}

#[tokio::test]
async fn a_report_goes_where_request_then_link_then_console_say() {
    let receiver = Receiver::start([]).await;
    let mock = quick().console_webhook(receiver.url("/console")).start().await.unwrap();
    let partner = Partner::with(mock).await;
    let link = json!({"productsCallbackURL": {"pf_balance": receiver.url("/link")}});
    let (_, consent_id, _) = partner.consent(link, "341").await;
    partner.mock.authorise(&consent_id).await.unwrap();
    let targets = async |urls: Option<Value>| {
        let products = json!(["pf_balance", "pf_identity"]);
        let mut body = json!({"taxId": CPF, "institutionCode": "341", "products": products});
        if let Some(urls) = urls {
            body["productsCallbackURL"] = urls;
        }
        partner.mock.settled().await;
        let before = receiver.received().len();
        partner.post("/data/v1/personal/institution-data", &body).await.ok();
        partner.mock.settled().await;
        // Events stand before, between: received, success, report, success, report.
        let paths = receiver.paths().split_off(before);
        assert_eq!(paths.len(), 5);
        [paths[2].clone(), paths[4].clone()]
    };
    assert_eq!(targets(None).await, ["/link", "/console"]);
    assert_eq!(targets(Some(json!({"all": receiver.url("/all")}))).await, ["/all", "/all"]);
    let specific = json!({"pf_identity": receiver.url("/identity")});
    assert_eq!(targets(Some(specific)).await, ["/link", "/identity"]);
    let other = json!({"pf_identity": receiver.url("/identity"), "other": receiver.url("/other")});
    assert_eq!(targets(Some(other)).await, ["/other", "/identity"]);
}

#[tokio::test]
async fn a_delivery_that_is_given_up_does_not_hold_the_next_of_its_request() {
    let receiver = Receiver::start([]).await;
    let broken = Receiver::start([Reply::Status(500); 40]).await;
    let mock = quick().console_webhook(broken.url("/console")).start().await.unwrap();
    let partner = Partner::with(mock).await;
    partner.authorised("341").await;
    let body = json!({
        "taxId": CPF, "institutionCode": "341", "products": ["pf_balance"],
        "productsCallbackURL": {"all": receiver.url("/report")},
    });
    partner.post("/data/v1/personal/institution-data", &body).await.ok();
    partner.mock.settled().await;
    assert_eq!(receiver.paths(), ["/report"]);
    let states: Vec<_> = partner.mock.deliveries().iter().map(|delivery| delivery.state.as_str()).collect();
    assert_eq!(states, ["failed", "failed", "failed", "failed", "delivered"]);
}
