//! Every documented webhook: mapped, nothing lost, nothing shown.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use belvo_types::webhooks::{
    ConsentAction, PaymentWebhookCode, PaymentWebhookType, ProcessType, WebhookCode, WebhookKind,
    WebhookName, WebhookType, decode_webhooks,
};

use super::whole;

/// By the name of their files.
pub(crate) fn fixtures() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/webhooks");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files
        .map(|file| {
            (file.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(file).unwrap())
        })
        .collect()
}

/// Words that `Debug` may show: those of enumerations.
fn words() -> Vec<&'static str> {
    let mut words = Vec::new();
    words.extend(WebhookType::ALL.iter().map(WebhookType::as_str));
    words.extend(WebhookCode::ALL.iter().map(WebhookCode::as_str));
    words.extend(ProcessType::ALL.iter().map(ProcessType::as_str));
    words.extend(ConsentAction::ALL.iter().map(ConsentAction::as_str));
    words.extend(PaymentWebhookType::ALL.iter().map(PaymentWebhookType::as_str));
    words.extend(PaymentWebhookCode::ALL.iter().map(PaymentWebhookCode::as_str));
    words
}

#[test]
fn every_documented_webhook_has_a_fixture_and_every_fixture_is_documented() {
    let mut names: Vec<_> = WebhookName::ALL.iter().map(ToString::to_string).collect();
    for webhook_type in PaymentWebhookType::ALL {
        for webhook_code in PaymentWebhookCode::ALL {
            names.push(format!("payments.{webhook_type}.{webhook_code}"));
        }
    }
    names.push("direct_debit.PAYMENT_REQUEST.PAYMENT_SUCCEEDED".to_owned());
    let mut found: Vec<_> = fixtures()
        .values()
        .map(|body| decode_webhooks(body.as_bytes()).unwrap().value.as_slice()[0].name().unwrap())
        .collect();
    found.sort();
    found.dedup();
    names.sort();
    assert_eq!(found, names);
}

#[test]
fn each_is_of_the_kind_that_its_name_says() {
    for (name, body) in fixtures() {
        let kind = match name.split('_').next() {
            Some("payment") => WebhookKind::Payment,
            Some("direct") => WebhookKind::DirectDebit,
            _ => WebhookKind::Link,
        };
        assert_eq!(WebhookKind::of(body.as_bytes()), kind, "{name}");
    }
}

#[test]
fn every_body_is_mapped_whole_and_written_as_it_was_read() {
    fixtures().iter().for_each(|(name, body)| {
        whole::maps_whole(name, body);
        whole::writes_what_it_read(name, body);
    });
}

#[test]
fn debug_shows_no_text_of_any_fixture() {
    let words = words();
    fixtures().iter().for_each(|(name, body)| whole::is_closed(name, body, &words));
}

#[test]
fn a_body_cut_off_anywhere_is_an_error_and_never_a_panic() {
    fixtures().iter().for_each(|(name, body)| whole::refuses_what_is_cut_off(name, body));
}

#[test]
fn a_leaf_of_a_wrong_type_costs_that_leaf_alone() {
    fixtures().iter().for_each(|(name, body)| whole::sets_a_wrong_leaf_aside(name, body));
}

#[test]
fn unknown_members_survive_at_every_level() {
    fixtures().iter().for_each(|(name, body)| whole::keeps_unknown_members(name, body));
}

#[test]
fn a_member_that_is_missing_or_null_costs_nothing_else() {
    fixtures().iter().for_each(|(name, body)| whole::bears_what_is_absent(name, body));
}
