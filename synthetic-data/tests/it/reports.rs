//! The reports of one synthetic customer fit together, whatever their product, tier, version and length.

mod accounts;
mod cards;
mod credit;
mod investments;

use std::collections::BTreeSet;
use std::io::{self, Write};

use klavi_types::reports::{AccountEntry, AccountStatement, AnyReport, CardAccount, decode_report};
use klavi_types::{Amount, Money, ProductName, TaxId};
use synthetic_data::{Messy, Recipe, RecipeError};

const SEEDS: [u64; 3] = [1, 7, 99];

fn body(recipe: &Recipe) -> Vec<u8> {
    let mut body = Vec::new();
    recipe.write(&mut body).unwrap();
    body
}

fn report(product: &str, seed: u64) -> AnyReport {
    decode_report(&body(&Recipe::new(product).unwrap().seed(seed))).unwrap().value
}

fn long_report(product: &str, seed: u64, count: u64) -> AnyReport {
    let recipe = Recipe::new(product).unwrap().seed(seed).transactions(count).unwrap();
    decode_report(&body(&recipe)).unwrap().value
}

fn accounts(report: AnyReport) -> Vec<AccountStatement> {
    match report {
        AnyReport::CheckingAccounts(report) => report.content.checking_accounts.into_vec(),
        AnyReport::SavingsAccounts(report) => report.content.savings_accounts.into_vec(),
        _ => panic!("not of accounts"),
    }
}

fn cards(report: AnyReport) -> Vec<CardAccount> {
    match report {
        AnyReport::CreditCard(report) => {
            report.content.credit_cards.into_iter().map(|card| card.account).collect()
        }
        AnyReport::CategorizedCreditCards(report) => {
            report.content.credit_cards.into_iter().map(|card| card.account).collect()
        }
        _ => panic!("not of cards"),
    }
}

fn amount(money: Option<&Money>) -> Amount {
    money.unwrap().amount.unwrap()
}

fn persons() -> impl Iterator<Item = (&'static str, u64)> {
    ["pf_", "pj_"].into_iter().flat_map(|person| SEEDS.map(|seed| (person, seed)))
}

#[test]
fn plain_and_categorised_reports_have_the_same_entries() {
    for (person, seed) in persons() {
        for count in [57, 1_000] {
            for kind in ["checking", "savings"] {
                let of = |product: String| accounts(long_report(&product, seed, count)).remove(0);
                let bare = |account: AccountStatement| -> Vec<_> {
                    let strip = |mut entry: AccountEntry| {
                        entry.category = None;
                        entry.subcategory = None;
                        entry.third_category = None;
                        (entry.f_all, entry.f_all_month, entry.f_all_c_month) = (None, None, None);
                        (entry.settlement_type, entry.brand) = (None, None);
                        entry
                    };
                    account.entries.into_iter().map(strip).collect()
                };
                let plain = of(format!("{person}{kind}_account"));
                let l2 = of(format!("{person}categorized_{kind}_l2"));
                let l3 = of(format!("{person}categorized_{kind}_l3"));
                assert!(plain.entries.iter().all(|entry| entry.category.is_none()));
                assert!(l2.entries.iter().all(|entry| entry.subcategory.is_some()));
                assert!(
                    l2.entries.iter().all(|entry| entry.third_category.is_none() && entry.f_all.is_none())
                );
                assert!(
                    l3.entries.iter().all(|entry| entry.third_category.is_some() && entry.f_all.is_some())
                );
                assert_eq!((&plain.head, &l2.head), (&l2.head, &l3.head));
                let plain = bare(plain);
                assert!(plain == bare(l2) && plain == bare(l3));
            }
            let ids = |product: &str| -> Vec<_> {
                let card = cards(long_report(&format!("{person}{product}"), seed, count)).remove(0);
                card.entries().map(|entry| (entry.transaction_id.clone(), entry.signed_amount())).collect()
            };
            let plain = ids("credit_card");
            assert_eq!(plain.iter().map(|(id, _)| id).collect::<BTreeSet<_>>().len() as u64, count);
            assert!(plain == ids("categorized_creditcard_l2") && plain == ids("categorized_creditcard_l3"));
        }
    }
}

#[test]
fn one_customer_has_all_the_reports() {
    for seed in SEEDS {
        let AnyReport::Identity(identity) = report("pf_identity", seed) else { panic!("not an identity") };
        let identity = identity.content.identity.unwrap();
        let checking = accounts(report("pf_categorized_checking_l3", seed)).remove(0);
        let savings = accounts(report("pf_savings_account", seed)).remove(0);
        let card = cards(report("pf_credit_card", seed)).remove(0);
        let AnyReport::Balance(balance) = report("pf_balance", seed) else { panic!("not a balance") };
        let heads: Vec<_> = balance.content.accounts.iter().map(|account| account.head.clone()).collect();
        assert_eq!(heads, [checking.head.clone(), savings.head.clone()]);
        assert_eq!(identity.accounts[0].number, checking.head.number);
        assert!(identity.cpf_number.as_ref().unwrap().as_str().parse::<TaxId>().is_ok());
        let mut names: Vec<_> = identity.filiations.iter().map(|parent| parent.civil_name.as_ref()).collect();
        names.push(identity.civil_name.as_ref());
        assert!(names.iter().all(|name| name.unwrap().as_str().ends_with(" Cliente Sintético")));
        for name in [&checking.head.civil_name, &savings.head.civil_name, &card.civil_name] {
            assert_eq!(*name, identity.civil_name);
        }
        let income = amount(identity.informed_income.as_ref().unwrap().amount.as_ref());
        let salary = checking
            .entries
            .iter()
            .find(|entry| entry.third_category.as_ref().is_some_and(|category| *category == "Salário"));
        assert_eq!(amount(salary.unwrap().transaction_amount.as_ref()), income);

        // The company is that person's.
        let company = accounts(report("pj_checking_account", seed)).remove(0).head;
        assert_eq!(company.civil_name, identity.civil_name);
        let tax_id: TaxId = company.cnpj_number.unwrap().as_str().parse().unwrap();
        assert!(matches!(tax_id, TaxId::Cnpj(_)));
        for product in ["pf_loans", "pj_loans", "pj_identity"] {
            assert_eq!(report(product, seed).head().enquiry_cpf, identity.cpf_number);
        }
    }
}

#[test]
fn what_cannot_be_written_is_refused_first() {
    assert_eq!(Recipe::new("pf_income").unwrap_err(), RecipeError::UnknownProduct("pf_income".to_owned()));
    for name in ["loans", "all", "", "PF_LOANS"] {
        assert!(Recipe::new(name).is_err(), "{name}");
    }
    for name in ProductName::ALL {
        let recipe = Recipe::new(&format!("pf_{name}")).unwrap();
        let has_none = matches!(name, ProductName::Balance | ProductName::Identity | ProductName::CreditRisk);
        assert!(recipe.clone().transactions(0).is_ok());
        assert_eq!(recipe.transactions(1).is_err(), has_none, "{name}");
    }
}

/// Takes so many bytes, then is full.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_report_without_end_is_made_only_as_far_as_it_is_taken() {
    for name in [
        "checking_account",
        "categorized_savings_l3",
        "credit_card",
        "loans",
        "credit_operations",
        "investments",
    ] {
        for messy in [Messy::NONE, Messy::ALL] {
            let recipe = Recipe::new(&format!("pf_{name}")).unwrap().messy(messy);
            let error = recipe.transactions(u64::MAX).unwrap().write(Full(1 << 20)).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{name}");
        }
    }
}

#[test]
fn messy_reports_have_as_many_entries_and_the_same_bytes_each_time() {
    for (person, seed) in persons() {
        for product in ["checking_account", "categorized_savings_l3", "categorized_creditcard_l2"] {
            for count in [0, 1, 57, 401] {
                let recipe = Recipe::new(&format!("{person}{product}")).unwrap().seed(seed);
                let recipe = recipe.messy(Messy::ALL).transactions(count).unwrap();
                let once = body(&recipe);
                assert_eq!(decode_report(&once).unwrap().value.entry_count() as u64, count);
                assert_eq!(once, body(&recipe));
            }
        }
    }
}
