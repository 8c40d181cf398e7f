use provider_wire::{Amount, Text, open_enum, record};

record! {
    /// Interest of a credit contract.
    pub struct InterestRate {
        /// Nominal or effective.
        pub tax_type: Option<TaxType> => "taxType",
        /// Simple or compound.
        pub interest_rate_type: Option<InterestRateType> => "interestRateType",
        /// Period that the rate is for.
        pub tax_periodicity: Option<TaxPeriodicity> => "taxPeriodicity",
        /// How days are counted.
        pub calculation: Option<InterestCalculation> => "calculation",
        /// Kind of index.
        pub referential_rate_indexer_type: Option<ReferentialRateIndexerType> => "referentialRateIndexerType",
        /// Which index (Open Finance).
        pub referential_rate_indexer_sub_type: Option<ReferentialRateIndexerSubType>
            => "referentialRateIndexerSubType",
        /// Explanation of another index (Open Finance).
        pub referential_rate_indexer_additional_info: Option<Text> => "referentialRateIndexerAdditionalInfo",
        /// Fixed rate, as a fraction (Open Finance).
        pub pre_fixed_rate: Option<Amount> => "preFixedRate",
        /// Rate on top of the index, as a fraction (Open Finance).
        pub post_fixed_rate: Option<Amount> => "postFixedRate",
        /// Anything else on the rate (Open Finance).
        pub additional_info: Option<Text> => "additionalInfo",
    }
}

open_enum! {
    /// Whether a rate is nominal or effective (Open Finance).
    pub enum TaxType {
        /// Nominal.
        Nominal => "NOMINAL",
        /// Effective.
        Efetiva => "EFETIVA",
    }
}

open_enum! {
    /// Whether interest bears interest (Open Finance).
    pub enum InterestRateType {
        /// Simple.
        Simples => "SIMPLES",
        /// Compound.
        Composto => "COMPOSTO",
    }
}

open_enum! {
    /// Period that a rate is for (Open Finance).
    pub enum TaxPeriodicity {
        /// A month.
        Am => "AM",
        /// A year.
        Aa => "AA",
    }
}

open_enum! {
    /// How days are counted: days of a month by days of a year (Open Finance).
    pub enum InterestCalculation {
        /// Working days.
        Days21By252 => "21/252",
        /// Commercial year.
        Days30By360 => "30/360",
        /// Calendar year.
        Days30By365 => "30/365",
    }
}

open_enum! {
    /// Kind of index that a rate follows (Open Finance).
    pub enum ReferentialRateIndexerType {
        /// None.
        SemTipoIndexador => "SEM_TIPO_INDEXADOR",
        /// Fixed in advance.
        PreFixado => "PRE_FIXADO",
        /// Known afterwards.
        PosFixado => "POS_FIXADO",
        /// Floating.
        Flutuantes => "FLUTUANTES",
        /// Price index.
        IndicesPrecos => "INDICES_PRECOS",
        /// Rural credit.
        CreditoRural => "CREDITO_RURAL",
        /// Another one.
        OutrosIndexadores => "OUTROS_INDEXADORES",
    }
}

open_enum! {
    /// Index that a rate follows (Open Finance).
    pub enum ReferentialRateIndexerSubType {
        /// None.
        SemSubTipoIndexador => "SEM_SUB_TIPO_INDEXADOR",
        /// Fixed in advance.
        PreFixado => "PRE_FIXADO",
        /// Reference rate or basic financial rate.
        TrTbf => "TR_TBF",
        /// Long-term rate of the development bank until 2017.
        Tjlp => "TJLP",
        /// London interbank rate.
        Libor => "LIBOR",
        /// Long-term rate of the development bank.
        Tlp => "TLP",
        /// Another rate known afterwards.
        OutrasTaxasPosFixadas => "OUTRAS_TAXAS_POS_FIXADAS",
        /// Interbank deposits.
        Cdi => "CDI",
        /// Base rate of the Central Bank.
        Selic => "SELIC",
        /// Another floating rate.
        OutrasTaxasFlutuantes => "OUTRAS_TAXAS_FLUTUANTES",
        /// General market prices.
        Igpm => "IGPM",
        /// Consumer prices, the official index.
        Ipca => "IPCA",
        /// Consumer prices, another index.
        Ipcc => "IPCC",
        /// Another price index.
        OutrosIndicesPreco => "OUTROS_INDICES_PRECO",
        /// Rural credit, rate fixed in advance.
        TcrPre => "TCR_PRE",
        /// Rural credit, rate known afterwards.
        TcrPos => "TCR_POS",
        /// Constitutional funds, rate fixed in advance.
        TrfcPre => "TRFC_PRE",
        /// Constitutional funds, rate known afterwards.
        TrfcPos => "TRFC_POS",
        /// Another one.
        OutrosIndexadores => "OUTROS_INDEXADORES",
    }
}
