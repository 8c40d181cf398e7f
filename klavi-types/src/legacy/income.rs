use provider_wire::{Integer, List, Text, record};

use super::{BankAccount, DataHead, Entry};
use crate::AmountNumber;

record! {
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
    pub struct Income {
        ..head: DataHead,
        /// The accounts.
        pub accounts: List<IncomeAccount> => "Income" | "income",
    }
}

record! {
    /// The income of an account.
    pub struct IncomeAccount {
        ..account: BankAccount,
        /// Name of the holder.
        pub account_holder: Option<Text> => "account_holder",
        /// Days that were looked at, 180.
        pub days_covered: Option<Integer> => "days_covered",
        /// Number of streams.
        pub number_of_streams: Option<Integer> => "number_of_income_streams",
        /// Sum in reais, positive.
        pub total_last_30_days: Option<AmountNumber> => "total_income_last_30_days",
        /// Sum in reais, positive.
        pub total_last_60_days: Option<AmountNumber> => "total_income_last_60_days",
        /// Sum in reais, positive.
        pub total_last_90_days: Option<AmountNumber> => "total_income_last_90_days",
        /// Sum in reais, positive.
        pub total_last_180_days: Option<AmountNumber> => "total_income_last_180_days",
        /// The streams; may be `null` on the wire.
        pub streams: List<IncomeStream> => "incomeStream",
    }
}

record! {
    /// Income that recurs.
    pub struct IncomeStream {
        /// English text; only `Regular salary` was seen.
        pub stream_type: Option<Text> => "income_stream_type",
        /// Days of the month on which it comes.
        pub income_day: Option<IncomeDay> => "incomeDay",
        /// Its entries.
        pub entries: List<Entry> => "incomeTransactions",
    }
}

record! {
    /// Days of the month on which an income comes, as text.
    pub struct IncomeDay {
        /// The first, `3`.
        pub first: Option<Text> => "1st_income_day",
        /// The second, `20`; `""` where there is none.
        pub second: Option<Text> => "2nd_income_day",
    }
}

impl IncomeDay {
    /// The days as numbers.
    pub fn days(&self) -> impl Iterator<Item = u8> {
        [&self.first, &self.second].into_iter().flatten().filter_map(|day| day.as_str().trim().parse().ok())
    }
}
