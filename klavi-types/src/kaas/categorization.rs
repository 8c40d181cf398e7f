use bon::bon;
use provider_wire::{Check, Date, DecodeError, Decoded, OneOrMany, Text, decode, open_enum, record, text_of};
use serde::Serialize;

use crate::api::InvalidRequest;
use crate::{AmountNumber, CreditDebitType, InstitutionCode, TransactionId};

/// Where a [`CategorizationRequest`] is posted.
pub const CATEGORIZATION_PATH: &str = "/klaas/transaction/v2/category";

/// Body of `POST /klaas/transaction/v2/category`: entries to be categorised, of one bank and one source.
/// Source: docs.klavi.ai/klaas/transactions-categorization.
///
/// ```
/// use klavi_types::kaas::{CategorizationRequest, CategorizedEntry, TransactionSource};
///
/// let mut entry = CategorizedEntry::default();
/// entry.transaction_id = Some("t-1".into());
/// entry.transaction_date = Some("2022-02-09".parse()?);
/// entry.transaction_name = Some("PADARIA EXEMPLO".into());
/// entry.amount = Some("500".parse::<klavi_types::Amount>()?.into());
/// entry.credit_debit_type = Some("DEBITO".into());
///
/// let request = CategorizationRequest::builder("user-7", "208", TransactionSource::Checking)
///     .transactions(vec![entry])
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CategorizationRequest {
    uuid: Text,
    institution_code: InstitutionCode,
    transaction_source: TransactionSource,
    transaction_details: Vec<CategorizedEntry>,
}

#[bon]
impl CategorizationRequest {
    /// Builds the request; `build()` checks it and names every broken field.
    #[builder]
    pub fn new(
        /// Your id of the user, any text; what Klavi counts.
        #[builder(start_fn, into)]
        uuid: Text,
        /// The bank's code.
        #[builder(start_fn, into)]
        institution_code: InstitutionCode,
        /// Where the entries are from; two requests where a user has both.
        #[builder(start_fn)]
        transaction_source: TransactionSource,
        /// The entries, each with id, date, name, amount and direction.
        transactions: Vec<CategorizedEntry>,
    ) -> Result<Self, InvalidRequest> {
        let mut check = Check::default();
        check.require("uuid", !uuid.is_empty());
        check.require("institutionCode", !institution_code.as_str().is_empty());
        check.require("transactionDetails", !transactions.is_empty());
        for (index, entry) in transactions.iter().enumerate() {
            for name in entry.missing() {
                check.problem("transactionDetails", format!("entry {index} has no {name}"));
            }
        }
        check.finish().map(|()| Self {
            uuid,
            institution_code,
            transaction_source,
            transaction_details: transactions,
        })
    }
}

/// Where entries are from.
#[open_enum(rename_all = "snake_case")]
pub enum TransactionSource {
    /// An account.
    Checking,
    /// A card.
    Creditcard,
}

/// An entry to be categorised; in the answer with its categories.
#[record(rename_all = "camelCase")]
pub struct CategorizedEntry {
    /// Your id of it; comes back.
    pub transaction_id: Option<TransactionId>,
    /// Day.
    pub transaction_date: Option<Date>,
    /// Text of the statement.
    pub transaction_name: Option<Text>,
    /// Amount in reais, a number on the wire; the direction says the sign.
    pub amount: Option<AmountNumber>,
    /// Direction.
    pub credit_debit_type: Option<CreditDebitType>,
    /// What it is, in the words of Open Finance for accounts or cards: `PAGAMENTO`, `OUTROS`.
    pub transaction_type: Option<Text>,
    /// Category, Portuguese text (answer).
    pub category: Option<Text>,
    /// Second level (answer).
    pub subcategory: Option<Text>,
    /// Third level (answer).
    pub third_category: Option<Text>,
}

impl CategorizedEntry {
    fn missing(&self) -> impl Iterator<Item = &'static str> {
        [
            ("transactionId", self.transaction_id.is_some()),
            ("transactionDate", self.transaction_date.is_some()),
            ("transactionName", self.transaction_name.is_some()),
            ("amount", self.amount.is_some()),
            ("creditDebitType", self.credit_debit_type.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, present)| (!present).then_some(name))
    }
}

/// Answer of a categorisation: the entries of the request with their categories.
#[record]
pub struct Categorization {
    /// The entries. The documentation calls the place `categoryDetail`, its example `transactionDetails`.
    #[wire("transactionDetails", or = "categoryDetail")]
    pub transactions: Option<OneOrMany<CategorizedEntry>>,
}

impl Categorization {
    /// The entries.
    pub fn transactions(&self) -> &[CategorizedEntry] {
        self.transactions.as_ref().map_or(&[], OneOrMany::as_slice)
    }
}

/// Reads the answer of a categorisation. What stands around the entries is not certain, so an object with them and
/// a bare array of them are both read.
///
/// ```
/// use klavi_types::kaas::decode_categorization;
///
/// let body = r#"[{"transactionId":"t-1","amount":500,"category":"Alimentação"}]"#;
/// let answer = decode_categorization(body.as_bytes())?.value;
/// assert_eq!(answer.transactions()[0].category.as_ref().unwrap(), &"Alimentação");
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
///
/// # Errors
/// Where the body is no JSON, or neither an object nor an array.
pub fn decode_categorization(body: &[u8]) -> Result<Decoded<Categorization>, DecodeError> {
    if !text_of(body)?.trim_start().starts_with('[') {
        return decode(body);
    }
    let entries = decode::<OneOrMany<CategorizedEntry>>(body)?;
    Ok(entries.map(|entries| Categorization { transactions: Some(entries), ..Categorization::default() }))
}
