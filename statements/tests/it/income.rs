//! Which credits are income, and why.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use provider_wire::Amount;
use statements::credit::{
    ContractIdentity, ContractSnapshot, ContractTerms, Contracts, CreditKind, CreditReport,
};
use statements::income::{ExclusionReason, Income, IncomeReason, Payer, Rules, detect};
use statements::{
    AccountIdentity, AccountKind, Bank, Categories, Entry, Ledger, Purpose, Source, Statement, Status,
};

fn entry(day: Date, amount: &str, text: &str) -> Entry {
    let mut entry = Entry::default();
    entry.day = Some(day);
    entry.amount = Some(amount.parse().unwrap());
    entry.description = Some(text.into());
    entry
}

fn with(mut entry: Entry, change: impl FnOnce(&mut Entry)) -> Entry {
    change(&mut entry);
    entry
}

fn of_type(word: &str, entry: Entry) -> Entry {
    with(entry, |entry| entry.entry_type = Some(word.into()))
}

fn from_payer(id: &str, entry: Entry) -> Entry {
    with(entry, |entry| entry.counterparty = Some(id.into()))
}

fn ledger_of(accounts: impl IntoIterator<Item = (AccountKind, &'static str, Vec<Entry>)>) -> Ledger {
    let mut ledger = Ledger::new();
    for (kind, number, entries) in accounts {
        let bank = Bank { cnpj: Some("191"), ..Bank::default() };
        let account = if kind == AccountKind::Card {
            AccountIdentity::of_card(&bank, Some(number), [], [])
        } else {
            AccountIdentity::of_account(kind, &bank, Some("1"), Some(number))
        };
        let as_of = "2026-12-31T12:00:00Z".parse().unwrap();
        let mut statement = Statement::new(account, Source::new("bank", None), as_of);
        statement.entries = entries;
        ledger.reconcile([&statement]);
    }
    ledger
}

fn income_of(entries: Vec<Entry>) -> Income {
    detect(ledger_of([(AccountKind::Checking, "1", entries)]).entries(), &Rules::default())
}

fn excluded(income: &Income) -> Vec<ExclusionReason> {
    income.excluded.iter().map(|excluded| excluded.reason).collect()
}

fn day(month: i8, day: i8) -> Date {
    date(2026, month, day)
}

#[test]
fn pay_is_income_by_the_word_of_the_bank() {
    let acme = "11.222.333/0001-81";
    let income = income_of(vec![
        from_payer(acme, of_type("FOLHA_PAGAMENTO", entry(day(1, 5), "3000.10", "PAGTO SALARIO"))),
        from_payer(acme, entry(day(1, 20), "1000.20", "ADIANTAMENTO")),
        of_type("PORTABILIDADE_SALARIO", entry(day(1, 6), "500.00", "")),
    ]);
    assert_eq!(income.streams.len(), 2);
    let salary = &income.streams[0];
    assert_eq!(salary.payer, Payer::TaxId("11222333000181".into()));
    assert_eq!(salary.reasons.iter().copied().collect::<Vec<_>>(), [IncomeReason::Payroll]);
    assert_eq!((salary.first_day, salary.last_day), (day(1, 5), day(1, 20)));
    assert_eq!(salary.months.len(), 1);
    assert_eq!(
        (salary.months[0].amount.unwrap(), salary.months[0].payments),
        ("4000.30".parse().unwrap(), 2)
    );
    assert_eq!(salary.entries.len(), 2);
    assert!(income.streams[1].reasons.contains(&IncomeReason::PayrollPortability));
    assert_eq!((excluded(&income), income.unexplained.len()), (vec![], 0));
}

#[test]
fn the_same_payer_every_month_is_income_within_the_tolerance() {
    let months = |amounts: &[(i8, &str)], id: Option<&str>| {
        let entries = amounts.iter().map(|(month, amount)| {
            let entry = entry(day(*month, 7), amount, &format!("TED {month:02}/2026 ACME"));
            match id {
                Some(id) => from_payer(id, entry),
                None => entry,
            }
        });
        income_of(entries.collect())
    };
    let steady = months(&[(1, "1000.00"), (2, "1100.00"), (3, "950.00")], Some("1"));
    assert_eq!(steady.streams[0].reasons.iter().copied().collect::<Vec<_>>(), [IncomeReason::RecurringPayer]);
    assert_eq!(steady.streams[0].typical_month, Some("1000.00".parse().unwrap()));
    let by_text = months(&[(1, "1000.00"), (2, "1100.00"), (3, "950.00")], None);
    assert!(by_text.streams[0].reasons.contains(&IncomeReason::RecurringDescription));
    assert_eq!(by_text.streams[0].payer, Payer::Description("ted acme".into()));
    // A month left out of four, and one of double pay, do not end it.
    let gaps = months(&[(1, "1000"), (2, "1000"), (4, "1000"), (5, "2000"), (6, "1000")], Some("1"));
    assert_eq!(gaps.streams.len(), 1);
    for too_little in [
        &[(1, "1000"), (2, "1000")][..],
        &[(1, "1000"), (4, "1000"), (9, "1000")],
        &[(1, "1000"), (2, "10"), (3, "400")],
        &[(1, "0.01"), (2, "79228162514264337593543950335"), (3, "79228162514264337593543950335")],
    ] {
        let income = months(too_little, Some("1"));
        assert_eq!((income.streams.len(), income.unexplained.len()), (0, too_little.len()), "{too_little:?}");
    }
}

#[test]
fn category_and_mark_of_the_provider_are_reasons() {
    let category = |words: [Option<&str>; 2]| {
        let [first, second] = words.map(|word| word.map(Into::into));
        with(entry(day(1, 5), "10.00", "PIX ANA"), |entry| {
            entry.categories = Categories::new([&first, &None, &second]);
        })
    };
    for words in [[Some("RENDA"), None], [Some("x"), Some("salario ")], [Some("Income & Payments"), None]] {
        let income = income_of(vec![category(words)]);
        assert_eq!(income.streams[0].reasons.iter().copied().collect::<Vec<_>>(), [IncomeReason::Category]);
    }
    assert_eq!(income_of(vec![category([Some("Lazer"), None])]).streams, []);
    let marked = with(entry(day(1, 5), "10.00", "PIX ANA"), |entry| entry.recurring = Some(true));
    assert!(income_of(vec![marked]).streams[0].reasons.contains(&IncomeReason::MarkedRecurring));
    let yields = of_type("RENDIMENTO_APLIC_FINANCEIRA", entry(day(1, 5), "0.01", "REND"));
    assert!(income_of(vec![yields]).streams[0].reasons.contains(&IncomeReason::InvestmentYield));
}

#[test]
fn own_transfers_loans_and_redemptions_are_no_income() {
    use ExclusionReason::{Loan, OwnTransfer, Redemption};
    let credit = |month: i8, word: &str| of_type(word, entry(day(month, 5), "100.00", "CREDITO X"));
    let income = income_of(vec![
        with(entry(day(1, 5), "100.00", "CREDITO X"), |entry| entry.purpose = Purpose::OwnTransfer),
        credit(2, "RESGATE_APLIC_FINANCEIRA"),
        credit(3, "OPERACAO_CREDITO"),
        credit(4, "TRANSFERENCIA_SALDO_RESERVADO"),
        with(entry(day(5, 5), "100.00", "CREDITO X"), |entry| {
            entry.categories = Categories::new([&Some("EMPRESTIMO".into()), &None, &None]);
        }),
    ]);
    assert_eq!(excluded(&income), [OwnTransfer, Redemption, Loan, OwnTransfer, Loan]);
    assert_eq!((income.streams.len(), income.unexplained.len()), (0, 0));
}

#[test]
fn a_loan_paid_out_is_known_by_its_contract() {
    let bank = Bank { cnpj: Some("191"), ..Bank::default() };
    let identity = ContractIdentity::new(CreditKind::Loan, &bank, Some("A"), None, None);
    let mut terms = ContractTerms::default();
    terms.borrowed = Some("5000.0000".parse().unwrap());
    terms.disbursed_on = [day(1, 9)].into();
    let mut report = CreditReport::new(Source::new("bank", None), None);
    report.contracts.push(ContractSnapshot::new(identity, terms));
    let mut contracts = Contracts::new();
    contracts.add(&report);
    let mut rules = Rules::default();
    rules.disbursements = contracts.disbursements();
    let credit = |days: i8| entry(day(1, days), "5000.00", "TED ACME");
    let found = |entries| {
        let ledger = ledger_of([(AccountKind::Checking, "1", entries)]);
        excluded(&detect(ledger.entries(), &rules))
    };
    assert_eq!(found(vec![credit(10)]), [ExclusionReason::Loan]);
    // A loan is paid out once, and not before its day.
    assert_eq!(found(vec![credit(9), credit(11)]), [ExclusionReason::Loan]);
    assert_eq!(found(vec![credit(8)]), []);
    assert_eq!(found(vec![credit(13)]), []);
}

#[test]
fn a_credit_that_cancels_a_debit_is_a_refund_once() {
    let debit = |id: Option<&str>, text: &str| match id {
        Some(id) => from_payer(id, entry(day(1, 5), "-80.00", text)),
        None => entry(day(1, 5), "-80.00", text),
    };
    let credit = |days: i8, text: &str| entry(day(1, days), "80.000", text);
    let found = |entries| excluded(&income_of(entries)).len();
    assert_eq!(found(vec![debit(None, "COMPRA LOJA X"), credit(7, "CREDITO LOJA X")]), 1);
    assert_eq!(found(vec![debit(None, "LOJA X"), credit(7, "LOJA X"), credit(8, "LOJA X")]), 1);
    assert_eq!(found(vec![debit(Some("1"), "A"), from_payer("1", credit(7, "B"))]), 1);
    assert_eq!(found(vec![debit(Some("1"), "A"), from_payer("2", credit(7, "A"))]), 0);
    assert_eq!(found(vec![debit(None, "PIX ENVIADO"), credit(7, "PIX RECEBIDO")]), 0);
    assert_eq!(found(vec![debit(None, "LOJA X"), credit(4, "LOJA X")]), 0);
    assert_eq!(found(vec![credit(4, "Devolução de compra")]), 1);
    // Pay is no refund, whatever was paid before.
    let pay = of_type("FOLHA_PAGAMENTO", credit(7, "ESTORNO ACME"));
    assert_eq!(income_of(vec![debit(None, "ACME"), pay]).streams.len(), 1);
}

#[test]
fn money_from_another_account_of_the_ledger_is_no_income() {
    let out = |days: i8| of_type("PIX", entry(day(1, days), "-100.00", "PIX ENVIADO"));
    let arrives = of_type("PIX", entry(day(1, 10), "100.00", "PIX RECEBIDO"));
    let found = |debit: Entry, credit: &Entry| {
        let ledger = ledger_of([
            (AccountKind::Checking, "1", vec![debit]),
            (AccountKind::Savings, "2", vec![credit.clone()]),
        ]);
        excluded(&detect(ledger.entries(), &Rules::default()))
    };
    assert_eq!(found(out(10), &arrives), [ExclusionReason::OwnTransfer]);
    assert_eq!(found(out(9), &arrives), [ExclusionReason::OwnTransfer]);
    assert_eq!(found(out(8), &arrives), []);
    assert_eq!(found(out(11), &arrives), []);
    // The bank names another party.
    assert_eq!(found(out(10), &from_payer("1", arrives.clone())), []);
    assert_eq!(found(of_type("BOLETO", out(10)), &arrives), []);
}

#[test]
fn what_has_not_happened_or_has_no_amount_does_not_count() {
    let pay = || of_type("FOLHA_PAGAMENTO", entry(day(1, 5), "100.00", "ACME"));
    for change in [
        (|entry: &mut Entry| entry.status = Some(Status::Scheduled)) as fn(&mut Entry),
        |entry| entry.status = Some(Status::Pending),
        |entry| entry.amount = None,
        |entry| entry.day = None,
        |entry| entry.amount = Some("0.00".parse().unwrap()),
        |entry| entry.amount = Some("-100.00".parse().unwrap()),
    ] {
        assert_eq!(income_of(vec![with(pay(), change)]), Income::default());
    }
    let card = ledger_of([(AccountKind::Card, "GOLD", vec![pay()])]);
    assert_eq!(detect(card.entries(), &Rules::default()), Income::default());
    // A credit that nothing names is not explained; pay without a text or payer is pay.
    let nameless = with(entry(day(1, 5), "1.00", " 123 "), |entry| entry.counterparty = Some("000".into()));
    assert_eq!(income_of(vec![nameless.clone()]).unexplained.len(), 1);
    assert_eq!(income_of(vec![of_type("FOLHA_PAGAMENTO", nameless)]).streams.len(), 1);
}

#[test]
fn currencies_and_accounts_of_one_payer() {
    let pay = |month, currency: &str| {
        let pay = from_payer("1", of_type("FOLHA_PAGAMENTO", entry(day(month, 5), "100.00", "A")));
        with(pay, |entry| entry.currency = Some(currency.into()))
    };
    let ledger = ledger_of([
        (AccountKind::Checking, "1", vec![pay(1, "BRL"), pay(1, "USD")]),
        (AccountKind::Checking, "2", vec![pay(2, "")]),
    ]);
    let income = detect(ledger.entries(), &Rules::default());
    let months: Vec<_> =
        income.streams.iter().map(|stream| (stream.currency.clone(), stream.months.len())).collect();
    assert_eq!(months, [(None, 2), (Some("USD".into()), 1)]);
}

fn any_entry() -> impl Strategy<Value = Entry> {
    let types = prop::sample::select(vec!["", "PIX", "FOLHA_PAGAMENTO", "OPERACAO_CREDITO", "TED"]);
    let texts = prop::sample::select(vec!["", "ACME", "ACME 01", "ESTORNO ACME", "ANA"]);
    let payers = prop::sample::select(vec![None, Some("1"), Some("2")]);
    (1_i8..6, 1_i8..28, -3_i64..4, types, texts, payers).prop_map(
        |(month, days, amount, word, text, payer)| {
            let mut made = entry(day(month, days), &amount.to_string(), text);
            made.entry_type = Some(word).filter(|word| !word.is_empty()).map(Into::into);
            made.counterparty = payer.map(Into::into);
            made
        },
    )
}

proptest! {
    #[test]
    fn every_credit_is_in_one_place(
        one in prop::collection::vec(any_entry(), 0..20),
        other in prop::collection::vec(any_entry(), 0..20),
    ) {
        let ledger = ledger_of([(AccountKind::Checking, "1", one), (AccountKind::Savings, "2", other)]);
        let income = detect(ledger.entries(), &Rules::default());
        let credits = ledger.entries().filter(|held| held.entry.amount.unwrap() > Amount::ZERO).count();
        let in_streams: usize = income.streams.iter().map(|stream| stream.entries.len()).sum();
        prop_assert_eq!(in_streams + income.excluded.len() + income.unexplained.len(), credits);
        for stream in &income.streams {
            prop_assert!(!stream.reasons.is_empty());
            let payments: usize = stream.months.iter().map(|month| month.payments).sum();
            prop_assert_eq!(payments, stream.entries.len());
        }
        // Nothing depends on the order of the entries.
        let mut entries: Vec<_> = ledger.entries().collect();
        entries.reverse();
        prop_assert_eq!(detect(entries, &Rules::default()), income);
    }
}
