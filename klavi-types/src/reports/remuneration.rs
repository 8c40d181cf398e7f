use provider_wire::{Amount, Text, open_enum, record};

/// Rates of a fixed income. Fractions, not percentages.
#[record(rename_all = "camelCase")]
pub struct FixedIncomeRates {
    /// Fixed part: `0.300000` is 30 %. May be negative.
    pub pre_fixed_rate: Option<Amount>,
    /// Share of the index that is paid: `1.100000` is 110 %. May be negative.
    pub post_fixed_indexer_percentage: Option<Amount>,
}

/// How a fixed income pays: index, rates and how they are reckoned. Source: docs.klavi.ai/link/N-SJ-v11.
#[record(rename_all = "camelCase")]
pub struct Remuneration {
    #[wire(flatten)]
    pub rates: FixedIncomeRates,
    /// How interest adds up. Not for Treasury bonds (Open Finance).
    pub rate_type: Option<RemunerationRateType>,
    /// Period of the rate.
    pub rate_periodicity: Option<RemunerationRatePeriodicity>,
    /// Which days count.
    pub calculation: Option<RemunerationCalculation>,
    /// Index it follows.
    pub indexer: Option<RemunerationIndexer>,
    /// Name of the index where it is another one, `Dólar` (Open Finance).
    pub indexer_additional_info: Option<Text>,
}

/// How interest adds up (Open Finance investments, `rateType`).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RemunerationRateType {
    /// Simple interest.
    Linear,
    /// Compound interest.
    Exponencial,
}

/// Period of a rate (Open Finance investments, `ratePeriodicity`).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RemunerationRatePeriodicity {
    /// Per month.
    Mensal,
    /// Per year.
    Anual,
    /// Per day.
    Diario,
    /// Per half year.
    Semestral,
}

/// Which days count for interest (Open Finance investments, `calculation`).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RemunerationCalculation {
    /// Business days.
    DiasUteis,
    /// Calendar days.
    DiasCorridos,
}

/// Index that a fixed income follows (Open Finance investments, `indexer`).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RemunerationIndexer {
    /// Rate of interbank certificates of deposit.
    Cdi,
    /// Rate of interbank deposits.
    Di,
    /// Reference rate.
    Tr,
    /// Consumer prices, broad.
    Ipca,
    /// General prices, market.
    IgpM,
    /// General prices, domestic supply.
    IgpDi,
    /// Consumer prices, national.
    Inpc,
    /// `BCP`, not spelt out in the specification.
    Bcp,
    /// `TLC`, not spelt out in the specification.
    Tlc,
    /// Central Bank's policy rate.
    Selic,
    /// None: the rate is fixed.
    PreFixado,
    /// Another, named beside.
    Outros,
}
