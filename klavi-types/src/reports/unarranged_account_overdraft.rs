use provider_wire::record;

use super::{Content, CreditOperations};
use crate::ProductName;

/// Content of `pf_unarranged_account_overdraft` and `pj_unarranged_account_overdraft` (institution level):
/// accounts and advances to depositors, that is, overdrafts beyond any limit.
///
/// Its page was not seen: inferred from the example of loans (docs.klavi.ai/link/Zpma-v1) and from Open Finance
/// Brasil, unarranged accounts overdraft 2.5.
/// Amounts in the currency of the contract, rates as fractions.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_unarranged_account_overdraft","creditOperations":{
/// #     "unarrangedAccountsOverdraft":[{"contractOutstandingBalance":"-10.50"}]}}"#;
/// let AnyReport::UnarrangedAccountOverdraft(report) = decode_report(body)?.value else { return Ok(()) };
/// for contract in &report.content.credit_operations.unwrap().unarranged_accounts_overdraft {
///     assert_eq!(contract.payments.contract_outstanding_balance.unwrap().to_string(), "-10.50");
/// }
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct UnarrangedAccountOverdraftReport {
    /// The advances, under [`unarranged_accounts_overdraft`](CreditOperations::unarranged_accounts_overdraft).
    pub credit_operations: Option<CreditOperations>,
}

impl Content for UnarrangedAccountOverdraftReport {
    const PRODUCTS: &'static [ProductName] = &[ProductName::UnarrangedAccountOverdraft];
}
