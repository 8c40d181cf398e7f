use provider_wire::{List, record};

use super::{CategorizedCard, Content};
use crate::ProductName;

/// Content of `pf_categorized_creditcard_l2` and `pj_categorized_creditcard_l2` (institution level): cards with
/// their limit, the open bill and the closed ones, entries with two levels of category.
///
/// From the example of V1.1, docs.klavi.ai/link/3DhW-v11, which was seen into the entries; the categories inferred
/// from the product with three levels, the closed bills from the plain one. The page of V1 was not seen. Amounts in
/// reais, except where a field says otherwise.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_categorized_creditcard_l2","creditCards":[{"limits":{"availableAmount":
/// #     {"amount":"1000.0400","currency":"BRL"}},"openStatement":{"transactionDetails":[{"category":"Lazer"}]}}]}"#;
/// let AnyReport::CategorizedCreditcardL2(report) = decode_report(body)?.value else { return Ok(()) };
/// let card = &report.content.credit_cards[0];
/// let limit = &card.limits.as_ref().unwrap().as_slice()[0];
/// assert_eq!(limit.available_amount.as_ref().unwrap().amount.unwrap().to_string(), "1000.0400");
/// assert_eq!(card.account.entries().next().unwrap().category.as_ref().unwrap(), "Lazer");
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct CategorizedCreditcardL2 {
    /// The cards at the institution; `creditCardAccounts` is observed.
    #[wire(or = "creditCardAccounts")]
    pub credit_cards: List<CategorizedCard>,
}

impl Content for CategorizedCreditcardL2 {
    const PRODUCTS: &'static [ProductName] = &[ProductName::CategorizedCreditcardL2];
}
