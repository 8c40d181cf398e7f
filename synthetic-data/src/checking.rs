//! The months of a checking account. Must not know about reports.

use std::iter;

use jiff::ToSpan;
use jiff::civil::Date;
use klavi_types::reports::EntryType;

use super::account::{Account, AccountMonth, Dated};
use super::bill::Bill;
use super::card::Card;
use super::contract::{Contract, CreditKind};
use super::customer::Kind as Holder;
use super::draft::{Draft, Kind, Month};
use super::money::Centavos;
use super::{company_months, day, person_months, planned};

const SAVED: Kind = Kind(
    EntryType::TransferenciaMesmaInstituicao,
    "TRANSFERENCIA",
    ["Investimentos", "Aplicação", "Poupança"],
);
const TAKEN_BACK: Kind =
    Kind(EntryType::ResgateAplicFinanceira, "RESGATE", ["Investimentos", "Resgate", "Poupança"]);
const BILL: Kind = Kind(EntryType::Cartao, "CARTAO", ["Cartão de crédito", "Fatura", "Pagamento de fatura"]);
const INSTALMENT: Kind =
    Kind(EntryType::OperacaoCredito, "DEBITO_AUTOMATICO", ["Crédito", "Empréstimos", "Parcela"]);

const BILL_NAME: &str = "PAGAMENTO FATURA CARTAO";
const LOAN_NAME: &str = "PARCELA EMPRESTIMO PESSOAL";
const FINANCING_NAME: &str = "PARCELA FINANCIAMENTO VEICULO";

/// The months of a checking account. The balance at the beginning of each is known without those before it: at the
/// end of each, what is left over goes to savings, what is missing comes from there.
pub(crate) fn months<'a>(account: &'a Account<'_>, from: Date) -> impl Iterator<Item = AccountMonth> + 'a {
    let firsts = iter::successors(Some(from), |first| first.checked_add(1.month()).ok());
    firsts.map(|first| {
        let mut drafts = drafts(account, first);
        drafts.extend(sweep(account, first, &drafts));
        drafts.sort_by_key(|draft| draft.at);
        let entries = drafts.into_iter().enumerate();
        AccountMonth {
            first,
            opening: opening(account, first),
            entries: entries
                .map(|(place, draft)| Dated { id: account.entry_id(first, place), draft })
                .collect(),
        }
    })
}

/// What goes to savings at the end of a month, or comes from there: the entry of the checking account.
pub(crate) fn swept(account: &Account<'_>, first: Date) -> Option<Draft> {
    sweep(account, first, &drafts(account, first))
}

fn drafts(account: &Account<'_>, first: Date) -> Vec<Draft> {
    let customer = account.customer;
    let rng = customer.rng(&["month", account.institution.code, &first.to_string()]);
    let mut month = Month::new(customer, first, rng);
    match customer.kind {
        Holder::Person { .. } => person_months::fill(&mut month),
        Holder::Company { .. } => company_months::fill(&mut month),
    }
    let card = Card::new(customer, account.institution);
    let bill = Bill::of_month(first);
    let total = card.total(bill);
    if total.0 > 0 {
        month.add(bill.due().day(), -total, BILL_NAME, &BILL);
    }
    for (kind, name) in [(CreditKind::Loan, LOAN_NAME), (CreditKind::Financing, FINANCING_NAME)] {
        let amount = Contract::running(account, kind, first).instalment;
        month.add(Contract::DUE_DAY, -amount, name, &INSTALMENT);
    }
    month.drafts
}

/// What pays a bill on the day it is due.
pub(crate) fn bill_payment(bill: Bill, total: Centavos) -> Draft {
    Draft::new(planned::due(bill.due()), -total, BILL_NAME, &BILL)
}

/// What pays the instalment of a month.
pub(crate) fn instalment(first: Date, kind: CreditKind, amount: Centavos) -> Draft {
    let day = first.saturating_add(i64::from(Contract::DUE_DAY - 1).days());
    let name = if kind == CreditKind::Loan { LOAN_NAME } else { FINANCING_NAME };
    Draft::new(planned::due(day), -amount, name, &INSTALMENT)
}

fn opening(account: &Account<'_>, first: Date) -> Centavos {
    let words = ["opening", account.institution.code, &first.to_string()];
    let tenth = account.customer.income.0 / 10;
    Centavos(tenth + account.customer.rng(&words).i64(0..=4 * tenth))
}

/// After every other entry of the month.
fn sweep(account: &Account<'_>, first: Date, drafts: &[Draft]) -> Option<Draft> {
    let next = opening(account, first.saturating_add(1.month()));
    let booked: Centavos = drafts.iter().map(|draft| draft.amount).sum();
    let surplus = opening(account, first) + booked - next;
    let (name, kind) = match surplus.0 {
        0 => return None,
        1.. => ("APLICACAO POUPANCA", SAVED),
        _ => ("RESGATE POUPANCA", TAKEN_BACK),
    };
    let minute = i64::from(first.days_in_month()) * 24 * 60 - 3 * 60;
    Some(Draft::new(day::minutes_into(first, minute), -surplus, name, &kind))
}
