//! Fields that come encoded.

mod peers;

use data_encoding::HEXLOWER;
use klavi_types::reports::{AnyReport, Head, IdentityReport, Report, decode_report};
use klavi_webhook::klavi::{
    AesFieldCipher, AesMode, CbcIv, FieldCipher, FieldCipherError, FieldEncoding, GcmNonce, KeyDerivation,
};
use proptest::prelude::*;

use crate::KEY;

const CPF: &str = "12345678909";
const SHORT_KEY: &str = "A1B2C3D4-0000-MOCK";
const IV: [u8; 16] = *b"0123456789abcdef";

/// The one example of the documentation (docs.klavi.ai/link/wrq5-v11).
const SAMPLE: &str =
    "cly0AXWVPlVJMk-3P1qFQ5i3UgY-t0mIkn3xNPAWxW4DusQWC6wKP6WKTKunzSqy2oVpKd2p7_liKxGXpV7wQ3a62M4g";

const MODES: [(&str, AesMode); 5] = [
    ("ecb", AesMode::Ecb),
    ("cbc-fixed", AesMode::Cbc(CbcIv::Fixed(IV))),
    ("cbc-front", AesMode::Cbc(CbcIv::InFront)),
    ("gcm-12", AesMode::Gcm(GcmNonce::Bytes12)),
    ("gcm-16", AesMode::Gcm(GcmNonce::Bytes16)),
];

/// With a secretKey that each can take.
const DERIVATIONS: [(&str, KeyDerivation, &str); 4] = [
    ("without-dashes", KeyDerivation::WithoutDashes, KEY),
    ("sha256", KeyDerivation::Sha256, KEY),
    ("first-32", KeyDerivation::First32, KEY),
    ("zero-padded", KeyDerivation::ZeroPadded, SHORT_KEY),
];

const ENCODINGS: [(&str, FieldEncoding); 4] = [
    ("base64-url", FieldEncoding::Base64Url),
    ("base64-url-padded", FieldEncoding::Base64UrlPadded),
    ("base64", FieldEncoding::Base64),
    ("hex", FieldEncoding::Hex),
];

struct Configuration {
    mode: &'static str,
    derivation: &'static str,
    encoding: &'static str,
    key: &'static str,
    cipher: AesFieldCipher,
}

impl Configuration {
    fn name(&self) -> String {
        format!("{} {} {}", self.mode, self.derivation, self.encoding)
    }
}

/// Every mode with every derivation and every encoding.
fn configurations() -> Vec<Configuration> {
    let mut all = Vec::new();
    for (mode, aes_mode) in MODES {
        for (derivation, key_derivation, key) in DERIVATIONS {
            for (encoding, field_encoding) in ENCODINGS {
                let cipher = AesFieldCipher::new(key, aes_mode, key_derivation, field_encoding).unwrap();
                all.push(Configuration { mode, derivation, encoding, key, cipher });
            }
        }
    }
    all
}

fn cipher(mode: AesMode, encoding: FieldEncoding) -> AesFieldCipher {
    AesFieldCipher::new(KEY, mode, KeyDerivation::Sha256, encoding).unwrap()
}

fn identity(field: &str) -> Report<IdentityReport> {
    let body = format!(
        r#"{{"code":200,"productName":"pf_identity","productVersion":"V1.1","productReportId":"rp-1",
            "enquiryCpf":"{field}","identity":{{"cpfNumber":"{field}","civilName":"Ana Exemplo"}}}}"#
    );
    let AnyReport::Identity(report) = decode_report(body.as_bytes()).unwrap().value else {
        panic!("the product name says identity")
    };
    *report
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_is_encrypted_is_decrypted(plain in any::<String>()) {
        for configuration in configurations() {
            let text = configuration.cipher.encrypt(&plain).unwrap();
            let decrypted = configuration.cipher.decrypt(&text).unwrap();
            prop_assert_eq!(decrypted.expose(), &plain, "{}", configuration.name());
        }
    }

    #[test]
    fn no_text_panics(text in "[0-9A-Za-z+/=_-]{0,100}|.{0,40}|[0-9a-f]{64}") {
        for configuration in configurations() {
            let _ = (configuration.cipher.decrypt(&text), configuration.cipher.cpf(&text));
        }
    }
}

#[test]
fn both_fields_of_a_report_and_nothing_of_it_changes() {
    for configuration in configurations() {
        let cipher: &dyn FieldCipher = &configuration.cipher;
        let report = identity(&configuration.cipher.encrypt(CPF).unwrap());
        let before = report.clone();
        let enquiry = cipher.enquiry_cpf(&report.head).unwrap().unwrap();
        let registered = cipher.identity_cpf(&report.content).unwrap().unwrap();
        assert_eq!((enquiry.as_str(), registered.as_str()), (CPF, CPF), "{}", configuration.name());
        assert!(report == before);
    }
}

#[test]
fn digits_are_taken_as_they_stand_and_an_absent_field_is_none() {
    let cipher = cipher(AesMode::Ecb, FieldEncoding::Base64Url);
    let report = identity(CPF);
    assert_eq!(cipher.enquiry_cpf(&report.head).unwrap().unwrap().as_str(), CPF);
    assert_eq!(cipher.identity_cpf(&report.content).unwrap().unwrap().as_str(), CPF);
    assert_eq!(cipher.enquiry_cpf(&identity("12345678900").head), Err(FieldCipherError::NotACpf));

    let empty = identity("");
    assert_eq!(cipher.enquiry_cpf(&empty.head), Ok(None));
    assert_eq!(cipher.identity_cpf(&empty.content), Ok(None));
    assert_eq!(cipher.enquiry_cpf(&Head::default()), Ok(None));
    assert_eq!(cipher.identity_cpf(&IdentityReport::default()), Ok(None));
}

#[test]
fn a_plain_text_that_is_no_cpf_reads_as_undecipherable() {
    let cipher = cipher(AesMode::Cbc(CbcIv::InFront), FieldEncoding::Base64Url);
    for plain in ["", "Ana Exemplo", "12345678900", "123456789", "11111111111"] {
        let field = cipher.encrypt(plain).unwrap();
        assert_eq!(cipher.decrypt(&field).unwrap().expose(), plain);
        assert_eq!(cipher.cpf(&field), Err(FieldCipherError::Undecipherable), "{plain}");
    }
    assert_eq!(cipher.cpf(&cipher.encrypt("123.456.789-09").unwrap()).unwrap().as_str(), CPF);
}

#[test]
fn each_fault_has_its_error() {
    use FieldCipherError::{Encoding, Length, Undecipherable};
    let (cbc, gcm) = (AesMode::Cbc(CbcIv::InFront), AesMode::Gcm(GcmNonce::Bytes12));
    let block = "0123456789abcdef0123456789abcdef";
    for (mode, encoding, text, fault) in [
        (AesMode::Ecb, FieldEncoding::Hex, "", Length),
        (AesMode::Ecb, FieldEncoding::Hex, &block[2..], Length),
        (AesMode::Ecb, FieldEncoding::Hex, &block[1..], Encoding),
        (AesMode::Ecb, FieldEncoding::Hex, block, Undecipherable),
        (AesMode::Ecb, FieldEncoding::Hex, "ção", Encoding),
        (cbc, FieldEncoding::Hex, block, Length),
        (gcm, FieldEncoding::Hex, &block[..24], Length),
        (gcm, FieldEncoding::Hex, block, Length),
        (cbc, FieldEncoding::Base64Url, "", Length),
        (cbc, FieldEncoding::Base64Url, "A", Encoding),
        (cbc, FieldEncoding::Base64Url, "AA A", Encoding),
        (cbc, FieldEncoding::Base64Url, "AA+/", Encoding),
        (cbc, FieldEncoding::Base64Url, "AB", Encoding),
        (cbc, FieldEncoding::Base64UrlPadded, "AAAA=", Encoding),
        (cbc, FieldEncoding::Base64, "AA-_", Encoding),
        (cbc, FieldEncoding::Base64, "123.456.789-09", Encoding),
    ] {
        let found = cipher(mode, encoding).decrypt(text).unwrap_err();
        assert_eq!(found, fault, "{mode:?} {encoding:?} {text}");
    }
}

#[test]
fn base64_is_read_with_its_padding_and_without() {
    for encoding in [FieldEncoding::Base64Url, FieldEncoding::Base64UrlPadded, FieldEncoding::Base64] {
        let cipher = cipher(AesMode::Ecb, encoding);
        let text = cipher.encrypt(CPF).unwrap();
        assert_eq!(text.ends_with("=="), encoding != FieldEncoding::Base64Url);
        let bare = text.trim_end_matches('=');
        for text in [bare.to_owned(), format!("{bare}==")] {
            assert_eq!(cipher.decrypt(&text).unwrap().expose(), CPF, "{encoding:?}");
        }
    }
}

#[test]
fn another_key_and_a_cut_text_are_refused() {
    for configuration in configurations() {
        let text = configuration.cipher.encrypt(CPF).unwrap();
        let cut = configuration.cipher.decrypt(&text[..text.len() - 4]);
        assert!(cut.is_err(), "{}", configuration.name());
    }
    for (_, mode) in MODES {
        let text = cipher(mode, FieldEncoding::Hex).encrypt(CPF).unwrap();
        for other in 0..64 {
            let other = format!("another key {other}");
            let other = AesFieldCipher::new(other, mode, KeyDerivation::Sha256, FieldEncoding::Hex).unwrap();
            // By chance a wrong key gives right padding, never a CPF.
            assert_eq!(other.cpf(&text), Err(FieldCipherError::Undecipherable), "{mode:?}");
        }
    }
}

#[test]
fn gcm_notices_one_flipped_bit_anywhere() {
    for nonce in [GcmNonce::Bytes12, GcmNonce::Bytes16] {
        let cipher = cipher(AesMode::Gcm(nonce), FieldEncoding::Hex);
        let message = HEXLOWER.decode(cipher.encrypt(CPF).unwrap().as_bytes()).unwrap();
        for bit in 0..message.len() * 8 {
            let mut message = message.clone();
            message[bit / 8] ^= 1 << (bit % 8);
            let found = cipher.decrypt(&HEXLOWER.encode(&message));
            assert_eq!(found, Err(FieldCipherError::Undecipherable), "bit {bit}");
        }
    }
}

#[test]
fn what_stands_in_front_is_new_each_time() {
    for (name, mode) in MODES {
        let cipher = cipher(mode, FieldEncoding::Hex);
        let same = cipher.encrypt(CPF).unwrap() == cipher.encrypt(CPF).unwrap();
        assert_eq!(same, matches!(name, "ecb" | "cbc-fixed"), "{name}");
    }
}

#[test]
fn the_documented_example_fits_no_configuration_and_leaves_its_report_usable() {
    assert_eq!(SAMPLE.len(), 92);
    let report = identity(SAMPLE);
    for configuration in configurations() {
        let enquiry = configuration.cipher.enquiry_cpf(&report.head);
        assert!(enquiry.is_err(), "{}", configuration.name());
        assert_eq!(configuration.cipher.identity_cpf(&report.content), enquiry);
    }
    assert_eq!(report.head.enquiry_cpf.as_ref().unwrap().as_str(), SAMPLE);
    let person = report.content.identity.as_ref().unwrap();
    assert_eq!(person.cpf_number.as_ref().unwrap().as_str(), SAMPLE);
    assert_eq!(person.civil_name.as_ref().unwrap().as_str(), "Ana Exemplo");
    assert_eq!(report.head.product_report_id.as_ref().unwrap().as_str(), "rp-1");
}

#[test]
fn ciphers_settings_and_errors_show_nothing() {
    let mode = AesMode::Cbc(CbcIv::Fixed(IV));
    let cipher = cipher(mode, FieldEncoding::Base64Url);
    let field = cipher.encrypt(CPF).unwrap();
    let error = cipher.decrypt("not an encrypted field").unwrap_err();
    let refused = AesFieldCipher::new("short", mode, KeyDerivation::First32, FieldEncoding::Hex).unwrap_err();
    let shown = format!(
        "{cipher:?} {mode:?} {:?} {:?} {error:?} {error} {refused:?} {refused}",
        cipher.decrypt(&field),
        cipher.cpf(&field),
    );
    assert_eq!(format!("{cipher:?} {mode:?}"), "AesFieldCipher(..) Cbc(Fixed(..))");
    for closed in [KEY, CPF, &field, "not an", "short", "48", "0123"] {
        assert!(!shown.contains(closed), "{shown}");
    }
}
