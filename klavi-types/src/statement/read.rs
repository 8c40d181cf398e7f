use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil;
use provider_wire::DateTime;

use super::{AccountKind, AccountRef, Categories, EntryKey, StatementEntry};
use crate::reports::{
    AccountEntry, AccountHead, AccountStatement, AnyReport, CardAccount, CardEntry, EntryState, EntryType,
    Head, Outcome,
};

/// The statement of one account out of one report.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Statement {
    /// Which account.
    pub account: AccountRef,
    /// When the report was made; the beginning of time where it does not say.
    pub as_of: Timestamp,
    /// Whether the report is complete; only then it tells what is no more.
    pub is_complete: bool,
    /// The entries, in the report's order.
    pub entries: Vec<StatementEntry>,
}

impl AnyReport {
    /// The statements of the report, one for each account. Empty for a report that has none.
    pub fn statements(&self) -> Vec<Statement> {
        let head = self.head();
        let checking = |accounts| of_accounts(head, AccountKind::Checking, accounts);
        let savings = |accounts| of_accounts(head, AccountKind::Savings, accounts);
        match self {
            Self::CheckingAccount(report) => checking(&report.content.checking_accounts),
            Self::CategorizedCheckingL2(report) => checking(&report.content.checking_accounts),
            Self::CategorizedCheckingL3(report) => checking(&report.content.checking_accounts),
            Self::SavingsAccount(report) => savings(&report.content.savings_accounts),
            Self::CategorizedSavingsL2(report) => savings(&report.content.savings_accounts),
            Self::CategorizedSavingsL3(report) => savings(&report.content.savings_accounts),
            Self::CreditCard(report) => {
                of_cards(head, report.content.credit_cards.iter().map(|card| &card.account))
            }
            Self::CategorizedCreditcardL2(report) => {
                of_cards(head, report.content.credit_cards.iter().map(|card| &card.account))
            }
            Self::CategorizedCreditcardL3(report) => {
                of_cards(head, report.content.credit_cards.iter().map(|card| &card.account))
            }
            _ => Vec::new(),
        }
    }

    /// The entries of all statements of the report.
    pub fn entries(&self) -> impl Iterator<Item = StatementEntry> {
        self.statements().into_iter().flat_map(|statement| statement.entries)
    }
}

fn of_accounts(head: &Head, kind: AccountKind, accounts: &[AccountStatement]) -> Vec<Statement> {
    accounts.iter().map(|account| of_account(head, kind, account)).collect()
}

fn of_cards<'a>(head: &Head, cards: impl Iterator<Item = &'a CardAccount>) -> Vec<Statement> {
    cards.map(|card| of_card(head, card)).collect()
}

/// Entries of a closed bill are final, those of the open one and those outside any are not.
fn of_card(head: &Head, card: &CardAccount) -> Statement {
    let mut keys = Keys::default();
    let closed =
        card.closed_statements.iter().flat_map(|bill| bill.entries.iter()).map(|entry| (entry, true));
    let open =
        card.open_statement.iter().flat_map(|bill| bill.entries.iter()).chain(card.loose_entries.iter());
    let all = closed.chain(open.map(|entry| (entry, false)));
    Statement {
        account: card_ref(card),
        as_of: as_of(head),
        is_complete: is_complete(head),
        entries: all.map(|(entry, closed)| of_card_entry(entry, closed, &mut keys)).collect(),
    }
}

/// A card has no number of its own in a report: its name and the digits shown have to do.
fn card_ref(card: &CardAccount) -> AccountRef {
    let shown: Vec<_> =
        card.payment_methods.iter().map(|method| method.identification_number.as_ref()).collect();
    let bank = [card.company_cnpj.as_ref(), card.brand_name.as_ref()];
    AccountRef::new(AccountKind::Card, bank, &[&[card.name.as_ref()], shown.as_slice()].concat())
}

fn of_card_entry(entry: &CardEntry, closed: bool, keys: &mut Keys) -> StatementEntry {
    let mut read = StatementEntry {
        key: EntryKey::new(""),
        id: entry.transaction_id.clone(),
        amount: entry.signed_amount(),
        currency: entry.amount_in_reais().and_then(|money| money.currency.clone()),
        day: entry.day(),
        at: entry.transaction_date_time.or(entry.transaction_date.map(provider_wire::Date::date_time)),
        description: entry.transaction_name.clone(),
        categories: Categories::new([&entry.category, &entry.subcategory, &entry.third_category]),
        counterparty: entry.party_tax_id.clone(),
        state: None,
        is_final: closed && entry.transaction_id.as_ref().is_some_and(|id| !id.as_str().is_empty()),
    };
    read.key = keys.key(&read);
    read
}

fn of_account(head: &Head, kind: AccountKind, account: &AccountStatement) -> Statement {
    let as_of = as_of(head);
    let mut keys = Keys::default();
    let entries = account.entries.iter().map(|entry| of_entry(entry, as_of, &mut keys)).collect();
    Statement { account: account_ref(kind, &account.head), as_of, is_complete: is_complete(head), entries }
}

fn account_ref(kind: AccountKind, head: &AccountHead) -> AccountRef {
    let bank = [head.company_cnpj.as_ref(), head.compe_code.as_ref()];
    AccountRef::new(kind, bank, &[head.branch_code.as_ref(), head.number.as_ref(), head.check_digit.as_ref()])
}

/// Documented as UTC, written without a zone.
fn as_of(head: &Head) -> Timestamp {
    head.product_report_time.and_then(DateTime::timestamp_assuming_utc).unwrap_or(Timestamp::MIN)
}

fn is_complete(head: &Head) -> bool {
    head.outcome() == Outcome::Complete
}

fn of_entry(entry: &AccountEntry, as_of: Timestamp, keys: &mut Keys) -> StatementEntry {
    let day = entry.day();
    let mut read = StatementEntry {
        key: EntryKey::new(""),
        id: entry.transaction_id.clone(),
        amount: entry.signed_amount(),
        currency: entry.transaction_amount.as_ref().and_then(|money| money.currency.clone()),
        day,
        at: entry.transaction_date_time.or(entry.transaction_date.map(provider_wire::Date::date_time)),
        description: entry.transaction_name.clone(),
        categories: Categories::new([&entry.category, &entry.subcategory, &entry.third_category]),
        counterparty: entry.party_tax_id.clone(),
        state: entry.state.clone(),
        is_final: is_final(entry, day, as_of),
    };
    read.key = keys.key(&read);
    read
}

/// Booked, and past the day on which the bank may still change its id. Some types are fixed on their own day.
fn is_final(entry: &AccountEntry, day: Option<civil::Date>, as_of: Timestamp) -> bool {
    let fixed_at_once = matches!(
        entry.entry_type,
        Some(
            EntryType::Ted
                | EntryType::Pix
                | EntryType::TransferenciaMesmaInstituicao
                | EntryType::TarifaServicosAvulsos
                | EntryType::FolhaPagamento
        )
    );
    let has_id = entry.transaction_id.as_ref().is_some_and(|id| !id.as_str().is_empty());
    let booked = entry.state == Some(EntryState::TransacaoEfetivada) && has_id;
    // The report's time is UTC, three hours ahead of Brasília: a day is over there when it is over in UTC − 3.
    let local = as_of.saturating_sub(jiff::SignedDuration::from_hours(3)).unwrap_or(as_of);
    let today = jiff::tz::Offset::UTC.to_datetime(local).date();
    booked && (fixed_at_once || day.is_some_and(|day| day < today))
}

/// Gives keys within one statement. Entries without an id are counted among their equals.
#[derive(Default)]
pub(super) struct Keys(HashMap<String, usize>);

impl Keys {
    pub(super) fn key(&mut self, entry: &StatementEntry) -> EntryKey {
        if let Some(id) = entry.id.as_ref().filter(|id| !id.as_str().is_empty()) {
            return EntryKey::new(id.as_str());
        }
        let text = |part: Option<String>| part.unwrap_or_default();
        let content = format!(
            "{}|{}|{}",
            text(entry.day.map(|day| day.to_string())),
            text(entry.amount.map(|amount| amount.decimal().normalize().to_string())),
            text(entry.description.as_ref().map(|text| text.as_str().to_owned())),
        );
        let count = self.0.entry(content.clone()).or_default();
        *count += 1;
        EntryKey::new(&format!("{content}#{count}"))
    }
}
