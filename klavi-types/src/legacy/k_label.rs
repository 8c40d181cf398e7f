use provider_wire::{Amount, List, Text, record};

use super::{AccountInfo, AmountUnless, DataHead};

/// `data` of report type `k_label`: 540 computed variables, each with code, name and number.
///
/// Structure complete (observed, V1). -999999 stands for "not available".
///
/// ```
/// use klavi_types::legacy::{AnyLegacyReport, decode_legacy_report};
///
/// # let body = br#"{"code":200,"msg":"ok","data":{"report_type":"k_label","Risk_label":{"labelDetail":[
/// #     {"label_code":"K00001","label_name":"klavi.transactions.creditcard_limit.max.full_record_period","label_value":373.52},
/// #     {"label_code":"K00002","label_value":-999999}]}}}"#;
/// let AnyLegacyReport::KLabel(report) = decode_legacy_report(body)?.value else { return Ok(()) };
/// let labels = report.data.unwrap().risk_label.unwrap();
/// assert_eq!(labels.value("K00001").unwrap().to_string(), "373.52");
/// assert_eq!(labels.value("K00002"), None);
/// assert_eq!(labels.labels[0].name_parts().unwrap().measure, "creditcard_limit");
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record]
pub struct KLabel {
    #[wire(flatten)]
    pub head: DataHead,
    /// The labels with their account.
    #[wire("Risk_label", or = "risk_label")]
    pub risk_label: Option<RiskLabel>,
}

/// Labels with their account.
#[record(rename_all = "camelCase")]
pub struct RiskLabel {
    /// The account they were computed for.
    #[wire(or = "account_info")]
    pub account_info: Option<AccountInfo>,
    /// The labels.
    #[wire("labelDetail")]
    pub labels: List<Label>,
}

impl RiskLabel {
    /// The number of a label; `None` where it is missing or not available.
    pub fn value(&self, code: &str) -> Option<Amount> {
        let coded = |label: &&Label| label.code.as_ref().is_some_and(|own| *own == code);
        self.labels.iter().find(coded)?.value?.available()
    }
}

/// A computed variable.
#[record]
pub struct Label {
    /// `K00001` to `K00540`.
    #[wire("label_code")]
    pub code: Option<Text>,
    /// What it is, with points between its parts; see [`name_parts`](Self::name_parts).
    #[wire("label_name")]
    pub name: Option<Text>,
    /// Its number: reais, days or a count, by its name.
    #[wire("label_value")]
    pub value: Option<AmountUnless<-999_999>>,
}

/// The parts of a label's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct LabelName<'a> {
    /// What is measured: `bill_amount_of_creditcard`.
    pub measure: &'a str,
    /// How many become one: `max`, `min`, `avg`, `med`, `std`, `cv`, `tot`, `pct`.
    pub statistic: &'a str,
    /// Over which time: `full_record_period`, `last_30_days`, `last_1_bill_month`.
    pub window: &'a str,
}

impl Label {
    /// The parts of `klavi.transactions.<measure>.<statistic>.<window>`; some names lack `transactions`.
    pub fn name_parts(&self) -> Option<LabelName<'_>> {
        let name = self.name.as_ref()?.as_str().strip_prefix("klavi.")?;
        let mut parts = name.strip_prefix("transactions.").unwrap_or(name).split('.');
        let name = LabelName { measure: parts.next()?, statistic: parts.next()?, window: parts.next()? };
        parts.next().is_none().then_some(name)
    }
}
