use jiff::Timestamp;
use klavi_types::Json;
use serde::{Deserialize, Serialize};
use synthetic_data::Subject;
use utoipa::ToSchema;

use super::CallbackUrls;

/// A link: one session of one user.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Link {
    pub(crate) id: String,
    /// Bearer of its session.
    pub(crate) token: String,
    /// What stands in `v` of its page's address.
    pub(crate) page_token: String,
    pub(crate) created_at: Timestamp,
    /// End of id, token and page.
    pub(crate) expires_at: Timestamp,
    pub(crate) personal_tax_id: Option<String>,
    pub(crate) business_tax_id: Option<String>,
    pub(crate) institution_code: Option<String>,
    pub(crate) redirect_url: Option<String>,
    pub(crate) app_link: Option<AppLink>,
    /// The Open Data connection that is to be updated.
    pub(crate) connection_key: Option<String>,
    pub(crate) callback_urls: Option<CallbackUrls>,
    pub(crate) external_info: Option<Json>,
    /// Whom the user named on the page, where the partner did not.
    pub(crate) typed_subject: Option<Subject>,
}

impl Link {
    /// Whom consents of its page are about.
    pub(crate) fn subject(&self) -> Option<Subject> {
        self.given_subject().or_else(|| self.typed_subject.clone())
    }

    /// Whom the partner named; the user cannot change that.
    pub(crate) fn given_subject(&self) -> Option<Subject> {
        Subject::new(self.personal_tax_id.clone(), self.business_tax_id.clone())
    }
}

/// An app that the bank's page goes back to.
/// Source: docs.klavi.ai/connect/integration-whitelabel-using-app2app-flow.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppLink {
    pub(crate) url: String,
    /// The parameter that carries the page with the result, which the app is to open.
    pub(crate) parameter: String,
}

impl AppLink {
    /// `applicationLink`, whose parameter has a fixed name. Source: docs.klavi.ai/link/create-a-link.
    pub(crate) fn older(url: String) -> Self {
        Self { url, parameter: "link_callback_url".to_owned() }
    }
}
