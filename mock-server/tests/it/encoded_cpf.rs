use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use klavi_mock::MockKlavi;
use klavi_types::reports::{AnyReport, decode_report};
use klavi_webhook::klavi::{AesFieldCipher, AesMode, CbcIv, FieldCipher, FieldEncoding, KeyDerivation};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::partner::{CPF, Partner};

/// A mock with the products of one consent, CPFs encoded.
async fn reports(products: &[&str]) -> (Partner, Vec<Vec<u8>>) {
    let mock = MockKlavi::builder().seed(7).encoded_cpf(true).start().await.unwrap();
    let partner = Partner::with(mock).await;
    partner.authorised("341").await;
    let request = json!({"taxId": CPF, "institutionCode": "341", "products": products});
    partner.post("/data/v1/personal/institution-data", &request).await.ok();
    partner.mock.made().await;
    let reports = partner.mock.deliveries().into_iter().filter(|delivery| delivery.name.starts_with("pf_"));
    let bodies = reports.map(|delivery| delivery.body.to_vec()).collect();
    (partner, bodies)
}

#[tokio::test]
async fn the_receivers_cipher_decrypts_it() {
    let (partner, bodies) = reports(&["pf_identity", "pf_checking_account"]).await;
    let cipher = AesFieldCipher::new(
        partner.mock.secret_key(),
        AesMode::Cbc(CbcIv::InFront),
        KeyDerivation::Sha256,
        FieldEncoding::Base64Url,
    )
    .unwrap();
    let AnyReport::Identity(identity) = decode_report(&bodies[0]).unwrap().value else {
        panic!("no identity")
    };
    assert_eq!(cipher.enquiry_cpf(&identity.head).unwrap().unwrap().as_str(), CPF);
    assert_eq!(cipher.identity_cpf(&identity.content).unwrap().unwrap().as_str(), CPF);
    for body in &bodies {
        let json: Value = serde_json::from_slice(body).unwrap();
        assert_eq!(json["productVersion"], "V1.1");
        let text = json["enquiryCpf"].as_str().unwrap();
        assert_eq!(cipher.decrypt(text).unwrap().expose(), CPF);
        assert!(!String::from_utf8_lossy(body).contains(CPF));
    }
    let json: Value = serde_json::from_slice(&bodies[0]).unwrap();
    assert_eq!(json["enquiryCpf"], json["identity"]["cpfNumber"], "the same text in both");
}

#[tokio::test]
#[ignore = "needs openssl"]
async fn openssl_decrypts_it() {
    let (partner, bodies) = reports(&["pf_balance"]).await;
    let json: Value = serde_json::from_slice(&bodies[0]).unwrap();
    let message = URL_SAFE_NO_PAD.decode(json["enquiryCpf"].as_str().unwrap()).unwrap();
    let (iv, encrypted) = message.split_at(16);
    let key = hex::encode(Sha256::digest(partner.mock.secret_key()));
    let mut openssl = Command::new("openssl")
        .args(["enc", "-d", "-aes-256-cbc", "-K", &key, "-iv", &hex::encode(iv)])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut openssl.stdin.take().unwrap(), encrypted).unwrap();
    let output = openssl.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), CPF);
}

/// The two families are two settings: V1.1 without encryption can be had as well.
#[tokio::test]
async fn version_and_encoding_are_asked_for_apart() {
    let mock = MockKlavi::builder().seed(7);
    let mock = mock.behaviour(|behaviour| behaviour.report_version = synthetic_data::Version::V1_1);
    let partner = Partner::with(mock.start().await.unwrap()).await;
    partner.authorised("341").await;
    let request = json!({"taxId": CPF, "institutionCode": "341", "products": ["pf_balance"]});
    partner.post("/data/v1/personal/institution-data", &request).await.ok();
    partner.mock.made().await;
    let body: Value = serde_json::from_slice(&partner.mock.deliveries().pop().unwrap().body).unwrap();
    assert_eq!((&body["productVersion"], &body["enquiryCpf"]), (&json!("V1.1"), &json!(CPF)));
}
