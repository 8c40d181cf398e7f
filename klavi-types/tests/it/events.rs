//! Events in every shape in which they come.

use klavi_types::api::ConsentStatus;
use klavi_types::events::{EventName, EventType, decode_events};

#[test]
fn every_documented_name_is_known() {
    for name in [
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
        "analysis_finished",
        "monitor_finished",
    ] {
        let event = EventName::from(name);
        assert!(event.is_known(), "{name}");
        assert_eq!(event.as_str(), name);
    }
    assert_eq!(EventName::from("consent_authorised").consent_status(), Some(ConsentStatus::Authorised));
}

#[test]
fn one_object_and_an_array_read_the_same() {
    let object = r#"{"eventID":"1","eventName":"consent_rejected","payload":{"consents":{"consentId":"c"}}}"#;
    let array =
        r#"[{"eventId":"1","eventName":"consent_rejected","payload":{"consents":[{"consentId":"c"}]}}]"#;
    for body in [object, array] {
        let events = decode_events(body.as_bytes()).unwrap().value;
        let event = &events.as_slice()[0];
        assert_eq!(event.event_id.as_ref().unwrap().as_str(), "1");
        assert_eq!(event.payload.as_ref().unwrap().consent_id().unwrap().as_str(), "c");
    }
}

#[test]
fn a_broken_element_does_not_cost_the_others() {
    let body = br#"[{"eventId":"1"},7,{"eventId":"2","payload":"x"}]"#;
    let events = decode_events(body).unwrap();
    assert_eq!(events.value.as_slice().len(), 2);
    let paths: Vec<_> = events.malformed.iter().map(|malformed| malformed.path.to_string()).collect();
    assert_eq!(paths, ["[1]", "[2].payload"]);
}

#[test]
fn unknown_names_and_payloads_survive() {
    let body =
        r#"[{"eventId":"1","eventType":"web","eventName":"page_view","payload":{"page":"list"},"more":1}]"#;
    let events = decode_events(body.as_bytes()).unwrap().value;
    let event = &events.as_slice()[0];
    assert!(!event.event_name.as_ref().unwrap().is_known());
    assert!(matches!(event.event_type, Some(EventType::Unknown(_))));
    assert_eq!(event.payload.as_ref().unwrap().extra().get("page"), Some("\"list\""));
    assert_eq!(serde_json::to_string(&events).unwrap(), body);
}
