use provider_wire::{List, Text, open_enum, record};

use super::{AmountUnless, BankAccount, DataHead};

/// `data` of report type `balance`: balances and limits of accounts and cards, in reais.
///
/// Schema complete (observed, V1). The module shows how to read it.
#[record]
pub struct Balance {
    #[wire(flatten)]
    pub head: DataHead,
    /// Accounts and cards.
    #[wire("accountBalance", or = "Balance", or = "balance")]
    pub accounts: List<BalanceOfAccount>,
}

/// An account or card.
#[record]
pub struct BalanceOfAccount {
    #[wire(flatten)]
    pub account: BankAccount,
    /// Name of the holder.
    pub account_holder: Option<Text>,
    /// What it is.
    pub account_type: Option<BalanceOfAccountType>,
    /// Balance in reais.
    pub current_balance: Option<AmountUnless<-1>>,
    /// Limit that is left, in reais; none for accounts.
    pub available_limit: Option<AmountUnless<-1>>,
    /// Limit in reais; none for accounts.
    pub total_limit: Option<AmountUnless<-1>>,
}

/// What a balance is of.
#[open_enum(rename_all = "snake_case")]
pub enum BalanceOfAccountType {
    /// Checking account.
    Checking,
    /// Savings account.
    Savings,
    /// Credit card.
    Creditcard,
}
