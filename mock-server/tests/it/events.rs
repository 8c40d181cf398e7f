use http::Method;
use klavi_mock::{Delivery, MockKlavi};
use serde_json::{Value, json};

use crate::partner::{CPF, Partner, text};
use crate::receiver::Receiver;

async fn partner_with(receiver: &Receiver) -> Partner {
    let mock = MockKlavi::builder().seed(7).console_webhook(receiver.url("/console")).start();
    Partner::with(mock.await.unwrap()).await
}

/// The events that arrived, by name; each body is an array with one object.
fn event(receiver: &Receiver, name: &str) -> Value {
    let bodies = receiver.received().into_iter().map(|received| {
        let body: Value = serde_json::from_slice(&received.body).unwrap();
        let [event] = body.as_array().unwrap().as_slice() else { panic!("not one event: {body}") };
        event.clone()
    });
    let found: Vec<_> = bodies.filter(|event| event["eventName"] == name).collect();
    assert_eq!(found.len(), 1, "{name}");
    found[0].clone()
}

#[tokio::test]
async fn each_step_of_a_consent_is_told() {
    let receiver = Receiver::start([]).await;
    let partner = partner_with(&receiver).await;
    let info = json!({"myTraceId": "t-1"});
    let body = json!({"personalTaxId": CPF, "externalInfo": info});
    let (link_id, consent_id, _) = partner.consent(body, "341").await;
    partner.mock.authorise(&consent_id).await.unwrap();
    let path = format!("/data/v1/consents/{consent_id}/revoke");
    partner.send(Method::DELETE, &path, Some(&partner.access_token), None).await.ok();
    partner.mock.settled().await;
    assert!(receiver.received().iter().all(|received| received.path == "/console"));
    assert_eq!(receiver.received().len(), 3);

    let created = event(&receiver, "link_created");
    assert_eq!(
        created["payload"],
        json!({"personalTaxId": CPF, "businessTaxId": "", "linkId": link_id}),
        "nothing more is documented"
    );
    assert_eq!(created["eventType"], "api");
    assert_eq!(created["externalInfo"], info, "beside the payload");
    assert_eq!(text(&created["partnerAppId"]).len(), 8);
    let event_id = text(&created["eventId"]);
    let (millis, chance) = event_id.split_once('-').unwrap();
    assert!(millis.len() == 13 && millis.bytes().all(|byte| byte.is_ascii_digit()), "{event_id}");
    assert!(chance.len() == 24 && chance.bytes().all(|byte| byte.is_ascii_hexdigit()), "{event_id}");
    let time = text(&created["eventTime"]);
    assert!(time.len() == 24 && time.ends_with('Z'), "milliseconds, UTC: {time}");

    let consent = partner.get(&format!("/data/v1/consents/{consent_id}")).await.ok();
    let authorised = event(&receiver, "consent_authorised");
    let state = &authorised["payload"]["consents"];
    assert_eq!(state["consentId"], consent_id);
    assert_eq!(state["externalTrackId"], consent["externalTrackId"]);
    assert_eq!(state["institutionCode"], "341");
    assert_eq!(state["permissionsApply"], consent["permissionsApply"]);
    let revoked = event(&receiver, "consent_revoked");
    assert_eq!(revoked["payload"]["linkId"], link_id);
    assert_ne!(revoked["eventId"], authorised["eventId"]);
    for received in receiver.received() {
        let decoded = klavi_types::events::decode_events(&received.body).unwrap();
        assert!(decoded.malformed.is_empty());
    }
}

#[tokio::test]
async fn refusal_and_lapse_both_reject() {
    let receiver = Receiver::start([]).await;
    let partner = partner_with(&receiver).await;
    let (_, refused, _) = partner.consent(json!({}), "341").await;
    partner.mock.reject(&refused).await.unwrap();
    partner.mock.settled().await;
    assert_eq!(event(&receiver, "consent_rejected")["payload"]["consents"]["consentId"], refused);

    let receiver = Receiver::start([]).await;
    partner.mock.set_console_webhook(receiver.url("/later")).unwrap();
    let (_, forgotten, _) = partner.consent(json!({}), "341").await;
    partner.mock.advance_clock(std::time::Duration::from_secs(3600));
    partner.mock.settled().await;
    assert_eq!(event(&receiver, "consent_rejected")["payload"]["consents"]["consentId"], forgotten);
    assert_eq!(receiver.paths(), ["/later", "/later"]);
}

#[tokio::test]
async fn without_a_webhook_nothing_is_sent_but_all_is_kept() {
    let partner = Partner::start().await;
    partner.authorised("341").await;
    partner.mock.settled().await;
    let deliveries = partner.mock.deliveries();
    let names: Vec<_> = deliveries.iter().map(|delivery: &Delivery| delivery.name.as_str()).collect();
    assert_eq!(names, ["link_created", "consent_authorised"]);
    assert!(deliveries.iter().all(|delivery| delivery.state.as_str() == "unaddressed"));
}

#[tokio::test]
async fn an_event_stands_before_and_between_the_reports() {
    let receiver = Receiver::start([]).await;
    let partner = Partner::start().await;
    let (_, consent_id) = partner.authorised("341").await;
    partner.mock.set_console_webhook(receiver.url("/console")).unwrap();
    let request = json!({
        "taxId": CPF, "institutionCode": "341",
        "products": ["pf_balance", "pf_identity"],
        "productsCallbackURL": {"all": receiver.url("/report")},
        "externalInfo": {"mine": 1},
    });
    let accepted = partner.post("/data/v1/personal/institution-data", &request).await.ok();
    partner.mock.settled().await;
    assert_eq!(receiver.paths(), ["/console", "/console", "/report", "/console", "/report"]);

    let bodies: Vec<Value> =
        receiver.received().iter().map(|received| serde_json::from_slice(&received.body).unwrap()).collect();
    assert_eq!(bodies[0][0]["eventName"], "product_request_received");
    assert_eq!(bodies[0][0]["payload"]["requestId"], accepted["requestId"]);
    for (event, report, product) in [(1, 2, "pf_balance"), (3, 4, "pf_identity")] {
        assert_eq!(bodies[event][0]["eventName"], "product_generated_success");
        assert_eq!(bodies[event][0]["payload"]["productName"], product);
        assert_eq!(bodies[event][0]["payload"]["productReportId"], bodies[report]["productReportId"]);
        assert_eq!(bodies[event][0]["externalInfo"], json!({"mine": 1}));
        assert_eq!(bodies[report]["productName"], product);
        assert_eq!(bodies[report]["requestId"], accepted["requestId"]);
        assert_eq!(bodies[report]["externalInfo"], json!({"mine": 1}));
        assert_eq!(bodies[report]["links"][0]["consents"][0]["consentId"], consent_id);
    }
}

#[tokio::test]
async fn a_report_that_no_bank_can_give_fails_and_one_that_some_can_give_is_partial() {
    let partner = Partner::start().await;
    partner.authorised("341").await;
    partner.authorised("001").await;
    let request = json!({"taxId": CPF, "products": ["all"]});
    partner.mock.set_out_of_service("341", true).unwrap();
    partner.post("/data/v1/personal/user-data", &request).await.ok();
    partner.mock.made().await;
    let deliveries = partner.mock.deliveries();
    let report = deliveries.iter().find(|delivery| delivery.name == "pf_balance").unwrap();
    let report: Value = serde_json::from_slice(&report.body).unwrap();
    assert_eq!(report["code"], 204);
    let codes: Vec<_> = report["accounts"].as_array().unwrap().iter().map(|one| &one["compeCode"]).collect();
    assert_eq!(codes, ["001", "001"], "checking and savings");

    partner.mock.set_out_of_service("001", true).unwrap();
    partner.post("/data/v1/personal/user-data", &request).await.ok();
    partner.mock.made().await;
    let names: Vec<_> =
        partner.mock.deliveries()[deliveries.len()..].iter().map(|new| new.name.clone()).collect();
    assert_eq!(names[0], "product_request_received");
    assert_eq!(names[1..], vec!["product_generated_failed"; 23]);
}
