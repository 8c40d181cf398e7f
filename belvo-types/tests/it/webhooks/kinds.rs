//! What a body is, and what its codes mean.

use belvo_types::webhooks::{
    AnyWebhook, Outline, PaymentWebhook, ProcessType, WebhookCode, WebhookKind, WebhookName, WebhookType,
    decode_webhooks, inspect_webhooks,
};

use super::link_webhook;

#[test]
fn each_kind_is_told_by_whom_it_is_about() {
    for (body, kind) in [
        (r#"{"link_id":"l","webhook_type":"TRANSACTIONS"}"#, WebhookKind::Link),
        (r#"{"link_id":"l","object_id":"o"}"#, WebhookKind::Link),
        (r#"{"link_id":null,"object_id":"o","webhook_type":"TRANSACTIONS"}"#, WebhookKind::Payment),
        (r#"{"link_id":"","object_id":"o"}"#, WebhookKind::Payment),
        (r#"{"link_id":7,"object_id":"o"}"#, WebhookKind::Payment),
        (r#"{"object_id":null,"webhook_type":"INVOICES"}"#, WebhookKind::Link),
        (r#"{"webhook_code":"STATUS_UPDATE","webhook_type":"TRANSACTIONS"}"#, WebhookKind::Payment),
        (r#"{"webhook_code":"STATUS_UPDATE","link_id":"l"}"#, WebhookKind::Link),
        (r#"{"webhook_code":"something_new"}"#, WebhookKind::Link),
        (r#"{"eventType":"X","details":{}}"#, WebhookKind::DirectDebit),
        (r#"{"eventType":null}"#, WebhookKind::Unknown),
        (r#"{"eventName":"link_created","eventId":"1"}"#, WebhookKind::Unknown),
        (r#"{"productName":"pf_balance"}"#, WebhookKind::Unknown),
        ("{}", WebhookKind::Unknown),
        ("[]", WebhookKind::Unknown),
        ("<html>", WebhookKind::Unknown),
        ("", WebhookKind::Unknown),
    ] {
        assert_eq!(WebhookKind::of(body.as_bytes()), kind, "{body}");
    }
}

#[test]
fn an_outline_takes_arrays_apart_and_keeps_what_it_does_not_know() {
    for (body, outline) in [
        ("", Outline::Ping),
        (" \n", Outline::Ping),
        ("{}", Outline::Ping),
        ("[]", Outline::Ping),
        ("null", Outline::Unknown),
        ("7", Outline::Unknown),
        (r#"{"hello":1}"#, Outline::Unknown),
        (r#"[{"hello":1}]"#, Outline::Unknown),
        (" {\"link_id\":\"l\"}\n", Outline::Webhooks(vec![r#"{"link_id":"l"}"#])),
        (
            r#"[7, {"link_id":"l"} ,{"hello":1}]"#,
            Outline::Webhooks(vec!["7", r#"{"link_id":"l"}"#, r#"{"hello":1}"#]),
        ),
    ] {
        assert_eq!(Outline::of(body.as_bytes()).unwrap(), outline, "{body}");
    }
    for body in [&b"{"[..], b"[{\"link_id\":1}", b"<html>", b"\xff", b"{}{}"] {
        assert!(Outline::of(body).is_err(), "{body:?}");
    }
    let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    assert_eq!(Outline::of(deep.as_bytes()).unwrap(), Outline::Unknown);
    assert!(Outline::of("[".repeat(1_000_000).as_bytes()).is_err());
}

#[test]
fn a_broken_element_does_not_cost_the_others() {
    let body = br#"[{"link_id":"l"},7,{"link_id":"m","data":"x"},{"object_id":"o"}]"#;
    let webhooks = decode_webhooks(body).unwrap();
    let paths: Vec<_> = webhooks.malformed.iter().map(|malformed| malformed.path.to_string()).collect();
    assert_eq!(paths, ["[1]", "[2].data"]);
    let [AnyWebhook::Link(_), AnyWebhook::Link(_), AnyWebhook::Payment(_)] = webhooks.value.as_slice() else {
        panic!("{:?}", webhooks.value)
    };
}

#[test]
fn what_is_no_json_is_told_where_its_reading_stops() {
    let error = decode_webhooks(br#"{"link_id":"l","data":{"total_owners":1,}}"#).unwrap_err();
    assert_eq!(error.to_string(), "the body is not JSON from line 1, column 41 on");
    let error = decode_webhooks(br#"{"link_id":"l","data":{"#).unwrap_err();
    assert_eq!(error.to_string(), "the body is cut off JSON: it ends at line 1, column 23");
}

#[test]
fn unknown_types_codes_and_members_survive() {
    let body = r#"{"webhook_id":"w","webhook_type":"INVOICES","process_type":"on_demand_update","webhook_code":"new_invoices_available","link_id":"l","request_id":"r","external_id":"user-1","data":{"total_invoices":7}}"#;
    let webhook = link_webhook(body);
    let name = webhook.name().unwrap();
    assert_eq!(name.to_string(), "INVOICES.new_invoices_available");
    assert!(!name.is_documented() && !webhook.announces_data());
    assert_eq!(webhook.data.as_ref().unwrap().extra().get("total_invoices"), Some("7"));
    assert_eq!(serde_json::to_string(&webhook).unwrap(), body);
    let inspection = inspect_webhooks(body.as_bytes()).unwrap();
    let words: Vec<_> = inspection.unknown_words.iter().map(|unknown| unknown.path.to_string()).collect();
    assert_eq!(words, ["webhook_type", "process_type", "webhook_code"]);
    assert_eq!(
        inspection.unmapped.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["data.total_invoices"]
    );
}

#[test]
fn the_three_generations_say_the_same_as_far_as_they_go() {
    let newest = include_str!("../../fixtures/webhooks/transactions_historical_update.json");
    let middle = include_str!("../../fixtures/webhooks/transactions_historical_update.middle.json");
    let oldest = include_str!("../../fixtures/webhooks/transactions_historical_update.oldest.json");
    let [newest, middle, oldest] = [newest, middle, oldest].map(link_webhook);
    assert_eq!(newest.process_type, Some(ProcessType::HistoricalUpdate));
    assert_eq!((&middle.process_type, &middle.request_id), (&None, &newest.request_id));
    assert_eq!((&oldest.process_type, &oldest.request_id, &oldest.external_id), (&None, &None, &None));
    for webhook in [&newest, &middle, &oldest] {
        assert_eq!((&webhook.link_id, webhook.name()), (&newest.link_id, newest.name()));
        assert_eq!(webhook.data, newest.data);
        assert!(webhook.announces_data());
    }
}

#[test]
fn both_spellings_of_an_ended_consent_are_one() {
    let webhook =
        link_webhook(r#"{"webhook_type":"CONSENT","webhook_code":"consent_expired","link_id":"l"}"#);
    assert_eq!(webhook.webhook_code, Some(WebhookCode::ConsentExpired));
    assert_eq!(webhook.name().unwrap().to_string(), "CONSENT.openfinance_consent_expired");
    assert!(webhook.needs_user() && !webhook.announces_data());
}

/// Seed: "do not ask right after creation: wait for the `historical_update` webhook, then GET".
#[test]
fn seed_the_historical_update_says_that_data_may_be_fetched() {
    for name in WebhookName::ALL {
        let announces = name.webhook_code.announces_data();
        let of_data = !matches!(name.webhook_type, WebhookType::Link | WebhookType::Consent);
        assert_eq!(announces, of_data, "{name}");
        assert!(!(announces && name.webhook_code.needs_user()), "{name}");
    }
    let new_link = r#"{"webhook_type":"ACCOUNTS","webhook_code":"historical_update","link_id":"l"}"#;
    assert!(link_webhook(new_link).announces_data());
}

#[test]
fn a_name_is_read_as_it_is_written() {
    for name in WebhookName::ALL {
        assert_eq!(WebhookName::from(name.to_string().as_str()), *name);
    }
    assert_eq!(WebhookName::from("INVOICES.a.b").to_string(), "INVOICES.a.b");
    assert!(!WebhookName::from("").is_documented() && !WebhookName::from("TRANSACTIONS").is_documented());
    for other in ["payments", "payments.", "payments.CHARGES", "paymentsX.A.B", "CHARGES.STATUS_UPDATE"] {
        assert_eq!(PaymentWebhook::read_name(other), None, "{other}");
    }
    assert_eq!(format!("{:?}", WebhookName::from("LINK.segredo")), "LINK.Unknown(..)");
}
