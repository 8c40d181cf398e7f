//! Who gets in.

use http::{HeaderMap, HeaderValue};
use klavi_webhook::VerifyError;
use klavi_webhook::klavi::{Klavi, SigningKey};

use crate::{KEY, start, verify};

const BODY: &[u8] = br#"{"a":1}"#;

fn headers(signatures: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for signature in signatures {
        headers.append("X-Klavi-Signature", HeaderValue::from_str(signature).unwrap());
    }
    headers
}

fn check(klavi: &Klavi, signatures: &[&str]) -> Result<(), VerifyError> {
    verify(klavi, BODY, &headers(signatures))
}

#[test]
fn the_right_signature_in_either_case_and_nothing_else() {
    let klavi = Klavi::new(KEY);
    let right = SigningKey::from(KEY).sign(BODY).to_string();
    let other_body = SigningKey::from(KEY).sign(b"{}").to_string();
    let other_key = SigningKey::from("other").sign(BODY).to_string();
    let upper = right.to_uppercase();
    let prefixed = format!("sha256={right}");
    let spaced = format!("{right} {right}");
    assert_eq!(check(&klavi, &[&right]), Ok(()));
    assert_eq!(check(&klavi, &[&upper]), Ok(()));
    for (signatures, fault) in [
        (&[][..], VerifyError::Missing),
        (&[&*right, &*right][..], VerifyError::Repeated),
        (&[&*other_key, &*right][..], VerifyError::Repeated),
        (&[""][..], VerifyError::Malformed),
        (&[&right[..63]][..], VerifyError::Malformed),
        (&[&*prefixed][..], VerifyError::Malformed),
        (&[&*spaced][..], VerifyError::Malformed),
        (&["zz"][..], VerifyError::Malformed),
        (&[&*other_body][..], VerifyError::Mismatch),
        (&[&*other_key][..], VerifyError::Mismatch),
    ] {
        assert_eq!(check(&klavi, signatures), Err(fault), "{signatures:?}");
    }
}

#[test]
fn every_current_key_is_accepted_and_an_ended_one_is_not() {
    let signature = |key: &str| SigningKey::from(key).sign(BODY).to_string();
    let klavi = Klavi::new("new").also("second").also_until("old", start());
    assert_eq!(check(&klavi, &[&signature("new")]), Ok(()));
    assert_eq!(check(&klavi, &[&signature("second")]), Ok(()));
    assert_eq!(check(&klavi, &[&signature("old")]), Err(VerifyError::Mismatch));
    let klavi = Klavi::new("new").also_until("old", "2026-01-02T03:04:06Z".parse().unwrap());
    assert_eq!(check(&klavi, &[&signature("old")]), Ok(()));
}

#[test]
fn an_empty_key_opens_no_door() {
    let signature = SigningKey::from("").sign(BODY).to_string();
    assert_eq!(check(&Klavi::new(""), &[&signature]), Err(VerifyError::Mismatch));
    assert_eq!(check(&Klavi::new(KEY).also(""), &[&signature]), Err(VerifyError::Mismatch));
}

#[test]
fn one_flipped_bit_anywhere_is_noticed() {
    let klavi = Klavi::new(KEY);
    let signature = headers(&[&SigningKey::from(KEY).sign(BODY).to_string()]);
    for bit in 0..BODY.len() * 8 {
        let mut body = BODY.to_vec();
        body[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(verify(&klavi, &body, &signature), Err(VerifyError::Mismatch), "bit {bit}");
    }
}

#[test]
fn keys_and_signatures_are_closed_to_debug() {
    let key = SigningKey::from(KEY);
    let shown = format!("{key:?} {:?} {:?}", key.sign(BODY), Klavi::new(KEY));
    assert!(!shown.contains(KEY) && !shown.contains(&key.sign(BODY).to_string()), "{shown}");
}
