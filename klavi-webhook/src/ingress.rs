//! The path of a delivery from the socket to the store: source guard, limits, verification, split, answer.
//!
//! Knows the [`Provider`](crate::Provider) trait and the [`Store`](crate::Inbox) it writes to. It must not know which
//! provider sends, or what happens to an entry after it is stored.

mod answer;
mod arrived;
mod body;
mod chunks;
mod context;
mod delivery;
mod extract;
mod findings;
mod guard;
mod hashes;
mod inspector;
pub(crate) mod memory;
mod receiver;
mod refusals;
mod router;
mod routing;
mod server;
mod split;
mod store_health;
mod tallies;

pub use answer::Answer;
pub(crate) use context::RequestContext;
pub use delivery::{Delivery, Unverified, Verified};
pub use extract::Refusal;
pub use findings::{FindingKind, Findings};
pub use guard::{ClientHeader, SourceError, SourceGuard};
pub use inspector::InspectionRate;
pub use receiver::Receiver;
pub use routing::{Routing, Selection};
pub use server::{Accept, Plain, Server};
