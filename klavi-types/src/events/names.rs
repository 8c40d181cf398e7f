use provider_wire::open_enum;

use crate::api::ConsentStatus;

open_enum! {
    /// Which family an event belongs to.
    pub enum EventType {
        /// Links, consents, report requests.
        Api => "api",
        /// Batch analysis, a sibling product.
        Analysis => "analysis",
        /// Balance monitoring, a sibling product.
        Monitor => "monitor",
    }
}

open_enum! {
    /// What happened.
    pub enum EventName {
        /// A link was made.
        LinkCreated => "link_created",
        /// The user authorised the consent: reports may be asked for.
        ConsentAuthorised => "consent_authorised" | "consent_authorized",
        /// The authorisation failed.
        ConsentError => "consent_error",
        /// The user refused.
        ConsentRejected => "consent_rejected",
        /// The consent ran out.
        ConsentExpired => "consent_expired",
        /// Revoked by the user or by an application.
        ConsentRevoked => "consent_revoked",
        /// The user asked for deletion of the data.
        ConsentDeletedByUser => "consent_deleted_by_user",
        /// Klavi has taken a report request.
        ProductRequestReceived => "product_request_received",
        /// A report is ready, its delivery begins.
        ProductGeneratedSuccess => "product_generated_success",
        /// A report could not be made.
        ProductGeneratedFailed => "product_generated_failed",
        /// What the user did in a link; sent to regulated institutions in place of the six consent events.
        LinkActionStatus => "link_action_status",
        /// The result file of an analysis is ready.
        AnalysisFinished => "analysis_finished",
        /// The result file of a monitor is ready.
        MonitorFinished => "monitor_finished",
    }
}

impl EventName {
    /// The status that a consent event tells of; `None` for every other event.
    pub fn consent_status(&self) -> Option<ConsentStatus> {
        Some(match self {
            Self::ConsentAuthorised => ConsentStatus::Authorised,
            Self::ConsentError => ConsentStatus::Error,
            Self::ConsentRejected => ConsentStatus::Rejected,
            Self::ConsentExpired => ConsentStatus::Expired,
            Self::ConsentRevoked => ConsentStatus::Revoked,
            Self::ConsentDeletedByUser => ConsentStatus::DeletedByUser,
            _ => return None,
        })
    }
}
