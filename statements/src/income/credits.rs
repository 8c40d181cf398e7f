//! Credits, and which of them are no income.

use std::collections::{BTreeMap, HashMap};

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

/// What credits may cancel or come from. Each counts for one credit of a kind.
struct Known<'r, 'a> {
    rules: &'r Rules,
    /// The days of the debits that a refund may cancel.
    refundable: HashMap<(&'a AccountKey, Payer, Sum), Vec<Date>>,
    /// The days of the transfers out of each account.
    transfers: HashMap<Sum, BTreeMap<&'a AccountKey, Vec<Date>>>,
    disbursements: HashMap<Sum, Vec<Date>>,
}

/// An amount without its sign, and its currency.
type Sum = (Decimal, Option<Text>);

fn sum(amount: Amount, currency: Option<&Text>) -> Sum {
    (amount.decimal().abs().normalize(), foreign(currency))
}

impl<'r, 'a> Known<'r, 'a> {
    /// The debits come by day.
    fn new(debits: &[Moved<'a>], rules: &'r Rules) -> Self {
        let mut known = Self {
            rules,
            refundable: HashMap::new(),
            transfers: HashMap::new(),
            disbursements: HashMap::new(),
        };
        for Moved { account, entry, day, amount, .. } in debits {
            let sum = sum(*amount, entry.currency.as_ref());
            if let Some(party) = party(entry) {
                known.refundable.entry((account, party, sum.clone())).or_default().push(*day);
            }
            if is_transfer(entry) {
                known.transfers.entry(sum).or_default().entry(account).or_default().push(*day);
            }
        }
        for loan in &rules.disbursements {
            let sum = sum(loan.amount, loan.currency.as_ref());
            known.disbursements.entry(sum).or_default().push(loan.day);
        }
        known.disbursements.values_mut().for_each(|days| days.sort_unstable());
        known
    }

    fn exclusion(&mut self, credit: &Moved<'a>) -> Option<ExclusionReason> {
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
        days.is_some_and(|days| take(days, credit.day, 3))
    }

    /// A debit of the same account and amount shortly before, to the same party or under the same words.
    fn cancels(&mut self, credit: &Moved<'a>) -> bool {
        let Some(party) = party(credit.entry) else { return false };
        let sum = sum(credit.amount, credit.entry.currency.as_ref());
        let days = self.refundable.get_mut(&(credit.account, party, sum));
        days.is_some_and(|days| take(days, credit.day, self.rules.refund_days))
    }

    /// A transfer out of another account of the ledger on that day or the one before.
    fn comes_from_another_account(&mut self, credit: &Moved<'_>) -> bool {
        if !is_transfer(credit.entry) {
            return false;
        }
        let accounts = self.transfers.get_mut(&sum(credit.amount, credit.entry.currency.as_ref()));
        let others = accounts.into_iter().flatten().filter(|(account, _)| **account != credit.account);
        others.into_iter().any(|(_, days)| take(days, credit.day, 1))
    }
}

/// Takes the last day out of a list in order, of those up to `day` and so many days before.
fn take(days: &mut Vec<Date>, day: Date, days_before: i32) -> bool {
    let end = days.partition_point(|known| *known <= day);
    let first_day = day.saturating_sub(days_before.days());
    let found = end > 0 && days[end - 1] >= first_day;
    if found {
        days.remove(end - 1);
    }
    found
}

/// Moved between accounts, as far as the bank says, without a counterparty that says otherwise.
fn is_transfer(entry: &Entry) -> bool {
    entry.counterparty.as_ref().and_then(tax_id).is_none()
        && matches!(entry_type(entry), None | Some("PIX" | "TED" | "DOC" | "TRANSFERENCIA_MESMA_INSTITUICAO"))
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

/// Who is on the other side of a payment and of its refund: by tax id, else by the words that both have.
fn party(entry: &Entry) -> Option<Payer> {
    if let Some(id) = entry.counterparty.as_ref().and_then(tax_id) {
        return Some(Payer::TaxId(id));
    }
    let lasting = entry.description.as_ref().and_then(lasting)?;
    let kept: Vec<_> = words(lasting.as_str()).filter(|word| !DIRECTION.contains(word)).collect();
    let is_generic = matches!(kept[..], [] | ["pix" | "ted" | "doc"]);
    (!is_generic).then(|| Payer::Description(kept.join(" ").into()))
}
