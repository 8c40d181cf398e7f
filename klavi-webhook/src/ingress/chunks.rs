use bytes::Bytes;

/// Room for the first piece, where so much may still come.
const FIRST: usize = 32 * 1024;

/// Room for each further one. Allocators keep smaller blocks for themselves when they are given back.
const FURTHER: usize = 1024 * 1024;

/// A body on its way, in pieces that stay where they are until half of it has come.
///
/// They are copied: what hyper hands out is part of a larger buffer, which is made anew as long as a part is held.
#[derive(Debug, Default)]
pub(super) struct Chunks {
    full: Vec<Bytes>,
    last: Vec<u8>,
    /// What has come, and what there is room for.
    length: usize,
    room: usize,
}

impl Chunks {
    pub(super) const fn length(&self) -> usize {
        self.length
    }

    /// What there is room for once so much more has come, of `expected` in all.
    pub(super) fn room_with(&self, more: usize, expected: usize) -> usize {
        self.room + self.further(more.saturating_sub(self.room - self.length), expected)
    }

    /// Room is made as bytes arrive, never for all that is announced.
    fn further(&self, lacking: usize, expected: usize) -> usize {
        let room = if self.room == 0 { FIRST } else { FURTHER };
        if lacking == 0 { 0 } else { room.min(expected.saturating_sub(self.room)).max(lacking) }
    }

    /// Whether, with so much more, half of a large body has come: then there should be room for all of it in one, since
    /// to put it together later would take its size again.
    pub(super) const fn is_half(&self, more: usize, expected: usize) -> bool {
        expected > 2 * FURTHER
            && self.length > 0
            && self.room < expected
            && self.length + more >= expected / 2
    }

    /// With room for all that is expected.
    pub(super) fn in_one(mut self, expected: usize) -> Self {
        let mut whole = Vec::with_capacity(expected.max(self.length));
        self.full.drain(..).for_each(|piece| whole.extend_from_slice(&piece));
        whole.extend_from_slice(&self.last);
        Self { full: Vec::new(), last: whole, length: self.length, room: expected.max(self.length) }
    }

    pub(super) fn push(&mut self, piece: Bytes, expected: usize) {
        let further = self.further(piece.len().saturating_sub(self.room - self.length), expected);
        let (now, then) = piece.split_at(piece.len().min(self.room - self.length));
        self.length += piece.len();
        self.room += further;
        self.last.extend_from_slice(now);
        if self.full.is_empty() && self.last.is_empty() && piece.len() == expected && piece.len() > FIRST {
            self.full.push(piece);
        } else if further > 0 {
            let full = std::mem::replace(&mut self.last, Vec::with_capacity(further));
            if !full.is_empty() {
                self.full.push(full.into());
            }
            self.last.extend_from_slice(then);
        }
    }

    /// All of them as one. Those that are copied are given back at once.
    pub(super) fn join(mut self) -> Bytes {
        if self.full.len() > 1 || !(self.full.is_empty() || self.last.is_empty()) {
            self = self.in_one(0);
        }
        if let Some(whole) = self.full.pop() {
            return whole;
        }
        if self.last.len() < self.last.capacity() / 2 {
            self.last.shrink_to_fit();
        }
        self.last.into()
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
    fn pieces_of_any_size_make_the_same_body() {
        for length in [0, 1, FIRST, FIRST + 1, FURTHER, 3 * FURTHER + 7] {
            let body = body(length);
            for size in [999, FIRST, FURTHER - 1, 2 * FURTHER] {
                for expected in [0, length / 2, length, 2 * length + 9, 64 << 20] {
                    let mut pieces = Chunks::default();
                    for piece in body.chunks(size) {
                        if pieces.is_half(piece.len(), expected) {
                            pieces = pieces.in_one(expected);
                        }
                        pieces.push(Bytes::copy_from_slice(piece), expected);
                    }
                    assert_eq!(pieces.length(), length);
                    assert!(pieces.join() == body, "{length} in {size}, expected {expected}");
                }
            }
        }
    }

    #[test]
    fn room_is_made_for_what_comes_and_not_for_what_is_announced() {
        let mut pieces = Chunks::default();
        for piece in body(5 * FURTHER).chunks(8 * 1024) {
            let room = pieces.room_with(piece.len(), 64 << 20);
            pieces.push(Bytes::copy_from_slice(piece), 64 << 20);
            assert_eq!(room, pieces.room);
            let there = pieces.full.iter().map(Bytes::len).sum::<usize>() + pieces.last.capacity();
            assert_eq!(there, room);
            assert!(room <= pieces.length() + FURTHER, "{room}");
        }
    }
}
