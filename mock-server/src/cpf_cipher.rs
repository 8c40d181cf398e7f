use aes::Aes256;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The text that stands for a CPF where CPFs are encoded; another one each time. Source of AES-256 and of the key being
/// the secret key: docs.klavi.ai/connect/security. Mode, initialisation vector, derivation of the key and text encoding
/// are chosen by the mock, see [`Behaviour::encoded_cpf`](crate::Behaviour::encoded_cpf).
pub(crate) fn encode(secret_key: &str, cpf: &str) -> String {
    let key: [u8; 32] = Sha256::digest(secret_key).into();
    let iv = Uuid::new_v4().into_bytes();
    let encryptor = cbc::Encryptor::<Aes256>::new((&key).into(), (&iv).into());
    let encrypted = encryptor.encrypt_padded_vec::<Pkcs7>(cpf.as_bytes());
    URL_SAFE_NO_PAD.encode([iv.as_slice(), &encrypted].concat())
}
