//! Accounts, balances and entries in the shape of Klavi's reports. Must not decide what was booked.

use klavi_types::reports::{AccountEntry, BalanceReport, CreditDebitType, EntryState, Head};
use klavi_types::{Date, DateTime};
use serde::Serialize;

use super::account::{Account, AccountKind};
use super::members::{Lazy, With};
use super::messy::{self, Mess, Pending, Tally};
use super::recurrence::Recurrence;
use super::scope::{Length, Scope};
use super::statement::{Booked, Statement};
use super::version::Version;

/// How much Klavi adds to the entries of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tier {
    Plain,
    /// Two levels of category.
    L2,
    /// Three levels, recurrence, brand.
    L3,
}

/// A report on accounts with their entries, under that name.
pub(crate) fn report<'a>(
    scope: &'a Scope<'_>,
    tally: &'a Tally,
    head: Head,
    name: &'static str,
    accounts: &'a [Account<'_>],
    tier: Tier,
) -> impl Serialize + 'a {
    let accounts = move || {
        accounts.iter().enumerate().map(move |(part, account)| {
            let (statement, pending) = statement(scope, account, scope.length.share(part, accounts.len()));
            let mess =
                Mess::new(scope.messy, tally, account.customer, account.institution, account.kind.word());
            let style = Style {
                tier,
                version: scope.version,
                kind: account.kind,
                recurrence: if tier == Tier::L3 { statement.recurrence() } else { Recurrence::default() },
            };
            With {
                object: account.head(scope.now),
                name: "transactionDetails",
                value: Entries { statement, pending, style, mess },
            }
        })
    };
    With { object: head, name, value: Lazy(accounts) }
}

/// A report on the balances of accounts.
pub(crate) fn balances<'a>(
    scope: &Scope<'_>,
    accounts: impl Iterator<Item = &'a Account<'a>>,
) -> BalanceReport {
    let mut report = BalanceReport::default();
    report.accounts = accounts.map(|account| account.with_type(account.head(scope.now))).collect();
    report
}

/// What a report of that length lists of an account, and what is not booked yet.
pub(crate) fn statement<'a>(
    scope: &Scope<'_>,
    account: &'a Account<'_>,
    length: Length,
) -> (Statement<'a>, Vec<Pending>) {
    let mut pending = messy::pending(scope.messy, account, scope.now);
    let length = match length {
        Length::ThreeMonths => length,
        Length::Exactly(count) => {
            pending.truncate(usize::try_from(count).unwrap_or(usize::MAX));
            Length::Exactly(count - pending.len() as u64)
        }
    };
    (Statement::new(account, scope.now, length), pending)
}

struct Entries<'a> {
    statement: Statement<'a>,
    pending: Vec<Pending>,
    style: Style,
    mess: Option<Mess<'a>>,
}

impl Serialize for Entries<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let booked = self.statement.entries().map(|booked| (self.style.entry(&booked), booked));
        let Some(mess) = &self.mess else { return serializer.collect_seq(booked.map(|(entry, _)| entry)) };
        let pending = self.pending.iter();
        let pending = pending.map(|pending| mess.pending(self.style.entry(&pending.booked), pending));
        let booked = booked.map(|(entry, booked)| mess.booked(entry, booked.draft.at, &booked.id));
        serializer.collect_seq(booked.chain(pending))
    }
}

/// What a product shows of an entry.
struct Style {
    tier: Tier,
    version: Version,
    kind: AccountKind,
    recurrence: Recurrence,
}

impl Style {
    fn entry(&self, booked: &Booked) -> AccountEntry {
        let draft = &booked.draft;
        let credit = draft.amount.0 >= 0;
        let mut entry = AccountEntry::default();
        entry.transaction_date = Some(Date::from(booked.day()));
        entry.transaction_date_time = Some(DateTime::from(draft.at));
        entry.transaction_id = Some(booked.id.as_str().into());
        entry.state = Some(EntryState::TransacaoEfetivada);
        entry.credit_debit_type =
            Some(if credit { CreditDebitType::Credito } else { CreditDebitType::Debito });
        entry.transaction_amount = Some(draft.amount.abs().money());
        entry.transaction_name = Some(draft.name.as_str().into());
        if let Some(party) = &draft.party {
            if self.version == Version::V1 {
                entry.party_tax_id = Some(party.tax_id.as_str().into());
            }
            entry.party_person_type = Some(party.person_type.clone());
            entry.party_compe_code = Some(party.compe_code.into());
            entry.party_branch_code = Some(party.branch.as_str().into());
            entry.party_number = Some(party.number.as_str().into());
            entry.party_check_digit = Some(party.check_digit.as_str().into());
        }
        if self.shows_balance() {
            entry.post_transaction_balance = Some(booked.balance.bare());
        }
        entry.entry_type = Some(draft.entry_type.clone());
        let [category, subcategory, third] = draft.categories;
        if self.tier >= Tier::L2 {
            entry.category = Some(category.into());
            entry.subcategory = Some(subcategory.into());
        }
        if self.tier == Tier::L3 {
            entry.third_category = Some(third.into());
            let flags = self.recurrence.flags(&draft.name);
            entry.f_all = Some(i64::from(flags.all).into());
            entry.f_all_month = Some(i64::from(flags.monthly).into());
            entry.f_all_c_month = Some(i64::from(flags.consecutive).into());
            entry.settlement_type = Some(draft.settlement.into());
            entry.brand = draft.brand.filter(|_| self.shows_brand()).map(Into::into);
        }
        entry
    }

    /// The one documented example without it: plain savings, V1.1.
    fn shows_balance(&self) -> bool {
        (self.kind, self.tier, self.version) != (AccountKind::Savings, Tier::Plain, Version::V1_1)
    }

    /// The documented example of V1 is without it: checking.
    fn shows_brand(&self) -> bool {
        (self.kind, self.version) != (AccountKind::Checking, Version::V1)
    }
}
