use provider_wire::{Flag, Money, Text, open_enum, record};

use super::LimitAmount;

record! {
    /// A limit of a card. Source: docs.klavi.ai/connect/zTO9-v11.
    pub struct CardLimit {
        /// Whether the bank lets the customer go beyond it.
        pub is_limit_flexible: Option<Flag> => "isLimitFlexible",
        /// The limit.
        pub limit_amount: Option<LimitAmount> => "limitAmount",
        /// Used. May be negative.
        pub used_amount: Option<Money> => "usedAmount",
        /// Left. May be negative.
        pub available_amount: Option<Money> => "availableAmount",
        /// Total, or for one kind of operation (Open Finance).
        pub credit_line_limit_type: Option<CreditLineLimitType> => "creditLineLimitType",
        /// Shared by the cards of the account or one card's own (Open Finance).
        pub consolidation_type: Option<LimitConsolidation> => "consolidationType",
        /// Digits shown of the card (Open Finance).
        pub identification_number: Option<Text> => "identificationNumber",
        /// Kind of operation (Open Finance).
        pub line_name: Option<CreditLineName> => "lineName",
        /// Explanation where the kind is `OUTROS` (Open Finance).
        pub line_name_additional_info: Option<Text> => "lineNameAdditionalInfo",
        /// The limit that the customer set (Open Finance since 2.1).
        pub customized_limit_amount: Option<Money> => "customizedLimitAmount",
    }
}

open_enum! {
    /// What a limit is for (Open Finance credit cards).
    pub enum CreditLineLimitType {
        /// Everything.
        LimiteCreditoTotal => "LIMITE_CREDITO_TOTAL",
        /// One kind of operation.
        LimiteCreditoModalidadeOperacao => "LIMITE_CREDITO_MODALIDADE_OPERACAO",
    }
}

open_enum! {
    /// Whose a limit is (Open Finance credit cards).
    pub enum LimitConsolidation {
        /// All cards of the account together.
        Consolidado => "CONSOLIDADO",
        /// One card.
        Individual => "INDIVIDUAL",
    }
}

open_enum! {
    /// Kind of operation that a limit is for (Open Finance credit cards).
    pub enum CreditLineName {
        /// Purchase at once.
        CreditoAVista => "CREDITO_A_VISTA",
        /// Purchase in instalments.
        CreditoParcelado => "CREDITO_PARCELADO",
        /// Withdrawal in Brazil.
        SaqueCreditoBrasil => "SAQUE_CREDITO_BRASIL",
        /// Withdrawal abroad.
        SaqueCreditoExterior => "SAQUE_CREDITO_EXTERIOR",
        /// Payroll card loan.
        EmprestimoCartaoConsignado => "EMPRESTIMO_CARTAO_CONSIGNADO",
        /// Another.
        Outros => "OUTROS",
    }
}
