use provider_wire::{Amount, Date, DateTime, Integer, Json, Money, Text, open_enum, record, value_schema};

use super::raw_json_newtype::raw_json_newtype;
use super::{EntryType, statements};
use crate::CreditDebitType;
use crate::TransactionId;

/// An entry of a card. Plain reports lack the categories; `l2` has two levels of them, `l3` three and recurrence.
/// Source: docs.klavi.ai/connect/zTO9-v11, the categories /connect/5_m--v11.
#[record(rename_all = "camelCase")]
pub struct CardEntry {
    /// Day. Left Open Finance with credit cards 2.2, so it may be missing.
    pub transaction_date: Option<Date>,
    /// Instant, UTC with milliseconds. May be missing.
    pub transaction_date_time: Option<DateTime>,
    /// Amount in reais, without a sign; see [`signed_amount`](Self::signed_amount).
    pub brazilian_amount: Option<Money>,
    /// Amount without a sign, in place of the former (observed).
    pub transaction_amount: Option<Money>,
    /// Amount in the currency of the purchase, without a sign (Open Finance).
    pub amount: Option<Money>,
    /// Text of the statement.
    pub transaction_name: Option<Text>,
    /// Digits shown of the card.
    pub identification_number: Option<Text>,
    /// May change until the bill is closed.
    pub transaction_id: Option<TransactionId>,
    /// What it is.
    pub transaction_type: Option<CardEntryType>,
    /// Explanation where that is `OUTROS` (Open Finance).
    pub transactional_additional_info: Option<Text>,
    /// Day on which it went on the bill.
    pub bill_post_date: Option<Date>,
    /// Direction; see [`signed_amount`](Self::signed_amount).
    pub credit_debit_type: Option<CreditDebitType>,
    /// Which fee.
    pub fee_type: Option<CardFeeType>,
    /// Explanation where that is `OUTRA` (Open Finance).
    pub fee_type_additional_info: Option<Text>,
    /// Which credit contracted on the card; empty in the example.
    pub other_credits_type: Option<CardCreditType>,
    /// Explanation where that is `OUTROS` (Open Finance).
    pub other_credits_additional_info: Option<Text>,
    /// Merchant category code, a number: 0742 comes as 742.
    #[wire("payeeMCC")]
    pub payee_mcc: Option<Integer>,
    /// At once or in instalments.
    pub payment_type: Option<CardPaymentType>,
    /// Which instalment.
    pub charge_identificator: Option<ChargeIdentificator>,
    /// How many instalments.
    pub charge_number: Option<Integer>,
    /// Month in which it is or will be billed, `YYYY-MM`; `0001-01` is a filler (Open Finance credit cards 2.4).
    #[wire("billForecastDate")]
    pub bill_forecast_month: Option<Text>,
    /// Id of the bill (Open Finance).
    pub bill_id: Option<Text>,
    /// Means of payment in the words of accounts (observed).
    #[wire("type")]
    pub entry_type: Option<EntryType>,
    /// Counterparty's CPF or CNPJ (observed).
    #[wire("partieCnpjCpf")]
    pub party_tax_id: Option<Text>,
    /// Klavi's category, Portuguese text: `Renda` (`l2`, `l3`).
    pub category: Option<Text>,
    /// Second level: `Renda ativa` (`l2`, `l3`).
    pub subcategory: Option<Text>,
    /// Third level: `Salário` (`l3`).
    pub third_category: Option<Text>,
    /// 1 where it recurs at least six times in the whole period (`l3`).
    pub f_all: Option<Integer>,
    /// 1 where it recurs at least six times and at least monthly.
    pub f_all_month: Option<Integer>,
    /// The same in consecutive months. Spelt in two ways in the documentation.
    #[wire(or = "fAllCmonth")]
    pub f_all_c_month: Option<Integer>,
    /// Brand of the merchant: `Netflix` (`l3`).
    pub brand: Option<Text>,
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

/// Which instalment: text in the example (`12`), a number in Open Finance since 2.1. Written as received.
#[value_schema({"description": "text or a number", "type": ["string", "number"]})]
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

raw_json_newtype!(
    ChargeIdentificator,
    |value| value.0.parse::<Text>().is_ok() || value.0.parse::<Amount>().is_ok(),
    "text or a number"
);

/// What an entry of a card is (Open Finance credit cards 2.4).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CardEntryType {
    /// Payment.
    Pagamento,
    /// Fee.
    Tarifa,
    /// Credit contracted on the card.
    OperacoesCreditoContratadasCartao,
    /// Reversal.
    Estorno,
    /// Cashback.
    Cashback,
    /// Something else.
    Outros,
    /// Payment of the bill.
    PagamentoFatura,
}

/// Fee on a card (Open Finance credit cards).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CardFeeType {
    /// Yearly fee.
    Anuidade,
    /// Withdrawal in Brazil.
    SaqueCartaoBrasil,
    /// Withdrawal abroad.
    SaqueCartaoExterior,
    /// Emergency assessment of credit.
    AvaliacaoEmergencialCredito,
    /// Second copy of the card.
    EmissaoSegundaVia,
    /// Payment of bills with the card.
    TarifaPagamentoContas,
    /// Text messages.
    Sms,
    /// Another.
    Outra,
}

/// Credit contracted on a card (Open Finance credit cards).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CardCreditType {
    /// Revolving credit.
    CreditoRotativo,
    /// Bill in instalments.
    ParcelamentoFatura,
    /// Loan.
    Emprestimo,
    /// Another.
    Outros,
}

/// How a purchase is paid (Open Finance credit cards).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CardPaymentType {
    /// At once.
    AVista,
    /// In instalments.
    APrazo,
}
