use klavi_types::events::{ConsentState, EventName, EventPayload};
use klavi_types::{OneOrMany, PersonType};

use crate::events::action_status;
use synthetic_data::{BANK, seeded_id, subject};

/// The events of the API. Source: docs.klavi.ai/connect/api-events and /link/api-eventsfor-fi.
pub(super) const NAMES: [EventName; 11] = [
    EventName::LinkCreated,
    EventName::ConsentAuthorised,
    EventName::ConsentError,
    EventName::ConsentRejected,
    EventName::ConsentExpired,
    EventName::ConsentRevoked,
    EventName::ConsentDeletedByUser,
    EventName::ProductRequestReceived,
    EventName::ProductGeneratedSuccess,
    EventName::ProductGeneratedFailed,
    EventName::LinkActionStatus,
];

/// What the report events are about.
const PRODUCT: &str = "pf_categorized_checking_l3";

/// About the person of that seed, with the same ids as the reports of that seed have.
pub(super) fn payload(name: &EventName, seed: u64) -> EventPayload {
    let mut payload = match name {
        EventName::LinkActionStatus => action_status(&EventName::ConsentAuthorised),
        _ => EventPayload::default(),
    };
    let person = subject(seed, PersonType::Personal);
    payload.personal_tax_id = Some(person.cpf().unwrap_or_default().into());
    payload.business_tax_id = Some("".into());
    match name {
        EventName::ProductRequestReceived
        | EventName::ProductGeneratedSuccess
        | EventName::ProductGeneratedFailed => {
            payload.request_id = Some(seeded_id(seed, "request").into());
            if *name != EventName::ProductRequestReceived {
                payload.product_name = Some(PRODUCT.into());
                payload.product_report_id = Some(seeded_id(seed, "report").into());
            }
        }
        EventName::LinkActionStatus => payload.institution_code = Some(BANK.into()),
        EventName::LinkCreated => {}
        _ => payload.consents = Some(OneOrMany::One(consent(name, seed))),
    }
    if payload.request_id.is_none() {
        payload.link_id = Some(seeded_id(seed, "link").into());
    }
    payload
}

fn consent(name: &EventName, seed: u64) -> ConsentState {
    let mut consent = ConsentState::default();
    consent.consent_id = Some(seeded_id(seed, "consent").into());
    consent.external_track_id = Some(seeded_id(seed, "track").into());
    consent.institution_code = Some(BANK.into());
    consent.permissions_apply = synthetic_data::PERMISSIONS.into_iter().collect();
    if *name == EventName::ConsentAuthorised {
        consent.permissions_granted = synthetic_data::PERMISSIONS.into_iter().collect();
    }
    consent
}
