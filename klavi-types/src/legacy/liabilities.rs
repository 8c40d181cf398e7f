use provider_wire::{Integer, List, Text, record};

use super::{BankAccount, DataHead, Entry};
use crate::AmountNumber;

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
#[record]
pub struct Liabilities {
    #[wire(flatten)]
    pub head: DataHead,
    /// The accounts.
    #[wire("Liabilities", or = "liabilities")]
    pub accounts: List<LiabilitiesAccount>,
}

/// The liabilities of an account.
#[record]
pub struct LiabilitiesAccount {
    #[wire(flatten)]
    pub account: BankAccount,
    /// Name of the holder.
    pub account_holder: Option<Text>,
    /// Days that were looked at, 180.
    pub days_covered: Option<Integer>,
    /// Number of streams.
    #[wire("number_of_liability_streams")]
    pub number_of_streams: Option<Integer>,
    /// Sum in reais, positive, though the entries are negative.
    #[wire("total_liabilities_last_30_days")]
    pub total_last_30_days: Option<AmountNumber>,
    /// Sum in reais, positive.
    #[wire("total_liabilities_last_60_days")]
    pub total_last_60_days: Option<AmountNumber>,
    /// Sum in reais, positive.
    #[wire("total_liabilities_last_90_days")]
    pub total_last_90_days: Option<AmountNumber>,
    /// Sum in reais, positive.
    #[wire("total_liabilities_last_180_days")]
    pub total_last_180_days: Option<AmountNumber>,
    /// The streams.
    #[wire("liabilityStream")]
    pub streams: List<LiabilityStream>,
}

/// A liability that recurs.
#[record]
pub struct LiabilityStream {
    /// English text; only `Credit card` was seen.
    #[wire("liability_stream_type")]
    pub stream_type: Option<Text>,
    /// Its entries; amounts are negative.
    #[wire("liabilityTransactions")]
    pub entries: List<Entry>,
}
