//! Every fixture: mapped, nothing lost, nothing shown.

use klavi_types::DeliveryKind;
use klavi_types::api::ConsentStatus;
use klavi_types::events::{EventName, EventType, Events, decode_events, inspect_events};
use klavi_types::reports::{AnyReport, decode_report, inspect_report};

use crate::trees::all_words;
use crate::whole::Reader;

const REPORT: Reader<AnyReport> = Reader { decode: decode_report, inspect: inspect_report };
const EVENT: Reader<Events> = Reader { decode: decode_events, inspect: inspect_events };

pub(crate) const REPORTS: &[(&str, &str)] = &[
    ("pf_categorized_checking_l3 V1", include_str!("../fixtures/pf_categorized_checking_l3.v1.json")),
    ("pf_checking_account V1", include_str!("../fixtures/pf_checking_account.v1.json")),
    ("pf_savings_account V1", include_str!("../fixtures/pf_savings_account.v1.json")),
    ("pf_savings_account V1.1", include_str!("../fixtures/pf_savings_account.v1.1.json")),
    ("pf_categorized_checking_l2 V1", include_str!("../fixtures/pf_categorized_checking_l2.v1.json")),
    ("pf_categorized_checking_l2 V1.1", include_str!("../fixtures/pf_categorized_checking_l2.v1.1.json")),
    ("pf_categorized_savings_l2 V1", include_str!("../fixtures/pf_categorized_savings_l2.v1.json")),
    ("pf_categorized_savings_l3 V1", include_str!("../fixtures/pf_categorized_savings_l3.v1.json")),
    ("pf_categorized_savings_l3 V1.1", include_str!("../fixtures/pf_categorized_savings_l3.v1.1.json")),
    ("pf_credit_card V1", include_str!("../fixtures/pf_credit_card.v1.json")),
    ("pf_credit_card V1.1", include_str!("../fixtures/pf_credit_card.v1.1.json")),
    ("pf_categorized_creditcard_l2 V1", include_str!("../fixtures/pf_categorized_creditcard_l2.v1.json")),
    ("pf_categorized_creditcard_l2 V1.1", include_str!("../fixtures/pf_categorized_creditcard_l2.v1.1.json")),
    ("pf_categorized_creditcard_l3 V1", include_str!("../fixtures/pf_categorized_creditcard_l3.v1.json")),
    ("pf_categorized_creditcard_l3 V1.1", include_str!("../fixtures/pf_categorized_creditcard_l3.v1.1.json")),
    ("pf_balance V1", include_str!("../fixtures/pf_balance.v1.json")),
    ("pf_balance V1.1", include_str!("../fixtures/pf_balance.v1.1.json")),
    ("pf_identity V1.1", include_str!("../fixtures/pf_identity.v1.1.json")),
    ("pf_bank_fixed_incomes V1", include_str!("../fixtures/pf_bank_fixed_incomes.v1.json")),
    ("pf_bank_fixed_incomes V1.1", include_str!("../fixtures/pf_bank_fixed_incomes.v1.1.json")),
    ("pf_credit_fixed_incomes V1", include_str!("../fixtures/pf_credit_fixed_incomes.v1.json")),
    ("pf_credit_fixed_incomes V1.1", include_str!("../fixtures/pf_credit_fixed_incomes.v1.1.json")),
    ("pf_variable_incomes V1", include_str!("../fixtures/pf_variable_incomes.v1.json")),
    ("pf_variable_incomes V1.1", include_str!("../fixtures/pf_variable_incomes.v1.1.json")),
    ("pf_treasure_titles V1", include_str!("../fixtures/pf_treasure_titles.v1.json")),
    ("pf_funds V1", include_str!("../fixtures/pf_funds.v1.json")),
    ("pf_investments V1.1", include_str!("../fixtures/pf_investments.v1.1.json")),
    ("pf_loans V1", include_str!("../fixtures/pf_loans.v1.json")),
    ("pf_financing V1", include_str!("../fixtures/pf_financing.v1.json")),
    ("pf_invoice_financing V1", include_str!("../fixtures/pf_invoice_financing.v1.json")),
    (
        "pf_unarranged_account_overdraft V1",
        include_str!("../fixtures/pf_unarranged_account_overdraft.v1.json"),
    ),
    ("pf_credit_operations V1.1", include_str!("../fixtures/pf_credit_operations.v1.1.json")),
    ("pf_credit_risk V1.1", include_str!("../fixtures/pf_credit_risk.v1.1.json")),
];

const EVENTS: &[(&str, &str)] = &[
    ("link_created", include_str!("../fixtures/event_link_created.json")),
    ("consent_authorised", include_str!("../fixtures/event_consent_authorised.json")),
    ("link_action_status", include_str!("../fixtures/event_link_action_status.json")),
    ("analysis_finished", include_str!("../fixtures/event_analysis_finished.json")),
    ("monitor_finished", include_str!("../fixtures/event_monitor_finished.json")),
];

/// Words that `Debug` may show: those of enumerations and products.
fn words() -> Vec<&'static str> {
    let mut words = all_words();
    words.extend(EventName::ALL.iter().map(EventName::as_str));
    words.extend(EventType::ALL.iter().map(EventType::as_str));
    words.extend(ConsentStatus::ALL.iter().map(ConsentStatus::as_str));
    words
}

#[test]
fn every_body_is_mapped_whole_and_nothing_is_lost() {
    REPORTS.iter().for_each(|(name, body)| REPORT.maps_whole(name, body));
    EVENTS.iter().for_each(|(name, body)| EVENT.maps_whole(name, body));
}

#[test]
fn every_body_is_written_as_it_was_read() {
    for (name, body) in REPORTS {
        assert_eq!(DeliveryKind::of(body.as_bytes()).unwrap(), DeliveryKind::Report, "{name}");
        REPORT.writes_what_it_read(name, body);
    }
    for (name, body) in EVENTS {
        assert_eq!(DeliveryKind::of(body.as_bytes()).unwrap(), DeliveryKind::Events, "{name}");
        EVENT.writes_what_it_read(name, body);
    }
}

#[test]
fn debug_shows_no_text_of_any_fixture() {
    let words = words();
    REPORTS.iter().for_each(|(name, body)| REPORT.is_closed(name, body, &words));
    EVENTS.iter().for_each(|(name, body)| EVENT.is_closed(name, body, &words));
}

#[test]
fn a_body_cut_off_anywhere_is_an_error_and_never_a_panic() {
    REPORTS.iter().for_each(|(name, body)| REPORT.refuses_what_is_cut_off(name, body));
    EVENTS.iter().for_each(|(name, body)| EVENT.refuses_what_is_cut_off(name, body));
}

#[test]
fn a_leaf_of_a_wrong_type_in_an_event_costs_that_leaf_alone() {
    EVENTS.iter().for_each(|(name, body)| EVENT.sets_a_wrong_leaf_aside(name, body));
}

#[test]
fn unknown_members_survive_at_every_level() {
    REPORTS.iter().for_each(|(name, body)| REPORT.keeps_unknown_members(name, body));
    EVENTS.iter().for_each(|(name, body)| EVENT.keeps_unknown_members(name, body));
}
