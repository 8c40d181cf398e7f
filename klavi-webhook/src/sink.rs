//! Where the dispatcher takes entries to: typed handlers in this process, or an HTTP endpoint.
//!
//! A sink sees one entry at a time. It must not know how entries are stored, leased or retried.

pub(crate) mod handlers;
#[cfg(feature = "forward")]
mod http;

#[cfg(feature = "forward")]
pub use http::{Forward, ForwardKey, InvalidForward};
