use provider_wire::{Integer, List, OneOrMany, Secret, Text, record};

use super::EventName;
use crate::api::{ConsentStatus, PermissionGroup};
use crate::{ConsentId, ExternalTrackId, InstitutionCode, LinkId, Product, ProductReportId, RequestId};

record! {
    /// What an event tells, the fields of all events together: the names do not clash, and most payloads are
    /// documented only in part.
    pub struct EventPayload {
        /// CPF digits; `""` where there is none.
        pub personal_tax_id: Option<Text> => "personalTaxId",
        /// CNPJ characters; `""` for a natural person.
        pub business_tax_id: Option<Text> => "businessTaxId",
        /// The link.
        pub link_id: Option<LinkId> => "linkId",
        /// The consents it is about. Named in the plural, a single object in the example; an array is read as well.
        pub consents: Option<OneOrMany<ConsentState>> => "consents",
        /// The bank (`link_action_status`, clicks).
        pub institution_code: Option<InstitutionCode> => "institutionCode" | "institutionId",
        /// Its name (clicks).
        pub institution_name: Option<Text> => "institutionName",
        /// Its kind, as the institution list has it (clicks).
        pub institution_type: Option<Integer> => "institutionType",
        /// What the user searched for (clicks).
        pub search_key: Option<Text> => "key",
        /// The report request (product events; inferred, no payload of theirs was seen).
        pub request_id: Option<RequestId> => "requestId",
        /// The product (product events; inferred).
        pub product_name: Option<Product> => "productName",
        /// The report (product events; inferred).
        pub product_report_id: Option<ProductReportId> => "productReportId",
        /// Batch of an analysis.
        pub batch_id: Option<Text> => "batchId",
        /// The monitor.
        pub monitor_id: Option<Text> => "monitorId",
        /// Result of the monitor.
        pub result_id: Option<Text> => "resultId",
        /// Where the result file can be fetched, for a day; whoever has it can read the file.
        pub presigned_url: Option<Secret> => "presignedUrl",
    }
}

record! {
    /// A consent as an event shows it.
    pub struct ConsentState {
        /// Id of the consent.
        pub consent_id: Option<ConsentId> => "consentId",
        /// Your tracking value, or one of Klavi's own.
        pub external_track_id: Option<ExternalTrackId> => "externalTrackId",
        /// The bank.
        pub institution_code: Option<InstitutionCode> => "institutionCode" | "institutionId",
        /// What was asked for.
        pub permissions_apply: List<PermissionGroup> => "permissionsApply",
        /// What was granted (by analogy with the reports).
        pub permissions_granted: List<PermissionGroup> => "permissionsGranted",
        /// Where it stands (observed under both names).
        pub status: Option<ConsentStatus> => "status" | "consentStatus",
    }
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
