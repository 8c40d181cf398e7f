//! Packs bodies.

use bytes::Bytes;
use zstd::bulk::Compressor;

use super::cause::{Cause, Unreadable};
use crate::buffer::Buffer;

/// Below this size packing saves no page of the database.
const WORTH_PACKING: usize = 4096;

/// The fastest level: reports are JSON, which packs to a tenth at any.
const LEVEL: i32 = 1;

/// The word in the column `encoding` of a packed body; the others have none.
const ZSTD: &str = "zstd";

/// From this size on there is first room for an eighth of it, which is enough for most: room is memory.
const LARGE: usize = 256 * 1024;

/// Packs a body where that makes it smaller by an eighth. Meanwhile it takes at most its size again.
pub(super) fn pack(body: Bytes) -> (Option<&'static str>, Bytes) {
    let worth = body.len() - body.len() / 8;
    let small = (body.len() >= LARGE).then_some(body.len() / 8);
    let rooms = small.into_iter().chain((body.len() >= WORTH_PACKING).then_some(worth));
    for room in rooms {
        let Some(packed) = Buffer::with_capacity(room) else { continue };
        let pack = |room: &mut [u8]| Compressor::new(LEVEL)?.compress_to_buffer(&body, room);
        if let Ok(packed) = packed.write(pack) {
            drop(body);
            return (Some(ZSTD), packed.into());
        }
    }
    (None, body)
}

/// The body as it came.
pub(super) fn unpack(encoding: Option<&str>, stored: Vec<u8>, bytes: u64) -> Result<Bytes, Cause> {
    match encoding {
        None => Ok(stored.into()),
        Some(ZSTD) => {
            let bytes = usize::try_from(bytes).map_err(|_| Unreadable("a body has an impossible size"))?;
            let body =
                zstd::bulk::decompress(&stored, bytes).map_err(|_| Unreadable("a packed body is damaged"))?;
            Ok(body.into())
        }
        Some(_) => Err(Unreadable("a body is packed in an unknown way").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_come_back_and_only_what_shrinks_is_packed() {
        let noise: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..)).take(300_000).collect();
        // Does not fit into an eighth.
        let half: Vec<u8> = noise.iter().flat_map(|byte| [b'7', *byte]).collect();
        for (body, packed) in [
            (Bytes::new(), false),
            (Bytes::from(vec![b'7'; WORTH_PACKING - 1]), false),
            (Bytes::from(vec![b'7'; WORTH_PACKING]), true),
            (Bytes::from(half), true),
            (Bytes::from(noise), false),
        ] {
            let (encoding, stored) = pack(body.clone());
            assert_eq!(encoding.is_some(), packed);
            assert!(stored.len() <= body.len());
            assert_eq!(unpack(encoding, stored.to_vec(), body.len() as u64).unwrap(), body);
        }
    }

    #[test]
    fn a_damaged_body_is_an_error() {
        let (encoding, stored) = pack(Bytes::from(vec![b'7'; 10_000]));
        assert!(unpack(encoding, stored.to_vec(), 9_999).is_err());
        assert!(unpack(encoding, stored[1..].to_vec(), 10_000).is_err());
        assert!(unpack(Some("lz4"), stored.to_vec(), 10_000).is_err());
    }
}
