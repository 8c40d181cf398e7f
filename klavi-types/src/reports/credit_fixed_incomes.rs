use provider_wire::{List, Money, OneOrMany, Text, record};

use super::{FixedIncomeBalance, FixedIncomeIdentification, FixedIncomeTransaction, YesNo};

/// A credit fixed income held.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_credit_fixed_incomes","investments":{"creditFixedIncomes":[{
/// #     "productIdentification":{"isinCode":"BRCST4CTF001","taxExemptProduct":"SIM"}}]}}"#;
/// let AnyReport::Investments(report) = decode_report(body)?.value else { return Ok(()) };
/// for holding in &report.content.investments.unwrap().credit_fixed_incomes {
///     let identification = holding.product_identification.as_ref().unwrap();
///     assert_eq!(identification.fixed_income.isin_code.as_ref().unwrap(), "BRCST4CTF001");
///     assert_eq!(identification.tax_exempt_product.as_ref().unwrap().as_str(), "SIM");
/// }
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct CreditFixedIncome {
    /// What it is.
    pub product_identification: Option<CreditFixedIncomeIdentification>,
    /// What it is worth: one object in the example, an array in variable incomes.
    pub balances: Option<OneOrMany<CreditFixedIncomeBalance>>,
    /// Its movements (Open Finance).
    pub transactions: List<FixedIncomeTransaction>,
}

/// What identifies a credit fixed income.
#[record(rename_all = "camelCase")]
pub struct CreditFixedIncomeIdentification {
    #[wire(flatten)]
    pub fixed_income: FixedIncomeIdentification,
    /// CNPJ of the debtor, 14 characters.
    pub debtor_cnpj_number: Option<Text>,
    /// Name of the debtor.
    pub debtor_name: Option<Text>,
    /// Whether its income is free of tax.
    pub tax_exempt_product: Option<YesNo>,
}

/// Position in a credit fixed income.
#[record(rename_all = "camelCase")]
pub struct CreditFixedIncomeBalance {
    #[wire(flatten)]
    pub fixed_income: FixedIncomeBalance,
    /// Fine for late payment (Open Finance).
    pub fine: Option<Money>,
    /// Interest for late payment (Open Finance).
    pub late_payment: Option<Money>,
}
