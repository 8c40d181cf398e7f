use provider_wire::open_enum;

use crate::api::ConsentStatus;

/// Which family an event belongs to.
#[open_enum(rename_all = "snake_case")]
pub enum EventType {
    /// Links, consents, report requests.
    Api,
    /// Batch analysis, a sibling product.
    Analysis,
    /// Balance monitoring, a sibling product.
    Monitor,
}

/// What happened.
#[open_enum(rename_all = "snake_case")]
pub enum EventName {
    /// A link was made.
    LinkCreated,
    /// The user authorised the consent: reports may be asked for.
    #[wire(or = "consent_authorized")]
    ConsentAuthorised,
    /// The authorisation failed.
    ConsentError,
    /// The user refused.
    ConsentRejected,
    /// The consent ran out.
    ConsentExpired,
    /// Revoked by the user or by an application.
    ConsentRevoked,
    /// The user asked for deletion of the data.
    ConsentDeletedByUser,
    /// Klavi has taken a report request.
    ProductRequestReceived,
    /// A report is ready, its delivery begins.
    ProductGeneratedSuccess,
    /// A report could not be made.
    ProductGeneratedFailed,
    /// What the user did in a link; sent to regulated institutions in place of the six consent events.
    LinkActionStatus,
    /// The result file of an analysis is ready.
    AnalysisFinished,
    /// The result file of a monitor is ready.
    MonitorFinished,
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
