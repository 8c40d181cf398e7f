//! Events in every shape in which they come.

use klavi_types::api::ConsentStatus;
use klavi_types::events::{
    EventName, EventType, TrackingEvent, TrackingEventName, decode_events, inspect_events,
};

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

#[test]
fn the_action_of_a_regulated_institution_s_link_is_found_under_any_name() {
    for (payload, status) in [
        (r#"{"linkId":"l","actionStatus":"consent_authorised"}"#, Some(ConsentStatus::Authorised)),
        (r#"{"linkId":"l","status":"consent_deleted_by_user"}"#, Some(ConsentStatus::DeletedByUser)),
        (r#"{"linkId":"l","step":"bank_login"}"#, None),
        (r#"{"linkId":"l","step":7}"#, None),
    ] {
        let body = format!(r#"[{{"eventName":"link_action_status","payload":{payload}}}]"#);
        let events = decode_events(body.as_bytes()).unwrap().value;
        assert_eq!(events.as_slice()[0].consent_status(), status, "{payload}");
        assert_eq!(serde_json::to_string(&events).unwrap(), body);
    }
    let events = decode_events(br#"{"eventName":"consent_revoked"}"#).unwrap().value;
    assert_eq!(events.as_slice()[0].consent_status(), Some(ConsentStatus::Revoked));
}

#[test]
fn every_documented_click_is_known() {
    for name in [
        "app_loaded",
        "page_view",
        "page_duration",
        "landing_continue_click",
        "landing_exit_click",
        "landing_terms_click",
        "landing_privacy_policy_click",
        "institution_list_back_click",
        "institution_list_exit_click",
        "institution_list_citizen_portal_click",
        "institution_list_search",
        "institution_click",
        "data_confirmation_back_click",
        "data_confirmation_exit_click",
        "data_confirmation_continue_click",
        "data_confirmation_validity_click",
        "data_confirmation_klavi_portal_click",
        "authorise_success",
        "authorise_success_connect_more_click",
        "authorise_success_finish_click",
        "authorise_fail",
    ] {
        let click = TrackingEventName::from(name);
        assert!(click.is_known(), "{name}");
        let body = format!(
            r#"{{"eventName":"{name}","payload":{{"institutionCode":"033","institutionName":"Banco Exemplo","institutionType":1,"key":"ban"}}}}"#
        );
        let inspection = klavi_types::inspect::<TrackingEvent>(body.as_bytes()).unwrap();
        assert_eq!((inspection.unmapped.len(), inspection.malformed.len(), inspection.lost.len()), (0, 0, 0));
        assert_eq!(serde_json::to_string(&inspection.value).unwrap(), body);

        let pushed = inspect_events(body.as_bytes()).unwrap();
        assert_eq!((pushed.unmapped.len(), pushed.malformed.len(), pushed.lost.len()), (0, 0, 0));
        assert_eq!(pushed.value.as_slice()[0].tracking_name(), Some(click));
    }
    assert!(!TrackingEventName::from("authorise_fail_retry_click").is_known());
}
