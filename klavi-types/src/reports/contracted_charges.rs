use provider_wire::{Amount, Text, open_enum, record};

/// A fee agreed on in a credit contract.
#[record(rename_all = "camelCase")]
pub struct ContractedFee {
    /// Name (Open Finance).
    pub fee_name: Option<Text>,
    /// Code at the bank (Open Finance).
    pub fee_code: Option<Text>,
    /// When it is charged (Open Finance).
    pub fee_charge_type: Option<FeeChargeType>,
    /// How it is reckoned (Open Finance).
    pub fee_charge: Option<FeeCharge>,
    /// Amount in the currency of the contract (Open Finance).
    pub fee_amount: Option<Amount>,
    /// Rate as a fraction, where it is a percentage (Open Finance).
    pub fee_rate: Option<Amount>,
}

/// A charge agreed on in a credit contract: interest and fines for delay, tax.
#[record(rename_all = "camelCase")]
pub struct ContractedFinanceCharge {
    /// Which (Open Finance).
    pub charge_type: Option<ContractChargeType>,
    /// Explanation where that is `OUTROS` (Open Finance).
    pub charge_additional_info: Option<Text>,
    /// Rate as a fraction (Open Finance).
    pub charge_rate: Option<Amount>,
}

/// When a fee is charged (Open Finance).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FeeChargeType {
    /// Once.
    Unica,
    /// With each instalment.
    PorParcela,
}

/// How a fee is reckoned (Open Finance).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FeeCharge {
    /// At least the amount.
    Minimo,
    /// At most the amount.
    Maximo,
    /// The amount.
    Fixo,
    /// A percentage.
    Percentual,
}

/// Charge of a credit contract, agreed on or paid (Open Finance).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ContractChargeType {
    /// Interest at the contract's rate for the time of delay.
    JurosRemuneratoriosPorAtraso,
    /// Fine for delay.
    MultaAtrasoPagamento,
    /// Default interest.
    JurosMoraAtraso,
    /// Tax on financial operations, on signing.
    IofContratacao,
    /// Tax on financial operations, on delay.
    IofPorAtraso,
    /// None.
    SemEncargo,
    /// Another one.
    Outros,
}
