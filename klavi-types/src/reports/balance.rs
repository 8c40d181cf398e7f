use provider_wire::{List, record};

use super::{AccountHead, AccountType, Content};
use crate::ProductName;

/// Content of `pf_balance` and `pj_balance` (institution level): accounts with balances, no entries.
///
/// Complete from the examples of V1 and V1.1, docs.klavi.ai/link/2fsP-v1 and /connect/kS97-v11. Amounts in reais.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_balance","accounts":[{"number":"94088392","balances":{"blockedAmount":"0.00"}}]}"#;
/// if let AnyReport::Balance(report) = decode_report(body)?.value {
///     for account in &report.content.accounts {
///         let balances = account.head.balances.as_ref();
///         let available = balances.and_then(|balances| balances.available_amount.as_ref());
///         println!("{}", available.is_some());
///     }
/// }
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record]
pub struct BalanceReport {
    /// The accounts at the institution.
    pub accounts: List<BalanceAccount>,
}

/// An account with its balances.
#[record]
pub struct BalanceAccount {
    #[wire(flatten)]
    pub head: AccountHead,
    /// Kind of account.
    #[wire("type")]
    pub account_type: Option<AccountType>,
}

impl Content for BalanceReport {
    const PRODUCTS: &'static [ProductName] = &[ProductName::Balance];
}
