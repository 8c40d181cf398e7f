//! A body that has arrived within the limits, until it is verified. Knows no answers.

use std::net::IpAddr;

use http::HeaderMap;
use jiff::Timestamp;

use crate::ingress::RequestContext;
use crate::ingress::chunks::Chunks;
use crate::ingress::hashes::Hashes;
use crate::ingress::memory::{MemoryPermit, OutOfMemory};
use crate::{Delivery, Verified, VerifyError};

/// A request whose body has arrived.
pub(crate) struct Arrived {
    pub(super) headers: HeaderMap,
    pub(super) source: Option<IpAddr>,
    pub(super) chunks: Chunks,
    pub(super) permit: MemoryPermit,
    pub(super) hashes: Hashes,
    /// Whether the hashes have seen the body.
    pub(super) is_hashed: bool,
}

/// Why a delivery is not taken in.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotTaken {
    #[error("{0}")]
    Unverified(VerifyError),
    #[error("{0}")]
    OutOfMemory(OutOfMemory),
}

impl Arrived {
    pub(super) fn context(&self) -> RequestContext {
        RequestContext { source: self.source, bytes: self.chunks.length() }
    }

    /// Joins and verifies the body: work in proportion to its size.
    pub(super) fn verify(self, now: Timestamp) -> Result<Delivery<Verified>, NotTaken> {
        let Self { headers, source, chunks, mut permit, mut hashes, is_hashed } = self;
        permit.shrink_to(chunks.length());
        let copy = chunks.needs_copy().then(|| permit.copy(chunks.length()));
        let copy = copy.transpose().map_err(NotTaken::OutOfMemory)?;
        let body = chunks.join().ok_or(NotTaken::OutOfMemory(OutOfMemory))?;
        drop(copy);
        if !is_hashed {
            hashes.update(&body);
        }
        let delivery = source.into_iter().fold(Delivery::new(body, headers), Delivery::from_source);
        delivery.with_permit(permit).finish(hashes, now).map_err(NotTaken::Unverified)
    }
}
