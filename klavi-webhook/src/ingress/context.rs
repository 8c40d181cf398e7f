use std::net::IpAddr;

use crate::Delivery;

/// What the log tells of a delivery, whatever becomes of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestContext {
    /// Whom it came from, where that is known.
    pub(crate) source: Option<IpAddr>,
    /// Of the body: what has come of it, or what was announced.
    pub(crate) bytes: usize,
}

impl RequestContext {
    pub(super) fn of<S>(delivery: &Delivery<S>) -> Self {
        Self { source: delivery.source(), bytes: delivery.body().len() }
    }
}
