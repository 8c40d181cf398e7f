use provider_wire::{List, OneOrMany, record};

use super::{CardAccount, CardLimit, Content};
use crate::ProductName;

/// Content of `pf_credit_card` and `pj_credit_card` (institution level): cards with their limit, the open bill and
/// the closed ones, entries without categories.
///
/// From the example of V1.1, docs.klavi.ai/connect/zTO9-v11 and /link/zTO9-v11, which was seen up to the total of
/// the closed bills; the rest of those from Open Finance Brasil, credit cards 2.3.1. The page of V1 was not seen.
/// Amounts in reais, except where a field says otherwise.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_credit_card","creditCards":[{"name":"Exemplo","openStatement":{
/// #     "dueDate":"2021-05-21","transactionDetails":[{"creditDebitType":"DEBITO","brazilianAmount":{"amount":"10.50"}}]},
/// #     "closedStatements":[{"billMonth":"2021-04","transactionDetails":[
/// #     {"creditDebitType":"CREDITO","brazilianAmount":{"amount":"2.50"}}]}]}]}"#;
/// let AnyReport::CreditCard(report) = decode_report(body)?.value else { return Ok(()) };
/// let account = &report.content.credit_cards[0].account;
/// let due = account.open_statement.as_ref().and_then(|statement| statement.due_date);
/// assert_eq!(due.unwrap().to_string(), "2021-05-21");
/// let balance = klavi_types::Amount::sum(account.entries().filter_map(|entry| entry.signed_amount()));
/// assert_eq!(balance.unwrap().to_string(), "-8.00");
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct CreditCardReport {
    /// The cards at the institution; `creditCardAccounts` is observed.
    #[wire(or = "creditCardAccounts")]
    pub credit_cards: List<CreditCard>,
}

/// A card with its limit.
#[record]
pub struct CreditCard {
    #[wire(flatten)]
    pub account: CardAccount,
    /// Its limit, `limit` in this product. One object; a list in Open Finance.
    #[wire("limit", or = "limits")]
    pub limits: Option<OneOrMany<CardLimit>>,
}

impl Content for CreditCardReport {
    const PRODUCTS: &'static [ProductName] = &[ProductName::CreditCard];

    fn entry_count(&self) -> usize {
        self.credit_cards.iter().map(|card| card.account.entries().count()).sum()
    }
}
