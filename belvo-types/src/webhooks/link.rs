use provider_wire::record;

use super::{LinkWebhookData, ProcessType, WebhookCode, WebhookId, WebhookName, WebhookType};
use crate::{ConsentId, ExternalIdText, InstitutionName, LinkId, RequestId};

/// Word about a link, its data or its consent.
///
/// Three generations are in use: the oldest has neither `process_type` nor `request_id` nor `external_id`, the
/// middle one no `process_type`; of consents none has a `request_id`.
#[record]
pub struct LinkWebhook {
    /// Belvo's id of the webhook.
    pub webhook_id: Option<WebhookId>,
    /// What it is about.
    pub webhook_type: Option<WebhookType>,
    /// Why it was sent.
    pub process_type: Option<ProcessType>,
    /// What happened.
    pub webhook_code: Option<WebhookCode>,
    /// The link.
    pub link_id: Option<LinkId>,
    /// The retrieval that it answers, UUID text with hyphens.
    pub request_id: Option<RequestId>,
    /// The partner's own id of the user.
    pub external_id: Option<ExternalIdText>,
    /// What it tells beside that.
    pub data: Option<LinkWebhookData>,
}

impl LinkWebhook {
    /// Type and code, where it has both.
    pub fn name(&self) -> Option<WebhookName> {
        Some(WebhookName::new(self.webhook_type.clone()?, self.webhook_code.clone()?))
    }

    /// Whether there is something to fetch now. Before the `historical_update` of a new link there is nothing: a GET
    /// that comes too early gives empty fields or duplicates.
    pub fn announces_data(&self) -> bool {
        self.webhook_code.as_ref().is_some_and(WebhookCode::announces_data)
    }

    /// Whether the link goes on only with its user: by new credentials, a second factor or a new consent.
    pub fn needs_user(&self) -> bool {
        self.webhook_code.as_ref().is_some_and(WebhookCode::needs_user)
    }

    /// The consent, of a webhook about one.
    pub fn consent_id(&self) -> Option<&ConsentId> {
        self.data.as_ref()?.consent_id.as_ref()
    }

    /// The institution, of a webhook about a consent.
    pub fn institution(&self) -> Option<&InstitutionName> {
        self.data.as_ref()?.institution.as_ref()
    }
}
