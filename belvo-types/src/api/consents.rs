use provider_wire::{DateTime, Flag, Json, Map, Text, open_enum, record};

use crate::ConsentId;

record! {
    /// A consent of Open Finance in Brazil; it belongs to one link. Source: developers.belvo.com, consents.
    pub struct Consent {
        /// Id of the consent, UUID.
        pub id: Option<ConsentId> => "id",
        /// The institution's name for people.
        pub display_name: Option<Text> => "display_name",
        /// CPF or CNPJ of the user.
        pub document_number: Option<Text> => "document_number",
        /// The institution's name in the API.
        pub belvo_institution_name: Option<Text> => "belvo_institution_name",
        /// When it was made, in UTC.
        pub created_at: Option<DateTime> => "created_at",
        /// When it ends, in UTC; null where it has no end.
        pub expired_at: Option<DateTime> => "expired_at",
        /// Whether it has no end.
        pub undefined_consent_expiration: Option<Flag> => "undefined_consent_expiration",
        /// Where it stands.
        pub status: Option<ConsentStatus> => "status",
        /// What is shared, by group: `ACCOUNTS`, `CREDIT_CARDS`, `CREDIT_OPERATIONS`, `REGISTER`, `RESOURCES`.
        pub permissions: Option<Map<Json>> => "permissions",
    }
}

open_enum! {
    /// Where a consent stands.
    pub enum ConsentStatus {
        /// Data may be retrieved.
        Authorised => "AUTHORISED",
        /// The user has to authorise at the institution.
        AwaitingAuthorisation => "AWAITING_AUTHORISATION",
        /// The authorisation is not confirmed yet.
        AwaitingAuthorisationConfirmation => "AWAITING_AUTHORISATION_CONFIRMATION",
        /// The user refused, or took too long.
        Rejected => "REJECTED",
        /// Its time is over.
        Expired => "EXPIRED",
    }
}

impl Consent {
    /// Whether data may be retrieved.
    pub fn is_authorised(&self) -> bool {
        self.status == Some(ConsentStatus::Authorised)
    }
}
