use provider_wire::{
    DateTime, DecodeError, Decoded, Inspection, Json, OneOrMany, Text, decode, inspect, record,
};

use super::{EventName, EventPayload, EventType, TrackingEventName};
use crate::api::ConsentStatus;
use crate::{EventId, PartnerAppId};

/// One event.
#[record(rename_all = "camelCase")]
pub struct Event {
    /// The partner's application.
    pub partner_app_id: Option<PartnerAppId>,
    /// The same under the name that monitor events use.
    pub partner_code: Option<Text>,
    /// Unique: remember it, deliveries are repeated. Tables spell it `eventID`, examples `eventId`.
    #[wire(or = "eventID")]
    pub event_id: Option<EventId>,
    /// Its family.
    pub event_type: Option<EventType>,
    /// What happened. Some receivers saw it as `event`.
    #[wire(or = "event")]
    pub event_name: Option<EventName>,
    /// When, in UTC.
    pub event_time: Option<DateTime>,
    /// What it tells.
    pub payload: Option<EventPayload>,
    /// What the partner gave when the link was made.
    pub external_info: Option<Json>,
}

impl Event {
    /// Where a consent stands now: told by the name of a consent event, by the payload of a `link_action_status`.
    pub fn consent_status(&self) -> Option<ConsentStatus> {
        match self.event_name.as_ref()? {
            EventName::LinkActionStatus => self.payload.as_ref()?.action_status(),
            name => name.consent_status(),
        }
    }

    /// The event as a click in Klavi's pages, where its name is one of those.
    pub fn tracking_name(&self) -> Option<TrackingEventName> {
        let name = TrackingEventName::from(self.event_name.as_ref()?.as_str());
        name.is_known().then_some(name)
    }
}

/// The events of one delivery.
pub type Events = OneOrMany<Event>;

/// Reads a body of events.
///
/// ```
/// use klavi_types::events::{EventName, decode_events};
///
/// let body = br#"[{"eventId":"1495468585434-0e73d1719173766fe4dfe1a8","eventName":"consent_authorised",
///     "payload":{"consents":{"consentId":"at932-61fc6c","institutionCode":"033"}}}]"#;
/// let events = decode_events(body)?.value;
///
/// let event = &events.as_slice()[0];
/// assert_eq!(event.event_name, Some(EventName::ConsentAuthorised));
/// assert_eq!(event.payload.as_ref().unwrap().consent_id().unwrap().as_str(), "at932-61fc6c");
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
///
/// # Errors
/// Where the body is no JSON, or neither an object nor an array.
pub fn decode_events(body: &[u8]) -> Result<Decoded<Events>, DecodeError> {
    decode(body)
}

/// Reads a body of events the thorough way and says what was not understood.
///
/// # Errors
/// As [`decode_events`].
pub fn inspect_events(body: &[u8]) -> Result<Inspection<Events>, DecodeError> {
    inspect(body)
}

/// The JSON Schema (draft 2020-12) of a body of events as it is received; see [`json_schema`](crate::json_schema).
#[cfg(feature = "json-schema")]
pub fn events_schema() -> serde_json::Value {
    crate::schema::titled::<Events>("events")
}
