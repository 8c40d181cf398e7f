use provider_wire::{Amount, List, Text, record};

use super::{AccountHead, Content};
use crate::{AmountNumber, ProductName};

/// Content of `pf_credit_risk` (`pj_` not seen; level not stated, it shows several institutions): variables that
/// Klavi computed from the person's accounts.
///
/// Structure complete from the example of V1.1, docs.klavi.ai/link/KGqy-v11. The catalogue of variables is not:
/// the example begins with `F000007` (age of the oldest checking account), `F000009` (its balance), `F000010` to
/// `F000015` (average daily balance of the last 30, 60, 90, 120, 180 and 360 days) and `F000016`. Units are
/// those of the variable; amounts are in reais, without a currency beside them.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_credit_risk","creditRisk":{"labelDetails":[
/// #     {"labelCode":"F000010","labelName":"Checking account daily average balance last 30 days","labelValue":2001.73}]}}"#;
/// let AnyReport::CreditRisk(report) = decode_report(body)?.value else { return Ok(()) };
/// let risk = report.content.credit_risk.unwrap();
/// assert_eq!(risk.value("F000010").unwrap().to_string(), "2001.73");
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct CreditRiskReport {
    /// The variables.
    pub credit_risk: Option<CreditRisk>,
}

impl Content for CreditRiskReport {
    const PRODUCTS: &'static [ProductName] = &[ProductName::CreditRisk];
}

/// Variables of a person, and what they were computed from.
#[record(rename_all = "camelCase")]
pub struct CreditRisk {
    /// Whose.
    pub personal_info: Option<CreditRiskPerson>,
    /// The variables, an open set.
    pub label_details: List<LabelDetail>,
}

impl CreditRisk {
    /// The variable of that code.
    pub fn label(&self, code: &str) -> Option<&LabelDetail> {
        self.label_details.iter().find(|label| label.label_code.as_ref().is_some_and(|known| known == code))
    }

    /// The number under that code. Older reports of Klavi wrote `-999999` for "not available"; whether this one does
    /// is not known, so it is not taken out here.
    pub fn value(&self, code: &str) -> Option<Amount> {
        self.label(code)?.label_value.map(AmountNumber::get)
    }
}

/// The person whose variables they are.
#[record(rename_all = "camelCase")]
pub struct CreditRiskPerson {
    /// Accounts that were taken into account; only brand, bank and its code in the example.
    pub accounts: List<AccountHead>,
    /// Full civil name.
    pub civil_name: Option<Text>,
}

/// A computed variable.
#[record(rename_all = "camelCase")]
pub struct LabelDetail {
    /// `F` and six digits, with gaps in the sequence.
    pub label_code: Option<Text>,
    /// What it is, in English.
    pub label_name: Option<Text>,
    /// The number, in the unit that the name implies; read from decimal text as well.
    pub label_value: Option<AmountNumber>,
}
