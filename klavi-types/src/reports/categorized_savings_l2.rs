use provider_wire::{List, record};

use super::{AccountStatement, Content};
use crate::ProductName;

/// Content of `pf_categorized_savings_l2` and `pj_categorized_savings_l2` (institution level): savings accounts,
/// balances, entries with two levels of category.
///
/// Complete from the example of V1, docs.klavi.ai/link/rQgD-v1; the page of V1.1 was not seen. Amounts in reais.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_categorized_savings_l2","savingsAccounts":[{"transactionDetails":[
/// #     {"category":"Renda","subcategory":"Renda passiva"}]}]}"#;
/// let AnyReport::CategorizedSavingsL2(report) = decode_report(body)?.value else { return Ok(()) };
/// let entry = &report.content.savings_accounts[0].entries[0];
/// assert_eq!(entry.subcategory.as_ref().unwrap(), "Renda passiva");
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct CategorizedSavingsL2 {
    /// The savings accounts at the institution.
    pub savings_accounts: List<AccountStatement>,
}

impl Content for CategorizedSavingsL2 {
    const PRODUCTS: &'static [ProductName] = &[ProductName::CategorizedSavingsL2];
}
