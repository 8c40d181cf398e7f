//! AES modes of the field cipher. Knows bytes only.

use std::fmt;

use aes::Aes256;
use aes_gcm::aead::array::ArraySize;
use aes_gcm::aead::consts::{U12, U16};
use aes_gcm::{AeadInOut, AesGcm, KeyInit};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use zeroize::Zeroizing;

use super::FieldCipherError;

/// Bytes of an AES block; of a CBC initialisation vector and of a GCM tag too.
const BLOCK: usize = 16;

/// The mode of AES-256. Not documented; the samples of docs.klavi.ai/connect/security import `PyCryptodome`'s `pad` and
/// `unpad`, which speaks for ECB or CBC.
///
/// Only GCM notices a changed text. With the other two it is the signature of the delivery that keeps changes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AesMode {
    /// Each block by itself, padded as of PKCS#7: the same CPF always gives the same text.
    Ecb,
    /// Blocks chained, padded as of PKCS#7.
    Cbc(CbcIv),
    /// Counter mode: the nonce in front, the tag of 16 bytes behind, no associated data.
    Gcm(GcmNonce),
}

/// Where the initialisation vector of CBC comes from. Closed to `Debug`: some schemes cut it from the key.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CbcIv {
    /// Agreed on, the same for every text.
    Fixed([u8; 16]),
    /// The first 16 bytes of each text.
    InFront,
}

/// How long the nonce of GCM is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GcmNonce {
    /// What NIST SP 800-38D recommends.
    Bytes12,
    /// What `PyCryptodome` makes where it is told nothing.
    Bytes16,
}

impl fmt::Debug for CbcIv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fixed(_) => "Fixed(..)",
            Self::InFront => "InFront",
        })
    }
}

impl AesMode {
    /// How many bytes stand in front of what is encrypted.
    pub(super) fn bytes_in_front(self) -> usize {
        match self {
            Self::Ecb | Self::Cbc(CbcIv::Fixed(_)) => 0,
            Self::Cbc(CbcIv::InFront) | Self::Gcm(GcmNonce::Bytes16) => 16,
            Self::Gcm(GcmNonce::Bytes12) => 12,
        }
    }

    /// The plain bytes of a message.
    pub(super) fn open(self, key: &[u8; 32], message: &[u8]) -> Result<Zeroizing<Vec<u8>>, FieldCipherError> {
        let (front, body) =
            message.split_at_checked(self.bytes_in_front()).ok_or(FieldCipherError::Length)?;
        let fits = match self {
            Self::Ecb | Self::Cbc(_) => !body.is_empty() && body.len().is_multiple_of(BLOCK),
            Self::Gcm(_) => body.len() >= BLOCK,
        };
        if !fits {
            return Err(FieldCipherError::Length);
        }
        let mut bytes = Zeroizing::new(body.to_vec());
        let opened = match self {
            Self::Ecb => unpad(ecb::Decryptor::<Aes256>::new(key.into()), &mut bytes),
            Self::Cbc(iv) => cbc::Decryptor::<Aes256>::new_from_slices(key, iv.bytes(front))
                .ok()
                .and_then(|decryptor| unpad(decryptor, &mut bytes)),
            Self::Gcm(GcmNonce::Bytes12) => open_gcm::<U12>(key, front, &mut bytes),
            Self::Gcm(GcmNonce::Bytes16) => open_gcm::<U16>(key, front, &mut bytes),
        };
        opened.ok_or(FieldCipherError::Undecipherable)?;
        Ok(bytes)
    }

    /// The message of plain bytes. `front` has as many bytes as stand in front, and was never used before.
    pub(super) fn seal(
        self,
        key: &[u8; 32],
        front: &[u8],
        plain: &[u8],
    ) -> Result<Vec<u8>, FieldCipherError> {
        let body = match self {
            Self::Ecb => Some(ecb::Encryptor::<Aes256>::new(key.into()).encrypt_padded_vec::<Pkcs7>(plain)),
            Self::Cbc(iv) => cbc::Encryptor::<Aes256>::new_from_slices(key, iv.bytes(front))
                .ok()
                .map(|encryptor| encryptor.encrypt_padded_vec::<Pkcs7>(plain)),
            Self::Gcm(GcmNonce::Bytes12) => seal_gcm::<U12>(key, front, plain),
            Self::Gcm(GcmNonce::Bytes16) => seal_gcm::<U16>(key, front, plain),
        };
        Ok([front, &body.ok_or(FieldCipherError::Length)?].concat())
    }
}

impl CbcIv {
    fn bytes<'a>(&'a self, front: &'a [u8]) -> &'a [u8] {
        match self {
            Self::Fixed(iv) => iv,
            Self::InFront => front,
        }
    }
}

fn unpad(decryptor: impl BlockModeDecrypt, bytes: &mut Vec<u8>) -> Option<()> {
    let length = decryptor.decrypt_padded::<Pkcs7>(bytes).ok()?.len();
    bytes.truncate(length);
    Some(())
}

fn open_gcm<N: ArraySize>(key: &[u8; 32], nonce: &[u8], bytes: &mut Vec<u8>) -> Option<()> {
    let gcm = AesGcm::<Aes256, N>::new(key.into());
    gcm.decrypt_in_place(nonce.try_into().ok()?, b"", bytes).ok()
}

fn seal_gcm<N: ArraySize>(key: &[u8; 32], nonce: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
    let gcm = AesGcm::<Aes256, N>::new(key.into());
    let mut bytes = plain.to_vec();
    gcm.encrypt_in_place(nonce.try_into().ok()?, b"", &mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER_PERMISSIVE;

    use super::*;
    use crate::provider::klavi::cipher::key::AesKey;

    const ALL: [AesMode; 5] = [
        AesMode::Ecb,
        AesMode::Cbc(CbcIv::Fixed([7; 16])),
        AesMode::Cbc(CbcIv::InFront),
        AesMode::Gcm(GcmNonce::Bytes12),
        AesMode::Gcm(GcmNonce::Bytes16),
    ];

    /// NIST SP 800-38A, appendix F: key and plain text of the AES-256 vectors.
    const KEY: &str = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";
    const PLAIN: &str = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51\
        30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
    const IV: &str = "000102030405060708090a0b0c0d0e0f";

    fn bytes(digits: &str) -> Vec<u8> {
        HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).unwrap()
    }

    fn key(digits: &str) -> AesKey {
        Zeroizing::new(bytes(digits).try_into().unwrap())
    }

    /// Whole blocks, so one block of padding follows what the vector shows.
    #[track_caller]
    fn agrees(mode: AesMode, front: &str, encrypted: &str) {
        let (key, front) = (key(KEY), bytes(front));
        let message = mode.seal(&key, &front, &bytes(PLAIN)).unwrap();
        assert_eq!(message[..front.len() + 64], [front, bytes(encrypted)].concat());
        assert_eq!(**mode.open(&key, &message).unwrap(), bytes(PLAIN));
    }

    #[test]
    fn ecb_agrees_with_nist() {
        // F.1.5 and F.1.6.
        agrees(
            AesMode::Ecb,
            "",
            "f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870\
            b6ed21b99ca6f4f9f153e7b1beafed1d23304b7a39f9f3ff067d8d8f9e24ecc7",
        );
    }

    #[test]
    fn cbc_agrees_with_nist() {
        // F.2.5 and F.2.6.
        let encrypted = "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d\
            39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b";
        agrees(AesMode::Cbc(CbcIv::Fixed(bytes(IV).try_into().unwrap())), "", encrypted);
        agrees(AesMode::Cbc(CbcIv::InFront), IV, encrypted);
    }

    /// The GCM specification that was submitted to NIST, appendix B, test cases 13 to 15.
    #[test]
    fn gcm_agrees_with_the_specification() {
        let zeros = "00".repeat(32);
        let long = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
            1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";
        for (digits, nonce, plain, encrypted, tag) in [
            (&*zeros, "000000000000000000000000", "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
            (
                &*zeros,
                "000000000000000000000000",
                "00000000000000000000000000000000",
                "cea7403d4d606b6e074ec5d3baf39d18",
                "d0d1c8a799996bf0265b98b5d48ab919",
            ),
            (
                "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
                "cafebabefacedbaddecaf888",
                long,
                "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
                8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
                "b094dac5d93471bdec1a502270e3cc6c",
            ),
        ] {
            let mode = AesMode::Gcm(GcmNonce::Bytes12);
            let message = mode.seal(&key(digits), &bytes(nonce), &bytes(plain)).unwrap();
            assert_eq!(message, bytes(&format!("{nonce}{encrypted}{tag}")));
            assert_eq!(**mode.open(&key(digits), &message).unwrap(), bytes(plain));
        }
    }

    #[test]
    fn a_message_of_an_impossible_length_is_told_from_one_that_does_not_open() {
        for mode in ALL {
            for length in 0..=80_usize {
                let fits = match mode {
                    AesMode::Ecb | AesMode::Cbc(CbcIv::Fixed(_)) => length >= 16 && length % 16 == 0,
                    AesMode::Cbc(CbcIv::InFront) => length >= 32 && length % 16 == 0,
                    AesMode::Gcm(GcmNonce::Bytes12) => length >= 28,
                    AesMode::Gcm(GcmNonce::Bytes16) => length >= 32,
                };
                let wanted = if fits { FieldCipherError::Undecipherable } else { FieldCipherError::Length };
                assert_eq!(
                    mode.open(&key(KEY), &vec![0xa5; length]).unwrap_err(),
                    wanted,
                    "{mode:?} {length}"
                );
            }
        }
    }

    /// Every value of the last byte before the padding block, and with it every kind of wrong padding.
    #[test]
    fn wrong_padding_and_wrong_key_are_one_error() {
        let mode = AesMode::Cbc(CbcIv::InFront);
        let message = mode.seal(&key(KEY), &bytes(IV), &[b'1'; 16]).unwrap();
        let faults: Vec<_> = (1..=255_u8)
            .filter_map(|change| {
                let mut message = message.clone();
                message[31] ^= change;
                mode.open(&key(KEY), &message).err()
            })
            .collect();
        assert!(faults.len() > 250, "{}", faults.len());
        let other = mode.open(&key(&"42".repeat(32)), &message).unwrap_err();
        assert!(faults.iter().all(|fault| *fault == other));
    }
}
