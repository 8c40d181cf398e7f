use provider_wire::{Integer, List, Text, record};

use super::{BankAccount, DataHead, Entry};
use crate::AmountNumber;

record! {
    /// `data` of report type `liabilities`: recurring liabilities by account, in reais.
    ///
    /// Schema complete (observed, V1.1).
    ///
    /// ```
    /// use klavi_types::legacy::{AnyLegacyReport, decode_legacy_report};
    ///
    /// # let body = br#"{"code":200,"msg":"ok","data":{"report_type":"liabilities","Liabilities":[
    /// #     {"liabilityStream":[{"liability_stream_type":"Credit card"}]}]}}"#;
    /// let AnyLegacyReport::Liabilities(report) = decode_legacy_report(body)?.value else { return Ok(()) };
    /// let data = report.data.unwrap();
    /// assert_eq!(data.accounts[0].streams[0].stream_type.as_ref().unwrap(), &"Credit card");
    /// # Ok::<(), klavi_types::DecodeError>(())
    /// ```
    pub struct Liabilities {
        ..head: DataHead,
        /// The accounts.
        pub accounts: List<LiabilitiesAccount> => "Liabilities" | "liabilities",
    }
}

record! {
    /// The liabilities of an account.
    pub struct LiabilitiesAccount {
        ..account: BankAccount,
        /// Name of the holder.
        pub account_holder: Option<Text> => "account_holder",
        /// Days that were looked at, 180.
        pub days_covered: Option<Integer> => "days_covered",
        /// Number of streams.
        pub number_of_streams: Option<Integer> => "number_of_liability_streams",
        /// Sum in reais, positive, though the entries are negative.
        pub total_last_30_days: Option<AmountNumber> => "total_liabilities_last_30_days",
        /// Sum in reais, positive.
        pub total_last_60_days: Option<AmountNumber> => "total_liabilities_last_60_days",
        /// Sum in reais, positive.
        pub total_last_90_days: Option<AmountNumber> => "total_liabilities_last_90_days",
        /// Sum in reais, positive.
        pub total_last_180_days: Option<AmountNumber> => "total_liabilities_last_180_days",
        /// The streams.
        pub streams: List<LiabilityStream> => "liabilityStream",
    }
}

record! {
    /// A liability that recurs.
    pub struct LiabilityStream {
        /// English text; only `Credit card` was seen.
        pub stream_type: Option<Text> => "liability_stream_type",
        /// Its entries; amounts are negative.
        pub entries: List<Entry> => "liabilityTransactions",
    }
}
