use std::collections::BTreeSet;

use klavi_types::reports::{AccountEntry, AnyReport, decode_report};
use klavi_types::{Amount, TaxId};
use synthetic_data::{Recipe, Version};

use super::{SEEDS, accounts, amount, body, long_report, persons, report};

#[test]
fn the_balance_of_an_account_follows_from_its_entries() {
    for (person, seed) in persons() {
        for product in ["checking_account", "categorized_checking_l3", "categorized_savings_l2"] {
            for count in [1, 57, 1_000, 1_001] {
                for account in accounts(long_report(&format!("{person}{product}"), seed, count)) {
                    assert_eq!(account.entries.len() as u64, count);
                    let after = |entry: &AccountEntry| amount(entry.post_transaction_balance.as_ref());
                    for pair in account.entries.windows(2) {
                        let signed = pair[1].signed_amount().unwrap();
                        assert_eq!(after(&pair[0]).checked_add(signed), Some(after(&pair[1])));
                        assert!(!signed.decimal().is_zero());
                        let at = |entry: &AccountEntry| entry.transaction_date_time.unwrap().timestamp();
                        assert!(at(&pair[0]) <= at(&pair[1]));
                    }
                    let balances = account.head.balances.as_ref().unwrap();
                    let available = amount(balances.available_amount.as_ref());
                    assert_eq!(after(account.entries.last().unwrap()).decimal(), available.decimal());
                    let ids: BTreeSet<_> =
                        account.entries.iter().map(|entry| entry.transaction_id.clone()).collect();
                    assert_eq!(ids.len(), account.entries.len());
                }
            }
        }
    }
}

#[test]
fn a_longer_report_only_adds() {
    let ids = |count| -> Vec<_> {
        let entries = accounts(long_report("pf_checking_account", 7, count)).remove(0).entries;
        entries.iter().map(|entry| entry.transaction_id.clone()).collect()
    };
    let usual = accounts(report("pf_checking_account", 7)).remove(0).entries;
    let usual: Vec<_> = usual.iter().map(|entry| entry.transaction_id.clone()).collect();
    let (short, long, longest) = (ids(57), ids(250), ids(2_000));
    assert!(long.ends_with(&short) && long.ends_with(&usual));
    assert!(usual.iter().all(|id| longest.contains(id)));
}

#[test]
fn the_encoded_variant_has_no_tax_ids_of_counterparties() {
    for product in ["pf_checking_account", "pj_categorized_checking_l3"] {
        let of = |version| {
            let recipe = Recipe::new(product).unwrap().version(version);
            accounts(decode_report(&body(&recipe)).unwrap().value).remove(0).entries
        };
        let plain = of(Version::V1);
        let ids: Vec<_> = plain.iter().filter_map(|entry| entry.party_tax_id.as_ref()).collect();
        assert!(ids.len() > 20);
        assert!(ids.iter().all(|id| id.as_str().parse::<TaxId>().is_ok()));
        let encoded = of(Version::V1_1);
        assert!(encoded.iter().all(|entry| entry.party_tax_id.is_none()));
        assert!(encoded.iter().any(|entry| entry.party_number.is_some()));
    }
}

#[test]
fn recurrence_is_told_of_what_recurs() {
    for count in [200, 2_000] {
        let entries = accounts(long_report("pf_categorized_checking_l3", 7, count)).remove(0).entries;
        for entry in &entries {
            let name = entry.transaction_name.as_ref().unwrap();
            let times = entries.iter().filter(|other| other.transaction_name.as_ref() == Some(name)).count();
            assert_eq!(entry.f_all.unwrap().get() == 1, times >= 6, "{times} times");
        }
    }
}

#[test]
fn the_risk_variables_follow_from_the_checking_account() {
    for seed in SEEDS {
        let AnyReport::CreditRisk(risk) = report("pf_credit_risk", seed) else { panic!("not of risk") };
        let risk = risk.content.credit_risk.unwrap();
        let checking = accounts(report("pf_checking_account", seed)).remove(0);
        let available = amount(checking.head.balances.unwrap().available_amount.as_ref());
        assert_eq!(risk.value("F000009").unwrap().decimal(), available.decimal());
        assert!(risk.label_details.iter().all(|label| label.label_value.is_some()));

        let (mut day, mut sum) = (jiff::civil::date(2026, 3, 20), Amount::ZERO);
        for _ in 0..30 {
            day = day.yesterday().unwrap();
            let last = checking.entries.iter().rfind(|entry| entry.day().unwrap() <= day).unwrap();
            sum = sum.checked_add(amount(last.post_transaction_balance.as_ref())).unwrap();
        }
        let averages = std::iter::repeat_n(risk.value("F000010").unwrap(), 30);
        let off = sum.checked_add(-Amount::sum(averages).unwrap()).unwrap();
        assert!(off.decimal().abs() < "0.30".parse::<Amount>().unwrap().decimal(), "a centavo a day at most");
    }
}
