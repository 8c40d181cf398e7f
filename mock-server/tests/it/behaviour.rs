use std::time::Duration;

use http::Method;
use klavi_mock::MockKlavi;
use serde_json::{Value, json};
use synthetic_data::Version;

use crate::partner::{Answer, CPF, Partner};
use crate::receiver::Receiver;

async fn patch(partner: &Partner, body: Value) -> Answer {
    partner.send(Method::PATCH, "/_mock/behaviour", None, Some(&body)).await
}

#[tokio::test]
async fn all_of_it_can_be_changed_over_http() {
    let partner = Partner::start().await;
    let before = partner.get("/_mock/behaviour").await.ok();
    let all = json!({
        "consoleWebhook": "https://partner.example/hook", "unsigned": true, "encodedCpf": true,
        "reportVersion": "V1.1", "fiEvents": true, "automatic": true, "consentLimit": 3, "rateLimit": 9,
        "messyData": true, "duplicates": 2, "disorder": true, "slowMs": 40, "truncated": 1,
        "observedSpellings": true, "numbers": "text",
    });
    assert_eq!(patch(&partner, all.clone()).await.ok(), all);
    assert_eq!(partner.get("/_mock/behaviour").await.ok(), all);
    assert_eq!(partner.get("/_mock/state").await.ok()["behaviour"], all);
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&before), names(&all), "there is nothing that cannot be changed");
    let behaviour = partner.mock.behaviour();
    assert_eq!((behaviour.report_version, behaviour.slow), (Version::V1_1, Duration::from_millis(40)));
    assert!(!format!("{behaviour:?}").contains("partner.example"));

    let one =
        patch(&partner, json!({"consoleWebhook": null, "rateLimit": null, "unsigned": false})).await.ok();
    assert!(one["consoleWebhook"].is_null() && one["rateLimit"].is_null() && one["unsigned"] == false);
    assert_eq!(one["duplicates"], 2, "the others stay");
    assert_eq!(patch(&partner, before.clone()).await.ok(), before);
}

#[tokio::test]
async fn a_change_is_made_wholly_or_not_at_all() {
    let partner = Partner::start().await;
    let before = partner.mock.behaviour();
    for wrong in [
        json!({"unsigned": 1}),
        json!({"unsinged": true}),
        json!({"consoleWebhook": "http://partner.example"}),
        json!({"consoleWebhook": 7}),
        json!({"reportVersion": "V3"}),
        json!({"consentLimit": -1}),
        json!({"consentLimit": 1e30}),
        json!({"rateLimit": 4_294_967_296_u64}),
        json!({"slowMs": u64::MAX}),
        json!({"truncated": 1_001}),
    ] {
        let mut body = json!({"disorder": true});
        body.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        patch(&partner, body).await.refused(422, 422);
        assert_eq!(partner.mock.behaviour(), before, "{wrong}");
    }
}

#[tokio::test]
async fn limits_hold_from_then_on() {
    let partner = Partner::start().await;
    partner.mock.change_behaviour(|behaviour| behaviour.rate_limit = Some(0));
    partner.get("/data/v1/refresh").await.refused(429, 429);
    partner.mock.change_behaviour(|behaviour| behaviour.rate_limit = Some(1_000_000));
    partner.get("/data/v1/refresh").await.ok();
    patch(&partner, json!({"rateLimit": null, "consentLimit": 1})).await.ok();

    partner.consent(json!({}), "341").await;
    let link = partner.link(json!({})).await;
    let body = crate::partner::consent_body("341", "another");
    partner.create_consent(link["linkToken"].as_str().unwrap(), &body).await.refused(416, 4003);
}

#[tokio::test]
async fn signing_is_turned_off_and_on() {
    let receiver = Receiver::start([]).await;
    let partner = Partner::start().await;
    partner.mock.set_console_webhook(receiver.url("/hook")).unwrap();
    for unsigned in [true, false] {
        partner.mock.change_behaviour(|behaviour| behaviour.unsigned = unsigned);
        partner.link(json!({})).await;
        partner.mock.settled().await;
    }
    let signed: Vec<_> = receiver
        .received()
        .iter()
        .map(|received| received.headers.contains_key("x-klavi-signature"))
        .collect();
    assert_eq!(signed, [false, true]);
}

/// Whatever was set before a consent is authorised, reports come by themselves afterwards, behind its event.
#[tokio::test]
async fn reports_come_by_themselves() {
    let receiver = Receiver::start([]).await;
    let mock = MockKlavi::builder().seed(7).automatic(true).console_webhook(receiver.url("/hook"));
    let partner = Partner::with(mock.start().await.unwrap()).await;
    partner.authorised("341").await;
    partner.mock.settled().await;
    let names: Vec<_> = partner.mock.deliveries().into_iter().map(|delivery| delivery.name).collect();
    assert_eq!(names[..3], ["link_created", "consent_authorised", "product_request_received"]);
    assert_eq!(names[3..5], ["product_generated_success", "pf_categorized_checking_l3"]);
    assert_eq!(names.len(), 3 + 2 * 23);
    let sent: Vec<_> = receiver.bodies().iter().map(|body| body["productName"].clone()).collect();
    assert_eq!(sent.iter().filter(|name| name.is_string()).count(), 23);
    let state = partner.get("/_mock/state").await.ok();
    assert_eq!(state["reportRequests"][0]["taxId"], CPF);

    // A refusal brings none, and a company has its own products.
    let (_, refused, _) = partner.consent(json!({}), "001").await;
    partner.mock.reject(&refused).await.unwrap();
    partner.mock.settled().await;
    assert_eq!(partner.mock.deliveries().len(), names.len() + 2);
}
