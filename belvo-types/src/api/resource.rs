use provider_wire::open_enum;

/// Data that Belvo retrieves for a link. Open: countries and products have more.
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Resource {
    /// Accounts with their balances.
    Accounts,
    /// Owners of the accounts.
    Owners,
    /// Transactions.
    Transactions,
    /// Bills of cards.
    Bills,
    /// Investments.
    Investments,
    /// Transactions of investments.
    InvestmentTransactions,
}
