use provider_wire::{List, record};

use super::{
    BalanceAccount, BankFixedIncome, Content, CreditFixedIncome, Fund, InvestmentMovement, TreasureTitle,
    VariableIncome,
};
use crate::ProductName;

/// Content of the reports on investments, of one kind or of all five: accounts and holdings.
///
/// Amounts in units of their currency, rates as fractions.
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
///
/// # Products
/// For persons (`pf_`) and companies (`pj_`), at institution level; of `investments` the level is not stated, and `pj_`
/// was not seen.
///
/// | product | fills | fields known from |
/// |---|---|---|
/// | `bank_fixed_incomes` | [`bank_fixed_incomes`](Investments::bank_fixed_incomes) | example of V1.1 (docs.klavi.ai/link/N-SJ-v11): identification and most of the balances; movements from Open Finance Brasil, bank-fixed-incomes 1.1.0; the page of V1 was not seen |
/// | `credit_fixed_incomes` | [`credit_fixed_incomes`](Investments::credit_fixed_incomes) | example of V1.1 (docs.klavi.ai/link/v11): identification and the start of the balances; the rest from Open Finance Brasil, credit-fixed-incomes 1.1.0; the page of V1 was not seen |
/// | `variable_incomes` | [`variable_incomes`](Investments::variable_incomes) | example of V1.1 (docs.klavi.ai/link/n6ar-v11) up to `brokerNoteId`, nearly complete; the rest from Open Finance Brasil, variable-incomes 1.3.0; the page of V1 was not seen |
/// | `treasure_titles` | [`treasure_titles`](Investments::treasure_titles) | no page was seen: Open Finance Brasil, treasure-titles 1.1.0, in the shape of bank fixed incomes; the name is inferred |
/// | `funds` | [`funds`](Investments::funds) | no page was seen: Open Finance Brasil, funds 1.1.0, in the shape of the other investments; the name is inferred |
/// | `investments` | every list | example of V1.1 (docs.klavi.ai/link/e7r_-v11) up to the balances of bank fixed incomes; each kind as in its own report |
#[record]
pub struct InvestmentsReport {
    /// The accounts and holdings.
    pub investments: Option<Investments>,
}

impl Content for InvestmentsReport {
    const PRODUCTS: &'static [ProductName] = &[
        ProductName::BankFixedIncomes,
        ProductName::CreditFixedIncomes,
        ProductName::VariableIncomes,
        ProductName::TreasureTitles,
        ProductName::Funds,
        ProductName::Investments,
    ];

    fn entry_count(&self) -> usize {
        self.investments.as_ref().map_or(0, |investments| investments.movements().count())
    }
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
