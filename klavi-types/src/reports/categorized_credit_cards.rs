//! The content of the reports on cards with categories. Must not know the plain report on cards.

use provider_wire::{Flag, List, OneOrMany, record};

use super::{CardAccount, CardLimit, Content};
use crate::ProductName;

/// Content of the categorised reports on credit cards: cards with their limit, the open bill and the closed ones.
///
/// Amounts in reais, except where a field says otherwise.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_categorized_creditcard_l3","creditCards":[{"isActive":true,
/// #     "limits":{"availableAmount":{"amount":"1000.0400","currency":"BRL"}},
/// #     "openStatement":{"transactionDetails":[{"thirdCategory":"Streaming","brand":"Netflix","fAllMonth":1}]}}]}"#;
/// let AnyReport::CategorizedCreditCards(report) = decode_report(body)?.value else { return Ok(()) };
/// for card in report.content.credit_cards.iter().filter(|card| card.is_active.is_some_and(|flag| flag.get())) {
///     let limit = &card.limits.as_ref().unwrap().as_slice()[0];
///     assert_eq!(limit.available_amount.as_ref().unwrap().amount.unwrap().to_string(), "1000.0400");
///     let monthly = |flag: klavi_types::Integer| flag.get() == 1;
///     assert_eq!(card.account.entries().filter(|entry| entry.f_all_month.is_some_and(monthly)).count(), 1);
/// }
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
///
/// # Products
/// For persons (`pf_`) and companies (`pj_`), at institution level. The plain product has a content of its own,
/// [`CreditCardReport`](super::CreditCardReport).
///
/// | product | fields known from | what is different |
/// |---|---|---|
/// | `categorized_creditcard_l2` | example of V1.1 (docs.klavi.ai/link/3DhW-v11) into the entries; the categories inferred from `l3`, the closed bills from the plain product; the page of V1 was not seen | two levels of category |
/// | `categorized_creditcard_l3` | example of V1.1 (docs.klavi.ai/connect/5_m--v11 and /link/5_m--v11) up to the closed bills; those inferred from the plain product; the page of V1 was not seen | three levels of category, recurrence and the merchant's brand |
#[record(rename_all = "camelCase")]
pub struct CategorizedCreditCards {
    /// The cards at the institution; `creditCardAccounts` is observed.
    #[wire(or = "creditCardAccounts")]
    pub credit_cards: List<CategorizedCard>,
}

/// A card in the categorised products: with its limit and whether it is in use.
#[record(rename_all = "camelCase")]
pub struct CategorizedCard {
    #[wire(flatten)]
    pub account: CardAccount,
    /// Whether it is in use.
    pub is_active: Option<Flag>,
    /// Its limit, `limits` in these products. One object; a list in Open Finance. Missing where several cards
    /// share one (observed).
    #[wire(or = "limit")]
    pub limits: Option<OneOrMany<CardLimit>>,
}

impl Content for CategorizedCreditCards {
    const PRODUCTS: &'static [ProductName] =
        &[ProductName::CategorizedCreditcardL2, ProductName::CategorizedCreditcardL3];

    fn entry_count(&self) -> usize {
        self.credit_cards.iter().map(|card| card.account.entries().count()).sum()
    }
}
