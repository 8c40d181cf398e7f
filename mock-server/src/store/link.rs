use jiff::Timestamp;
use klavi_types::Json;

use super::CallbackUrls;

/// A link: one session of one user.
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
    pub(crate) callback_urls: Option<CallbackUrls>,
    pub(crate) external_info: Option<Json>,
}
