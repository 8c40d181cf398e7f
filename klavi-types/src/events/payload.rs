use provider_wire::{Integer, List, OneOrMany, Secret, Text, record};

use super::EventName;
use crate::api::{ConsentStatus, PermissionGroup};
use crate::{ConsentId, ExternalTrackId, InstitutionCode, LinkId, Product, ProductReportId, RequestId};

/// What an event tells, the fields of all events together: the names do not clash, and most payloads are
/// documented only in part.
#[record(rename_all = "camelCase")]
pub struct EventPayload {
    /// CPF digits; `""` where there is none.
    pub personal_tax_id: Option<Text>,
    /// CNPJ characters; `""` for a natural person.
    pub business_tax_id: Option<Text>,
    /// The link.
    pub link_id: Option<LinkId>,
    /// The consents it is about. Named in the plural, a single object in the example; an array is read as well.
    pub consents: Option<OneOrMany<ConsentState>>,
    /// The bank (`link_action_status`, clicks).
    #[wire(or = "institutionId")]
    pub institution_code: Option<InstitutionCode>,
    /// Its name (clicks).
    pub institution_name: Option<Text>,
    /// Its kind, as the institution list has it (clicks).
    pub institution_type: Option<Integer>,
    /// What the user searched for (clicks).
    #[wire("key")]
    pub search_key: Option<Text>,
    /// The report request (product events; inferred, no payload of theirs was seen).
    pub request_id: Option<RequestId>,
    /// The product (product events; inferred).
    pub product_name: Option<Product>,
    /// The report (product events; inferred).
    pub product_report_id: Option<ProductReportId>,
    /// Batch of an analysis.
    pub batch_id: Option<Text>,
    /// The monitor.
    pub monitor_id: Option<Text>,
    /// Result of the monitor.
    pub result_id: Option<Text>,
    /// Where the result file can be fetched, for a day; whoever has it can read the file.
    pub presigned_url: Option<Secret>,
}

/// A consent as an event shows it.
#[record(rename_all = "camelCase")]
pub struct ConsentState {
    /// Id of the consent.
    pub consent_id: Option<ConsentId>,
    /// Your tracking value, or one of Klavi's own.
    pub external_track_id: Option<ExternalTrackId>,
    /// The bank.
    #[wire(or = "institutionId")]
    pub institution_code: Option<InstitutionCode>,
    /// What was asked for.
    pub permissions_apply: List<PermissionGroup>,
    /// What was granted (by analogy with the reports).
    pub permissions_granted: List<PermissionGroup>,
    /// Where it stands (observed under both names).
    #[wire(or = "consentStatus")]
    pub status: Option<ConsentStatus>,
}

impl EventPayload {
    /// The consents it is about.
    pub fn consents(&self) -> &[ConsentState] {
        self.consents.as_ref().map_or(&[], OneOrMany::as_slice)
    }

    /// The first consent's id: events of the present API are about one.
    pub fn consent_id(&self) -> Option<&ConsentId> {
        self.consents().first().and_then(|consent| consent.consent_id.as_ref())
    }

    /// The bank, from the payload or from its first consent.
    pub fn institution_code(&self) -> Option<&InstitutionCode> {
        let of_consent = || self.consents().first().and_then(|consent| consent.institution_code.as_ref());
        self.institution_code.as_ref().or_else(of_consent)
    }

    /// What the user did, of a `link_action_status`.
    ///
    /// The documentation says which words there are, those of the consent events, but not the name of the field: it
    /// is found by its value.
    pub fn action_status(&self) -> Option<ConsentStatus> {
        self.extra().iter().find_map(|(_, json)| {
            let word: Text = serde_json::from_str(json).ok()?;
            EventName::from(word.as_str()).consent_status()
        })
    }
}
