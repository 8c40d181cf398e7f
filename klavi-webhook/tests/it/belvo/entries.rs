//! What a body is filed as.

use klavi_webhook::{EntryKind, EntryState, NewEntry};

use super::{CONSENT, DIRECT_DEBIT, LINK, NEWEST, OLDEST, PAYMENT, REQUEST, split};

#[test]
fn every_generation_is_filed_by_what_it_has() {
    let entry = split(NEWEST).remove(0);
    assert_eq!((entry.kind, entry.state()), (EntryKind::Event, EntryState::Pending));
    assert_eq!(entry.name.as_deref(), Some("TRANSACTIONS.historical_update"));
    assert_eq!((entry.link_id.as_deref(), entry.request_id.as_deref()), (Some(LINK), Some(REQUEST)));
    assert_eq!(entry.body(), NEWEST.trim());
    assert_eq!(
        entry.message_id.as_deref().unwrap(),
        format!("fdd2a5e2a1e94d9cae6fb8a2ca1ebf5a/{REQUEST}/{LINK}/TRANSACTIONS.historical_update")
    );

    let middle = include_str!(
        "../../../../belvo-types/tests/fixtures/webhooks/transactions_historical_update.middle.json"
    );
    let entry = split(middle).remove(0);
    assert_eq!(entry.request_id.as_deref(), Some(REQUEST));

    let entry = split(OLDEST).remove(0);
    assert_eq!(entry.name.as_deref(), Some("TRANSACTIONS.historical_update"));
    assert_eq!((entry.link_id.as_deref(), entry.request_id.as_deref()), (Some(LINK), None));
    assert_eq!(
        entry.message_id.as_deref().unwrap(),
        format!(
            "fdd2a5e2a1e94d9cae6fb8a2ca1ebf5a/from 2026-01-02T03:00:00Z/{LINK}/TRANSACTIONS.historical_update"
        )
    );
}

#[test]
fn a_consent_is_filed_with_its_institution() {
    let entry = split(CONSENT).remove(0);
    assert_eq!(entry.name.as_deref(), Some("CONSENT.openfinance_consent_expired"));
    assert_eq!(entry.consent_id.as_deref(), Some("9b8e1c2d-3f4a-4b5c-8d6e-7f8091a2b3c4"));
    assert_eq!(entry.institution_code.as_deref(), Some("ofmockbank_br_retail"));
    assert_eq!(entry.link_id.as_deref(), Some(LINK));
}

#[test]
fn the_other_families_are_kept_under_names_of_their_own() {
    let payment = split(PAYMENT).remove(0);
    assert_eq!(payment.name.as_deref(), Some("payments.TRANSACTIONS.STATUS_UPDATE"));
    assert_eq!((payment.kind, &payment.link_id), (EntryKind::Event, &None));
    assert!(payment.message_id.as_deref().unwrap().contains("/b1c83f2c-0d6f-4b3e-8a2c-1f7f4d8d1e11/"));
    let debit = split(DIRECT_DEBIT).remove(0);
    assert_eq!(debit.name.as_deref(), Some("direct_debit.PAYMENT_REQUEST.PAYMENT_SUCCEEDED"));
    assert_eq!((debit.kind, debit.state()), (EntryKind::Event, EntryState::Pending));
}

#[test]
fn an_array_is_taken_apart_and_a_broken_element_costs_no_other() {
    let body = format!("[{}, 7,\n{}]", NEWEST.trim(), PAYMENT.trim());
    let entries = split(&body);
    let states: Vec<_> = entries.iter().map(NewEntry::state).collect();
    assert_eq!(states, [EntryState::Pending, EntryState::Quarantined, EntryState::Pending]);
    assert_eq!(entries[0].body(), NEWEST.trim());
    assert_eq!(entries[1].quarantine.as_deref(), Some("an element that is no webhook"));
    assert_eq!(entries[2].body(), PAYMENT.trim());
    assert!(split("[]").is_empty() && split(" \n").is_empty() && split("{}").is_empty());
}

#[test]
fn what_is_unknown_is_kept() {
    let future = r#"{"webhook_id":"w","webhook_type":"INVOICES","webhook_code":"new_invoices_available","link_id":"l"}"#;
    let entry = split(future).remove(0);
    assert_eq!(entry.name.as_deref(), Some("INVOICES.new_invoices_available"));
    assert_eq!(entry.state(), EntryState::Pending);
    let half =
        split(r#"{"webhook_id":"w","webhook_type":"TRANSACTIONS","link_id":"","request_id":""}"#).remove(0);
    assert_eq!((&half.name, &half.link_id, &half.request_id), (&None, &None, &None));
    for (body, reason) in [
        (r#"{"hello":1}"#, "JSON that is no webhook"),
        ("7", "JSON that is no webhook"),
        ("<html>", "the body is not JSON from line 1, column 1 on"),
        (r#"{"link_id":"l""#, "the body is cut off JSON: it ends at line 1, column 14"),
    ] {
        let entry = split(body).remove(0);
        assert_eq!((entry.kind, entry.state()), (EntryKind::Unknown, EntryState::Quarantined), "{body}");
        assert_eq!(entry.quarantine.as_deref(), Some(reason), "{body}");
        assert_eq!(entry.body(), body);
    }
}

#[test]
fn the_id_of_a_request_is_filed_in_one_form() {
    let bare = NEWEST.replace(REQUEST, &REQUEST.replace('-', "").to_uppercase());
    assert_eq!(split(&bare)[0].request_id.as_deref(), Some(REQUEST));
}
