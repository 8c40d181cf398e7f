//! The accounts and cards of a customer at the banks of a report.

use super::account::Account;
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
            account.branch_told = messy::branch(scope.messy, &account, scope.now);
            account
        };
        Self {
            checking: banks.iter().map(|bank| told(Account::checking(customer, bank))).collect(),
            savings: banks.iter().map(|bank| told(Account::savings(customer, bank))).collect(),
            cards: banks.iter().map(|bank| Card::new(customer, bank)).collect(),
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
