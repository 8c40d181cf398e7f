//! The metadata of a delivery that is logged with its answer. Holds nothing of its body.

use std::net::IpAddr;

use crate::Delivery;

/// The metadata of a delivery that is logged with every answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestContext {
    /// The address of the sender, where it is known.
    pub(crate) source: Option<IpAddr>,
    /// The size of the body: what has arrived of it, or what was announced.
    pub(crate) bytes: usize,
}

impl RequestContext {
    pub(super) fn of<S>(delivery: &Delivery<S>) -> Self {
        Self { source: delivery.source(), bytes: delivery.body().len() }
    }
}
