use provider_wire::record;

use super::{Content, CreditOperations};
use crate::ProductName;

/// Content of `pf_invoice_financing` and `pj_invoice_financing` (institution level): accounts and contracts on
/// discounted receivables.
///
/// From the example of V1, docs.klavi.ai/link/k-zL-v1, which was seen up to the interest rates; the rest from Open
/// Finance Brasil, invoice financings 2.4. The page of V1.1 was not seen.
/// Amounts in the currency of the contract, rates as fractions.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pj_invoice_financing","creditOperations":{"invoiceFinancings":[
/// #     {"contractNumber":"1324926521496","dueDate":"2028-01-15"}]}}"#;
/// let AnyReport::InvoiceFinancing(report) = decode_report(body)?.value else { return Ok(()) };
/// for contract in &report.content.credit_operations.unwrap().invoice_financings {
///     assert_eq!(contract.due_date.unwrap().to_string(), "2028-01-15");
/// }
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct InvoiceFinancingReport {
    /// The contracts, under [`invoice_financings`](CreditOperations::invoice_financings).
    pub credit_operations: Option<CreditOperations>,
}

impl Content for InvoiceFinancingReport {
    const PRODUCTS: &'static [ProductName] = &[ProductName::InvoiceFinancing];
}
