use bytes::Bytes;

use super::cause::{Cause, Unreadable};

/// Below this size packing saves no page of the database.
const WORTH_PACKING: usize = 4096;

/// The fastest level: reports are JSON, which packs to a tenth at any.
const LEVEL: i32 = 1;

/// From this size on packing goes to a thread of its own, so that other work need not wait.
const HEAVY: usize = 256 * 1024;

/// The word in the column `encoding` of a packed body; the others have none.
const ZSTD: &str = "zstd";

/// Packs a body where that makes it smaller.
pub(super) fn pack(body: Bytes) -> (Option<&'static str>, Bytes) {
    if body.len() < WORTH_PACKING {
        return (None, body);
    }
    match zstd::bulk::compress(&body, LEVEL) {
        Ok(mut packed) if packed.len() < body.len() - body.len() / 8 => {
            packed.shrink_to_fit();
            (Some(ZSTD), packed.into())
        }
        _ => (None, body),
    }
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

/// Runs something that takes time in proportion to that many bytes.
pub(super) async fn beside<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Cause> {
    if bytes < HEAVY { Ok(work()) } else { Ok(tokio::task::spawn_blocking(work).await?) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_come_back_and_only_what_shrinks_is_packed() {
        let noise: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..)).take(100_000).collect();
        for (body, packed) in [
            (Bytes::new(), false),
            (Bytes::from(vec![b'7'; WORTH_PACKING - 1]), false),
            (Bytes::from(vec![b'7'; WORTH_PACKING]), true),
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
