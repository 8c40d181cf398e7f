use provider_wire::{Flag, Money, Text, open_enum, record};

use super::LimitAmount;

/// A limit of a card. Source: docs.klavi.ai/connect/zTO9-v11.
#[record(rename_all = "camelCase")]
pub struct CardLimit {
    /// Whether the bank lets the customer go beyond it.
    pub is_limit_flexible: Option<Flag>,
    /// The limit.
    pub limit_amount: Option<LimitAmount>,
    /// Used. May be negative.
    pub used_amount: Option<Money>,
    /// Left. May be negative.
    pub available_amount: Option<Money>,
    /// Total, or for one kind of operation (Open Finance).
    pub credit_line_limit_type: Option<CreditLineLimitType>,
    /// Shared by the cards of the account or one card's own (Open Finance).
    pub consolidation_type: Option<LimitConsolidation>,
    /// Digits shown of the card (Open Finance).
    pub identification_number: Option<Text>,
    /// Kind of operation (Open Finance).
    pub line_name: Option<CreditLineName>,
    /// Explanation where the kind is `OUTROS` (Open Finance).
    pub line_name_additional_info: Option<Text>,
    /// The limit that the customer set (Open Finance since 2.1).
    pub customized_limit_amount: Option<Money>,
}

/// What a limit is for (Open Finance credit cards).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CreditLineLimitType {
    /// Everything.
    LimiteCreditoTotal,
    /// One kind of operation.
    LimiteCreditoModalidadeOperacao,
}

/// Whose a limit is (Open Finance credit cards).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LimitConsolidation {
    /// All cards of the account together.
    Consolidado,
    /// One card.
    Individual,
}

/// Kind of operation that a limit is for (Open Finance credit cards).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CreditLineName {
    /// Purchase at once.
    CreditoAVista,
    /// Purchase in instalments.
    CreditoParcelado,
    /// Withdrawal in Brazil.
    SaqueCreditoBrasil,
    /// Withdrawal abroad.
    SaqueCreditoExterior,
    /// Payroll card loan.
    EmprestimoCartaoConsignado,
    /// Another.
    Outros,
}
