use std::net::IpAddr;

use axum::body::Body;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http_body_util::BodyExt;

use super::chunks::Chunks;
use super::hashes::Hashes;
use crate::Receiver;
use crate::blocking::run_blocking;
use crate::ingress::RequestContext;
use crate::ingress::digest::Digest;
use crate::ingress::memory::Share;
use crate::{Answer, Claim, Delivery, Unverified};

/// An announced body up to this size may begin as long as it fits: events must not wait for reports.
const SMALL: usize = 64 * 1024;

impl Receiver {
    /// Reads a body within the limits, refusing first what peer and headers give away. It is hashed while it arrives.
    pub(crate) async fn read(
        &self,
        headers: HeaderMap,
        peer: Option<IpAddr>,
        body: Body,
    ) -> Result<(Delivery<Unverified>, Box<dyn Claim>), Answer> {
        let announced = announced(&headers);
        let source = self.admit(&headers, peer, announced.unwrap_or(0))?;
        if announced.is_none_or(|bytes| bytes > SMALL) && self.inner.memory.is_short() {
            let bytes = announced.unwrap_or(0);
            return Err(self.answered(Answer::Unavailable, RequestContext { source, bytes }));
        }
        let claim = self.inner.provider.claim(&headers, self.inner.clock.now());
        let mut hashes = claim.map(Hashes::new);
        // Without a claim there is only one thing left to be: the empty connectivity test.
        let limit = if hashes.is_ok() { self.largest() } else { 0 };
        let mut arrival = Arrival {
            share: self.inner.memory.share(),
            pieces: Chunks::default(),
            limit,
            expected: announced.unwrap_or(limit).min(limit),
        };
        let arriving = arrival.take(body, |piece| {
            if let Ok(hashes) = &mut hashes {
                hashes.update(piece);
            }
        });
        let arrived = tokio::time::timeout(self.inner.body_time, arriving).await;
        let arrived = arrived.unwrap_or(Err(Answer::TooSlow));
        let bytes = arrival.pieces.length();
        let came = RequestContext { source, bytes };
        let hashes = match (arrived, hashes) {
            (Ok(()), _) if bytes == 0 => return Err(self.answered(Answer::Ping, came)),
            (Ok(()), Ok(hashes)) => hashes,
            (Ok(()) | Err(Answer::TooLarge), Err(reason)) => return Err(self.refused(&reason, came)),
            (Err(answer), _) => return Err(self.answered(answer, came)),
        };
        let Arrival { mut share, pieces, .. } = arrival;
        share.shrink_to(bytes);
        // With what it holds of the memory, also where nobody waits for it any more.
        let join = move || {
            let (claim, hash) = hashes.into_parts();
            let body = pieces.join();
            let digest = hash.map(|hash| Digest::taken(body.clone(), hash));
            (Delivery::new(body, headers).counted(share).digested(digest), claim)
        };
        let Ok((delivery, claim)) = run_blocking(bytes, join).await else {
            return Err(self.answered(Answer::Unavailable, came));
        };
        Ok((source.into_iter().fold(delivery, Delivery::from_source), claim))
    }

    /// Decides what can be decided without the body, and says where it comes from.
    pub(super) fn admit(
        &self,
        headers: &HeaderMap,
        peer: Option<IpAddr>,
        bytes: usize,
    ) -> Result<Option<IpAddr>, Answer> {
        let source = match &self.inner.guard {
            Some(guard) => Some(guard.check(peer, headers).map_err(|reason| self.shut_out(reason, peer))?),
            None => peer.map(|peer| peer.to_canonical()),
        };
        let came = RequestContext { source, bytes };
        if is_encoded(headers) {
            return Err(self.answered(Answer::Encoded, came));
        }
        if bytes > self.largest() {
            return Err(self.answered(Answer::TooLarge, came));
        }
        if !self.inner.memory.has(bytes) {
            return Err(self.answered(Answer::Unavailable, came));
        }
        Ok(source)
    }

    /// What never fits into the memory for all is not worth another attempt either.
    fn largest(&self) -> usize {
        self.inner.max_body.min(self.inner.memory.largest())
    }
}

/// A body on its way.
struct Arrival {
    share: Share,
    pieces: Chunks,
    limit: usize,
    expected: usize,
}

impl Arrival {
    async fn take(&mut self, mut body: Body, mut look: impl FnMut(&[u8])) -> Result<(), Answer> {
        while let Some(frame) = body.frame().await {
            let Ok(piece) = frame.map_err(|_| Answer::Broken)?.into_data() else { continue };
            let length = self.pieces.length() + piece.len();
            if length > self.limit {
                return Err(Answer::TooLarge);
            }
            let expected = self.expected;
            if self.pieces.is_half(piece.len(), expected) {
                self.share.grow_to(expected).map_err(|_| Answer::Unavailable)?;
                let pieces = std::mem::take(&mut self.pieces);
                let in_one = run_blocking(pieces.length(), move || pieces.in_one(expected)).await;
                self.pieces = in_one.map_err(|_| Answer::Unavailable)?;
            }
            let room = self.pieces.room_with(piece.len(), expected);
            self.share.grow_to(room).map_err(|_| Answer::Unavailable)?;
            look(&piece);
            self.pieces.push(piece, expected);
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
