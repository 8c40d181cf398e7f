//! Credit contracts over reports in any order.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use statements::credit::{
    Balloon, Contract, ContractIdentity, ContractSnapshot, ContractTerms, Contracts, CreditKind,
    CreditReport, DueBasis, Frequency,
};
use statements::{Bank, Source};

const TODAY: Date = date(2026, 1, 20);

fn report(day: u8, complete: bool, contracts: impl IntoIterator<Item = ContractSnapshot>) -> CreditReport {
    let as_of = format!("2026-01-{day:02}T12:00:00Z").parse().unwrap();
    let mut report = CreditReport::new(Source::new("bank", Some("first")), Some(as_of));
    report.complete.extend(complete.then_some(CreditKind::Loan));
    report.contracts.extend(contracts);
    report
}

/// A loan by IPOC code and number, where they are not blank.
fn loan(ipoc: &str, number: &str, change: impl FnOnce(&mut ContractTerms)) -> ContractSnapshot {
    let bank = Bank { cnpj: Some("191"), ..Bank::default() };
    let identity = ContractIdentity::new(CreditKind::Loan, &bank, Some(ipoc), Some(number), None);
    let mut terms = ContractTerms::default();
    terms.ipoc = Some(ipoc.into()).filter(|_| !ipoc.is_empty());
    terms.number = Some(number.into()).filter(|_| !number.is_empty());
    change(&mut terms);
    ContractSnapshot::new(identity, terms)
}

fn owed(amount: &str) -> impl FnOnce(&mut ContractTerms) {
    move |terms| terms.outstanding = Some(amount.parse().unwrap())
}

fn collect<'a>(reports: impl IntoIterator<Item = &'a CreditReport>) -> Contracts {
    let mut contracts = Contracts::new();
    reports.into_iter().for_each(|report| contracts.add(report));
    contracts
}

fn only(contracts: &Contracts) -> Contract {
    let [contract] = &contracts.contracts()[..] else { panic!("{contracts:?}") };
    contract.clone()
}

#[test]
fn a_contract_of_two_reports_is_one_and_the_newest_fact_wins() {
    let old = report(
        1,
        true,
        [loan("IPOC-1", "0042", |terms| {
            terms.outstanding = Some("100.00".parse().unwrap());
            terms.overdue_instalments = Some(2);
        })],
    );
    // The combined report states less, under another spelling.
    let new = report(2, false, [loan("ipoc1", "", owed("90.00"))]);
    let by_number = report(3, false, [loan("", "42", |_| {})]);
    for order in [[&old, &new, &by_number], [&by_number, &new, &old], [&new, &by_number, &old]] {
        let contract = only(&collect(order));
        assert_eq!(contract.terms.outstanding, Some("90.00".parse().unwrap()));
        assert_eq!(contract.terms.overdue_instalments, Some(2));
        assert_eq!(contract.outstanding_as_of, new.as_of);
        assert_eq!(contract.as_of, by_number.as_of);
        assert_eq!(contract.key.as_str(), "ipoc:IPOC1");
    }
}

#[test]
fn what_no_code_tells_apart_stays_apart() {
    // A number filled in for every contract identifies none of them.
    let filler = report(
        1,
        true,
        [
            loan("", "1", |terms| terms.borrowed = Some("10.00".parse().unwrap())),
            loan("", "1", |terms| terms.borrowed = Some("20.00".parse().unwrap())),
            loan("NA", "0", |terms| terms.borrowed = Some("30.00".parse().unwrap())),
            loan(" ", "", |terms| terms.borrowed = Some("30.00".parse().unwrap())),
        ],
    );
    assert_eq!(collect([&filler, &filler]).contracts().len(), 4);
    // Nor does one that the first contract of the report carries without saying more.
    let borrowed = |amount: Option<&str>| {
        let amount = amount.map(|amount| amount.parse().unwrap());
        loan("", "1", |terms| terms.borrowed = amount)
    };
    let vague = report(1, true, [borrowed(None), borrowed(Some("1.00")), borrowed(Some("2.00"))]);
    assert_eq!(collect([&vague]).contracts().len(), 3);
    // The same contract twice in one report is one.
    let twice = report(1, true, [loan("X", "7", owed("1.00")), loan("X", "7", owed("1.00"))]);
    assert_eq!(collect([&twice]).contracts().len(), 1);
    // A number at another bank is another contract.
    let bank = Bank { cnpj: Some("2"), ..Bank::default() };
    let other = ContractIdentity::new(CreditKind::Loan, &bank, None, Some("7"), None);
    let other = report(1, true, [ContractSnapshot::new(other, ContractTerms::default())]);
    assert_eq!(collect([&twice, &other]).contracts().len(), 2);
}

#[test]
fn a_contract_that_a_complete_report_no_longer_lists_is_in_no_sum() {
    let listed = report(1, true, [loan("A", "", owed("5.00")), loan("B", "", owed("7.00"))]);
    let complete = report(2, true, [loan("B", "", |_| {})]);
    let partial = report(3, false, []);
    for order in [[&listed, &complete, &partial], [&partial, &complete, &listed]] {
        let contracts = collect(order);
        let listed: Vec<_> = contracts.contracts().iter().map(|contract| contract.is_listed).collect();
        assert_eq!(listed, [false, true]);
        let summary = contracts.summary(TODAY);
        assert_eq!((summary.not_listed, summary.totals[0].contracts), (1, 1));
        assert_eq!(summary.totals[0].outstanding, Some("7.00".parse().unwrap()));
    }
    // A report of another consent, or of another kind of credit, does not decide.
    let mut other = report(9, true, []);
    other.source = Source::new("bank", Some("second"));
    let mut kind = report(9, false, []);
    kind.complete.insert(CreditKind::Financing);
    assert!(collect([&listed, &other, &kind]).contracts().iter().all(|contract| contract.is_listed));
}

#[test]
fn what_is_not_stated_is_counted_apart_and_never_zero() {
    let loans = [
        loan("A", "", |terms| {
            owed("100.00")(terms);
            terms.overdue_instalments = Some(3);
            terms.cet_yearly = Some("0.290000".parse().unwrap());
        }),
        loan("B", "", |terms| {
            owed("50.50")(terms);
            terms.overdue_instalments = Some(0);
            terms.currency = Some("BRL".into());
        }),
        loan("C", "", |terms| terms.overdue_instalments = Some(1)),
        loan("D", "", owed("-8.00")),
        loan("E", "", |terms| {
            owed("1.00")(terms);
            terms.currency = Some("usd".into());
        }),
        loan("F", "", owed("0.00")),
        loan("G", "", |terms| terms.settled_on = Some(date(2026, 1, 20))),
        loan("H", "", |terms| {
            owed("2.00")(terms);
            terms.settled_on = Some(date(2025, 1, 1));
        }),
    ];
    let summary = collect([&report(1, true, loans)]).summary(TODAY);
    assert_eq!((summary.settled, summary.not_listed), (2, 0));
    let [reais, dollars] = &summary.totals[..] else { panic!("two currencies") };
    let amount = |text: &str| Some(text.parse().unwrap());
    assert_eq!(reais.contracts, 5);
    assert_eq!((reais.outstanding, reais.without_outstanding), (amount("152.50"), 2));
    assert_eq!((reais.overdue_contracts, reais.overdue_instalments, reais.without_overdue), (2, Some(4), 2));
    assert_eq!((reais.outstanding_overdue, reais.overdue_without_outstanding), (amount("100.00"), 1));
    assert_eq!((reais.highest_cet_yearly, reais.without_cet), (amount("0.29"), 4));
    assert_eq!((reais.next_due.clone(), reais.without_next_due), (None, 5));
    assert_eq!(dollars.currency, Some("USD".into()));
    assert_eq!(dollars.outstanding, amount("1.00"));
}

#[test]
fn reais_stated_later_are_the_currency() {
    let of = |day, currency: Option<&str>| {
        let currency = currency.map(Into::into);
        report(day, true, [loan("A", "", |terms| terms.currency = currency)])
    };
    let (dollars, reais, silent) = (of(1, Some("USD")), of(2, Some("BRL")), of(3, None));
    let currency = |reports: &[&CreditReport]| only(&collect(reports.iter().copied())).terms.currency;
    assert_eq!(currency(&[&reais, &dollars]), None);
    assert_eq!(currency(&[&silent, &dollars]), Some("USD".into()));
}

#[test]
fn sums_beyond_the_digits_are_none() {
    let most = "79228162514264337593543950335";
    let big = |ipoc: &str| {
        loan(ipoc, "", |terms| {
            owed(most)(terms);
            terms.overdue_instalments = Some(u64::MAX);
        })
    };
    let summary = collect([&report(1, true, [big("A"), big("B")])]).summary(TODAY);
    let totals = &summary.totals[0];
    assert_eq!(
        (totals.outstanding, totals.outstanding_overdue, totals.overdue_instalments),
        (None, None, None)
    );
}

#[test]
fn the_next_payment_is_stated_or_counted_from_the_first() {
    let due = |change: &dyn Fn(&mut ContractTerms)| {
        let mut terms = ContractTerms::default();
        owed("10.00")(&mut terms);
        change(&mut terms);
        terms.next_due(TODAY).map(|due| (due.day, due.basis, due.amount))
    };
    let scheduled = |first: Date, frequency| {
        due(&|terms| {
            terms.first_due = Some(first);
            terms.frequency = Some(frequency);
        })
        .map(|(day, basis, _)| (day, basis))
    };
    let counted = |day| Some((day, DueBasis::Scheduled));
    assert_eq!(scheduled(date(2025, 8, 31), Frequency::Monthly), counted(date(2026, 1, 31)));
    assert_eq!(scheduled(date(2025, 11, 20), Frequency::Monthly), counted(date(2026, 1, 20)));
    assert_eq!(scheduled(date(2025, 11, 19), Frequency::Monthly), counted(date(2026, 2, 19)));
    assert_eq!(scheduled(date(2025, 11, 19), Frequency::EveryTwoMonths), counted(date(2026, 3, 19)));
    assert_eq!(scheduled(date(2024, 2, 29), Frequency::Yearly), counted(date(2026, 2, 28)));
    assert_eq!(scheduled(date(2026, 1, 6), Frequency::Weekly), counted(TODAY));
    assert_eq!(scheduled(date(2026, 1, 7), Frequency::Weekly), counted(date(2026, 1, 21)));
    assert_eq!(scheduled(date(2026, 5, 1), Frequency::Weekly), Some((date(2026, 5, 1), DueBasis::Stated)));
    // A filler is no first day, and nothing is due after the end.
    assert_eq!(scheduled(date(1, 1, 1), Frequency::Monthly), None);
    assert_eq!(scheduled(Date::MIN, Frequency::Weekly), None);
    let ends = |due_instalments| {
        due(&|terms| {
            terms.first_due = Some(date(2025, 1, 25));
            terms.frequency = Some(Frequency::Monthly);
            terms.final_due = Some(date(2026, 1, 22));
            terms.due_instalments = due_instalments;
            terms.next_instalment = Some("3.00".parse().unwrap());
        })
    };
    assert_eq!(ends(None), None);
    assert_eq!(ends(Some(0)), None);
    assert_eq!(ends(Some(1)), Some((date(2026, 1, 22), DueBasis::Stated, Some("3.00".parse().unwrap()))));

    let balloons = |days: &[(i8, Option<&str>)]| {
        due(&|terms| {
            terms.first_due = Some(date(2026, 1, 25));
            terms.next_instalment = Some("3.00".parse().unwrap());
            let balloon = |(day, amount): &(i8, Option<&str>)| {
                Balloon::new(date(2026, 1, *day), amount.map(|amount| amount.parse().unwrap()))
            };
            terms.balloons = days.iter().map(balloon).collect();
        })
        .map(|(day, _, amount)| (day.day(), amount.map(|amount| amount.to_string())))
    };
    assert_eq!(balloons(&[(5, Some("9.00")), (22, Some("8.00"))]), Some((22, Some("8.00".to_owned()))));
    assert_eq!(balloons(&[(25, Some("8.00"))]), Some((25, None)));
    assert_eq!(balloons(&[(28, None)]), Some((25, Some("3.00".to_owned()))));
    assert_eq!(due(&|_| {}), None);
}

#[test]
fn the_earliest_payment_of_all_is_summed_by_day() {
    let due = |ipoc: &str, day: i8, amount: Option<&str>| {
        loan(ipoc, "", |terms| {
            owed("10.00")(terms);
            terms.first_due = Some(date(2026, 2, day));
            terms.next_instalment = amount.map(|amount| amount.parse().unwrap());
        })
    };
    let next = |loans: Vec<ContractSnapshot>| {
        let summary = collect([&report(1, true, loans)]).summary(TODAY);
        let next = summary.totals[0].next_due.clone().unwrap();
        (next.day.day(), next.amount.map(|amount| amount.to_string()))
    };
    let both = vec![due("A", 3, Some("1.00")), due("B", 3, Some("2.50")), due("C", 9, Some("4.00"))];
    assert_eq!(next(both), (3, Some("3.50".to_owned())));
    assert_eq!(next(vec![due("A", 3, Some("1.00")), due("B", 3, None)]), (3, None));
}

#[test]
fn money_paid_out_needs_one_day_and_an_amount() {
    let paid = |ipoc: &str, days: &[i8], amount: Option<&str>| {
        loan(ipoc, "", |terms| {
            terms.disbursed_on = days.iter().map(|day| date(2026, 1, *day)).collect();
            terms.borrowed = amount.map(|amount| amount.parse().unwrap());
        })
    };
    let loans = [paid("A", &[5], Some("10.00")), paid("B", &[5, 6], Some("1.00")), paid("C", &[5], None)];
    let paid_out = collect([&report(1, true, loans)]).disbursements();
    assert_eq!(paid_out.len(), 1);
    assert_eq!((paid_out[0].day, paid_out[0].amount), (date(2026, 1, 5), "10.00".parse().unwrap()));
}

fn any_report() -> impl Strategy<Value = CreditReport> {
    let one = (0_usize..4, 0_usize..4, prop::option::of(0_u8..3), prop::option::of(0_u8..2));
    let rows = prop::collection::vec(one, 0..4);
    (1_u8..6, any::<bool>(), any::<bool>(), rows).prop_map(|(day, complete, consent, rows)| {
        let row = |(ipoc, number, owed, borrowed): (usize, usize, Option<u8>, Option<u8>)| {
            loan(["", "A", "0A", "B"][ipoc], ["", "1", "01", "NA"][number], |terms| {
                terms.outstanding = owed.map(|owed| owed.to_string().parse().unwrap());
                terms.borrowed = borrowed.map(|borrowed| borrowed.to_string().parse().unwrap());
                terms.overdue_instalments = owed.map(u64::from);
            })
        };
        let mut report = report(day, complete, rows.into_iter().map(row));
        report.source = Source::new("bank", Some(if consent { "first" } else { "second" }));
        report
    })
}

proptest! {
    #[test]
    fn neither_order_nor_repetition_of_reports_matters(
        reports in prop::collection::vec(any_report(), 1..6),
        shift in any::<prop::sample::Index>(),
    ) {
        let straight = collect(&reports);
        let mut other: Vec<_> = reports.iter().rev().collect();
        other.rotate_left(shift.index(reports.len()));
        other.push(&reports[shift.index(reports.len())]);
        let other = collect(other);
        prop_assert!(straight == other);
        prop_assert_eq!(straight.contracts(), other.contracts());
        let saved: Contracts = serde_json::from_str(&serde_json::to_string(&straight).unwrap()).unwrap();
        prop_assert_eq!(saved.summary(TODAY), straight.summary(TODAY));
        // Every contract is in one place of the summary.
        let summary = straight.summary(TODAY);
        let in_sums: usize = summary.totals.iter().map(|totals| totals.contracts).sum();
        prop_assert_eq!(in_sums + summary.settled + summary.not_listed, straight.contracts().len());
    }

    #[test]
    fn the_next_payment_is_the_first_of_the_schedule(
        first in 0_i32..2000,
        passed in 0_i32..2000,
        weekly in any::<bool>(),
    ) {
        let first = date(2020, 1, 1).saturating_add(jiff::Span::new().days(first));
        let on = first.saturating_add(jiff::Span::new().days(passed));
        let mut terms = ContractTerms::default();
        terms.first_due = Some(first);
        terms.frequency = Some(if weekly { Frequency::Weekly } else { Frequency::Monthly });
        let step = |count: i32| {
            let span = if weekly { jiff::Span::new().weeks(count) } else { jiff::Span::new().months(count) };
            first.saturating_add(span)
        };
        let expected = (0..).map(step).find(|day| *day >= on).unwrap();
        prop_assert_eq!(terms.next_due(on).map(|due| due.day), Some(expected));
    }
}
