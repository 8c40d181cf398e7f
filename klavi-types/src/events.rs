//! What Klavi pushes about links, consents and report requests.
//!
//! The body is an array of events in every example; a single object is read as well. The documentation does not show
//! every payload: what is not known by name stays in `extra`. Sources: docs.klavi.ai/link/lqUr-overview,
//! docs.klavi.ai/connect/api-events, docs.klavi.ai/link/api-eventsfor-fi.

mod event;
mod names;
mod payload;

pub use event::{Event, Events, decode_events, inspect_events};
pub use names::{EventName, EventType};
pub use payload::{ConsentState, EventPayload};
