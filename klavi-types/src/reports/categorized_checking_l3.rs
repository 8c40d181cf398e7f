use provider_wire::{List, record};

use super::{AccountStatement, Content};
use crate::ProductName;

/// Content of `pf_categorized_checking_l3` and `pj_categorized_checking_l3` (institution level): checking
/// accounts, balances, entries with three levels of category and recurrence.
///
/// Complete from table and example, docs.klavi.ai/link/zJgr-v1 (V1); the page of V1.1 was not seen.
/// Amounts in reais.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_categorized_checking_l3","checkingAccounts":[{"transactionDetails":[
/// #     {"transactionDate":"2021-01-07","creditDebitType":"DEBITO","transactionAmount":{"amount":"10.50"}}]}]}"#;
/// let AnyReport::CategorizedCheckingL3(report) = decode_report(body)?.value else { return Ok(()) };
/// for entry in report.content.checking_accounts.iter().flat_map(|account| account.entries.iter()) {
///     assert_eq!(entry.day().unwrap().to_string(), "2021-01-07");
///     assert_eq!(entry.signed_amount().unwrap().to_string(), "-10.50");
/// }
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct CategorizedCheckingL3 {
    /// The checking accounts at the institution.
    pub checking_accounts: List<AccountStatement>,
}

impl Content for CategorizedCheckingL3 {
    const PRODUCTS: &'static [ProductName] = &[ProductName::CategorizedCheckingL3];
}
