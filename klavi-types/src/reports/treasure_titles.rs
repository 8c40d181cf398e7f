use provider_wire::{List, OneOrMany, Text, record};

use super::{FixedIncomeBalance, FixedIncomeIdentification, FixedIncomeTransaction};

/// A Treasury bond held.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_treasure_titles","investments":{"treasureTitles":[{
/// #     "productIdentification":{"productName":"Tesouro Selic 2025","dueDate":"2025-03-01"}}]}}"#;
/// let AnyReport::Investments(report) = decode_report(body)?.value else { return Ok(()) };
/// for holding in &report.content.investments.unwrap().treasure_titles {
///     let identification = holding.product_identification.as_ref().unwrap();
///     assert_eq!(identification.product_name.as_ref().unwrap(), "Tesouro Selic 2025");
///     assert_eq!(identification.fixed_income.due_date.unwrap().to_string(), "2025-03-01");
/// }
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct TreasureTitle {
    /// What it is (inferred).
    pub product_identification: Option<TreasureTitleIdentification>,
    /// What it is worth; one object or an array (inferred).
    pub balances: Option<OneOrMany<FixedIncomeBalance>>,
    /// Its movements (inferred).
    pub transactions: List<FixedIncomeTransaction>,
}

/// What identifies a Treasury bond.
#[record(rename_all = "camelCase")]
pub struct TreasureTitleIdentification {
    #[wire(flatten)]
    pub fixed_income: FixedIncomeIdentification,
    /// Name of the bond, `Tesouro Selic 2025` (Open Finance).
    pub product_name: Option<Text>,
}
