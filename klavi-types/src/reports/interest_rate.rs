use provider_wire::{Amount, Text, open_enum, record};

/// Interest of a credit contract.
#[record(rename_all = "camelCase")]
pub struct InterestRate {
    /// Nominal or effective.
    pub tax_type: Option<TaxType>,
    /// Simple or compound.
    pub interest_rate_type: Option<InterestRateType>,
    /// Period that the rate is for.
    pub tax_periodicity: Option<TaxPeriodicity>,
    /// How days are counted.
    pub calculation: Option<InterestCalculation>,
    /// Kind of index.
    pub referential_rate_indexer_type: Option<ReferentialRateIndexerType>,
    /// Which index (Open Finance).
    pub referential_rate_indexer_sub_type: Option<ReferentialRateIndexerSubType>,
    /// Explanation of another index (Open Finance).
    pub referential_rate_indexer_additional_info: Option<Text>,
    /// Fixed rate, as a fraction (Open Finance).
    pub pre_fixed_rate: Option<Amount>,
    /// Rate on top of the index, as a fraction (Open Finance).
    pub post_fixed_rate: Option<Amount>,
    /// Anything else on the rate (Open Finance).
    pub additional_info: Option<Text>,
}

/// Whether a rate is nominal or effective (Open Finance).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TaxType {
    /// Nominal.
    Nominal,
    /// Effective.
    Efetiva,
}

/// Whether interest bears interest (Open Finance).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InterestRateType {
    /// Simple.
    Simples,
    /// Compound.
    Composto,
}

/// Period that a rate is for (Open Finance).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TaxPeriodicity {
    /// A month.
    Am,
    /// A year.
    Aa,
}

/// How days are counted: days of a month by days of a year (Open Finance).
#[open_enum]
pub enum InterestCalculation {
    /// Working days.
    #[wire("21/252")]
    Days21By252,
    /// Commercial year.
    #[wire("30/360")]
    Days30By360,
    /// Calendar year.
    #[wire("30/365")]
    Days30By365,
}

/// Kind of index that a rate follows (Open Finance).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReferentialRateIndexerType {
    /// None.
    SemTipoIndexador,
    /// Fixed in advance.
    PreFixado,
    /// Known afterwards.
    PosFixado,
    /// Floating.
    Flutuantes,
    /// Price index.
    IndicesPrecos,
    /// Rural credit.
    CreditoRural,
    /// Another one.
    OutrosIndexadores,
}

/// Index that a rate follows (Open Finance).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReferentialRateIndexerSubType {
    /// None.
    SemSubTipoIndexador,
    /// Fixed in advance.
    PreFixado,
    /// Reference rate or basic financial rate.
    TrTbf,
    /// Long-term rate of the development bank until 2017.
    Tjlp,
    /// London interbank rate.
    Libor,
    /// Long-term rate of the development bank.
    Tlp,
    /// Another rate known afterwards.
    OutrasTaxasPosFixadas,
    /// Interbank deposits.
    Cdi,
    /// Base rate of the Central Bank.
    Selic,
    /// Another floating rate.
    OutrasTaxasFlutuantes,
    /// General market prices.
    Igpm,
    /// Consumer prices, the official index.
    Ipca,
    /// Consumer prices, another index.
    Ipcc,
    /// Another price index.
    OutrosIndicesPreco,
    /// Rural credit, rate fixed in advance.
    TcrPre,
    /// Rural credit, rate known afterwards.
    TcrPos,
    /// Constitutional funds, rate fixed in advance.
    TrfcPre,
    /// Constitutional funds, rate known afterwards.
    TrfcPos,
    /// Another one.
    OutrosIndexadores,
}
