use provider_wire::{Text, record};

use super::{AccountInfo, DataHead};
use crate::AmountNumber;

record! {
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
    pub struct ScoreK1 {
        ..head: DataHead,
        /// The score with its account.
        pub score_info: Option<ScoreInfo> => "score_info" | "Score_k1" | "score_k1",
    }
}

record! {
    /// A score with its account.
    pub struct ScoreInfo {
        /// The account it was computed for.
        pub account_info: Option<AccountInfo> => "account_info" | "accountInfo",
        /// The score.
        pub score_detail: Option<ScoreDetail> => "score_detail",
    }
}

record! {
    /// A score.
    pub struct ScoreDetail {
        /// The score; a whole number in the example.
        pub score_k1: Option<AmountNumber> => "score_k1",
        /// Version of the model, `v1.0`.
        pub version: Option<Text> => "version",
    }
}
