use provider_wire::{Amount, DateTime, Text, open_enum, record};

use super::CreditContract;

/// A loan: a contract with what only loans have.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_loans","creditOperations":{"loans":[
/// #     {"contractAmount":"1000.0400","currency":"BRL","cetYearlyRate":"0.290000","cnpjConsignee":"50685662000135"}]}}"#;
/// let AnyReport::CreditOperations(report) = decode_report(body)?.value else { return Ok(()) };
/// for loan in &report.content.credit_operations.unwrap().loans {
///     assert_eq!(loan.contract.contract_amount.unwrap().to_string(), "1000.0400");
///     assert_eq!(loan.contract.cet_yearly_rate.unwrap().to_string(), "0.290000");
///     assert!(loan.cnpj_consignee.is_some());
/// }
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct Loan {
    #[wire(flatten)]
    pub contract: CreditContract,
    /// CNPJ of the employer that deducts the instalments from pay (Open Finance loans since 2.6).
    pub cnpj_consignor: Option<Text>,
    /// The same under its name before 2.6.
    pub cnpj_consignee: Option<Text>,
    /// Which personal loan (Open Finance).
    pub product_sub_type_category: Option<LoanSubTypeCategory>,
    /// Amount of the next instalment, in the currency of the contract (Open Finance).
    pub next_instalment_amount: Option<Amount>,
    /// When the balance was brought up to date (Open Finance).
    pub last_updated_contract_outstanding_balance: Option<DateTime>,
    /// What remains to be paid in all, in the currency of the contract (Open Finance).
    pub total_remaining_amount: Option<Amount>,
}

/// Which personal loan (Open Finance loans since 2.5).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LoanSubTypeCategory {
    /// Without security.
    CreditoPessoalClean,
    /// Deducted from the pay of federal servants.
    ConsignadoSiape,
    /// Another one.
    Outro,
}
