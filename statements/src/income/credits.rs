//! Credits, and which of them are no income.

use std::collections::HashMap;

use jiff::ToSpan;
use jiff::civil::Date;
use provider_wire::{Amount, Text};
use rust_decimal::Decimal;

use super::payer::{lasting, tax_id};
use super::{EntryRef, ExclusionReason, IncomeReason, Payer, Rules};
use crate::fold::{fold, foreign, words};
use crate::{AccountKey, AccountKind, Entry, EntryKey, LedgerEntry, Purpose, Status};

/// Money that moves, with a day and an amount.
#[derive(Clone, Copy)]
struct Moved<'a> {
    account: &'a AccountKey,
    key: &'a EntryKey,
    entry: &'a Entry,
    day: Date,
    amount: Amount,
}

/// A credit.
pub(super) struct Credit<'a> {
    moved: Moved<'a>,
    pub(super) day: Date,
    pub(super) amount: Amount,
    pub(super) currency: Option<Text>,
}

impl Credit<'_> {
    pub(super) fn entry_ref(&self) -> EntryRef {
        EntryRef { account: self.moved.account.clone(), key: self.moved.key.clone() }
    }

    /// By tax id, else by what the text has in common with others. Pay without either is known by its type.
    pub(super) fn payer(&self) -> Option<Payer> {
        let entry = self.moved.entry;
        let by_id = entry.counterparty.as_ref().and_then(tax_id).map(Payer::TaxId);
        let by_text = || entry.description.as_ref().and_then(lasting);
        let by_type = || pay(entry).and(entry.entry_type.as_ref().and_then(lasting));
        by_id.or_else(|| by_text().or_else(by_type).map(Payer::Description))
    }

    /// What the bank and the provider say for income.
    pub(super) fn reasons(&self, rules: &Rules) -> impl Iterator<Item = IncomeReason> {
        let entry = self.moved.entry;
        let categories = &rules.income_categories;
        let by_category = entry.categories.levels().any(|level| Rules::is_among(categories, level));
        let category = by_category.then_some(IncomeReason::Category);
        let marked = (entry.recurring == Some(true)).then_some(IncomeReason::MarkedRecurring);
        [pay(entry), category, marked].into_iter().flatten()
    }
}

/// The words of Open Finance Brasil for pay and for yields.
fn pay(entry: &Entry) -> Option<IncomeReason> {
    match entry_type(entry) {
        Some("FOLHA_PAGAMENTO") => Some(IncomeReason::Payroll),
        Some("PORTABILIDADE_SALARIO") => Some(IncomeReason::PayrollPortability),
        Some("RENDIMENTO_APLIC_FINANCEIRA") => Some(IncomeReason::InvestmentYield),
        _ => None,
    }
}

fn entry_type(entry: &Entry) -> Option<&str> {
    entry.entry_type.as_ref().map(Text::as_str)
}

/// The credits by day, and why those are no income that are none.
pub(super) fn of<'a>(
    entries: impl IntoIterator<Item = LedgerEntry<'a>>,
    rules: &Rules,
) -> Vec<(Credit<'a>, Option<ExclusionReason>)> {
    let happened = |held: &LedgerEntry<'_>| {
        held.kind != AccountKind::Card
            && !matches!(held.entry.status, Some(Status::Scheduled | Status::Pending))
    };
    let moved = |LedgerEntry { account, key, entry, .. }: LedgerEntry<'a>| {
        Some(Moved { account, key, entry, day: entry.day?, amount: entry.amount? })
    };
    let mut all: Vec<_> = entries.into_iter().filter(happened).filter_map(moved).collect();
    all.sort_unstable_by_key(|moved| (moved.day, moved.account, moved.key));
    let (debits, credits): (Vec<_>, Vec<_>) = all.into_iter().partition(|moved| moved.amount < Amount::ZERO);
    let mut known = Known::new(&debits, rules);
    credits
        .into_iter()
        .filter(|moved| moved.amount > Amount::ZERO)
        .map(|moved| {
            let exclusion = known.exclusion(&moved);
            let currency = foreign(moved.entry.currency.as_ref());
            (Credit { moved, day: moved.day, amount: moved.amount, currency }, exclusion)
        })
        .collect()
}

/// What credits may cancel or come from. Each counts for one credit.
struct Known<'r, 'a> {
    rules: &'r Rules,
    /// The debits of an amount, by day.
    debits: HashMap<Sum, Vec<Moved<'a>>>,
    disbursements: HashMap<Sum, Vec<Date>>,
}

/// An amount without its sign, and its currency.
type Sum = (Decimal, Option<Text>);

fn sum(amount: Amount, currency: Option<&Text>) -> Sum {
    (amount.decimal().abs().normalize(), foreign(currency))
}

impl<'r, 'a> Known<'r, 'a> {
    fn new(all: &[Moved<'a>], rules: &'r Rules) -> Self {
        let mut debits: HashMap<Sum, Vec<Moved<'a>>> = HashMap::new();
        for debit in all {
            debits.entry(sum(debit.amount, debit.entry.currency.as_ref())).or_default().push(*debit);
        }
        let mut disbursements: HashMap<Sum, Vec<Date>> = HashMap::new();
        for loan in &rules.disbursements {
            disbursements.entry(sum(loan.amount, loan.currency.as_ref())).or_default().push(loan.day);
        }
        disbursements.values_mut().for_each(|days| days.sort_unstable());
        Self { rules, debits, disbursements }
    }

    fn exclusion(&mut self, credit: &Moved<'_>) -> Option<ExclusionReason> {
        use ExclusionReason::{Loan, OwnTransfer, Redemption, Refund};
        match entry_type(credit.entry) {
            Some("RESGATE_APLIC_FINANCEIRA") => return Some(Redemption),
            Some("OPERACAO_CREDITO") => return Some(Loan),
            Some("TRANSFERENCIA_SALDO_RESERVADO" | "APLICACAO_FINANCEIRA") => return Some(OwnTransfer),
            _ if credit.entry.purpose != Purpose::Other => return Some(OwnTransfer),
            _ if pay(credit.entry).is_some() => return None,
            _ => {}
        }
        let of_loan = |level: &Text| Rules::is_among(&self.rules.loan_categories, level);
        if credit.entry.categories.levels().any(of_loan) || self.is_disbursed(credit) {
            return Some(Loan);
        }
        if says_refund(credit.entry) || self.cancels(credit) {
            return Some(Refund);
        }
        self.comes_from_another_account(credit).then_some(OwnTransfer)
    }

    fn is_disbursed(&mut self, credit: &Moved<'_>) -> bool {
        let days = self.disbursements.get_mut(&sum(credit.amount, credit.entry.currency.as_ref()));
        days.is_some_and(|days| take(days, |day| *day, credit.day, 3, |_| true))
    }

    /// A debit of the same account and amount shortly before, to the same party or under the same words.
    fn cancels(&mut self, credit: &Moved<'_>) -> bool {
        self.take_debit(credit, self.rules.refund_days, |debit| {
            debit.account == credit.account && is_same_party(debit.entry, credit.entry)
        })
    }

    /// A transfer out of another account of the ledger, where the bank names no counterparty that says otherwise.
    fn comes_from_another_account(&mut self, credit: &Moved<'_>) -> bool {
        let is_transfer = |entry: &Entry| {
            entry.counterparty.as_ref().and_then(tax_id).is_none()
                && matches!(
                    entry_type(entry),
                    None | Some("PIX" | "TED" | "DOC" | "TRANSFERENCIA_MESMA_INSTITUICAO")
                )
        };
        is_transfer(credit.entry)
            && self.take_debit(credit, 1, |debit| debit.account != credit.account && is_transfer(debit.entry))
    }

    fn take_debit(&mut self, credit: &Moved<'_>, days: i32, fits: impl Fn(&Moved<'_>) -> bool) -> bool {
        let debits = self.debits.get_mut(&sum(credit.amount, credit.entry.currency.as_ref()));
        debits.is_some_and(|debits| take(debits, |debit| debit.day, credit.day, days, fits))
    }
}

/// Takes the last that fits out of a list by day, of those up to `day` and so many days before.
fn take<T>(
    list: &mut Vec<T>,
    day_of: impl Fn(&T) -> Date,
    day: Date,
    days_before: i32,
    fits: impl Fn(&T) -> bool,
) -> bool {
    let first_day = day.saturating_sub(days_before.days());
    let first = list.partition_point(|item| day_of(item) < first_day);
    let end = list.partition_point(|item| day_of(item) <= day);
    let Some(place) = list.get(first..end).and_then(|near| near.iter().rposition(fits)) else { return false };
    list.remove(first + place);
    true
}

/// The words for a refund, in front or behind of what is refunded.
const REFUND: [&str; 6] = ["estorno", "estornado", "devolucao", "devolvido", "devolvida", "reembolso"];

/// Words that differ between a payment and its refund.
const DIRECTION: [&str; 12] = [
    "enviado",
    "enviada",
    "recebido",
    "recebida",
    "debito",
    "credito",
    "compra",
    "pagamento",
    "pagto",
    "de",
    "para",
    "no",
];

fn says_refund(entry: &Entry) -> bool {
    entry.description.as_ref().is_some_and(|text| {
        let folded = fold(text.as_str());
        words(&folded).any(|word| REFUND.contains(&word))
    })
}

fn is_same_party(debit: &Entry, credit: &Entry) -> bool {
    let id = |entry: &Entry| entry.counterparty.as_ref().and_then(tax_id);
    match (id(debit), id(credit)) {
        (Some(debit), Some(credit)) => debit == credit,
        (None, None) => {
            let text = |entry: &Entry| {
                let lasting = entry.description.as_ref().and_then(lasting)?;
                let kept: Vec<_> = words(lasting.as_str()).filter(|word| !DIRECTION.contains(word)).collect();
                Some(kept.join(" ")).filter(|text| !matches!(text.as_str(), "" | "pix" | "ted" | "doc"))
            };
            let (debit, credit) = (text(debit), text(credit));
            debit.is_some() && debit == credit
        }
        _ => false,
    }
}
