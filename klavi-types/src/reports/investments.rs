use provider_wire::{List, record};

use super::{
    BalanceAccount, BankFixedIncome, Content, CreditFixedIncome, Fund, InvestmentMovement, TreasureTitle,
    VariableIncome,
};
use crate::ProductName;

/// Content of `pf_investments` (level not stated; `pj_investments` not seen): all five kinds of investment.
///
/// From the example of V1.1, docs.klavi.ai/link/e7r_-v11, seen up to the balances of bank fixed incomes; each
/// kind is that of its own report, see there for what is known of it. Amounts in units of their currency, rates
/// as fractions.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_investments","investments":{
/// #     "bankFixedIncomes":[{"balances":{"grossAmount":{"amount":"10.50"}}}],"funds":[{}]}}"#;
/// let AnyReport::Investments(report) = decode_report(body)?.value else { return Ok(()) };
/// let investments = report.content.investments.unwrap();
/// assert_eq!((investments.bank_fixed_incomes.len(), investments.funds.len()), (1, 1));
/// for holding in &investments.bank_fixed_incomes {
///     for balance in holding.balances.iter().flat_map(|balances| balances.as_slice()) {
///         let gross = balance.gross_amount.as_ref().unwrap();
///         assert_eq!(gross.amount.unwrap().to_string(), "10.50");
///     }
/// }
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record]
pub struct InvestmentsReport {
    /// The accounts and what is invested.
    pub investments: Option<Investments>,
}

/// Accounts and investments: the object around every investment report. A report of one kind fills the list of
/// that kind.
#[record(rename_all = "camelCase")]
pub struct Investments {
    /// The accounts; without balances in the examples.
    pub accounts: List<BalanceAccount>,
    /// CDB, RDB, LCI, LCA.
    pub bank_fixed_incomes: List<BankFixedIncome>,
    /// Debentures, CRI, CRA.
    pub credit_fixed_incomes: List<CreditFixedIncome>,
    /// Shares and the like.
    pub variable_incomes: List<VariableIncome>,
    /// Treasury bonds (name inferred).
    #[wire(or = "treasureTitle")]
    pub treasure_titles: List<TreasureTitle>,
    /// Investment funds (name inferred).
    #[wire(or = "fund")]
    pub funds: List<Fund>,
}

impl Content for InvestmentsReport {
    const PRODUCTS: &'static [ProductName] = &[ProductName::Investments];
}

impl Investments {
    /// The movements of all holdings of every kind: what the kinds have in common.
    pub fn movements(&self) -> impl Iterator<Item = &InvestmentMovement> {
        let bank = self.bank_fixed_incomes.iter().flat_map(|holding| &holding.transactions);
        let credit = self.credit_fixed_incomes.iter().flat_map(|holding| &holding.transactions);
        let treasure = self.treasure_titles.iter().flat_map(|holding| &holding.transactions);
        let fixed = bank.chain(credit).chain(treasure).map(|transaction| &transaction.movement);
        let variable = self.variable_incomes.iter().flat_map(|holding| &holding.transactions);
        let funds = self.funds.iter().flat_map(|holding| &holding.transactions);
        fixed
            .chain(variable.map(|transaction| &transaction.movement))
            .chain(funds.map(|transaction| &transaction.movement))
    }
}
