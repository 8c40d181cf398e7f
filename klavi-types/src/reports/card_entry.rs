use provider_wire::{Amount, Date, DateTime, Integer, Json, Money, Text, open_enum, record};

use super::as_it_came::kept_as_it_came;
use super::{EntryType, statements};
use crate::CreditDebitType;
use crate::TransactionId;

record! {
    /// An entry of a card. Plain reports lack the categories; `l2` has two levels of them, `l3` three and recurrence.
    /// Source: docs.klavi.ai/connect/zTO9-v11, the categories /connect/5_m--v11.
    pub struct CardEntry {
        /// Day. Left Open Finance with credit cards 2.2, so it may be missing.
        pub transaction_date: Option<Date> => "transactionDate",
        /// Instant, UTC with milliseconds. May be missing.
        pub transaction_date_time: Option<DateTime> => "transactionDateTime",
        /// Amount in reais, without a sign; see [`signed_amount`](Self::signed_amount).
        pub brazilian_amount: Option<Money> => "brazilianAmount",
        /// Amount without a sign, in place of the former (observed).
        pub transaction_amount: Option<Money> => "transactionAmount",
        /// Amount in the currency of the purchase, without a sign (Open Finance).
        pub amount: Option<Money> => "amount",
        /// Text of the statement.
        pub transaction_name: Option<Text> => "transactionName",
        /// Digits shown of the card.
        pub identification_number: Option<Text> => "identificationNumber",
        /// May change until the bill is closed.
        pub transaction_id: Option<TransactionId> => "transactionId",
        /// What it is.
        pub transaction_type: Option<CardEntryType> => "transactionType",
        /// Explanation where that is `OUTROS` (Open Finance).
        pub transactional_additional_info: Option<Text> => "transactionalAdditionalInfo",
        /// Day on which it went on the bill.
        pub bill_post_date: Option<Date> => "billPostDate",
        /// Direction; see [`signed_amount`](Self::signed_amount).
        pub credit_debit_type: Option<CreditDebitType> => "creditDebitType",
        /// Which fee.
        pub fee_type: Option<CardFeeType> => "feeType",
        /// Explanation where that is `OUTRA` (Open Finance).
        pub fee_type_additional_info: Option<Text> => "feeTypeAdditionalInfo",
        /// Which credit contracted on the card; empty in the example.
        pub other_credits_type: Option<CardCreditType> => "otherCreditsType",
        /// Explanation where that is `OUTROS` (Open Finance).
        pub other_credits_additional_info: Option<Text> => "otherCreditsAdditionalInfo",
        /// Merchant category code, a number: 0742 comes as 742.
        pub payee_mcc: Option<Integer> => "payeeMCC",
        /// At once or in instalments.
        pub payment_type: Option<CardPaymentType> => "paymentType",
        /// Which instalment.
        pub charge_identificator: Option<ChargeIdentificator> => "chargeIdentificator",
        /// How many instalments.
        pub charge_number: Option<Integer> => "chargeNumber",
        /// Month in which it is or will be billed, `YYYY-MM`; `0001-01` is a filler (Open Finance credit cards 2.4).
        pub bill_forecast_month: Option<Text> => "billForecastDate",
        /// Id of the bill (Open Finance).
        pub bill_id: Option<Text> => "billId",
        /// Means of payment in the words of accounts (observed).
        pub entry_type: Option<EntryType> => "type",
        /// Counterparty's CPF or CNPJ (observed).
        pub party_tax_id: Option<Text> => "partieCnpjCpf",
        /// Klavi's category, Portuguese text: `Renda` (`l2`, `l3`).
        pub category: Option<Text> => "category",
        /// Second level: `Renda ativa` (`l2`, `l3`).
        pub subcategory: Option<Text> => "subcategory",
        /// Third level: `Salário` (`l3`).
        pub third_category: Option<Text> => "thirdCategory",
        /// 1 where it recurs at least six times in the whole period (`l3`).
        pub f_all: Option<Integer> => "fAll",
        /// 1 where it recurs at least six times and at least monthly.
        pub f_all_month: Option<Integer> => "fAllMonth",
        /// The same in consecutive months. Spelt in two ways in the documentation.
        pub f_all_c_month: Option<Integer> => "fAllCMonth" | "fAllCmonth",
        /// Brand of the merchant: `Netflix` (`l3`).
        pub brand: Option<Text> => "brand",
    }
}

impl CardEntry {
    /// The amount in reais, the best known: `brazilianAmount`, else `transactionAmount` unless it states a foreign
    /// currency, else `amount` where it states reais.
    pub fn amount_in_reais(&self) -> Option<&Money> {
        let reais = |money: &Money| money.currency.as_ref().map(|currency| *currency == "BRL");
        let known = |money: &&Money| money.amount.is_some();
        let brazilian = self.brazilian_amount.as_ref().filter(known);
        let transaction =
            || self.transaction_amount.as_ref().filter(known).filter(|m| reais(m) != Some(false));
        let original = || self.amount.as_ref().filter(known).filter(|m| reais(m) == Some(true));
        brazilian.or_else(transaction).or_else(original)
    }

    /// The [amount in reais](Self::amount_in_reais) with its sign.
    ///
    /// A debit is a purchase, a fee, interest: it raises the bill and is negative, as money out of an account. A credit
    /// is a payment of the bill, a refund, cashback: it lowers the bill and is positive. So the sum over a bill is what
    /// it asks for, negative. `None` where amount or direction is missing or the direction is unknown; nothing is
    /// guessed from the text.
    pub fn signed_amount(&self) -> Option<Amount> {
        let amount = self.amount_in_reais()?.amount?;
        statements::signed(amount, self.credit_debit_type.as_ref())
    }

    /// The day: that of `transactionDate`, else the instant's in Brasília. Never the day it went on the bill.
    pub fn day(&self) -> Option<jiff::civil::Date> {
        statements::day(self.transaction_date, self.transaction_date_time)
    }
}

/// Which instalment: text in the example (`12`), a number in Open Finance since 2.1. Written as it came.
#[derive(Clone, PartialEq)]
pub struct ChargeIdentificator(Json);

impl ChargeIdentificator {
    /// The number, also of a text that is one; `None` of `PARCELA_1`.
    pub fn number(&self) -> Option<i64> {
        self.0.parse::<Integer>().ok().map(Integer::get)
    }

    /// The text, also of a number.
    pub fn text(&self) -> Text {
        self.0.parse().unwrap_or_else(|_| self.0.get().into())
    }
}

kept_as_it_came!(
    ChargeIdentificator,
    |value| value.0.parse::<Text>().is_ok() || value.0.parse::<Amount>().is_ok(),
    "text or a number",
    ["string", "number"]
);

open_enum! {
    /// What an entry of a card is (Open Finance credit cards 2.4).
    pub enum CardEntryType {
        /// Payment.
        Pagamento => "PAGAMENTO",
        /// Fee.
        Tarifa => "TARIFA",
        /// Credit contracted on the card.
        OperacoesCreditoContratadasCartao => "OPERACOES_CREDITO_CONTRATADAS_CARTAO",
        /// Reversal.
        Estorno => "ESTORNO",
        /// Cashback.
        Cashback => "CASHBACK",
        /// Something else.
        Outros => "OUTROS",
        /// Payment of the bill.
        PagamentoFatura => "PAGAMENTO_FATURA",
    }
}

open_enum! {
    /// Fee on a card (Open Finance credit cards).
    pub enum CardFeeType {
        /// Yearly fee.
        Anuidade => "ANUIDADE",
        /// Withdrawal in Brazil.
        SaqueCartaoBrasil => "SAQUE_CARTAO_BRASIL",
        /// Withdrawal abroad.
        SaqueCartaoExterior => "SAQUE_CARTAO_EXTERIOR",
        /// Emergency assessment of credit.
        AvaliacaoEmergencialCredito => "AVALIACAO_EMERGENCIAL_CREDITO",
        /// Second copy of the card.
        EmissaoSegundaVia => "EMISSAO_SEGUNDA_VIA",
        /// Payment of bills with the card.
        TarifaPagamentoContas => "TARIFA_PAGAMENTO_CONTAS",
        /// Text messages.
        Sms => "SMS",
        /// Another.
        Outra => "OUTRA",
    }
}

open_enum! {
    /// Credit contracted on a card (Open Finance credit cards).
    pub enum CardCreditType {
        /// Revolving credit.
        CreditoRotativo => "CREDITO_ROTATIVO",
        /// Bill in instalments.
        ParcelamentoFatura => "PARCELAMENTO_FATURA",
        /// Loan.
        Emprestimo => "EMPRESTIMO",
        /// Another.
        Outros => "OUTROS",
    }
}

open_enum! {
    /// How a purchase is paid (Open Finance credit cards).
    pub enum CardPaymentType {
        /// At once.
        AVista => "A_VISTA",
        /// In instalments.
        APrazo => "A_PRAZO",
    }
}
