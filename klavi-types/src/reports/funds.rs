use provider_wire::{Amount, Date, List, Money, OneOrMany, Text, open_enum, record};

use super::{InvestmentMovement, TaxedValue};

/// An investment fund held.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_funds","investments":{"funds":[{
/// #     "productIdentification":{"anbimaCategory":"ACOES"},"balances":{"quotaQuantity":"42.25"}}]}}"#;
/// let AnyReport::Investments(report) = decode_report(body)?.value else { return Ok(()) };
/// for holding in &report.content.investments.unwrap().funds {
///     for balance in holding.balances.iter().flat_map(|balances| balances.as_slice()) {
///         assert_eq!(balance.quota_quantity.unwrap().to_string(), "42.25");
///     }
/// }
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct Fund {
    /// What it is (inferred).
    pub product_identification: Option<FundIdentification>,
    /// What it is worth; one object or an array (inferred).
    pub balances: Option<OneOrMany<FundBalance>>,
    /// Its movements (inferred).
    pub transactions: List<FundTransaction>,
}

/// What identifies a fund.
#[record(rename_all = "camelCase")]
pub struct FundIdentification {
    /// Name (Open Finance).
    pub name: Option<Text>,
    /// Its CNPJ, 14 characters (Open Finance).
    pub cnpj_number: Option<Text>,
    /// ISIN, 12 characters (Open Finance).
    pub isin_code: Option<Text>,
    /// ANBIMA category (Open Finance).
    pub anbima_category: Option<AnbimaCategory>,
    /// ANBIMA class, free text (Open Finance).
    pub anbima_class: Option<Text>,
    /// ANBIMA subclass, free text (Open Finance).
    pub anbima_subclass: Option<Text>,
}

/// Position in a fund.
#[record(rename_all = "camelCase")]
pub struct FundBalance {
    /// Day it held (Open Finance).
    pub reference_date: Option<Date>,
    /// Value before taxes; may be negative (Open Finance).
    pub gross_amount: Option<Money>,
    /// Value after taxes; may be negative (Open Finance).
    pub net_amount: Option<Money>,
    /// Income tax set apart (Open Finance).
    pub income_tax_provision: Option<Money>,
    /// Tax on financial transactions (IOF) set apart (Open Finance).
    pub financial_transaction_tax_provision: Option<Money>,
    /// Part that cannot be redeemed (Open Finance).
    pub blocked_amount: Option<Money>,
    /// Quotas held, up to 8 decimals (Open Finance).
    pub quota_quantity: Option<Amount>,
    /// Price of a quota before taxes, up to 8 decimals (Open Finance).
    pub quota_gross_price_value: Option<Money>,
}

/// A movement of a fund.
#[record(rename_all = "camelCase")]
pub struct FundTransaction {
    #[wire(flatten)]
    pub movement: InvestmentMovement,
    #[wire(flatten)]
    pub value: TaxedValue,
    /// Day on which money became quotas or quotas money (Open Finance).
    pub transaction_conversion_date: Option<Date>,
    /// Price of a quota, up to 8 decimals (Open Finance).
    pub transaction_quota_price: Option<Money>,
    /// Quotas moved, up to 8 decimals (Open Finance).
    pub transaction_quota_quantity: Option<Amount>,
    /// Value (Open Finance).
    pub transaction_value: Option<Money>,
    /// Exit fee (Open Finance).
    pub transaction_exit_fee: Option<Money>,
}

/// Category of a fund at ANBIMA (Open Finance funds).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AnbimaCategory {
    /// Fixed income.
    RendaFixa,
    /// Shares.
    Acoes,
    /// Mixed.
    Multimercado,
    /// Currencies.
    Cambial,
}
