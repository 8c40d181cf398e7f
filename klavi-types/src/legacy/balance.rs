use provider_wire::{List, Text, open_enum, record};

use super::{AmountUnless, BankAccount, DataHead};

record! {
    /// `data` of report type `balance`: balances and limits of accounts and cards, in reais.
    ///
    /// Schema complete (observed, V1). The module shows how to read it.
    pub struct Balance {
        ..head: DataHead,
        /// Accounts and cards.
        pub accounts: List<BalanceOfAccount> => "accountBalance" | "Balance" | "balance",
    }
}

record! {
    /// An account or card.
    pub struct BalanceOfAccount {
        ..account: BankAccount,
        /// Name of the holder.
        pub account_holder: Option<Text> => "account_holder",
        /// What it is.
        pub account_type: Option<BalanceOfAccountType> => "account_type",
        /// Balance in reais.
        pub current_balance: Option<AmountUnless<-1>> => "current_balance",
        /// Limit that is left, in reais; none for accounts.
        pub available_limit: Option<AmountUnless<-1>> => "available_limit",
        /// Limit in reais; none for accounts.
        pub total_limit: Option<AmountUnless<-1>> => "total_limit",
    }
}

open_enum! {
    /// What a balance is of.
    pub enum BalanceOfAccountType {
        /// Checking account.
        Checking => "checking",
        /// Savings account.
        Savings => "savings",
        /// Credit card.
        Creditcard => "creditcard",
    }
}
