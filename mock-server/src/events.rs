//! The events that the mock sends. Source: docs.klavi.ai/connect/api-events, /link/lqUr-overview and
//! /link/api-eventsfor-fi; what the payloads of product events hold was never seen and is inferred, and so is the name of
//! the field that says what happened in a `link_action_status`.

use bytes::Bytes;
use jiff::Timestamp;
use klavi_types::events::{ConsentState, Event, EventName, EventPayload, EventType};
use klavi_types::{DeliveryKind, Json, OneOrMany, Product};
use synthetic_data::Subject;

use crate::Behaviour;
use crate::instance::Instance;
use crate::store::{Consent, Link};
use provider_mock::deliveries::{Body, Delivery};
use provider_mock::fresh;

/// What an event is about.
#[derive(Clone, Copy)]
pub(crate) enum About<'a> {
    Link(&'a Link),
    Consent(&'a Consent),
    Request { request_id: &'a str, subject: &'a Subject },
    Report { request_id: &'a str, subject: &'a Subject, product: &'a Product, report_id: &'a str },
}

/// An event for the console's webhook. A regulated institution (FI) gets `link_action_status` for whatever happens to a
/// consent.
pub(crate) fn delivery(
    mock: &Instance,
    behaviour: &Behaviour,
    name: &EventName,
    about: About<'_>,
    external_info: Option<Json>,
    now: Timestamp,
) -> Delivery {
    let event_id = fresh::event_id(now);
    let request_id = match &about {
        About::Link(_) | About::Consent(_) => None,
        About::Request { request_id, .. } | About::Report { request_id, .. } => {
            Some((*request_id).to_owned())
        }
    };
    let (name, payload) = match about {
        About::Consent(consent) if behaviour.fi_events => {
            let mut payload = action_status(name);
            payload.personal_tax_id = Some(consent.subject.cpf().unwrap_or_default().into());
            payload.business_tax_id = Some(consent.subject.cnpj().unwrap_or_default().into());
            payload.link_id = Some(consent.link_id.as_str().into());
            payload.institution_code = Some(consent.institution_code.as_str().into());
            (EventName::LinkActionStatus, payload)
        }
        about => (name.clone(), payload(about)),
    };
    let body = body(&mock.settings.partner_app_id, &event_id, name.clone(), payload, external_info, now);
    let body = Body::Kept(behaviour.spelling().write(body));
    let url = behaviour.console_webhook.clone();
    let event = Delivery::new(DeliveryKind::Events.as_str(), name.as_str(), event_id, url, body);
    match request_id {
        Some(id) => event.of_request(id),
        None => event,
    }
}

/// The body of a delivery: an array with one event.
pub(crate) fn body(
    partner_app_id: &str,
    event_id: &str,
    name: EventName,
    payload: EventPayload,
    external_info: Option<Json>,
    now: Timestamp,
) -> Bytes {
    let mut event = Event::default();
    event.partner_app_id = Some(partner_app_id.into());
    event.event_id = Some(event_id.into());
    event.event_type = Some(EventType::Api);
    event.event_name = Some(name);
    event.event_time = Some(now.into());
    event.payload = Some(payload);
    event.external_info = external_info;
    let body = serde_json::to_vec(&OneOrMany::Many(vec![event])).expect("an event is JSON");
    Bytes::from(body)
}

/// A payload that says what happened in the words of the consent events. That the field is called `actionStatus` is
/// chosen: no source has its name.
pub(crate) fn action_status(event: &EventName) -> EventPayload {
    let payload = serde_json::json!({"actionStatus": event.as_str()}).to_string();
    klavi_types::decode::<EventPayload>(payload.as_bytes()).expect("the payload is JSON").value
}

fn payload(about: About<'_>) -> EventPayload {
    let mut payload = EventPayload::default();
    let mut tax_ids = |cpf: Option<&str>, cnpj: Option<&str>| {
        payload.personal_tax_id = Some(cpf.unwrap_or_default().into());
        payload.business_tax_id = Some(cnpj.unwrap_or_default().into());
    };
    match about {
        About::Link(link) => {
            tax_ids(link.personal_tax_id.as_deref(), link.business_tax_id.as_deref());
            payload.link_id = Some(link.id.as_str().into());
        }
        About::Consent(consent) => {
            tax_ids(consent.subject.cpf(), consent.subject.cnpj());
            payload.link_id = Some(consent.link_id.as_str().into());
            payload.consents = Some(OneOrMany::One(consent_state(consent)));
        }
        About::Request { request_id, subject } => {
            tax_ids(subject.cpf(), subject.cnpj());
            payload.request_id = Some(request_id.into());
        }
        About::Report { request_id, subject, product, report_id } => {
            tax_ids(subject.cpf(), subject.cnpj());
            payload.request_id = Some(request_id.into());
            payload.product_name = Some(product.clone());
            payload.product_report_id = Some(report_id.into());
        }
    }
    payload
}

fn consent_state(consent: &Consent) -> ConsentState {
    let mut state = ConsentState::default();
    state.consent_id = Some(consent.id.as_str().into());
    state.external_track_id = Some(consent.external_track_id.as_str().into());
    state.institution_code = Some(consent.institution_code.as_str().into());
    state.permissions_apply = synthetic_data::PERMISSIONS.into_iter().collect();
    state.permissions_granted = consent.granted();
    state
}
