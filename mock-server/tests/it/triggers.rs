use std::time::Duration;

use http::Method;
use klavi_mock::trigger::{Trigger, TriggerError};
use klavi_mock::{DeliveryState, Error, MockKlavi, Resend};
use klavi_types::events::{decode_events, inspect_events};
use klavi_types::reports::{decode_report, inspect_report};
use serde_json::{Value, json};
use synthetic_data::Recipe;

use crate::partner::{Answer, Partner};
use crate::receiver::{Receiver, Reply};

const EVENTS: [&str; 11] = [
    "link_created",
    "consent_authorised",
    "consent_error",
    "consent_rejected",
    "consent_expired",
    "consent_revoked",
    "consent_deleted_by_user",
    "product_request_received",
    "product_generated_success",
    "product_generated_failed",
    "link_action_status",
];

async fn quick() -> Partner {
    Partner::with(MockKlavi::builder().seed(7).retry_base(Duration::ZERO).start().await.unwrap()).await
}

async fn post(partner: &Partner, path: &str, body: Value) -> Answer {
    partner.send(Method::POST, path, None, Some(&body)).await
}

#[tokio::test]
async fn every_event_is_understood() {
    let receiver = Receiver::start([]).await;
    for name in EVENTS {
        let trigger = Trigger::event(name, 7).unwrap().to(&receiver.url("/hook")).unwrap();
        let sent = trigger.send("key", |_| {}).await.unwrap().remove(0);
        assert_eq!(sent.state, DeliveryState::Delivered);
        let body = receiver.received().pop().unwrap().body;
        let inspection = inspect_events(&body).unwrap();
        assert!(inspection.unknown_words.is_empty() && inspection.malformed.is_empty(), "{name}");
        let unmapped: &[&str] =
            if name == "link_action_status" { &["[0].payload.actionStatus"] } else { &[] };
        let paths: Vec<_> = inspection.unmapped.iter().map(ToString::to_string).collect();
        assert_eq!(paths, unmapped, "{name}");
        let event = &inspection.value.as_slice()[0];
        assert_eq!(event.event_name.as_ref().unwrap().as_str(), name);
        assert_eq!(event.event_id.as_ref().unwrap().as_str(), sent.key);
    }
    assert_eq!(Trigger::event("dance", 7).unwrap_err(), TriggerError::UnknownEvent("dance".to_owned()));
}

#[tokio::test]
async fn the_same_id_is_the_same_body_and_else_each_is_one_of_its_own() {
    let receiver = Receiver::start([]).await;
    for same_id in [true, false] {
        let trigger = Trigger::report(Recipe::new("pf_balance").unwrap().seed(7));
        let trigger = trigger.to(&receiver.url("/hook")).unwrap().times(3).same_id(same_id);
        let sent = trigger.send("key", |_| {}).await.unwrap();
        let received = receiver.received().split_off(receiver.received().len() - 3);
        let distinct = |values: Vec<String>| {
            let mut values = values;
            values.sort();
            values.dedup();
            values.len()
        };
        let keys = distinct(sent.iter().map(|delivery| delivery.key.clone()).collect());
        let bodies = distinct(received.iter().map(|received| format!("{:?}", received.body)).collect());
        assert_eq!((keys, bodies), if same_id { (1, 1) } else { (3, 3) });
        for (delivery, received) in sent.iter().zip(&received) {
            let report = decode_report(&received.body).unwrap().value;
            assert_eq!(report.head().product_report_id.as_ref().unwrap().as_str(), delivery.key);
        }
    }
}

/// Too large to be kept: made anew for each attempt, and the same each time.
#[tokio::test]
async fn a_large_report_is_repeated_byte_by_byte() {
    let receiver = Receiver::start([Reply::Status(500), Reply::Redirect("/moved")]).await;
    let partner = quick().await;
    let body = json!({
        "to": receiver.url("/hook"), "product": "pf_checking_account", "transactions": 3_000, "version": "V1.1",
        "encodedCpf": true,
    });
    let answer = post(&partner, "/_mock/trigger", body).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    let queued = &answer.json()["deliveries"][0];
    assert!(queued["bytes"].as_u64().unwrap() > 1 << 20, "{queued}");
    partner.mock.settled().await;
    let received = receiver.received();
    assert_eq!(receiver.paths(), ["/hook", "/hook", "/moved"]);
    assert!(received.windows(2).all(|pair| pair[0].body == pair[1].body));
    assert_eq!(received[0].body.len() as u64, queued["bytes"].as_u64().unwrap());
    let inspection = inspect_report(&received[0].body).unwrap();
    assert_eq!(inspection.value.entry_count(), 3_000);
    assert!(inspection.unmapped.is_empty() && inspection.malformed.is_empty() && inspection.lost.is_empty());
    assert_ne!(inspection.value.head().enquiry_cpf.as_ref().unwrap().as_str().len(), 11);

    let delivery = partner.mock.delivery(1).unwrap();
    assert!(delivery.body.is_empty() && delivery.bytes == received[0].body.len() as u64);
    assert_eq!(delivery.attempts.len(), 2);
    let signatures: Vec<_> = received.iter().map(|received| &received.headers["x-klavi-signature"]).collect();
    assert!(signatures.windows(2).all(|pair| pair[0] == pair[1]));

    // Over the control API as well, and sent again.
    let answer = partner.get("/_mock/deliveries/1/body").await;
    assert_eq!(answer.text.as_bytes(), received[0].body);
    assert!(partner.get("/_mock/deliveries/1").await.ok()["body"].is_null());
    partner.mock.resend(1, Resend::new()).unwrap();
    partner.mock.settled().await;
    assert_eq!(receiver.received().pop().unwrap().body, received[0].body);
}

#[tokio::test]
async fn a_trigger_goes_to_the_console_webhook_or_nowhere() {
    let partner = quick().await;
    post(&partner, "/_mock/trigger", json!({"event": "link_created"})).await;
    assert_eq!(partner.mock.delivery(1).unwrap().state, DeliveryState::Unaddressed);
    assert!(matches!(partner.mock.resend(1, Resend::new()), Err(Error::NoAddress)));
    post(&partner, "/_mock/deliveries/1/resend", json!({})).await.refused(409, 409);
    let nowhere = Trigger::event("link_created", 7).unwrap().send("key", |_| {}).await;
    assert!(matches!(nowhere, Err(Error::NoAddress)));

    let receiver = Receiver::start([]).await;
    partner.mock.set_console_webhook(receiver.url("/console")).unwrap();
    let event = json!({"event": "consent_authorised", "unsigned": true, "times": 2, "seed": 3});
    post(&partner, "/_mock/trigger", event).await;
    partner.mock.settled().await;
    assert_eq!(receiver.paths(), ["/console", "/console"]);
    assert!(receiver.received().iter().all(|received| !received.headers.contains_key("x-klavi-signature")));
    let ids: Vec<_> =
        [0, 1].map(|place| decode_events(&receiver.received()[place].body).unwrap().value).into();
    assert_ne!(ids[0].as_slice()[0].event_id, ids[1].as_slice()[0].event_id);

    // What had no address goes out once there is one.
    let again = post(&partner, "/_mock/deliveries/1/resend", json!({})).await;
    assert_eq!((again.status, &again.json()["resendOf"]), (202, &json!(1)), "{}", again.text);
    partner.mock.settled().await;
    assert_eq!(receiver.paths().len(), 3);
}

#[tokio::test]
async fn a_delivery_is_sent_again_with_its_bytes_and_any_signature() {
    let receiver = Receiver::start([]).await;
    let partner = quick().await;
    partner.mock.set_console_webhook(receiver.url("/hook")).unwrap();
    partner.link(json!({})).await;
    partner.mock.settled().await;
    let answer = post(&partner, "/_mock/deliveries/1/resend", json!({"tamperSignature": true})).await;
    assert_eq!(answer.json()["id"], 2);
    let to = receiver.url("/other");
    post(&partner, "/_mock/deliveries/1/resend", json!({"to": to})).await;
    partner.send(Method::POST, "/_mock/deliveries/1/resend", None, None).await;
    partner.mock.settled().await;
    assert_eq!(receiver.paths()[..2], ["/hook", "/hook"]);
    let received = receiver.received();
    assert!(received.iter().all(|again| again.body == received[0].body));
    let signature = |place: usize| received[place].headers["x-klavi-signature"].to_str().unwrap();
    assert_ne!(signature(0), signature(1));
    assert_eq!(signature(1).len(), 64);
    assert!(signature(1).bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!(signature(0), signature(2));
    assert_eq!(signature(0), signature(3));

    let shown = partner.get("/_mock/deliveries/2").await.ok();
    assert_eq!(shown["body"].as_str().unwrap().as_bytes(), received[0].body);
    assert_eq!(shown["attempts"][0]["headers"]["x-klavi-signature"], signature(1));
    assert_eq!(shown["attempts"][0]["headers"]["content-type"], "application/json");
    assert_eq!(shown["attempts"][0]["status"], 200);
    assert_eq!(partner.get("/_mock/deliveries").await.ok()["deliveries"].as_array().unwrap().len(), 4);
    let debug = format!("{:?} {:?}", partner.mock.deliveries(), Resend::new().to(&to).unwrap());
    assert!(!debug.contains("/other"), "{debug}");
}

#[tokio::test]
async fn what_cannot_be_triggered_is_refused() {
    let partner = quick().await;
    for (body, word) in [
        (json!({}), "product or event is required"),
        (json!({"product": "pf_loans", "event": "link_created"}), "exclude"),
        (json!({"product": "pf_dance"}), "unknown product"),
        (json!({"product": 7}), "product: invalid type"),
        (json!({"event": "dance"}), "unknown event"),
        (json!({"event": "link_created", "transactions": 1}), "transactions: an event has none"),
        (json!({"product": "pf_balance", "transactions": 1}), "no transactions"),
        (json!({"product": "pf_loans", "transactions": -1}), "transactions: invalid value"),
        (json!({"product": "pf_loans", "transactions": 1e300}), "transactions: invalid type"),
        (json!({"product": "pf_loans", "transactions": 10_000_001}), "from 0 to 10000000"),
        (json!({"product": "pf_loans", "version": "V9"}), "version: unknown variant"),
        (json!({"event": "link_created", "times": 0}), "times: must be from 1 to 1000"),
        (json!({"event": "link_created", "times": 1_001}), "times: must be from 1 to 1000"),
        (json!({"event": "link_created", "to": "file:///etc/passwd"}), "to: "),
        (json!({"event": "link_created", "to": "127.0.0.1"}), "to: "),
        (json!({"event": "link_created", "sameID": true}), "unknown field `sameID`"),
    ] {
        let message = post(&partner, "/_mock/trigger", body.clone()).await.refused(422, 422);
        assert!(message.contains(word), "{body}: {message}");
    }
    assert!(partner.mock.deliveries().is_empty());
    post(&partner, "/_mock/deliveries/9/resend", json!({})).await.refused(404, 404);
    assert!(matches!(partner.mock.resend(9, Resend::new()), Err(Error::UnknownDelivery)));
}

/// What a trigger does not say is as the mock behaves; what it says goes before.
#[tokio::test]
async fn a_trigger_behaves_as_the_mock_does() {
    let partner = quick().await;
    partner.mock.change_behaviour(|behaviour| (behaviour.encoded_cpf, behaviour.unsigned) = (true, true));
    let receiver = Receiver::start([]).await;
    partner.mock.set_console_webhook(receiver.url("/hook")).unwrap();
    post(&partner, "/_mock/trigger", json!({"product": "pf_balance"})).await;
    let plain = json!({"product": "pf_balance", "encodedCpf": false, "unsigned": false, "version": "V1"});
    post(&partner, "/_mock/trigger", plain).await;
    partner.mock.trigger(Trigger::report(Recipe::new("pf_balance").unwrap())).await.unwrap();
    partner.mock.settled().await;
    let mut seen: Vec<_> = receiver
        .received()
        .iter()
        .map(|received| {
            let head = decode_report(&received.body).unwrap().value.head().clone();
            let cpf = head.enquiry_cpf.unwrap();
            let signed = received.headers.contains_key("x-klavi-signature");
            (head.product_version.unwrap().as_str().to_owned(), cpf.as_str().len() == 11, signed)
        })
        .collect();
    seen.sort();
    let encoded = ("V1.1".to_owned(), false, false);
    assert_eq!(seen, [("V1".to_owned(), true, true), encoded.clone(), encoded]);
}
