//! What Klavi pushes about links, consents, report requests, analyses and monitors, and what its pages tell of a
//! user's clicks.
//!
//! The body is an array of events in every example; a single object is read as well. The documentation does not show
//! every payload: what is not known by name stays in `extra`. Sources: docs.klavi.ai/link/lqUr-overview,
//! docs.klavi.ai/connect/api-events, docs.klavi.ai/link/api-eventsfor-fi, docs.klavi.ai/analysis,
//! docs.klavi.ai/monitor, docs.klavi.ai/connect/web-tracking-events.

mod event;
mod names;
mod payload;
mod tracking;

#[cfg(feature = "json-schema")]
pub use event::events_schema;
pub use event::{Event, Events, decode_events, inspect_events};
pub use names::{EventName, EventType};
pub use payload::{ConsentState, EventPayload};
pub use tracking::{TrackingEvent, TrackingEventName, TrackingPayload};
