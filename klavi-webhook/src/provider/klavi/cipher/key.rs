//! Keys of the field cipher. Must not show them.

use klavi_types::Secret;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// 32 bytes, wiped from memory when dropped.
pub(super) type AesKey = Zeroizing<[u8; 32]>;

/// How the secretKey becomes the 32 bytes of an AES-256 key. Not documented.
///
/// A secretKey was seen to look like a UUID: 36 ASCII characters with its dashes. Of other texts the UTF-8 bytes count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyDerivation {
    /// The text without dashes, as it stands; it must have 32 bytes then.
    WithoutDashes,
    /// The SHA-256 digest of the text, dashes included.
    Sha256,
    /// The first 32 bytes of the text; it must have as many.
    First32,
    /// The text, filled up with zero bytes; it must not have more than 32.
    ZeroPadded,
}

impl KeyDerivation {
    pub(super) fn derive(self, secret_key: &Secret) -> Result<AesKey, InvalidFieldKey> {
        let text = secret_key.expose().as_bytes();
        if text.is_empty() {
            return Err(InvalidFieldKey(()));
        }
        match self {
            Self::WithoutDashes => fill(text.iter().filter(|byte| **byte != b'-'), 32),
            Self::Sha256 => Ok(Zeroizing::new(Sha256::digest(text).into())),
            Self::First32 => fill(text.iter().take(32), 32),
            Self::ZeroPadded => fill(text.iter(), 1),
        }
    }
}

/// Lays bytes into a key: `least` of them or more, and none that finds no room.
fn fill<'a>(bytes: impl Iterator<Item = &'a u8>, least: usize) -> Result<AesKey, InvalidFieldKey> {
    let mut key = Zeroizing::new([0; 32]);
    let mut length = 0;
    for byte in bytes {
        *key.get_mut(length).ok_or(InvalidFieldKey(()))? = *byte;
        length += 1;
    }
    if length < least { Err(InvalidFieldKey(())) } else { Ok(key) }
}

/// The secretKey does not give 32 bytes in the way that was set. Never holds the key nor its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secretKey does not give the 32 bytes of an AES-256 key in the configured way")]
pub struct InvalidFieldKey(());

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    const UUID: &str = "A1B2C3D4-0000-4000-8000-MOCKMOCKMOCK";

    #[test]
    fn each_way_gives_its_bytes() {
        let derived = |way: KeyDerivation, text: &str| way.derive(&text.into()).unwrap();
        assert_eq!(*derived(KeyDerivation::WithoutDashes, UUID), *b"A1B2C3D4000040008000MOCKMOCKMOCK");
        assert_eq!(*derived(KeyDerivation::First32, UUID), *b"A1B2C3D4-0000-4000-8000-MOCKMOCK");
        assert_eq!(
            *derived(KeyDerivation::ZeroPadded, "A1B2-C3D4"),
            *b"A1B2-C3D4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
        );
        // FIPS 180-2, appendix B.1.
        let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(HEXLOWER.encode(&*derived(KeyDerivation::Sha256, "abc")), digest);
    }

    #[test]
    fn a_text_that_does_not_give_32_bytes_is_refused() {
        for (way, text) in [
            (KeyDerivation::WithoutDashes, ""),
            (KeyDerivation::WithoutDashes, &UUID[1..]),
            (KeyDerivation::WithoutDashes, "A1B2C3D4-0000-4000-8000-MOCKMOCKMOCKM"),
            (KeyDerivation::WithoutDashes, "------------------------------------"),
            (KeyDerivation::Sha256, ""),
            (KeyDerivation::First32, ""),
            (KeyDerivation::First32, &UUID[..31]),
            (KeyDerivation::ZeroPadded, ""),
            (KeyDerivation::ZeroPadded, &UUID[..33]),
        ] {
            let fault = way.derive(&text.into()).unwrap_err();
            assert!(!format!("{fault:?} {fault}").contains("A1B2"), "{way:?}");
        }
    }
}
