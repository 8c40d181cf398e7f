//! What this version does not know of Belvo's webhooks is counted under few names.

use klavi_webhook::{EntryKind, FindingKind, InspectionRate, Provider};

use super::{NEWEST, PAYMENT, VALUE, belvo, headers};
use crate::inspection::{FINDINGS, inspected_of, of};

#[test]
fn words_members_and_leaves_that_are_not_known_are_found_by_their_place() {
    let changed = NEWEST
        .replace("\"process_type\": \"historical_update\"", "\"process_type\": \"manual_update\"")
        .replace("\"external_id\"", "\"colour\": \"blue\", \"external_id\"")
        .replace("300", "\"many\"");
    let findings = belvo().inspect(EntryKind::Event, changed.as_bytes()).unwrap();
    let found: Vec<_> = findings.iter().collect();
    assert_eq!(
        found,
        [
            (FindingKind::Unmapped, "colour", 1),
            (FindingKind::UnknownValue, "process_type", 1),
            (FindingKind::Malformed, "data.total_transactions", 1),
        ]
    );
    for known in [NEWEST, PAYMENT] {
        assert_eq!(belvo().inspect(EntryKind::Event, known.as_bytes()).unwrap().iter().count(), 0);
    }
    assert_eq!(belvo().inspect(EntryKind::Unknown, NEWEST.as_bytes()), None);
}

#[test]
fn only_documented_names_become_labels() {
    let label = |name| belvo().documented_name(EntryKind::Event, name);
    for known in
        ["TRANSACTIONS.historical_update", "payments.TRANSACTIONS.STATUS_UPDATE", "LINK.token_required"]
    {
        assert_eq!(label(known).as_deref(), Some(known));
    }
    for unknown in [
        "",
        "TRANSACTIONS",
        "TRANSACTIONS.12345678909",
        "INVOICES.historical_update",
        "LINK.new_bills_available",
        "payments.X.STATUS_UPDATE",
        "payments.CHARGES.",
        "direct_debit.A.B",
    ] {
        assert_eq!(label(unknown), None, "{unknown}");
    }
    assert_eq!(belvo().documented_name(EntryKind::Report, "LINK.token_required"), None);
}

#[test]
fn names_from_the_wire_make_no_labels() {
    let new_type = |n: u32| NEWEST.replace("\"TRANSACTIONS\"", &format!("\"TYPE_{n}\""));
    let mut bodies: Vec<_> = (0..30).map(new_type).collect();
    bodies.push(NEWEST.replace("\"data\"", "\"12345678909\": 1, \"data\""));
    let (counters, lines) = inspected_of(belvo(), |_| headers(&[VALUE]), InspectionRate::All, &bodies, 31);
    assert_eq!(
        of(&counters, FINDINGS),
        [("event TRANSACTIONS.historical_update unmapped", 1), ("event other unknown_value", 30)]
    );
    let all = format!("{lines:?}");
    assert!(!all.contains("12345678909") && !all.contains("TYPE_7"), "{all}");
}
