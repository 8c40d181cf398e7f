//! Klavi's expectations and what is overdue of them. Knows no deadlines: the inbox keeps them.

use jiff::Timestamp;
use klavi_types::{ConsentId, LinkId, Product, RequestId};

use crate::Expectation;
use crate::inbox;

/// Expects the reports that answer a request: one of each of these products, or any where there are none, as for a
/// request of `all`.
///
/// ```
/// use std::time::Duration;
///
/// use klavi_types::api::ReportAccepted;
/// use klavi_types::{Product, ProductName};
/// use klavi_webhook::{Clock, Inbox, klavi};
///
/// # async fn run(inbox: &dyn Inbox, accepted: ReportAccepted) -> Result<(), Box<dyn std::error::Error>> {
/// let now = Clock::system().now();
/// let request = accepted.request_id.ok_or("Klavi names the request")?;
/// let expectation = klavi::expectation(
///     &request,
///     [Product::Personal(ProductName::CategorizedCheckingL3)],
///     now + Duration::from_secs(1_800),
/// );
/// inbox.expect(expectation).await?;
/// # Ok(()) }
/// ```
pub fn expectation(
    request_id: &RequestId,
    products: impl IntoIterator<Item = Product>,
    deadline: Timestamp,
) -> Expectation {
    Expectation::new(request_id.as_str(), products.into_iter().map(|product| product.to_string()), deadline)
}

/// Reports that should have come by their deadline and are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Overdue {
    /// The request that was to be answered.
    pub request_id: RequestId,
    /// Link, if one was named.
    pub link_id: Option<LinkId>,
    /// Consent, if one was named.
    pub consent_id: Option<ConsentId>,
    /// What was asked for; nothing where any report would have done.
    pub products: Vec<Product>,
    /// What of it has not come.
    pub missing: Vec<Product>,
    /// By when it should have.
    pub deadline: Timestamp,
}

impl Overdue {
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let inbox::Overdue { expectation, missing } = inbox::Overdue::read(body)?;
        let products = |names: Vec<String>| names.iter().map(|name| Product::from(name.as_str())).collect();
        Some(Self {
            request_id: expectation.request_id.into(),
            link_id: expectation.link_id.map(LinkId::from),
            consent_id: expectation.consent_id.map(ConsentId::from),
            products: products(expectation.products),
            missing: products(missing),
            deadline: expectation.deadline,
        })
    }
}
