use provider_wire::record;

use super::{Content, CreditOperations};
use crate::ProductName;

/// Content of `pf_financing` and `pj_financing` (institution level): accounts and financing contracts.
///
/// Its page was not seen: inferred from the example of loans (docs.klavi.ai/link/Zpma-v1) and from Open Finance
/// Brasil, financings 2.4.
/// Amounts in the currency of the contract, rates as fractions.
///
/// ```
/// use klavi_types::reports::{AnyReport, CreditProductSubType, decode_report};
///
/// # let body = br#"{"productName":"pf_financing","creditOperations":{"financings":[
/// #     {"productType":"FINANCIAMENTOS","productSubType":"AQUISICAO_BENS_VEICULOS_AUTOMOTORES"}]}}"#;
/// let AnyReport::Financing(report) = decode_report(body)?.value else { return Ok(()) };
/// let cars = report.content.credit_operations.iter().flat_map(|operations| &operations.financings).filter(
///     |contract| contract.product_sub_type == Some(CreditProductSubType::AquisicaoBensVeiculosAutomotores),
/// );
/// assert_eq!(cars.count(), 1);
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct FinancingReport {
    /// The financings, under [`financings`](CreditOperations::financings).
    pub credit_operations: Option<CreditOperations>,
}

impl Content for FinancingReport {
    const PRODUCTS: &'static [ProductName] = &[ProductName::Financing];
}
