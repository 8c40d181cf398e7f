use provider_wire::{List, OneOrMany, record};

use super::{Content, FixedIncomeBalance, FixedIncomeIdentification, FixedIncomeTransaction, Investments};
use crate::ProductName;

/// Content of `pf_bank_fixed_incomes` and `pj_bank_fixed_incomes` (institution level): CDB, RDB, LCI and LCA
/// with balances and movements.
///
/// Identification and most of the balances from the example of V1.1, docs.klavi.ai/link/N-SJ-v11 (the page of V1
/// was not seen); movements from Open Finance Brasil, bank-fixed-incomes 1.1.0. Amounts in units of their
/// currency, rates as fractions.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_bank_fixed_incomes","investments":{"bankFixedIncomes":[{
/// #     "productIdentification":{"investmentType":"CDB"},"balances":{"quantity":"1000.0004"}}]}}"#;
/// let AnyReport::BankFixedIncomes(report) = decode_report(body)?.value else { return Ok(()) };
/// for holding in &report.content.investments.unwrap().bank_fixed_incomes {
///     let identification = holding.product_identification.as_ref().unwrap();
///     assert_eq!(identification.investment_type.as_ref().unwrap().as_str(), "CDB");
///     for balance in holding.balances.iter().flat_map(|balances| balances.as_slice()) {
///         assert_eq!(balance.quantity.unwrap().to_string(), "1000.0004");
///     }
/// }
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record]
pub struct BankFixedIncomesReport {
    /// Accounts and holdings, the latter under [`bank_fixed_incomes`](Investments::bank_fixed_incomes).
    pub investments: Option<Investments>,
}

/// A bank fixed income held.
#[record(rename_all = "camelCase")]
pub struct BankFixedIncome {
    /// What it is.
    pub product_identification: Option<FixedIncomeIdentification>,
    /// What it is worth: one object in the example, an array in variable incomes.
    pub balances: Option<OneOrMany<FixedIncomeBalance>>,
    /// Its movements (Open Finance).
    pub transactions: List<FixedIncomeTransaction>,
}

impl Content for BankFixedIncomesReport {
    const PRODUCTS: &'static [ProductName] = &[ProductName::BankFixedIncomes];
}
