use provider_wire::{Amount, Date, Flag, List, Money, Text, open_enum, record};

use super::CardEntry;

/// A bill of a card, open or closed, with its entries. An open one has month, dates, total and entries; the rest
/// comes with closed ones. Source: docs.klavi.ai/connect/zTO9-v11.
#[record(rename_all = "camelCase")]
pub struct CardStatement {
    /// Month, `YYYY-MM`.
    pub bill_month: Option<Text>,
    /// Closing day.
    pub billing_date: Option<Date>,
    /// Closing day under its name in Open Finance credit cards 2.4; null at some banks.
    pub bill_closing_date: Option<Date>,
    /// Due day; empty at times (observed).
    pub due_date: Option<Date>,
    /// Least payment; see [`minimum_payment`](Self::minimum_payment).
    pub bill_minimum_amount: Option<Money>,
    /// Total. May be negative; zero or missing at times while the bill is open (observed).
    pub bill_total_amount: Option<Money>,
    /// The entries.
    #[wire("transactionDetails")]
    pub entries: List<CardEntry>,
    /// Id of the bill (observed, Open Finance).
    pub bill_id: Option<Text>,
    /// Another name for the least payment (observed).
    pub minimum_payment_amount: Option<Money>,
    /// Whether it is paid (observed).
    pub is_paid: Option<Flag>,
    /// Whether it is paid in instalments (Open Finance).
    pub is_instalment: Option<Flag>,
    /// Charges for paying late or in part (Open Finance).
    pub finance_charges: List<FinanceCharge>,
    /// Payments of the bill (Open Finance).
    pub payments: List<BillPayment>,
}

impl CardStatement {
    /// The least payment, under whichever of its two names it came.
    pub fn minimum_payment(&self) -> Option<&Money> {
        let named = [&self.bill_minimum_amount, &self.minimum_payment_amount];
        named.into_iter().flatten().find(|money| money.amount.is_some())
    }
}

/// A charge on a bill (Open Finance credit cards). Its amount is no object there.
#[record(rename_all = "camelCase")]
pub struct FinanceCharge {
    /// Kind.
    #[wire("type")]
    pub charge_type: Option<FinanceChargeType>,
    /// Explanation where the kind is `OUTROS`.
    pub additional_info: Option<Text>,
    /// Amount in units of the currency.
    pub amount: Option<Amount>,
    /// ISO 4217 code, `BRL`.
    pub currency: Option<Text>,
}

/// A payment of a bill (Open Finance credit cards). Its amount is no object there.
#[record(rename_all = "camelCase")]
pub struct BillPayment {
    /// Kind.
    pub value_type: Option<BillPaymentType>,
    /// Day.
    pub payment_date: Option<Date>,
    /// Means.
    pub payment_mode: Option<BillPaymentMode>,
    /// Amount in units of the currency.
    pub amount: Option<Amount>,
    /// ISO 4217 code, `BRL`.
    pub currency: Option<Text>,
}

/// Kind of charge on a bill (Open Finance credit cards; the last one before 2.0 only).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FinanceChargeType {
    /// Interest for the delay.
    JurosRemuneratoriosAtrasoPagamentoFatura,
    /// Fine for the delay.
    MultaAtrasoPagamentoFatura,
    /// Default interest for the delay.
    JurosMoraAtrasoPagamentoFatura,
    /// Tax on financial operations.
    Iof,
    /// Another.
    Outros,
    /// None.
    SemEncargo,
}

/// Kind of payment of a bill (Open Finance credit cards).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BillPaymentType {
    /// In instalments.
    ValorPagamentoFaturaParcelado,
    /// In full or in part, at once.
    ValorPagamentoFaturaRealizado,
    /// Another.
    OutroValorPagoFatura,
}

/// Means of payment of a bill (Open Finance credit cards).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BillPaymentMode {
    /// Debit on a checking account.
    DebitoContaCorrente,
    /// Payment slip.
    BoletoBancario,
    /// Deduction from the payroll.
    AverbacaoFolha,
    /// Pix.
    Pix,
}
