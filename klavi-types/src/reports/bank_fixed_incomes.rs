use provider_wire::{List, OneOrMany, record};

use super::{FixedIncomeBalance, FixedIncomeIdentification, FixedIncomeTransaction};

/// A bank fixed income held.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_bank_fixed_incomes","investments":{"bankFixedIncomes":[{
/// #     "productIdentification":{"investmentType":"CDB"},"balances":{"quantity":"1000.0004"}}]}}"#;
/// let AnyReport::Investments(report) = decode_report(body)?.value else { return Ok(()) };
/// for holding in &report.content.investments.unwrap().bank_fixed_incomes {
///     let identification = holding.product_identification.as_ref().unwrap();
///     assert_eq!(identification.investment_type.as_ref().unwrap().as_str(), "CDB");
///     for balance in holding.balances.iter().flat_map(|balances| balances.as_slice()) {
///         assert_eq!(balance.quantity.unwrap().to_string(), "1000.0004");
///     }
/// }
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct BankFixedIncome {
    /// What it is.
    pub product_identification: Option<FixedIncomeIdentification>,
    /// What it is worth: one object in the example, an array in variable incomes.
    pub balances: Option<OneOrMany<FixedIncomeBalance>>,
    /// Its movements (Open Finance).
    pub transactions: List<FixedIncomeTransaction>,
}
