//! Deliveries that come twice, in disorder, slowly, or in part.

use std::time::Duration;

use klavi_mock::{Behaviour, DeliveryState, MockKlavi};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::partner::{CPF, Partner};
use crate::receiver::{Receiver, Reply};

async fn partner(hook: String, behaviour: impl Fn(&mut Behaviour) + Send + Sync + 'static) -> Partner {
    let mock = MockKlavi::builder().seed(7).retry_base(Duration::ZERO).console_webhook(hook);
    Partner::with(mock.behaviour(behaviour).start().await.unwrap()).await
}

#[tokio::test]
async fn duplicates_come_although_the_first_was_taken() {
    let receiver = Receiver::start([Reply::Status(500), Reply::Status(200), Reply::Status(500)]).await;
    let partner = partner(receiver.url("/hook"), |behaviour| behaviour.duplicates = 2).await;
    partner.link(json!({})).await;
    partner.mock.settled().await;
    let delivery = partner.mock.delivery(1).unwrap();
    let outcomes: Vec<_> = delivery.attempts.iter().map(klavi_mock::Attempt::outcome).collect();
    assert_eq!(outcomes, [500, 200, 500, 200].map(|status: u16| status.to_string()));
    assert_eq!(delivery.state, DeliveryState::Delivered);
    assert!(receiver.received().iter().all(|received| received.body == delivery.body));
    assert_eq!(receiver.received().len(), 4);
}

#[tokio::test]
async fn disorder_is_that_of_the_seed() {
    let mut orders = Vec::new();
    for disorder in [false, true, true] {
        let receiver = Receiver::start([]).await;
        let partner = partner(receiver.url("/hook"), move |behaviour| behaviour.disorder = disorder).await;
        partner.authorised("341").await;
        partner.mock.settled().await;
        let products = ["pf_balance", "pf_identity", "pf_loans"];
        let request = json!({"taxId": CPF, "institutionCode": "341", "products": products});
        partner.post("/data/v1/personal/institution-data", &request).await.ok();
        partner.mock.settled().await;
        let names: Vec<_> = receiver.bodies().split_off(2).iter().map(name).collect();
        orders.push(names);
    }
    assert_ne!(orders[0], orders[1]);
    assert_eq!(orders[1], orders[2], "the same seed, the same disorder");
    let sorted = orders.into_iter().map(|mut names| {
        names.sort();
        names
    });
    assert!(sorted.collect::<Vec<_>>().windows(2).all(|pair| pair[0] == pair[1]), "nothing is lost");
}

fn name(body: &serde_json::Value) -> String {
    let name = body.get("productName").unwrap_or(&body[0]["eventName"]);
    name.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_slow_body_arrives_whole_and_in_pieces() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hook = format!("http://{}/hook", listener.local_addr().unwrap());
    let partner = partner(hook, |behaviour| behaviour.slow = Duration::from_millis(200)).await;
    partner.link(json!({"externalInfo": {"text": "x".repeat(4_000)}})).await;
    let (mut stream, _) = listener.accept().await.unwrap();
    let (mut received, mut reads) = (Vec::new(), 0);
    let expected = partner.mock.delivery(1).unwrap().body;
    while !received.ends_with(&expected) {
        assert_ne!(stream.read_buf(&mut received).await.unwrap(), 0, "it broke off");
        reads += 1;
    }
    assert!(reads > 2, "{reads} reads");
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    partner.mock.settled().await;
    assert_eq!(partner.mock.delivery(1).unwrap().state, DeliveryState::Delivered);
}

#[tokio::test]
async fn a_truncated_body_declares_more_than_it_sends_and_comes_whole_later() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hook = format!("http://{}/hook", listener.local_addr().unwrap());
    let partner = partner(hook, |behaviour| behaviour.truncated = 1).await;
    partner.link(json!({})).await;
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut first = Vec::new();
    stream.read_to_end(&mut first).await.unwrap();
    let delivery = partner.mock.delivery(1).unwrap();
    let first = String::from_utf8(first).unwrap();
    let (head, body) = first.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("content-length: {}", delivery.bytes)), "{head}");
    assert_eq!(body.len() as u64, delivery.bytes.div_ceil(2));

    let (mut stream, _) = listener.accept().await.unwrap();
    let mut second = Vec::new();
    while !second.ends_with(&delivery.body) {
        assert_ne!(stream.read_buf(&mut second).await.unwrap(), 0, "it broke off again");
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    partner.mock.settled().await;
    let delivery = partner.mock.delivery(1).unwrap();
    let outcomes: Vec<_> = delivery.attempts.iter().map(klavi_mock::Attempt::outcome).collect();
    let broken = "broken off in the middle of the body, as asked for";
    assert_eq!(outcomes, [broken, "200"]);
}
