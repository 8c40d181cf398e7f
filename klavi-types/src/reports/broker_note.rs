use provider_wire::{Money, Text, record};

/// Note of a broker on trades in variable incomes: value, fees and taxes.
///
/// From Open Finance Brasil, variable-incomes 1.3.0; no page of Klavi's was seen to hold one. Amounts may be
/// negative.
#[record(rename_all = "camelCase")]
pub struct BrokerNote {
    /// The id that movements name (inferred).
    #[wire(or = "brOKerNoteId")]
    pub broker_note_id: Option<Text>,
    /// Its number, up to 16 digits (Open Finance).
    pub broker_note_number: Option<Text>,
    /// Value before fees and taxes (Open Finance).
    pub gross_value: Option<Money>,
    /// The broker's fee (Open Finance).
    pub brokerage_fee: Option<Money>,
    /// Clearing: settlement fee (Open Finance).
    pub clearing_settlement_fee: Option<Money>,
    /// Clearing: registration fee (Open Finance).
    pub clearing_registration_fee: Option<Money>,
    /// Exchange: fee of the trade notice (Open Finance).
    pub stock_exchange_asset_trade_notice_fee: Option<Money>,
    /// Exchange: fee (Open Finance).
    pub stock_exchange_fee: Option<Money>,
    /// Clearing: custody fee (Open Finance).
    pub clearing_custody_fee: Option<Money>,
    /// Taxes (Open Finance).
    pub taxes: Option<Money>,
    /// Income tax withheld (Open Finance).
    pub income_tax: Option<Money>,
    /// Value after fees and taxes (Open Finance).
    pub net_value: Option<Money>,
}
