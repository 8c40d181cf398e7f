use provider_wire::{Date, Integer, List, Text, record};

use super::{Bank, DataHead, Entry};
use crate::AmountNumber;
use crate::reports::CardPaymentType;

/// `data` of report type `category_creditcard`: credit cards with bills and categorised entries.
///
/// Schema complete (observed, V1).
///
/// ```
/// use klavi_types::legacy::{AnyLegacyReport, decode_legacy_report};
///
/// # let body = br#"{"code":200,"msg":"ok","data":{"report_type":"category_creditcard","Category_creditcard":[
/// #     {"card_last_4_num":"1234","is_active":1,"OpenStatement":{"bill_amount":82.2}}]}}"#;
/// let AnyLegacyReport::CategoryCreditcard(report) = decode_legacy_report(body)?.value else { return Ok(()) };
/// let data = report.data.unwrap();
/// let card = &data.cards[0];
/// assert_eq!(card.is_active(), Some(true));
/// assert_eq!(card.open_statement.as_ref().unwrap().bill_amount.unwrap().to_string(), "82.2");
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record]
pub struct CategoryCreditcard {
    #[wire(flatten)]
    pub head: DataHead,
    /// The cards; may be `null` on the wire.
    #[wire("Category_creditcard", or = "category_creditcard")]
    pub cards: List<CreditCard>,
}

/// A credit card.
#[record]
pub struct CreditCard {
    #[wire(flatten)]
    pub bank: Bank,
    /// Last four digits. Spelt in three ways over the products; all are read.
    #[wire("card_last4num", or = "card_last_4_num", or = "card_last_4_digit")]
    pub last_four_digits: Option<Text>,
    /// Name of the holder.
    pub holder_name: Option<Text>,
    /// Name of the card's product, `Itaucard Multiplo 2.0`.
    pub card_type: Option<Text>,
    /// Limit in reais.
    pub credit_limit: Option<AmountNumber>,
    /// Limit that is left, in reais.
    pub available_limit: Option<AmountNumber>,
    /// Branch of the account it belongs to.
    pub agency_number: Option<Text>,
    /// That account; see [`account_number`](Self::account_number).
    pub bank_account: Option<Text>,
    /// The same under another name.
    pub account: Option<Text>,
    /// 1 or 0; see [`is_active`](Self::is_active).
    #[wire("is_active")]
    pub active: Option<Integer>,
    /// 1 or 0; see [`is_vip`](Self::is_vip).
    #[wire("is_vip")]
    pub vip: Option<Integer>,
    /// The bill that is still open.
    #[wire("OpenStatement")]
    pub open_statement: Option<OpenStatement>,
    /// Closed bills.
    #[wire("ClosedStatement")]
    pub closed_statements: List<ClosedStatement>,
}

impl CreditCard {
    /// The account it belongs to, under whichever name it came.
    pub fn account_number(&self) -> Option<&Text> {
        self.bank_account.as_ref().or(self.account.as_ref())
    }

    /// Whether it is in use; `None` where that was not said with 1 or 0.
    pub fn is_active(&self) -> Option<bool> {
        one_or_zero(self.active)
    }

    /// Whether it is a premium card; `None` where that was not said with 1 or 0.
    pub fn is_vip(&self) -> Option<bool> {
        one_or_zero(self.vip)
    }
}

fn one_or_zero(number: Option<Integer>) -> Option<bool> {
    match number?.get() {
        1 => Some(true),
        0 => Some(false),
        _ => None,
    }
}

/// The bill that is still open.
#[record]
pub struct OpenStatement {
    /// Sum so far in reais.
    pub bill_amount: Option<AmountNumber>,
    /// To be paid until.
    pub due_date: Option<Date>,
    /// Closes on.
    pub billing_date: Option<Date>,
    /// Portuguese month and year, `mar/20`.
    pub bill_month: Option<Text>,
    /// Entries.
    #[wire("TransactionDetail", or = "transactionDetail")]
    pub entries: List<CardEntry>,
}

/// A closed bill. Has no `due_date` in the example.
#[record]
pub struct ClosedStatement {
    /// Closed on.
    pub billing_date: Option<Date>,
    /// Portuguese month and year, `fev/20`.
    pub bill_month: Option<Text>,
    /// Sum in reais.
    pub bill_amount: Option<AmountNumber>,
    /// Least that has to be paid, in reais.
    pub minimum_payment: Option<AmountNumber>,
    /// Paid on.
    pub payment_date: Option<Date>,
    /// Paid, in reais.
    pub payment_amount: Option<AmountNumber>,
    /// Entries.
    #[wire("TransactionDetail", or = "transactionDetail")]
    pub entries: List<CardEntry>,
}

/// An entry of a bill.
#[record]
pub struct CardEntry {
    #[wire(flatten)]
    pub entry: Entry,
    /// ISO 4217 code, `BRL`.
    #[wire("trans_currency")]
    pub currency: Option<Text>,
    /// Klavi's category, Portuguese text: `Pagamento de cartão`.
    pub category: Option<Text>,
    /// At once or in instalments.
    pub payment_type: Option<CardPaymentType>,
    /// Which instalment: `PARCELA_3`; `PARCELA_0` when paid at once.
    pub charge_identificator: Option<Text>,
    /// Number of instalments; 0 when paid at once.
    pub charge_number: Option<Integer>,
}
