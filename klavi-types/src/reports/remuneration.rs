use provider_wire::{Amount, Text, open_enum, record};

record! {
    /// Rates of a fixed income. Fractions, not percentages.
    pub struct FixedIncomeRates {
        /// Fixed part: `0.300000` is 30 %. May be negative.
        pub pre_fixed_rate: Option<Amount> => "preFixedRate",
        /// Share of the index that is paid: `1.100000` is 110 %. May be negative.
        pub post_fixed_indexer_percentage: Option<Amount> => "postFixedIndexerPercentage",
    }
}

record! {
    /// How a fixed income pays: index, rates and how they are reckoned. Source: docs.klavi.ai/link/N-SJ-v11.
    pub struct Remuneration {
        ..rates: FixedIncomeRates,
        /// How interest adds up. Not for Treasury bonds (Open Finance).
        pub rate_type: Option<RemunerationRateType> => "rateType",
        /// Period of the rate.
        pub rate_periodicity: Option<RemunerationRatePeriodicity> => "ratePeriodicity",
        /// Which days count.
        pub calculation: Option<RemunerationCalculation> => "calculation",
        /// Index it follows.
        pub indexer: Option<RemunerationIndexer> => "indexer",
        /// Name of the index where it is another one, `Dólar` (Open Finance).
        pub indexer_additional_info: Option<Text> => "indexerAdditionalInfo",
    }
}

open_enum! {
    /// How interest adds up (Open Finance investments, `rateType`).
    pub enum RemunerationRateType {
        /// Simple interest.
        Linear => "LINEAR",
        /// Compound interest.
        Exponencial => "EXPONENCIAL",
    }
}

open_enum! {
    /// Period of a rate (Open Finance investments, `ratePeriodicity`).
    pub enum RemunerationRatePeriodicity {
        /// Per month.
        Mensal => "MENSAL",
        /// Per year.
        Anual => "ANUAL",
        /// Per day.
        Diario => "DIARIO",
        /// Per half year.
        Semestral => "SEMESTRAL",
    }
}

open_enum! {
    /// Which days count for interest (Open Finance investments, `calculation`).
    pub enum RemunerationCalculation {
        /// Business days.
        DiasUteis => "DIAS_UTEIS",
        /// Calendar days.
        DiasCorridos => "DIAS_CORRIDOS",
    }
}

open_enum! {
    /// Index that a fixed income follows (Open Finance investments, `indexer`).
    pub enum RemunerationIndexer {
        /// Rate of interbank certificates of deposit.
        Cdi => "CDI",
        /// Rate of interbank deposits.
        Di => "DI",
        /// Reference rate.
        Tr => "TR",
        /// Consumer prices, broad.
        Ipca => "IPCA",
        /// General prices, market.
        IgpM => "IGP_M",
        /// General prices, domestic supply.
        IgpDi => "IGP_DI",
        /// Consumer prices, national.
        Inpc => "INPC",
        /// `BCP`, not spelt out in the specification.
        Bcp => "BCP",
        /// `TLC`, not spelt out in the specification.
        Tlc => "TLC",
        /// Central Bank's policy rate.
        Selic => "SELIC",
        /// None: the rate is fixed.
        PreFixado => "PRE_FIXADO",
        /// Another, named beside.
        Outros => "OUTROS",
    }
}
