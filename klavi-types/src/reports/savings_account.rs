use provider_wire::{List, record};

use super::{AccountStatement, Content};
use crate::ProductName;

/// Content of `pf_savings_account` and `pj_savings_account` (institution level): savings accounts, balances,
/// entries without categories.
///
/// Complete from the example of V1.1, docs.klavi.ai/connect/Qdzm-v11, which has neither the counterparty's tax id
/// nor the balance after an entry; both inferred for V1, whose page was not seen. Amounts in reais.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_savings_account","savingsAccounts":[{"transactionDetails":[
/// #     {"transactionDate":"2021-01-07","creditDebitType":"CREDITO","transactionAmount":{"amount":"3.14"}}]}]}"#;
/// let AnyReport::SavingsAccount(report) = decode_report(body)?.value else { return Ok(()) };
/// for entry in report.content.savings_accounts.iter().flat_map(|account| account.entries.iter()) {
///     assert_eq!(entry.day().unwrap().to_string(), "2021-01-07");
///     assert_eq!(entry.signed_amount().unwrap().to_string(), "3.14");
/// }
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct SavingsAccountReport {
    /// The savings accounts at the institution.
    pub savings_accounts: List<AccountStatement>,
}

impl Content for SavingsAccountReport {
    const PRODUCTS: &'static [ProductName] = &[ProductName::SavingsAccount];
}
