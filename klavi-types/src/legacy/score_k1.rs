use provider_wire::{Text, record};

use super::{AccountInfo, DataHead};
use crate::AmountNumber;

/// `data` of report type `score_k1`: a score. Called a beta in the documentation.
///
/// Schema complete (observed, V1); the range of the score is not documented.
///
/// ```
/// use klavi_types::legacy::{AnyLegacyReport, decode_legacy_report};
///
/// # let body = br#"{"code":200,"msg":"ok","data":{"report_type":"score_k1","score_info":
/// #     {"score_detail":{"score_k1":615,"version":"v1.0"}}}}"#;
/// let AnyLegacyReport::ScoreK1(report) = decode_legacy_report(body)?.value else { return Ok(()) };
/// let score = report.data.unwrap().score_info.unwrap().score_detail.unwrap().score_k1;
/// assert_eq!(score.unwrap().to_string(), "615");
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record]
pub struct ScoreK1 {
    #[wire(flatten)]
    pub head: DataHead,
    /// The score with its account.
    #[wire(or = "Score_k1", or = "score_k1")]
    pub score_info: Option<ScoreInfo>,
}

/// A score with its account.
#[record]
pub struct ScoreInfo {
    /// The account it was computed for.
    #[wire(or = "accountInfo")]
    pub account_info: Option<AccountInfo>,
    /// The score.
    pub score_detail: Option<ScoreDetail>,
}

/// A score.
#[record]
pub struct ScoreDetail {
    /// The score; a whole number in the example.
    pub score_k1: Option<AmountNumber>,
    /// Version of the model, `v1.0`.
    pub version: Option<Text>,
}
