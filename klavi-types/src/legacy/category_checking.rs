use provider_wire::{List, Text, record};

use super::{Bank, DataHead, Entry};
use crate::AmountNumber;

/// `data` of report type `category_checking`: checking accounts with categorised entries of 3 to 6 months.
///
/// Schema complete (docs.klavi.ai/produtos and observed, V1).
///
/// ```
/// use klavi_types::legacy::{AnyLegacyReport, decode_legacy_report};
///
/// # let body = br#"{"code":200,"msg":"ok","data":{"report_type":"category_checking","Category_checking":[
/// #     {"TransactionDetail":[{"trans_date":"2019-12-23","trans_amount":-150.05}]}]}}"#;
/// let AnyLegacyReport::CategoryChecking(report) = decode_legacy_report(body)?.value else { return Ok(()) };
/// for account in &report.data.unwrap().accounts {
///     for entry in &account.entries {
///         println!("{} {}", entry.entry.date.unwrap(), entry.entry.amount.unwrap());
///     }
/// }
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record]
pub struct CategoryChecking {
    #[wire(flatten)]
    pub head: DataHead,
    /// The accounts; may be `null` on the wire.
    #[wire("Category_checking", or = "category_checking")]
    pub accounts: List<CheckingAccount>,
}

/// A checking account.
#[record]
pub struct CheckingAccount {
    #[wire(flatten)]
    pub bank: Bank,
    /// Branch.
    pub bank_branch: Option<Text>,
    /// Number in the bank's own form, `12.345678.9`.
    pub account: Option<Text>,
    /// Kind of account at banks that number accounts by it, `001`.
    pub operation_code: Option<Text>,
    /// Name of the holder.
    pub holder_name: Option<Text>,
    /// Balance in reais when the account was connected.
    pub balance: Option<AmountNumber>,
    /// The entries. The table spells it `transactionDetail`, bodies `TransactionDetail`.
    #[wire("TransactionDetail", or = "transactionDetail")]
    pub entries: List<CheckingEntry>,
}

/// An entry of a checking account.
#[record]
pub struct CheckingEntry {
    #[wire(flatten)]
    pub entry: Entry,
    /// Balance in reais after the entry.
    pub balance: Option<AmountNumber>,
    /// Klavi's category, Portuguese text: `Empréstimo`.
    pub category: Option<Text>,
}
