//! Text encodings of encrypted fields. Knows no cipher.

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::{NO_PAD_INDIFFERENT, PAD_INDIFFERENT};
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};

use super::FieldCipherError;

const URL: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, NO_PAD_INDIFFERENT);
const URL_PADDED: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, PAD_INDIFFERENT);
const PADDED: GeneralPurpose = GeneralPurpose::new(&STANDARD, PAD_INDIFFERENT);

/// How the encrypted bytes are written as text. Not documented; the one example (docs.klavi.ai/link/wrq5-v11) has the
/// alphabet of URL-safe Base64, in a length that needs no padding either way.
///
/// Base64 is read with its `=` and without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldEncoding {
    /// Base64 with `-` and `_` (RFC 4648, section 5), written without `=`.
    Base64Url,
    /// Base64 with `-` and `_`, written with `=`.
    Base64UrlPadded,
    /// Base64 with `+` and `/` (RFC 4648, section 4), written with `=`.
    Base64,
    /// Hexadecimal digits, read in either case, written in lower case.
    Hex,
}

impl FieldEncoding {
    pub(super) fn decode(self, text: &str) -> Result<Vec<u8>, FieldCipherError> {
        match self {
            Self::Base64Url | Self::Base64UrlPadded => URL.decode(text).ok(),
            Self::Base64 => PADDED.decode(text).ok(),
            Self::Hex => HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok(),
        }
        .ok_or(FieldCipherError::Encoding)
    }

    pub(super) fn encode(self, bytes: &[u8]) -> String {
        match self {
            Self::Base64Url => URL.encode(bytes),
            Self::Base64UrlPadded => URL_PADDED.encode(bytes),
            Self::Base64 => PADDED.encode(bytes),
            Self::Hex => HEXLOWER.encode(bytes),
        }
    }
}
