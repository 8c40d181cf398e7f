//! The content of all reports on savings accounts. Must not know what a ledger makes of them.

use provider_wire::{List, record};

use super::{AccountStatement, Content};
use crate::ProductName;

/// Content of the reports on savings accounts, plain and categorised: accounts, balances, entries.
///
/// Amounts in reais.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_categorized_savings_l3","savingsAccounts":[{"transactionDetails":[
/// #     {"transactionDate":"2021-01-07","creditDebitType":"CREDITO","transactionAmount":{"amount":"3.14"},
/// #     "thirdCategory":"Sal\u00e1rio","fAllMonth":1,"brand":"Netflix"}]}]}"#;
/// let AnyReport::SavingsAccounts(report) = decode_report(body)?.value else { return Ok(()) };
/// for entry in report.content.savings_accounts.iter().flat_map(|account| account.entries.iter()) {
///     assert_eq!(entry.day().unwrap().to_string(), "2021-01-07");
///     assert_eq!(entry.signed_amount().unwrap().to_string(), "3.14");
///     let recurs_monthly = entry.f_all_month.is_some_and(|flag| flag.get() == 1);
///     assert!(recurs_monthly);
/// }
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
///
/// # Products
/// For persons (`pf_`) and companies (`pj_`), at institution level.
///
/// | product | fields known from | what is different |
/// |---|---|---|
/// | `savings_account` | example of V1.1 (docs.klavi.ai/connect/Qdzm-v11), complete; the page of V1 was not seen | no categories; V1.1 has neither the counterparty's tax id nor the balance after an entry, both inferred for V1 |
/// | `categorized_savings_l2` | example of V1 (docs.klavi.ai/link/rQgD-v1), complete; the page of V1.1 was not seen | two levels of category |
/// | `categorized_savings_l3` | example of V1.1 (docs.klavi.ai/connect/1u9e-v11), complete; the page of V1 was not seen | three levels of category, recurrence and the merchant's brand; V1.1 lacks the counterparty's tax id |
#[record(rename_all = "camelCase")]
pub struct SavingsAccounts {
    /// The savings accounts at the institution.
    pub savings_accounts: List<AccountStatement>,
}

impl Content for SavingsAccounts {
    const PRODUCTS: &'static [ProductName] =
        &[ProductName::SavingsAccount, ProductName::CategorizedSavingsL2, ProductName::CategorizedSavingsL3];

    fn entry_count(&self) -> usize {
        self.savings_accounts.iter().map(|account| account.entries.len()).sum()
    }
}
