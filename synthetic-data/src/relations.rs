//! The accounts and cards of a customer at the banks of a report.

use super::account::{Account, AccountKind, Branch};
use super::card::Card;
use super::customer::Customer;
use super::messy;
use super::scope::Scope;
use crate::institutions::Institution;

/// What a customer has at the banks of a report: at each a checking account, a savings account and a card, also
/// where two links lead to the same one.
pub(crate) struct Relations<'a> {
    pub(crate) checking: Vec<Account<'a>>,
    pub(crate) savings: Vec<Account<'a>>,
    pub(crate) cards: Vec<Card<'a>>,
}

impl<'a> Relations<'a> {
    pub(crate) fn new(customer: &'a Customer, scope: &Scope<'_>) -> Self {
        let mut banks: Vec<&'static Institution> = Vec::new();
        for source in scope.sources {
            if !banks.iter().any(|bank| bank.code == source.institution.code) {
                banks.push(source.institution);
            }
        }
        let told = |mut account: Account<'a>| {
            if account.branch_told == Branch::Number {
                account.branch_told = messy::branch(scope.messy, &account, scope.now);
            }
            account
        };
        let accounts = |kind| -> Vec<_> {
            let all = banks.iter().flat_map(|bank| match (&customer.plan, kind) {
                (Some(plan), _) => Account::planned(customer, plan, bank, kind, scope.now).collect(),
                (None, AccountKind::Checking) => vec![Account::checking(customer, bank)],
                (None, AccountKind::Savings) => vec![Account::savings(customer, bank)],
            });
            all.map(told).collect()
        };
        Self {
            checking: accounts(AccountKind::Checking),
            savings: accounts(AccountKind::Savings),
            cards: banks.iter().flat_map(|bank| Card::all(customer, bank)).collect(),
        }
    }

    pub(crate) fn accounts(&self) -> impl Iterator<Item = &Account<'a>> {
        self.checking.iter().chain(&self.savings)
    }

    /// Ids of the accounts at a bank.
    pub(crate) fn account_ids(&self, bank: &Institution) -> Vec<String> {
        let there = self.accounts().filter(|account| account.institution.code == bank.code);
        there.map(Account::id).collect()
    }

    /// Ids of the cards of a bank.
    pub(crate) fn card_ids(&self, bank: &Institution) -> Vec<String> {
        let there = self.cards.iter().filter(|card| card.institution.code == bank.code);
        there.map(Card::id).collect()
    }
}
