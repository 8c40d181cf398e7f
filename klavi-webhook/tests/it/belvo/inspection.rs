//! What this version does not know of Belvo's webhooks is counted under few names.

use klavi_webhook::{EntryKind, FindingKind, Provider};

use super::{NEWEST, PAYMENT, belvo};

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
