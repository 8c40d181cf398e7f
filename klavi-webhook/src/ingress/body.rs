//! Reading a body within the limits of size, time and memory. Knows the headers that HTTP gives a meaning.

use std::net::IpAddr;

use axum::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http_body_util::BodyExt;

use super::arrived::Arrived;
use super::chunks::Chunks;
use super::hashes::Hashes;
use crate::ingress::RequestContext;
use crate::ingress::memory::MemoryPermit;
use crate::{Answer, Receiver};

/// An announced body up to this size may begin as long as it fits: events must not wait for reports.
const SMALL: usize = 64 * 1024;

impl Receiver {
    /// Reads a body within the limits. What peer and headers allow to refuse is refused first. The body is hashed while
    /// it arrives.
    pub(crate) async fn read(
        &self,
        headers: HeaderMap,
        peer: Option<IpAddr>,
        body: Body,
    ) -> Result<Arrived, Answer> {
        let announced = announced(&headers);
        let source = self.admit(&headers, peer, announced.unwrap_or(0))?;
        if announced.is_none_or(|bytes| bytes > SMALL) && self.inner.memory.is_short() {
            let bytes = announced.unwrap_or(0);
            return Err(self.answered(Answer::Unavailable, RequestContext { source, bytes }));
        }
        let verifier = self.inner.provider.verifier(&headers, self.inner.clock.now());
        let mut hashes = verifier.map(Hashes::new);
        // Without a verifier the only body that can be accepted is the empty one of a connectivity test.
        let limit = if hashes.is_ok() { self.largest() } else { 0 };
        let expected = announced.unwrap_or(limit).min(limit);
        let mut arrival = Arrival {
            permit: self.inner.memory.permit(source),
            chunks: Chunks::new(expected, announced.is_some()),
            limit,
        };
        let arriving = arrival.take(body, |chunk| {
            if let Ok(hashes) = &mut hashes {
                hashes.update(chunk);
            }
        });
        let arrived = tokio::time::timeout(self.inner.body_time, arriving).await;
        let arrived = arrived.unwrap_or(Err(Answer::TooSlow));
        let Arrival { permit, chunks, .. } = arrival;
        let context = RequestContext { source, bytes: chunks.length() };
        match (arrived, hashes) {
            (Ok(()), _) if context.bytes == 0 => Err(self.answered(Answer::Ping, context)),
            (Ok(()), Ok(hashes)) => Ok(Arrived { headers, source, chunks, permit, hashes, is_hashed: true }),
            (Ok(()) | Err(Answer::TooLarge), Err(reason)) => Err(self.refused(&reason, context)),
            (Err(answer), _) => Err(self.answered(answer, context)),
        }
    }

    /// The same for a body that is in memory already. It is not hashed yet.
    pub(super) fn take(
        &self,
        headers: HeaderMap,
        peer: Option<IpAddr>,
        body: Bytes,
    ) -> Result<Arrived, Answer> {
        let source = self.admit(&headers, peer, body.len())?;
        let context = RequestContext { source, bytes: body.len() };
        if body.is_empty() {
            return Err(self.answered(Answer::Ping, context));
        }
        let verifier = self.inner.provider.verifier(&headers, self.inner.clock.now());
        let hashes = Hashes::new(verifier.map_err(|reason| self.refused(&reason, context))?);
        let mut permit = self.inner.memory.permit(source);
        permit.grow_to(body.len()).map_err(|_| self.answered(Answer::Unavailable, context))?;
        Ok(Arrived { headers, source, chunks: Chunks::whole(body), permit, hashes, is_hashed: false })
    }

    /// Decides what can be decided without the body, and returns the address of the source.
    fn admit(
        &self,
        headers: &HeaderMap,
        peer: Option<IpAddr>,
        bytes: usize,
    ) -> Result<Option<IpAddr>, Answer> {
        let source = match &self.inner.guard {
            Some(guard) => Some(guard.check(peer, headers).map_err(|reason| self.forbidden(reason, peer))?),
            None => peer.map(|peer| peer.to_canonical()),
        };
        let context = RequestContext { source, bytes };
        if is_encoded(headers) {
            return Err(self.answered(Answer::Encoded, context));
        }
        if bytes > self.largest() {
            return Err(self.answered(Answer::TooLarge, context));
        }
        if !self.inner.memory.has(bytes, source) {
            return Err(self.answered(Answer::Unavailable, context));
        }
        Ok(source)
    }

    /// A body that can never fit into the memory budget is not worth another attempt either.
    fn largest(&self) -> usize {
        self.inner.max_body.min(self.inner.memory.largest())
    }
}

/// A body that is arriving.
struct Arrival {
    permit: MemoryPermit,
    chunks: Chunks,
    limit: usize,
}

impl Arrival {
    async fn take(&mut self, mut body: Body, mut look: impl FnMut(&[u8])) -> Result<(), Answer> {
        while let Some(frame) = body.frame().await {
            let Ok(chunk) = frame.map_err(|_| Answer::Broken)?.into_data() else { continue };
            if self.chunks.length() + chunk.len() > self.limit {
                return Err(Answer::TooLarge);
            }
            let reserved = self.chunks.reserved_with(chunk.len());
            self.permit.grow_to(reserved).map_err(|_| Answer::Unavailable)?;
            look(&chunk);
            self.chunks.push(chunk);
        }
        Ok(())
    }
}

fn announced(headers: &HeaderMap) -> Option<usize> {
    let length = headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse::<u64>().ok()?;
    Some(usize::try_from(length).unwrap_or(usize::MAX))
}

fn is_encoded(headers: &HeaderMap) -> bool {
    headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
}
