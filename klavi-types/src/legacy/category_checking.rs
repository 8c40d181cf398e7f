use provider_wire::{List, Text, record};

use super::{Bank, DataHead, Entry};
use crate::AmountNumber;

record! {
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
    pub struct CategoryChecking {
        ..head: DataHead,
        /// The accounts; may be `null` on the wire.
        pub accounts: List<CheckingAccount> => "Category_checking" | "category_checking",
    }
}

record! {
    /// A checking account.
    pub struct CheckingAccount {
        ..bank: Bank,
        /// Branch.
        pub bank_branch: Option<Text> => "bank_branch",
        /// Number in the bank's own form, `12.345678.9`.
        pub account: Option<Text> => "account",
        /// Kind of account at banks that number accounts by it, `001`.
        pub operation_code: Option<Text> => "operation_code",
        /// Name of the holder.
        pub holder_name: Option<Text> => "holder_name",
        /// Balance in reais when the account was connected.
        pub balance: Option<AmountNumber> => "balance",
        /// The entries. The table spells it `transactionDetail`, bodies `TransactionDetail`.
        pub entries: List<CheckingEntry> => "TransactionDetail" | "transactionDetail",
    }
}

record! {
    /// An entry of a checking account.
    pub struct CheckingEntry {
        ..entry: Entry,
        /// Balance in reais after the entry.
        pub balance: Option<AmountNumber> => "balance",
        /// Klavi's category, Portuguese text: `Empréstimo`.
        pub category: Option<Text> => "category",
    }
}
