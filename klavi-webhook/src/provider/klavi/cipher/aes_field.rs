//! The AES field cipher, put together from key, mode and encoding.

use std::fmt;

use klavi_types::Secret;

use super::key::AesKey;
use super::{AesMode, FieldCipher, FieldCipherError, FieldEncoding, InvalidFieldKey, KeyDerivation};

/// AES-256 with the secretKey, in the mode, key derivation and text encoding that **Klavi confirmed to you**: none of
/// the three is documented (docs.klavi.ai/connect/security, /analysis/security), so there is no default.
///
/// What the documentation does show contradicts itself. Its samples import `PyCryptodome`'s `pad` and `unpad`, which
/// belong to ECB and CBC; its one encoded text (docs.klavi.ai/link/wrq5-v11) has 69 bytes, which neither of them can
/// give, and which is too long for a CPF in GCM. No configuration here decrypts that text.
///
/// The text of a field is: what stands in front (an IV or nonce, where the mode has one there), the encrypted bytes,
/// the tag (GCM), all together in the text encoding. The plain text is UTF-8.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
/// use klavi_webhook::klavi::{AesFieldCipher, AesMode, CbcIv, FieldCipher, FieldEncoding, KeyDerivation};
///
/// let cipher = AesFieldCipher::new(
///     "A1B2C3D4-0000-4000-8000-MOCKMOCKMOCK",
///     AesMode::Cbc(CbcIv::InFront),
///     KeyDerivation::Sha256,
///     FieldEncoding::Base64Url,
/// )?;
///
/// let field = cipher.encrypt("12345678909")?;
/// let body = format!(
///     r#"{{"productName":"pf_identity","productVersion":"V1.1","enquiryCpf":"{field}",
///         "identity":{{"cpfNumber":"{field}"}}}}"#
/// );
/// let AnyReport::Identity(report) = decode_report(body.as_bytes())?.value else { unreachable!() };
///
/// assert_eq!(report.head.enquiry_cpf.as_ref().unwrap().as_str(), field);
/// assert_eq!(cipher.enquiry_cpf(&report.head)?.unwrap().as_str(), "12345678909");
/// assert_eq!(cipher.identity_cpf(&report.content)?.unwrap().as_str(), "12345678909");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct AesFieldCipher {
    key: AesKey,
    mode: AesMode,
    encoding: FieldEncoding,
}

impl AesFieldCipher {
    /// A cipher with a key made of the secretKey.
    ///
    /// # Errors
    /// Where the secretKey does not give the 32 bytes of a key in that way, or is empty.
    pub fn new(
        secret_key: impl Into<Secret>,
        mode: AesMode,
        derivation: KeyDerivation,
        encoding: FieldEncoding,
    ) -> Result<Self, InvalidFieldKey> {
        Ok(Self { key: derivation.derive(&secret_key.into())?, mode, encoding })
    }

    /// Encrypts the text of a field, for tests and stand-ins. An IV or nonce in front is drawn anew from the system
    /// each time and cannot be given: one nonce used twice breaks GCM.
    ///
    /// # Errors
    /// Where the system gives no random bytes, and above the 64 GiB that GCM can take.
    pub fn encrypt(&self, plain: &str) -> Result<String, FieldCipherError> {
        let mut front = vec![0; self.mode.bytes_in_front()];
        getrandom::fill(&mut front).map_err(|_| FieldCipherError::NoRandomness)?;
        let message = self.mode.seal(&self.key, &front, plain.as_bytes())?;
        Ok(self.encoding.encode(&message))
    }
}

impl FieldCipher for AesFieldCipher {
    fn decrypt(&self, text: &str) -> Result<Secret, FieldCipherError> {
        let plain = self.mode.open(&self.key, &self.encoding.decode(text)?)?;
        std::str::from_utf8(&plain).map(Secret::from).map_err(|_| FieldCipherError::Undecipherable)
    }
}

impl fmt::Debug for AesFieldCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AesFieldCipher(..)")
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;
    use crate::provider::klavi::{CbcIv, GcmNonce};

    #[test]
    fn plain_bytes_that_are_no_text_are_as_undecipherable_as_a_wrong_key() {
        for mode in [AesMode::Ecb, AesMode::Cbc(CbcIv::InFront), AesMode::Gcm(GcmNonce::Bytes12)] {
            let cipher = |key: &str| {
                AesFieldCipher::new(key, mode, KeyDerivation::Sha256, FieldEncoding::Hex).unwrap()
            };
            let front = vec![1; mode.bytes_in_front()];
            let message = mode.seal(&cipher("key").key, &front, b"\xff\xfe1234567890").unwrap();
            for key in ["key", "another key"] {
                let fault = cipher(key).decrypt(&HEXLOWER.encode(&message)).unwrap_err();
                assert_eq!(fault, FieldCipherError::Undecipherable, "{mode:?}");
            }
        }
    }
}
