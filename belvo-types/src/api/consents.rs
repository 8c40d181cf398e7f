use provider_wire::{DateTime, Flag, Json, Map, Text, open_enum, record};

use crate::ConsentId;

/// A consent of Open Finance in Brazil; it belongs to one link. Source: developers.belvo.com, consents.
#[record]
pub struct Consent {
    /// Id of the consent, UUID.
    pub id: Option<ConsentId>,
    /// The institution's name for people.
    pub display_name: Option<Text>,
    /// CPF or CNPJ of the user.
    pub document_number: Option<Text>,
    /// The institution's name in the API.
    pub belvo_institution_name: Option<Text>,
    /// When it was made, in UTC.
    pub created_at: Option<DateTime>,
    /// When it ends, in UTC; null where it has no end.
    pub expired_at: Option<DateTime>,
    /// Whether it has no end.
    pub undefined_consent_expiration: Option<Flag>,
    /// Where it stands.
    pub status: Option<ConsentStatus>,
    /// What is shared, by group: `ACCOUNTS`, `CREDIT_CARDS`, `CREDIT_OPERATIONS`, `REGISTER`, `RESOURCES`.
    pub permissions: Option<Map<Json>>,
}

/// Where a consent stands.
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConsentStatus {
    /// Data may be retrieved.
    Authorised,
    /// The user has to authorise at the institution.
    AwaitingAuthorisation,
    /// The authorisation is not confirmed yet.
    AwaitingAuthorisationConfirmation,
    /// The user refused, or took too long.
    Rejected,
    /// Its time is over.
    Expired,
}

impl Consent {
    /// Whether data may be retrieved.
    pub fn is_authorised(&self) -> bool {
        self.status == Some(ConsentStatus::Authorised)
    }
}
