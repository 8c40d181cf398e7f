//! A body while it arrives in chunks. Knows bytes and lengths only.

use bytes::Bytes;

use crate::buffer::Buffer;

/// The size of the first buffer, where so much may still arrive.
const FIRST: usize = 32 * 1024;

/// The size of each further one: from this on memory goes back to the system at once.
const FURTHER: usize = 1024 * 1024;

/// The chunks of a body. Those of a body whose length is announced are put into one buffer of that length, so that the
/// body is never there twice; for more than 2 MiB once more than 1 MiB of it has arrived.
///
/// Chunks are copied: what hyper hands out is part of a larger buffer, which is allocated anew as long as a part of it
/// is held.
#[derive(Debug)]
pub(super) struct Chunks {
    full: Vec<Bytes>,
    last: Buffer,
    /// What has arrived.
    length: usize,
    /// What is counted as memory. The system gives memory to a buffer when it is written to, so that a large buffer
    /// takes no more.
    reserved: usize,
    expected: usize,
    is_announced: bool,
}

impl Chunks {
    /// No chunk yet, of a body that is announced to have `expected` bytes, or may have so many.
    pub(super) fn new(expected: usize, is_announced: bool) -> Self {
        Self { full: Vec::new(), last: Buffer::default(), length: 0, reserved: 0, expected, is_announced }
    }

    /// A whole body.
    pub(super) fn whole(body: Bytes) -> Self {
        let length = body.len();
        Self { full: vec![body], reserved: length, length, ..Self::new(length, true) }
    }

    pub(super) const fn length(&self) -> usize {
        self.length
    }

    /// What has to be reserved before so much more arrives.
    pub(super) fn reserved_with(&self, more: usize) -> usize {
        self.reserved + self.further(more)
    }

    /// Memory is reserved as bytes arrive, never for all that is announced.
    fn further(&self, more: usize) -> usize {
        let lacking = more.saturating_sub(self.reserved - self.length);
        let buffer = if self.reserved == 0 { FIRST } else { FURTHER };
        if lacking == 0 { 0 } else { buffer.min(self.expected.saturating_sub(self.reserved)).max(lacking) }
    }

    pub(super) fn push(&mut self, chunk: Bytes) {
        let further = self.further(chunk.len());
        self.reserved += further;
        let is_whole = self.length == 0 && chunk.len() == self.expected && chunk.len() > FIRST;
        self.length += chunk.len();
        if is_whole {
            self.full.push(chunk);
            return;
        }
        let mut then = self.last.fill(&chunk);
        if !then.is_empty() {
            if !self.put_into_one() {
                let full = std::mem::take(&mut self.last);
                if !full.is_empty() {
                    self.full.push(full.into());
                }
                self.last = Buffer::with_capacity(further.max(then.len())).unwrap_or_default();
            }
            then = self.last.fill(then);
        }
        if !then.is_empty() {
            // Without memory to map there is still that of the chunk.
            self.full.push(chunk.slice_ref(then));
        }
    }

    /// Puts the chunks of an announced body into one buffer of its length, unless it is early for a large one or there is
    /// no such buffer.
    fn put_into_one(&mut self) -> bool {
        let held = self.full.iter().map(Bytes::len).sum::<usize>() + self.last.len();
        let is_early = held <= FURTHER && self.expected > 2 * FURTHER;
        if !self.is_announced || is_early || self.expected < self.length {
            return false;
        }
        let Some(whole) = Buffer::with_capacity(self.expected) else { return false };
        self.put_into(whole);
        true
    }

    /// Chunks that are copied are given back at once.
    fn put_into(&mut self, mut whole: Buffer) {
        for chunk in self.full.drain(..) {
            whole.fill(&chunk);
        }
        whole.fill(self.last.as_slice());
        self.last = whole;
    }

    /// Whether [`join`](Self::join) makes a second copy.
    pub(super) fn needs_copy(&self) -> bool {
        self.full.len() > 1 || !(self.full.is_empty() || self.last.is_empty())
    }

    /// All of them as one; `None` where there is no memory for that.
    pub(super) fn join(mut self) -> Option<Bytes> {
        if self.needs_copy() {
            let whole = Buffer::with_capacity(self.length)?;
            self.put_into(whole);
        }
        Some(self.full.pop().unwrap_or_else(|| self.last.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes of which no two neighbours are the same.
    fn body(length: usize) -> Vec<u8> {
        let mut body: Vec<u8> = (0..=250).collect();
        body = body.repeat(length / body.len() + 1);
        body.truncate(length);
        body
    }

    #[test]
    fn chunks_of_any_size_make_the_same_body() {
        for length in [0, 1, FIRST, FIRST + 1, FURTHER, 3 * FURTHER + 7] {
            let body = body(length);
            for size in [999, FIRST, FURTHER - 1, 2 * FURTHER] {
                for expected in [0, length / 2, length, 2 * length + 9, 64 << 20] {
                    for is_announced in [false, true] {
                        let mut chunks = Chunks::new(expected, is_announced);
                        body.chunks(size).for_each(|chunk| chunks.push(Bytes::copy_from_slice(chunk)));
                        assert_eq!(chunks.length(), length);
                        assert!(chunks.join().unwrap() == body, "{length} in {size}, expected {expected}");
                    }
                }
            }
        }
    }

    #[test]
    fn memory_is_reserved_for_what_arrives_and_not_for_what_is_announced() {
        for is_announced in [false, true] {
            let mut chunks = Chunks::new(64 << 20, is_announced);
            for chunk in body(5 * FURTHER).chunks(8 * 1024) {
                let reserved = chunks.reserved_with(chunk.len());
                chunks.push(Bytes::copy_from_slice(chunk));
                assert_eq!(reserved, chunks.reserved);
                assert!(reserved <= chunks.length() + FURTHER, "{reserved}");
            }
        }
    }

    #[test]
    fn an_announced_body_is_never_there_twice() {
        for (is_announced, needs_copy) in [(true, false), (false, true)] {
            let mut chunks = Chunks::new(5 * FURTHER, is_announced);
            body(5 * FURTHER).chunks(8 * 1024).for_each(|chunk| chunks.push(Bytes::copy_from_slice(chunk)));
            assert_eq!(chunks.needs_copy(), needs_copy);
        }
    }
}
