use provider_wire::{Amount, Date, DateTime, Money, Text, open_enum, record};

use super::{FixedIncomeRates, InvestmentMovement, Remuneration, TaxedValue};

/// What identifies a fixed income: bank and credit ones, and Treasury bonds, which lack some of it.
/// Source: docs.klavi.ai/link/N-SJ-v11.
#[record(rename_all = "camelCase")]
pub struct FixedIncomeIdentification {
    #[wire(flatten)]
    pub voucher: VoucherPayment,
    /// CNPJ of the issuer, 14 characters. Not for Treasury bonds (Open Finance).
    pub issuer_institution_cnpj_number: Option<Text>,
    /// ISIN, 12 characters.
    pub isin_code: Option<Text>,
    /// Kind of security. Not for Treasury bonds (Open Finance).
    pub investment_type: Option<FixedIncomeType>,
    /// How it pays.
    pub remuneration: Option<Remuneration>,
    /// Unit price at issue, up to 8 decimals. Not for Treasury bonds (Open Finance).
    pub issue_unit_price: Option<Money>,
    /// Maturity.
    pub due_date: Option<Date>,
    /// Day of issue. Not for Treasury bonds (Open Finance).
    pub issue_date: Option<Date>,
    /// Code at the clearing house; documented for credit fixed incomes, else Open Finance.
    pub clearing_code: Option<Text>,
    /// Day of purchase.
    pub purchase_date: Option<Date>,
    /// Redeemable from this day on. Not for Treasury bonds (Open Finance).
    pub grace_period_date: Option<Date>,
}

/// Whether and how often a security pays interest before it is due: credit fixed incomes and Treasury bonds.
#[record(rename_all = "camelCase")]
pub struct VoucherPayment {
    /// Whether it does.
    pub voucher_payment_indicator: Option<YesNo>,
    /// How often.
    pub voucher_payment_periodicity: Option<VoucherPaymentPeriodicity>,
    /// How often, where it is none of the words: `Diária` (Open Finance).
    pub voucher_payment_periodicity_additional_info: Option<Text>,
}

/// Position in a fixed income. Source: docs.klavi.ai/link/N-SJ-v11; rates and `purchaseUnitPrice` from
/// Open Finance.
#[record(rename_all = "camelCase")]
pub struct FixedIncomeBalance {
    #[wire(flatten)]
    pub rates: FixedIncomeRates,
    /// When it held, UTC. Banks may be a day behind.
    pub reference_date_time: Option<DateTime>,
    /// Units held, up to 8 decimals, 10 for bank fixed incomes.
    pub quantity: Option<Amount>,
    /// Unit price then, up to 8 decimals, 10 for bank fixed incomes.
    pub updated_unit_price: Option<Money>,
    /// Value before taxes.
    pub gross_amount: Option<Money>,
    /// Value after taxes.
    pub net_amount: Option<Money>,
    /// Income tax expected.
    pub income_tax: Option<Money>,
    /// Tax on financial transactions (IOF) expected.
    pub financial_transaction_tax: Option<Money>,
    /// Part that cannot be redeemed.
    pub blocked_balance: Option<Money>,
    /// Unit price at purchase, up to 8 decimals (Open Finance).
    pub purchase_unit_price: Option<Money>,
}

/// A movement of a fixed income (Open Finance; the page was not seen that far).
#[record(rename_all = "camelCase")]
pub struct FixedIncomeTransaction {
    #[wire(flatten)]
    pub movement: InvestmentMovement,
    #[wire(flatten)]
    pub value: TaxedValue,
    /// Day (Open Finance).
    pub transaction_date: Option<Date>,
    /// Unit price, up to 8 decimals (Open Finance).
    pub transaction_unit_price: Option<Money>,
    /// Units moved, up to 8 decimals (Open Finance).
    pub transaction_quantity: Option<Amount>,
    /// Rate it was made at, a fraction: `0.300000` is 30 % (Open Finance).
    pub remuneration_transaction_rate: Option<Amount>,
    /// Share of the index, a fraction; not for Treasury bonds (Open Finance).
    pub indexer_percentage: Option<Amount>,
}

/// Kind of security (Open Finance bank and credit fixed incomes, `investmentType`).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FixedIncomeType {
    /// Bank: certificate of deposit.
    Cdb,
    /// Bank: receipt of deposit.
    Rdb,
    /// Bank: real estate credit letter.
    Lci,
    /// Bank: agribusiness credit letter.
    Lca,
    /// Credit: debentures.
    Debentures,
    /// Credit: real estate receivables.
    Cri,
    /// Credit: agribusiness receivables.
    Cra,
}

/// How often interest is paid (Open Finance investments, `voucherPaymentPeriodicity`).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum VoucherPaymentPeriodicity {
    /// Monthly.
    Mensal,
    /// Every three months.
    Trimestral,
    /// Every six months.
    Semestral,
    /// Yearly.
    Anual,
    /// Without a rule.
    Irregular,
    /// Otherwise, explained beside.
    Outros,
}

/// Yes or no as a word (Open Finance investments).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum YesNo {
    /// Yes.
    Sim,
    /// No.
    Nao,
}
