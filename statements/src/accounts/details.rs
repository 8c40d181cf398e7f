//! What reports say of an account beside its balances.

use std::collections::BTreeSet;

use jiff::Timestamp;
use provider_wire::Text;
use serde::{Deserialize, Serialize};

use crate::fold::stated;
use crate::latest::Latest;

/// What the holder of an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum HolderType {
    /// A natural person.
    Person,
    /// A company.
    Company,
}

/// Who may dispose of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Ownership {
    /// One holder.
    Individual,
    /// Joint holders, all together.
    JointAll,
    /// Joint holders, each alone.
    JointAny,
}

/// What reports say of an account. Blank texts and `NA` say nothing.
///
/// Holds personal data; `Debug` shows none of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AccountDetails {
    /// Name of the bank.
    pub bank_name: Option<Text>,
    /// CNPJ of the bank, as it was written.
    pub bank_cnpj: Option<Text>,
    /// COMPE code of the bank: `001`.
    pub bank_compe: Option<Text>,
    /// Branch, as it was written.
    pub branch: Option<Text>,
    /// Account number, as it was written.
    pub number: Option<Text>,
    /// Check digit of the number; not always a digit.
    pub check_digit: Option<Text>,
    /// Kind of account in the bank's word: `CONTA_PAGAMENTO_PRE_PAGA`.
    pub account_type: Option<Text>,
    /// Name of the card product.
    pub card_name: Option<Text>,
    /// Network of the card: `VISA`.
    pub card_network: Option<Text>,
    /// Digits shown of the cards of the account.
    pub card_digits: BTreeSet<Text>,
    /// Name of the holder. Of a joint account it is one of them.
    pub holder: Option<Text>,
    /// What the holder is.
    pub holder_type: Option<HolderType>,
    /// Who may dispose of it.
    pub ownership: Option<Ownership>,
    /// Whether there may be money in reserves, which is in no balance here.
    pub has_reserved_balance: Option<bool>,
    /// Whether the card is in use.
    pub is_active: Option<bool>,
}

/// Each fact of the newest report that states it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Details {
    bank_name: Latest<Text>,
    bank_cnpj: Latest<Text>,
    bank_compe: Latest<Text>,
    branch: Latest<Text>,
    number: Latest<Text>,
    check_digit: Latest<Text>,
    account_type: Latest<Text>,
    card_name: Latest<Text>,
    card_network: Latest<Text>,
    card_digits: Latest<BTreeSet<Text>>,
    holder: Latest<Text>,
    holder_type: Latest<HolderType>,
    ownership: Latest<Ownership>,
    has_reserved_balance: Latest<bool>,
    is_active: Latest<bool>,
}

impl Details {
    pub(super) fn of(at: Option<Timestamp>, stated_details: &AccountDetails) -> Self {
        let AccountDetails {
            bank_name,
            bank_cnpj,
            bank_compe,
            branch,
            number,
            check_digit,
            account_type,
            card_name,
            card_network,
            card_digits,
            holder,
            holder_type,
            ownership,
            has_reserved_balance,
            is_active,
        } = stated_details;
        let mut details = Self::default();
        details.bank_name.add(at, stated(bank_name.as_ref()));
        details.bank_cnpj.add(at, stated(bank_cnpj.as_ref()));
        details.bank_compe.add(at, stated(bank_compe.as_ref()));
        details.branch.add(at, stated(branch.as_ref()));
        details.number.add(at, stated(number.as_ref()));
        details.check_digit.add(at, stated(check_digit.as_ref()));
        details.account_type.add(at, stated(account_type.as_ref()));
        details.card_name.add(at, stated(card_name.as_ref()));
        details.card_network.add(at, stated(card_network.as_ref()));
        details.card_digits.add(at, Some(card_digits).filter(|digits| !digits.is_empty()));
        details.holder.add(at, stated(holder.as_ref()));
        details.holder_type.add(at, holder_type.as_ref());
        details.ownership.add(at, ownership.as_ref());
        details.has_reserved_balance.add(at, has_reserved_balance.as_ref());
        details.is_active.add(at, is_active.as_ref());
        details
    }

    pub(super) fn merge(&mut self, other: &Self) {
        let Self {
            bank_name,
            bank_cnpj,
            bank_compe,
            branch,
            number,
            check_digit,
            account_type,
            card_name,
            card_network,
            card_digits,
            holder,
            holder_type,
            ownership,
            has_reserved_balance,
            is_active,
        } = other;
        self.bank_name.merge(bank_name);
        self.bank_cnpj.merge(bank_cnpj);
        self.bank_compe.merge(bank_compe);
        self.branch.merge(branch);
        self.number.merge(number);
        self.check_digit.merge(check_digit);
        self.account_type.merge(account_type);
        self.card_name.merge(card_name);
        self.card_network.merge(card_network);
        self.card_digits.merge(card_digits);
        self.holder.merge(holder);
        self.holder_type.merge(holder_type);
        self.ownership.merge(ownership);
        self.has_reserved_balance.merge(has_reserved_balance);
        self.is_active.merge(is_active);
    }

    pub(super) fn details(&self) -> AccountDetails {
        AccountDetails {
            bank_name: self.bank_name.get(),
            bank_cnpj: self.bank_cnpj.get(),
            bank_compe: self.bank_compe.get(),
            branch: self.branch.get(),
            number: self.number.get(),
            check_digit: self.check_digit.get(),
            account_type: self.account_type.get(),
            card_name: self.card_name.get(),
            card_network: self.card_network.get(),
            card_digits: self.card_digits.get().unwrap_or_default(),
            holder: self.holder.get(),
            holder_type: self.holder_type.get(),
            ownership: self.ownership.get(),
            has_reserved_balance: self.has_reserved_balance.get(),
            is_active: self.is_active.get(),
        }
    }
}
