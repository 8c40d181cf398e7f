use provider_wire::{List, record};

use super::{AccountStatement, Content};
use crate::ProductName;

/// Content of `pf_categorized_checking_l2` and `pj_categorized_checking_l2` (institution level): checking
/// accounts, balances, entries with two levels of category.
///
/// Complete from the examples, docs.klavi.ai/connect/FaED-v1 (V1) and /link/FMH8-v11 (V1.1, without the
/// counterparty's tax id). Amounts in reais.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_categorized_checking_l2","checkingAccounts":[{"transactionDetails":[
/// #     {"category":"Renda","subcategory":"Renda ativa","creditDebitType":"CREDITO","transactionAmount":"10.50"}]}]}"#;
/// let AnyReport::CategorizedCheckingL2(report) = decode_report(body)?.value else { return Ok(()) };
/// let entry = &report.content.checking_accounts[0].entries[0];
/// assert_eq!(entry.category.as_ref().unwrap(), "Renda");
/// assert_eq!(entry.subcategory.as_ref().unwrap(), "Renda ativa");
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct CategorizedCheckingL2 {
    /// The checking accounts at the institution.
    pub checking_accounts: List<AccountStatement>,
}

impl Content for CategorizedCheckingL2 {
    const PRODUCTS: &'static [ProductName] = &[ProductName::CategorizedCheckingL2];
}
