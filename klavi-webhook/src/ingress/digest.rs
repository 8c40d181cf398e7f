use bytes::Bytes;
use sha2::{Digest as _, Sha256};

/// The SHA-256 of certain bytes, which tells an entry from others.
#[derive(Clone)]
pub(crate) struct Digest {
    /// Kept, so that nothing else can come to stand in their place.
    bytes: Bytes,
    value: [u8; 32],
}

impl Digest {
    /// One that was taken of these bytes while they arrived.
    pub(crate) fn taken(bytes: Bytes, hash: Sha256) -> Self {
        Self { bytes, value: hash.finalize().into() }
    }

    /// The digest of `bytes`: what was taken, if it was of the very same.
    pub(crate) fn of(bytes: &Bytes, taken: Option<&Self>) -> [u8; 32] {
        let taken = taken.filter(|taken| taken.is_of(bytes));
        taken.map_or_else(|| Sha256::digest(bytes).into(), |taken| taken.value)
    }

    /// Whether they stand in the same place.
    pub(crate) fn is_of(&self, bytes: &Bytes) -> bool {
        std::ptr::eq::<[u8]>(&*self.bytes, &**bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_same_bytes_spare_the_hashing() {
        let bytes = Bytes::from(b"[{},{}]".to_vec());
        // A hash of something else shows which one was used.
        let taken = Digest::taken(bytes.clone(), Sha256::new_with_prefix(b"else"));
        let digest = |bytes: &Bytes| Digest::of(bytes, Some(&taken));
        assert_eq!(digest(&bytes), <[u8; 32]>::from(Sha256::digest(b"else")));
        for other in [bytes.slice(1..3), bytes.slice(..6), Bytes::copy_from_slice(&bytes), Bytes::new()] {
            assert_eq!(digest(&other), <[u8; 32]>::from(Sha256::digest(&other)));
        }
        assert_eq!(Digest::of(&bytes, None), <[u8; 32]>::from(Sha256::digest(&bytes)));
    }
}
