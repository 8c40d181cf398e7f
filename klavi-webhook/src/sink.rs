//! Where the dispatcher takes entries to: typed handlers in this process, an HTTP endpoint, a message broker.
//!
//! A sink sees one entry at a time. It must not know how entries are stored, leased or retried.

mod broker;
mod error;
pub(crate) mod handlers;
#[cfg(feature = "forward")]
mod http;

use std::sync::Arc;

use crate::{BoxFuture, Entry};

pub use broker::BrokerSink;
pub(crate) use error::Fault;
pub use error::SinkError;
#[cfg(feature = "forward")]
pub use http::{Forward, ForwardKey, InvalidForward};

/// Takes entries to a target, one at a time, several at once.
pub trait Sink: Send + Sync + 'static {
    /// Delivers it; `Ok` means that the target has it for good. Delivery is at least once: after a crash, a stop or a lost
    /// lease the same entry is delivered again. What takes too long is dropped at its next await.
    fn deliver(&self, entry: Entry) -> BoxFuture<'static, Result<(), SinkError>>;
}

impl<S: Sink + ?Sized> Sink for Arc<S> {
    fn deliver(&self, entry: Entry) -> BoxFuture<'static, Result<(), SinkError>> {
        (**self).deliver(entry)
    }
}
