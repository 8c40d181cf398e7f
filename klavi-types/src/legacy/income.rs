use provider_wire::{Integer, List, Text, record};

use super::{BankAccount, DataHead, Entry};
use crate::AmountNumber;

/// `data` of report type `income`: recurring income by account, in reais.
///
/// Schema complete (observed, V1.1).
///
/// ```
/// use klavi_types::legacy::{AnyLegacyReport, decode_legacy_report};
///
/// # let body = br#"{"code":200,"msg":"ok","data":{"report_type":"income","Income":[
/// #     {"total_income_last_30_days":3000,"incomeStream":null}]}}"#;
/// let AnyLegacyReport::Income(report) = decode_legacy_report(body)?.value else { return Ok(()) };
/// let data = report.data.unwrap();
/// assert_eq!(data.accounts[0].total_last_30_days.unwrap().to_string(), "3000");
/// assert!(data.accounts[0].streams.is_empty());
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record]
pub struct Income {
    #[wire(flatten)]
    pub head: DataHead,
    /// The accounts.
    #[wire("Income", or = "income")]
    pub accounts: List<IncomeAccount>,
}

/// The income of an account.
#[record]
pub struct IncomeAccount {
    #[wire(flatten)]
    pub account: BankAccount,
    /// Name of the holder.
    pub account_holder: Option<Text>,
    /// Days that were looked at, 180.
    pub days_covered: Option<Integer>,
    /// Number of streams.
    #[wire("number_of_income_streams")]
    pub number_of_streams: Option<Integer>,
    /// Sum in reais, positive.
    #[wire("total_income_last_30_days")]
    pub total_last_30_days: Option<AmountNumber>,
    /// Sum in reais, positive.
    #[wire("total_income_last_60_days")]
    pub total_last_60_days: Option<AmountNumber>,
    /// Sum in reais, positive.
    #[wire("total_income_last_90_days")]
    pub total_last_90_days: Option<AmountNumber>,
    /// Sum in reais, positive.
    #[wire("total_income_last_180_days")]
    pub total_last_180_days: Option<AmountNumber>,
    /// The streams; may be `null` on the wire.
    #[wire("incomeStream")]
    pub streams: List<IncomeStream>,
}

/// Income that recurs.
#[record(rename_all = "camelCase")]
pub struct IncomeStream {
    /// English text; only `Regular salary` was seen.
    #[wire("income_stream_type")]
    pub stream_type: Option<Text>,
    /// Days of the month on which it comes.
    pub income_day: Option<IncomeDay>,
    /// Its entries.
    #[wire("incomeTransactions")]
    pub entries: List<Entry>,
}

/// Days of the month on which an income comes, as text.
#[record]
pub struct IncomeDay {
    /// The first, `3`.
    #[wire("1st_income_day")]
    pub first: Option<Text>,
    /// The second, `20`; `""` where there is none.
    #[wire("2nd_income_day")]
    pub second: Option<Text>,
}

impl IncomeDay {
    /// The days as numbers.
    pub fn days(&self) -> impl Iterator<Item = u8> {
        [&self.first, &self.second].into_iter().flatten().filter_map(|day| day.as_str().trim().parse().ok())
    }
}
