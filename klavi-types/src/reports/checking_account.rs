use provider_wire::{List, record};

use super::{AccountStatement, Content};
use crate::ProductName;

/// Content of `pf_checking_account` and `pj_checking_account` (institution level): checking accounts, balances,
/// entries without categories.
///
/// Its page was not seen. Inferred from the categorised products, which by their documentation only add fields
/// to it (docs.klavi.ai/connect/FaED-v1, /link/zJgr-v1); whether the balance after an entry comes here is open.
/// Amounts in reais.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pj_checking_account","checkingAccounts":[{"number":"94088392",
/// #     "balances":{"availableAmount":{"amount":"1000.0400","currency":"BRL"}},
/// #     "transactionDetails":[{"creditDebitType":"CREDITO","transactionAmount":{"amount":"10.50"}}]}]}"#;
/// let AnyReport::CheckingAccount(report) = decode_report(body)?.value else { return Ok(()) };
/// let account = &report.content.checking_accounts[0];
/// let available = account.head.balances.as_ref().unwrap().available_amount.as_ref().unwrap();
/// assert_eq!(available.amount.unwrap().to_string(), "1000.0400");
/// assert_eq!(account.entries[0].signed_amount().unwrap().to_string(), "10.50");
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct CheckingAccountReport {
    /// The checking accounts at the institution.
    pub checking_accounts: List<AccountStatement>,
}

impl Content for CheckingAccountReport {
    const PRODUCTS: &'static [ProductName] = &[ProductName::CheckingAccount];
}
