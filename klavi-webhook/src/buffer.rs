//! Memory for large bodies, which goes back to the system as soon as it is dropped. Must not know what it is filled with.
//!
//! Allocators keep what is given back to them, for some time or for good: with bodies of 20 MB a process would take far
//! more than its bound allows. Memory is taken from the system when it is written to, so that a large buffer that stays
//! empty takes none.

use bytes::Bytes;
use memmap2::MmapMut;

/// From this size on a buffer is mapped.
const LARGE: usize = 1024 * 1024;

/// A buffer of fixed capacity that is filled from its beginning.
#[derive(Debug)]
pub(crate) enum Buffer {
    Small(Vec<u8>),
    Large { map: MmapMut, length: usize },
}

impl Buffer {
    /// An empty buffer; `None` where there is no memory for it.
    pub(crate) fn with_capacity(capacity: usize) -> Option<Self> {
        if capacity >= LARGE {
            return Some(Self::Large { map: MmapMut::map_anon(capacity).ok()?, length: 0 });
        }
        let mut small = Vec::new();
        small.try_reserve_exact(capacity).ok()?;
        Some(Self::Small(small))
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Small(bytes) => bytes.len(),
            Self::Large { length, .. } => *length,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How much more fits.
    pub(crate) fn room(&self) -> usize {
        match self {
            Self::Small(bytes) => bytes.capacity() - bytes.len(),
            Self::Large { map, length } => map.len() - length,
        }
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Small(bytes) => bytes,
            Self::Large { map, length } => &map[..*length],
        }
    }

    /// Adds as much of it as fits, and returns the rest.
    pub(crate) fn fill<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let (now, then) = bytes.split_at(bytes.len().min(self.room()));
        match self {
            Self::Small(small) => small.extend_from_slice(now),
            Self::Large { map, length } => {
                map[*length..*length + now.len()].copy_from_slice(now);
                *length += now.len();
            }
        }
        then
    }

    /// Lets `write` fill an empty buffer; it returns how many bytes it wrote.
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(crate) fn write<E>(mut self, write: impl FnOnce(&mut [u8]) -> Result<usize, E>) -> Result<Self, E> {
        match &mut self {
            Self::Small(small) => {
                small.resize(small.capacity(), 0);
                let written = write(small)?;
                small.truncate(written);
            }
            Self::Large { map, length } => *length = write(map)?,
        }
        Ok(self)
    }
}

impl Default for Buffer {
    fn default() -> Self {
        Self::Small(Vec::new())
    }
}

impl From<Buffer> for Bytes {
    fn from(buffer: Buffer) -> Self {
        match buffer {
            Buffer::Small(mut bytes) => {
                if bytes.len() < bytes.capacity() / 2 {
                    bytes.shrink_to_fit();
                }
                bytes.into()
            }
            Buffer::Large { map, length } => Self::from_owner(map).slice(..length),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_takes_what_fits_and_hands_it_out() {
        for capacity in [0, 1, LARGE - 1, LARGE, LARGE + 1] {
            let mut buffer = Buffer::with_capacity(capacity).unwrap();
            let bytes = vec![b'7'; capacity + 5];
            assert_eq!(buffer.room(), capacity);
            let rest = buffer.fill(&bytes);
            assert_eq!((rest.len(), buffer.len(), buffer.room()), (5, capacity, 0));
            assert_eq!(buffer.as_slice(), &bytes[..capacity]);
            assert_eq!(Bytes::from(buffer), bytes[..capacity]);
        }
    }

    #[test]
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    fn what_is_written_counts_and_no_more() {
        for capacity in [16, 2 * LARGE] {
            let write = |room: &mut [u8]| -> Result<usize, ()> {
                assert_eq!(room.len(), capacity);
                room[..3].copy_from_slice(b"abc");
                Ok(3)
            };
            let written = Buffer::with_capacity(capacity).unwrap().write(write).unwrap();
            assert_eq!(Bytes::from(written), "abc");
        }
    }
}
