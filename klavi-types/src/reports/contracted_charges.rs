use provider_wire::{Amount, Text, open_enum, record};

record! {
    /// A fee agreed on in a credit contract.
    pub struct ContractedFee {
        /// Name (Open Finance).
        pub fee_name: Option<Text> => "feeName",
        /// Code at the bank (Open Finance).
        pub fee_code: Option<Text> => "feeCode",
        /// When it is charged (Open Finance).
        pub fee_charge_type: Option<FeeChargeType> => "feeChargeType",
        /// How it is reckoned (Open Finance).
        pub fee_charge: Option<FeeCharge> => "feeCharge",
        /// Amount in the currency of the contract (Open Finance).
        pub fee_amount: Option<Amount> => "feeAmount",
        /// Rate as a fraction, where it is a percentage (Open Finance).
        pub fee_rate: Option<Amount> => "feeRate",
    }
}

record! {
    /// A charge agreed on in a credit contract: interest and fines for delay, tax.
    pub struct ContractedFinanceCharge {
        /// Which (Open Finance).
        pub charge_type: Option<ContractChargeType> => "chargeType",
        /// Explanation where that is `OUTROS` (Open Finance).
        pub charge_additional_info: Option<Text> => "chargeAdditionalInfo",
        /// Rate as a fraction (Open Finance).
        pub charge_rate: Option<Amount> => "chargeRate",
    }
}

open_enum! {
    /// When a fee is charged (Open Finance).
    pub enum FeeChargeType {
        /// Once.
        Unica => "UNICA",
        /// With each instalment.
        PorParcela => "POR_PARCELA",
    }
}

open_enum! {
    /// How a fee is reckoned (Open Finance).
    pub enum FeeCharge {
        /// At least the amount.
        Minimo => "MINIMO",
        /// At most the amount.
        Maximo => "MAXIMO",
        /// The amount.
        Fixo => "FIXO",
        /// A percentage.
        Percentual => "PERCENTUAL",
    }
}

open_enum! {
    /// Charge of a credit contract, agreed on or paid (Open Finance).
    pub enum ContractChargeType {
        /// Interest at the contract's rate for the time of delay.
        JurosRemuneratoriosPorAtraso => "JUROS_REMUNERATORIOS_POR_ATRASO",
        /// Fine for delay.
        MultaAtrasoPagamento => "MULTA_ATRASO_PAGAMENTO",
        /// Default interest.
        JurosMoraAtraso => "JUROS_MORA_ATRASO",
        /// Tax on financial operations, on signing.
        IofContratacao => "IOF_CONTRATACAO",
        /// Tax on financial operations, on delay.
        IofPorAtraso => "IOF_POR_ATRASO",
        /// None.
        SemEncargo => "SEM_ENCARGO",
        /// Another one.
        Outros => "OUTROS",
    }
}
