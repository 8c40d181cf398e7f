use provider_wire::{Amount, Date, Flag, List, Money, Text, open_enum, record};

use super::CardEntry;

record! {
    /// A bill of a card, open or closed, with its entries. An open one has month, dates, total and entries; the rest
    /// comes with closed ones. Source: docs.klavi.ai/connect/zTO9-v11.
    pub struct CardStatement {
        /// Month, `YYYY-MM`.
        pub bill_month: Option<Text> => "billMonth",
        /// Closing day.
        pub billing_date: Option<Date> => "billingDate",
        /// Closing day under its name in Open Finance credit cards 2.4; null at some banks.
        pub bill_closing_date: Option<Date> => "billClosingDate",
        /// Due day; empty at times (observed).
        pub due_date: Option<Date> => "dueDate",
        /// Least payment; see [`minimum_payment`](Self::minimum_payment).
        pub bill_minimum_amount: Option<Money> => "billMinimumAmount",
        /// Total. May be negative; zero or missing at times while the bill is open (observed).
        pub bill_total_amount: Option<Money> => "billTotalAmount",
        /// The entries, `transactionDetails` on the wire.
        pub entries: List<CardEntry> => "transactionDetails",
        /// Id of the bill (observed, Open Finance).
        pub bill_id: Option<Text> => "billId",
        /// Another name for the least payment (observed).
        pub minimum_payment_amount: Option<Money> => "minimumPaymentAmount",
        /// Whether it is paid (observed).
        pub is_paid: Option<Flag> => "isPaid",
        /// Whether it is paid in instalments (Open Finance).
        pub is_instalment: Option<Flag> => "isInstalment",
        /// Charges for paying late or in part (Open Finance).
        pub finance_charges: List<FinanceCharge> => "financeCharges",
        /// Payments of the bill (Open Finance).
        pub payments: List<BillPayment> => "payments",
    }
}

impl CardStatement {
    /// The least payment, under whichever of its two names it came.
    pub fn minimum_payment(&self) -> Option<&Money> {
        let named = [&self.bill_minimum_amount, &self.minimum_payment_amount];
        named.into_iter().flatten().find(|money| money.amount.is_some())
    }
}

record! {
    /// A charge on a bill (Open Finance credit cards). Its amount is no object there.
    pub struct FinanceCharge {
        /// Kind.
        pub charge_type: Option<FinanceChargeType> => "type",
        /// Explanation where the kind is `OUTROS`.
        pub additional_info: Option<Text> => "additionalInfo",
        /// Amount in units of the currency.
        pub amount: Option<Amount> => "amount",
        /// ISO 4217 code, `BRL`.
        pub currency: Option<Text> => "currency",
    }
}

record! {
    /// A payment of a bill (Open Finance credit cards). Its amount is no object there.
    pub struct BillPayment {
        /// Kind.
        pub value_type: Option<BillPaymentType> => "valueType",
        /// Day.
        pub payment_date: Option<Date> => "paymentDate",
        /// Means.
        pub payment_mode: Option<BillPaymentMode> => "paymentMode",
        /// Amount in units of the currency.
        pub amount: Option<Amount> => "amount",
        /// ISO 4217 code, `BRL`.
        pub currency: Option<Text> => "currency",
    }
}

open_enum! {
    /// Kind of charge on a bill (Open Finance credit cards; the last one before 2.0 only).
    pub enum FinanceChargeType {
        /// Interest for the delay.
        JurosRemuneratoriosAtrasoPagamentoFatura => "JUROS_REMUNERATORIOS_ATRASO_PAGAMENTO_FATURA",
        /// Fine for the delay.
        MultaAtrasoPagamentoFatura => "MULTA_ATRASO_PAGAMENTO_FATURA",
        /// Default interest for the delay.
        JurosMoraAtrasoPagamentoFatura => "JUROS_MORA_ATRASO_PAGAMENTO_FATURA",
        /// Tax on financial operations.
        Iof => "IOF",
        /// Another.
        Outros => "OUTROS",
        /// None.
        SemEncargo => "SEM_ENCARGO",
    }
}

open_enum! {
    /// Kind of payment of a bill (Open Finance credit cards).
    pub enum BillPaymentType {
        /// In instalments.
        ValorPagamentoFaturaParcelado => "VALOR_PAGAMENTO_FATURA_PARCELADO",
        /// In full or in part, at once.
        ValorPagamentoFaturaRealizado => "VALOR_PAGAMENTO_FATURA_REALIZADO",
        /// Another.
        OutroValorPagoFatura => "OUTRO_VALOR_PAGO_FATURA",
    }
}

open_enum! {
    /// Means of payment of a bill (Open Finance credit cards).
    pub enum BillPaymentMode {
        /// Debit on a checking account.
        DebitoContaCorrente => "DEBITO_CONTA_CORRENTE",
        /// Payment slip.
        BoletoBancario => "BOLETO_BANCARIO",
        /// Deduction from the payroll.
        AverbacaoFolha => "AVERBACAO_FOLHA",
        /// Pix.
        Pix => "PIX",
    }
}
