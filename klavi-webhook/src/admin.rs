//! Health, readiness and gauges of a running receiver, for probes and alarms.
//!
//! Knows the [`Store`](crate::Store), the [`Inbox`](crate::Inbox) and the [`Receiver`](crate::Receiver). It must not know
//! which exporter the metrics go to, or which provider sends. No answer waits for the inbox longer than a probe does, and
//! nothing here takes longer the more entries there are.

mod health;
mod sampler;

pub use health::{Health, NotReady};
pub use sampler::InboxSampler;
