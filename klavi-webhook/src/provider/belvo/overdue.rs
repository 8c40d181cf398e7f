//! Belvo's expectations and what is overdue of them. Knows no deadlines: the inbox keeps them.

use belvo_types::webhooks::WebhookName;
use belvo_types::{LinkId, RequestId};
use jiff::Timestamp;

use super::request::with_hyphens;
use crate::{EntryKind, Expectation, inbox};

/// Expects the webhooks that answer a request, such as a refresh or a retrieval in the background: one of each of these
/// names, or any where there are none.
///
/// The id may be written with hyphens or without. That the webhooks carry the id of the answer 202 is Belvo's
/// documentation's word; where a partner's do not, the expectation goes overdue and asks for a look.
///
/// ```
/// use std::time::Duration;
///
/// use belvo_types::RequestId;
/// use belvo_types::webhooks::{WebhookCode, WebhookName, WebhookType};
/// use klavi_webhook::{Clock, Inbox, belvo};
///
/// # async fn run(inbox: &dyn Inbox, request: RequestId) -> Result<(), Box<dyn std::error::Error>> {
/// let now = Clock::system().now();
/// let refreshed = WebhookName::new(WebhookType::Transactions, WebhookCode::HistoricalUpdate);
/// let expectation = belvo::expectation(&request, [refreshed], now + Duration::from_secs(1_800));
/// inbox.expect(expectation).await?;
/// # Ok(()) }
/// ```
pub fn expectation(
    request_id: &RequestId,
    webhooks: impl IntoIterator<Item = WebhookName>,
    deadline: Timestamp,
) -> Expectation {
    let names = webhooks.into_iter().map(|name| name.to_string());
    Expectation::new(with_hyphens(request_id.as_str()), names, deadline).answered_by(EntryKind::Event)
}

/// Webhooks that should have come by their deadline and are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Overdue {
    /// The request that was to be answered.
    pub request_id: RequestId,
    /// Link, if one was named.
    pub link_id: Option<LinkId>,
    /// What was waited for; nothing where any webhook would have done.
    pub webhooks: Vec<WebhookName>,
    /// What of it has not come.
    pub missing: Vec<WebhookName>,
    /// By when it should have.
    pub deadline: Timestamp,
}

impl Overdue {
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let inbox::Overdue { expectation, missing } = inbox::Overdue::read(body)?;
        let names = |names: Vec<String>| names.iter().map(|name| name.as_str().into()).collect();
        Some(Self {
            request_id: expectation.request_id.as_str().into(),
            link_id: expectation.link_id.as_deref().map(LinkId::from),
            webhooks: names(expectation.products),
            missing: names(missing),
            deadline: expectation.deadline,
        })
    }
}
