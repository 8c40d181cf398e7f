//! The content of all reports on checking accounts. Must not know what a ledger makes of them.

use provider_wire::{List, record};

use super::{AccountStatement, Content};
use crate::ProductName;

/// Content of the reports on checking accounts, plain and categorised: accounts, balances, entries.
///
/// Amounts in reais.
///
/// ```
/// use klavi_types::ProductName;
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_categorized_checking_l3","checkingAccounts":[{"number":"94088392",
/// #     "balances":{"availableAmount":{"amount":"1000.0400","currency":"BRL"}},"transactionDetails":[
/// #     {"transactionDate":"2021-01-07","creditDebitType":"DEBITO","transactionAmount":{"amount":"10.50"},
/// #     "category":"Moradia","subcategory":"Aluguel"}]}]}"#;
/// let AnyReport::CheckingAccounts(report) = decode_report(body)?.value else { return Ok(()) };
/// for account in &report.content.checking_accounts {
///     let balances = account.head.balances.as_ref().unwrap();
///     let available = balances.available_amount.as_ref().unwrap();
///     assert_eq!(available.amount.unwrap().to_string(), "1000.0400");
///     for entry in &account.entries {
///         assert_eq!(entry.day().unwrap().to_string(), "2021-01-07");
///         assert_eq!(entry.signed_amount().unwrap().to_string(), "-10.50");
///         assert_eq!(entry.category.as_ref().unwrap(), "Moradia");
///     }
/// }
///
/// let product = report.head.product_name.and_then(|product| product.name());
/// assert_eq!(product, Some(ProductName::CategorizedCheckingL3));
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
///
/// # Products
/// For persons (`pf_`) and companies (`pj_`), at institution level.
///
/// | product | fields known from | what is different |
/// |---|---|---|
/// | `checking_account` | its page was not seen; inferred from the categorised products, which by their documentation only add fields | no categories; whether the balance after an entry comes here is open |
/// | `categorized_checking_l2` | examples of V1 (docs.klavi.ai/connect/FaED-v1) and V1.1 (/link/FMH8-v11), complete | two levels of category; V1.1 lacks the counterparty's tax id |
/// | `categorized_checking_l3` | table and example of V1 (docs.klavi.ai/link/zJgr-v1), complete; the page of V1.1 was not seen | three levels of category and recurrence |
#[record(rename_all = "camelCase")]
pub struct CheckingAccounts {
    /// The checking accounts at the institution.
    pub checking_accounts: List<AccountStatement>,
}

impl Content for CheckingAccounts {
    const PRODUCTS: &'static [ProductName] = &[
        ProductName::CheckingAccount,
        ProductName::CategorizedCheckingL2,
        ProductName::CategorizedCheckingL3,
    ];

    fn entry_count(&self) -> usize {
        self.checking_accounts.iter().map(|account| account.entries.len()).sum()
    }
}
