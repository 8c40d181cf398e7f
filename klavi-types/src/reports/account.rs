use provider_wire::{DateTime, Flag, Money, Text, open_enum, record};

/// Kind of account (Open Finance accounts, `type`).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccountType {
    /// Checking account.
    ContaDepositoAVista,
    /// Savings account.
    ContaPoupanca,
    /// Prepaid payment account; has no branch.
    ContaPagamentoPrePaga,
}

/// Who may dispose of the account (Open Finance accounts, `subtype`).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccountSubtype {
    /// One holder.
    Individual,
    /// Joint, all together.
    ConjuntaSimples,
    /// Joint, each alone.
    ConjuntaSolidaria,
}

/// What every report on accounts says of an account: bank, number, holder, balances.
/// Source: docs.klavi.ai/link/zJgr-v1; `companyName`, `tradeName` and `cnpjNumber` stand in its table for
/// companies.
#[record(rename_all = "camelCase")]
pub struct AccountHead {
    /// Brand, as the bank reports it. Sometimes the only readable name.
    pub brand_name: Option<Text>,
    /// Name at the Central Bank.
    pub bacen_name: Option<Text>,
    /// Bank code of 3 digits; leading zeros matter.
    pub compe_code: Option<Text>,
    /// CNPJ of the bank, 14 characters.
    pub company_cnpj: Option<Text>,
    /// Branch, 4 digits. Payment institutions have none.
    pub branch_code: Option<Text>,
    /// Account number, 8 to 20 digits.
    pub number: Option<Text>,
    /// Check digit, one character, not always a digit. Missing at payment institutions.
    pub check_digit: Option<Text>,
    /// Who may dispose of it.
    pub subtype: Option<AccountSubtype>,
    /// Holder, a natural person.
    pub civil_name: Option<Text>,
    /// Holder, a company: corporate name.
    pub company_name: Option<Text>,
    /// Holder, a company: trade name.
    pub trade_name: Option<Text>,
    /// Holder, a company: its CNPJ.
    pub cnpj_number: Option<Text>,
    /// Balances when the report was made.
    pub balances: Option<Balances>,
}

/// Balances of an account. May be negative, except the blocked one.
#[record(rename_all = "camelCase")]
pub struct Balances {
    /// Available.
    pub available_amount: Option<Money>,
    /// Blocked.
    pub blocked_amount: Option<Money>,
    /// Available with what is invested automatically.
    pub automatically_invested_amount: Option<Money>,
    /// Whether the customer has reserved balances, be they zero (Open Finance accounts 2.5).
    pub has_reserved_balance: Option<Flag>,
    /// When they held (Open Finance accounts since 2.1; not in Klavi's examples).
    pub update_date_time: Option<DateTime>,
}
