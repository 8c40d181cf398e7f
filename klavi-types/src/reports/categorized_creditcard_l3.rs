use provider_wire::{List, record};

use super::{CategorizedCard, Content};
use crate::ProductName;

/// Content of `pf_categorized_creditcard_l3` and `pj_categorized_creditcard_l3` (institution level): cards with
/// their limit, the open bill and the closed ones, entries with three levels of category, recurrence and the
/// merchant's brand.
///
/// From the example of V1.1, docs.klavi.ai/connect/5_m--v11 and /link/5_m--v11, which was seen up to the closed
/// bills; those inferred from the plain product. The page of V1 was not seen. Amounts in reais, except where a
/// field says otherwise.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_categorized_creditcard_l3","creditCards":[{"isActive":true,
/// #     "openStatement":{"transactionDetails":[{"thirdCategory":"Streaming","brand":"Netflix","fAllMonth":1}]}}]}"#;
/// let AnyReport::CategorizedCreditcardL3(report) = decode_report(body)?.value else { return Ok(()) };
/// for card in report.content.credit_cards.iter().filter(|card| card.is_active.is_some_and(|flag| flag.get())) {
///     let monthly = |flag: klavi_types::Integer| flag.get() == 1;
///     assert_eq!(card.account.entries().filter(|entry| entry.f_all_month.is_some_and(monthly)).count(), 1);
/// }
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct CategorizedCreditcardL3 {
    /// The cards at the institution; `creditCardAccounts` is observed.
    #[wire(or = "creditCardAccounts")]
    pub credit_cards: List<CategorizedCard>,
}

impl Content for CategorizedCreditcardL3 {
    const PRODUCTS: &'static [ProductName] = &[ProductName::CategorizedCreditcardL3];
}
