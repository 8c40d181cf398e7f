use provider_wire::{Amount, Date, List, Money, OneOrMany, Text, record};

use super::{BrokerNote, InvestmentMovement};

/// A variable income held.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_variable_incomes","investments":{"variableIncomes":[{
/// #     "productIdentification":{"ticker":"PETR4"},"balances":[{"quantity":"1000.00000004"}]}]}}"#;
/// let AnyReport::Investments(report) = decode_report(body)?.value else { return Ok(()) };
/// for holding in &report.content.investments.unwrap().variable_incomes {
///     assert_eq!(holding.product_identification.as_ref().unwrap().ticker.as_ref().unwrap(), "PETR4");
///     for balance in holding.balances.iter().flat_map(|balances| balances.as_slice()) {
///         assert_eq!(balance.quantity.unwrap().to_string(), "1000.00000004");
///     }
/// }
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct VariableIncome {
    /// What it is.
    pub product_identification: Option<VariableIncomeIdentification>,
    /// What it is worth: an array in the example, one object in fixed incomes.
    pub balances: Option<OneOrMany<VariableIncomeBalance>>,
    /// Its movements.
    pub transactions: List<VariableIncomeTransaction>,
    /// Notes of the broker; that they come, and under this name, is inferred.
    pub broker_notes: List<BrokerNote>,
}

/// What identifies a variable income.
#[record(rename_all = "camelCase")]
pub struct VariableIncomeIdentification {
    /// CNPJ of the issuer, 14 characters.
    pub issuer_institution_cnpj_number: Option<Text>,
    /// ISIN, 12 characters.
    pub isin_code: Option<Text>,
    /// Code at the exchange, `PETR4`.
    pub ticker: Option<Text>,
}

/// Position in a variable income.
#[record(rename_all = "camelCase")]
pub struct VariableIncomeBalance {
    /// Day it held. Banks may be two days behind.
    pub reference_date: Option<Date>,
    /// How many units the price is for, up to 8 decimals.
    pub price_factor: Option<Amount>,
    /// Value before taxes; may be negative.
    pub gross_amount: Option<Money>,
    /// Part that cannot be sold.
    pub blocked_balance: Option<Money>,
    /// Units held, up to 8 decimals; may be negative.
    pub quantity: Option<Amount>,
    /// Price at the close of that day.
    pub closing_price: Option<Money>,
}

/// A movement of a variable income.
#[record(rename_all = "camelCase")]
pub struct VariableIncomeTransaction {
    #[wire(flatten)]
    pub movement: InvestmentMovement,
    /// Day.
    pub transaction_date: Option<Date>,
    /// How many units the price is for, up to 8 decimals.
    pub price_factor: Option<Amount>,
    /// Price.
    pub transaction_unit_price: Option<Money>,
    /// Units moved, up to 8 decimals.
    pub transaction_quantity: Option<Amount>,
    /// Value.
    pub transaction_value: Option<Money>,
    /// Note of the broker it stands in. The page spells it with `OK`.
    #[wire(or = "brOKerNoteId")]
    pub broker_note_id: Option<Text>,
}
