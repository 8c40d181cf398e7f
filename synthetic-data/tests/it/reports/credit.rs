use std::collections::BTreeSet;

use klavi_types::reports::{AnyReport, CreditContract};

use super::{accounts, long_report, persons, report};

fn contracts(report: AnyReport) -> Vec<CreditContract> {
    let operations = match report {
        AnyReport::CreditOperations(report) => report.content.credit_operations,
        _ => panic!("not of credit"),
    };
    operations.unwrap().contracts().cloned().collect()
}

#[test]
fn a_credit_contract_adds_up() {
    for (person, seed) in persons() {
        for product in
            ["loans", "financing", "invoice_financing", "unarranged_account_overdraft", "credit_operations"]
        {
            let product = format!("{person}{product}");
            let usual = contracts(report(&product, seed));
            let long = contracts(long_report(&product, seed, 157));
            assert_eq!(long.iter().map(|contract| contract.payments.releases.len()).sum::<usize>(), 157);
            let numbers: BTreeSet<_> = long.iter().map(|contract| contract.contract_number.clone()).collect();
            assert_eq!(numbers.len(), long.len());
            for contract in usual.iter().chain(&long) {
                let of = |number: Option<klavi_types::Integer>| number.unwrap().get();
                let instalments = &contract.instalments;
                let (paid, due) = (of(instalments.paid_instalments), of(instalments.due_instalments));
                assert_eq!(paid + due, of(instalments.total_number_of_instalments));
                assert_eq!(of(instalments.past_due_instalments), 0);
                assert_eq!(contract.payments.releases.len(), usize::try_from(paid).unwrap());
                let owed = contract.payments.contract_outstanding_balance.unwrap();
                let borrowed = contract.contract_amount.unwrap();
                assert!(owed <= borrowed && (owed < borrowed || paid == 0));
                assert_eq!(owed.decimal().is_zero(), due == 0);
                assert!(contract.contract_date.unwrap().civil() < contract.due_date.unwrap().civil());
            }
        }
        let loan = contracts(report(&format!("{person}loans"), seed)).remove(0);
        let checking = accounts(report(&format!("{person}checking_account"), seed)).remove(0).entries;
        let booked: Vec<_> = checking
            .iter()
            .filter(|entry| *entry.transaction_name.as_ref().unwrap() == "PARCELA EMPRESTIMO PESSOAL")
            .map(|entry| (entry.day(), entry.transaction_amount.as_ref().unwrap().amount))
            .collect();
        assert_eq!(booked.len(), 3);
        for release in loan.payments.releases.iter().rev().take(3) {
            assert!(booked.contains(&(release.paid_date.map(klavi_types::Date::civil), release.paid_amount)));
        }
    }
}
