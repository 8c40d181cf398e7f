use provider_wire::open_enum;

open_enum! {
    /// Data that Belvo retrieves for a link. Open: countries and products have more.
    pub enum Resource {
        /// Accounts with their balances.
        Accounts => "ACCOUNTS",
        /// Owners of the accounts.
        Owners => "OWNERS",
        /// Transactions.
        Transactions => "TRANSACTIONS",
        /// Bills of cards.
        Bills => "BILLS",
        /// Investments.
        Investments => "INVESTMENTS",
        /// Transactions of investments.
        InvestmentTransactions => "INVESTMENT_TRANSACTIONS",
    }
}
