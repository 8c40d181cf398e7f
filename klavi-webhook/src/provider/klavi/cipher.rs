//! The CPF of a report whose product is of the family "CPF encoded".

mod aes_field;
mod encoding;
mod key;
mod mode;

use std::fmt;

use klavi_types::reports::{Head, IdentityReport};
use klavi_types::{Cpf, Secret, Text};

pub use aes_field::AesFieldCipher;
pub use encoding::FieldEncoding;
pub use key::{InvalidFieldKey, KeyDerivation};
pub use mode::{AesMode, CbcIv, GcmNonce};

/// Decrypts the fields that Klavi may send encoded: `enquiryCpf` and `identity.cpfNumber`.
///
/// A partner chooses in the Console between plain text and "AES 256"; products come in a family "Plain CPF"
/// (`productVersion` `V1`) and a family "CPF encoded" (`V1.1`). What is known of the encoding:
///
/// | | source |
/// |---|---|
/// | AES 256, the key is the secretKey; another scheme can be agreed on | docs.klavi.ai/connect/security, /analysis/security |
/// | `enquiryCpf` and `identity.cpfNumber` carry the same text | examples of docs.klavi.ai/link/wrq5-v11 and /link/KGqy-v11 |
/// | **mode, IV, key derivation and text encoding** | **not documented: confirm them with Klavi** |
/// | whether CNPJs, or the CPFs of other persons, come encoded too | not known |
///
/// So it is a seam: [`AesFieldCipher`] covers what is likely, a scheme agreed with Klavi is an implementation of
/// your own. Nothing of the receiver calls it; a report is stored and handed out as it came, and a field that cannot
/// be decrypted takes nothing else away from it.
///
/// ```
/// use klavi_types::Secret;
/// use klavi_types::reports::Head;
/// use klavi_webhook::klavi::{FieldCipher, FieldCipherError};
///
/// /// The vault holds the CPF, the field a reference to it.
/// #[derive(Debug)]
/// struct Vault;
///
/// impl FieldCipher for Vault {
///     fn decrypt(&self, text: &str) -> Result<Secret, FieldCipherError> {
///         let cpf = (text == "ref-1").then_some("12345678909");
///         cpf.map(Secret::from).ok_or(FieldCipherError::Undecipherable)
///     }
/// }
///
/// let cipher: &dyn FieldCipher = &Vault;
/// let mut head = Head::default();
/// assert_eq!(cipher.enquiry_cpf(&head)?, None);
/// head.enquiry_cpf = Some("ref-1".into());
/// assert_eq!(cipher.enquiry_cpf(&head)?.unwrap().as_str(), "12345678909");
/// # Ok::<(), FieldCipherError>(())
/// ```
pub trait FieldCipher: fmt::Debug + Send + Sync + 'static {
    /// Decrypts the text of one field.
    ///
    /// # Errors
    /// Where the text is not of this scheme, or not encrypted with this key. An error never holds any of it.
    fn decrypt(&self, text: &str) -> Result<Secret, FieldCipherError>;

    /// The CPF of a field: 11 digits are taken as they stand, any other text is decrypted.
    ///
    /// # Errors
    /// As [`decrypt`](Self::decrypt), also where no CPF comes out; [`FieldCipherError::NotACpf`] where 11 digits in
    /// plain are none.
    fn cpf(&self, field: &str) -> Result<Cpf, FieldCipherError> {
        if field.len() == 11 && field.bytes().all(|byte| byte.is_ascii_digit()) {
            return field.parse().map_err(|_| FieldCipherError::NotACpf);
        }
        // No error of its own: that something came out at all would tell that the padding was right.
        self.decrypt(field)?.expose().parse().map_err(|_| FieldCipherError::Undecipherable)
    }

    /// The CPF that was asked about, `enquiryCpf`; `None` where there is none. The report stays as it is.
    ///
    /// # Errors
    /// As [`cpf`](Self::cpf).
    fn enquiry_cpf(&self, head: &Head) -> Result<Option<Cpf>, FieldCipherError> {
        present(head.enquiry_cpf.as_ref()).map(|field| self.cpf(field)).transpose()
    }

    /// The CPF in the registration data, `identity.cpfNumber`; `None` where there is none. The report stays as it is.
    ///
    /// # Errors
    /// As [`cpf`](Self::cpf).
    fn identity_cpf(&self, content: &IdentityReport) -> Result<Option<Cpf>, FieldCipherError> {
        let identity = content.identity.as_ref();
        present(identity.and_then(|identity| identity.cpf_number.as_ref()))
            .map(|field| self.cpf(field))
            .transpose()
    }
}

/// The text of a field that is there; Klavi writes `""` for "absent" in places.
fn present(field: Option<&Text>) -> Option<&str> {
    field.map(Text::as_str).filter(|text| !text.is_empty())
}

/// Why a field could not be decrypted or encrypted. Never holds its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FieldCipherError {
    /// The text is not of the encoding that was set.
    #[error("the field is not text of the configured encoding")]
    Encoding,
    /// The length does not fit the mode that was set.
    #[error("the length of the field does not fit the configured mode")]
    Length,
    /// Another key, other settings, or changed on the way. Deliberately one error: told apart, wrong padding and
    /// wrong content would let a sender decrypt by trial.
    #[error("the field cannot be decrypted with this key and configuration")]
    Undecipherable,
    /// 11 digits in plain text that are no CPF.
    #[error("the field has 11 digits that are no CPF")]
    NotACpf,
    /// The system gives no random bytes to encrypt with.
    #[error("the system gives no random bytes")]
    NoRandomness,
}
