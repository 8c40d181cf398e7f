use provider_wire::{List, record};

use super::{AccountStatement, Content};
use crate::ProductName;

/// Content of `pf_categorized_savings_l3` and `pj_categorized_savings_l3` (institution level): savings accounts,
/// balances, entries with three levels of category, recurrence and the merchant's brand.
///
/// Complete from the example of V1.1, docs.klavi.ai/connect/1u9e-v11, which lacks the counterparty's tax id; the
/// page of V1 was not seen. Amounts in reais.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_categorized_savings_l3","savingsAccounts":[{"transactionDetails":[
/// #     {"thirdCategory":"Sal\u00e1rio","fAllMonth":1,"brand":"Netflix"}]}]}"#;
/// let AnyReport::CategorizedSavingsL3(report) = decode_report(body)?.value else { return Ok(()) };
/// let entry = &report.content.savings_accounts[0].entries[0];
/// let recurs_monthly = entry.f_all_month.is_some_and(|flag| flag.get() == 1);
/// assert!(recurs_monthly);
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct CategorizedSavingsL3 {
    /// The savings accounts at the institution.
    pub savings_accounts: List<AccountStatement>,
}

impl Content for CategorizedSavingsL3 {
    const PRODUCTS: &'static [ProductName] = &[ProductName::CategorizedSavingsL3];
}
