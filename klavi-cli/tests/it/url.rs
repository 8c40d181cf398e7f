//! `klavi url`.

use crate::{assert_refused, klavi, stderr, stdout};

const CPF: &str = "123.456.789-09";

/// The modules of a drawn code, row by row; `true` is light.
fn modules(drawing: &str) -> Vec<Vec<bool>> {
    let halves = |character| match character {
        '█' => (true, true),
        '▀' => (true, false),
        '▄' => (false, true),
        ' ' => (false, false),
        other => panic!("{other:?} in a QR code"),
    };
    let rows = drawing.lines().flat_map(|line| {
        let (upper, lower): (Vec<bool>, Vec<bool>) = line.chars().map(halves).unzip();
        [upper, lower]
    });
    rows.collect()
}

/// What a camera reads.
fn read(drawing: &str) -> String {
    const SIDE: usize = 4;
    let rows = modules(drawing);
    let mut picture =
        rqrr::PreparedImage::prepare_from_greyscale(rows[0].len() * SIDE, rows.len() * SIDE, |x, y| {
            if rows[y / SIDE][x / SIDE] { 255 } else { 0 }
        });
    let codes = picture.detect_grids();
    assert_eq!(codes.len(), 1, "{drawing}");
    codes[0].decode().unwrap().1
}

#[test]
fn a_basic_link_is_printed() {
    let url = klavi(&["url", "basic-link", "--app-id", "app-1"], b"");
    assert_eq!(url.status.code(), Some(0), "{}", stderr(&url));
    assert_eq!(stdout(&url), "https://conecte-sandbox.klavi.ai/data/v1/basic-links/app-1\n");
    assert_eq!(stderr(&url), "");

    let arguments = [
        "url",
        "basic-link",
        "--app-id=app-1",
        "--base=http://127.0.0.1:4010/",
        "--personal-tax-id",
        CPF,
        "--business-tax-id=12.ABC.345/01DE-35",
        "--email=user@example.com",
        "--phone=+5511912345678",
        "--institution-code=001",
        "--redirect-url=app://back?x=1",
        "--products-callback-url=https://p.example/hook",
        "--application-link=https://p.example/app",
        "--parameter=a=1=2",
        "--parameter=b=",
    ];
    assert_eq!(
        stdout(&klavi(&arguments, b"")),
        "http://127.0.0.1:4010/data/v1/basic-links/app-1?personal_tax_id=12345678909\
         &business_tax_id=12ABC34501DE35&email=user%40example.com&phone=%2B5511912345678&institution_code=001\
         &redirect_url=app%3A%2F%2Fback%3Fx%3D1&products_callback_url=https%3A%2F%2Fp.example%2Fhook\
         &application_link=https%3A%2F%2Fp.example%2Fapp&a=1%3D2&b=\n"
    );
}

#[test]
fn a_legacy_link_is_printed() {
    let common = ["url", "legacy-link", "--uuid=user 7", "--partner-code=code/1"];
    let way_back = ["--callback-url=https://p.example/yes", "--cancel-url=app://no"];
    let rest = ["--cpf", CPF, "--bank-id=033", "--connection-key=key", "--parameter=session=42"];
    let url = klavi(&[&common[..], &way_back, &rest].concat(), b"");
    assert_eq!(
        stdout(&url),
        "https://openbanking-sandbox.klavi.ai/code%2F1?uuid=user%207&cpf=12345678909&bank_id=033\
         &callback_url=https%3A%2F%2Fp.example%2Fyes&cancel_url=app%3A%2F%2Fno&connection_key=key&session=42\n"
    );
    let in_query = ["--partner-code-parameter=partner", "--host=homologation", "--iframe"];
    let url = klavi(&[&common[..], &in_query].concat(), b"");
    assert_eq!(stdout(&url), "https://openbanking-dev.klavi.ai?uuid=user%207&partner=code%2F1\n");
}

#[test]
fn each_host_can_be_named() {
    for (page, id, host, address) in [
        ("basic-link", "--app-id=x", "sandbox", "https://conecte-sandbox.klavi.ai/data/v1/basic-links/x\n"),
        (
            "basic-link",
            "--app-id=x",
            "older-sandbox",
            "https://open-sandbox.klavi.ai/data/v1/basic-links/x\n",
        ),
        (
            "basic-link",
            "--app-id=x",
            "older-testing",
            "https://open-testing.klavi.ai/data/v1/basic-links/x\n",
        ),
        ("basic-link", "--app-id=x", "older-production", "https://open.klavi.ai/data/v1/basic-links/x\n"),
    ] {
        assert_eq!(stdout(&klavi(&["url", page, id, "--host", host], b"")), address);
    }
    for (host, address) in [
        ("sandbox", "https://openbanking-sandbox.klavi.ai?uuid=x\n"),
        ("homologation", "https://openbanking-dev.klavi.ai?uuid=x\n"),
    ] {
        let url = klavi(&["url", "legacy-link", "--uuid=x", "--iframe", "--host", host], b"");
        assert_eq!(stdout(&url), address);
    }
}

#[test]
fn json_names_it_as_the_api_does() {
    let url = klavi(&["url", "basic-link", "--app-id=app-1", "--json", "--qr"], b"");
    let document: serde_json::Value = serde_json::from_str(stdout(&url)).unwrap();
    let address = "https://conecte-sandbox.klavi.ai/data/v1/basic-links/app-1";
    assert_eq!(document, serde_json::json!({ "linkURL": address }));
    assert_eq!(read(stderr(&url)), address);
}

#[test]
fn a_camera_reads_the_code() {
    for length in [0, 20, 200, 1_000, 2_500] {
        let parameter = format!("x={}", "a7".repeat(length / 2));
        let arguments = ["url", "basic-link", "--app-id=app-1", "--parameter", &parameter, "--qr"];
        let url = klavi(&arguments, b"");
        assert_eq!(url.status.code(), Some(0), "{}", stderr(&url));
        assert_eq!(read(stderr(&url)), stdout(&url).trim_end());
    }
}

#[test]
fn a_url_that_is_too_long_to_draw_is_1() {
    let parameter = format!("x={}", "a".repeat(4_000));
    let url = klavi(&["url", "basic-link", "--app-id=app-1", "--parameter", &parameter, "--qr"], b"");
    assert_refused(&url, 1, "klavi: a URL of 4061 bytes does not fit into a QR code: data too long");
}

#[test]
fn what_is_broken_is_named_by_its_flag() {
    let arguments = [
        "url",
        "basic-link",
        "--app-id=",
        "--base=http://partner.example",
        "--personal-tax-id=123",
        "--redirect-url=back",
        "--parameter==x",
    ];
    assert_refused(
        &klavi(&arguments, b""),
        2,
        "klavi: --app-id: is required; --personal-tax-id: a CPF has 11 digits, a CNPJ 14 characters; \
         --redirect-url: not an absolute URL that a browser or app can open; --parameter: has no name; \
         --base: must be https, or http to a loopback address such as 127.0.0.1",
    );
    let legacy = klavi(&["url", "legacy-link", "--uuid=x"], b"");
    assert_refused(&legacy, 2, "klavi: --callback-url: is required; --cancel-url: is required");
    let code = klavi(&["url", "legacy-link", "--uuid=x", "--iframe", "--partner-code=.."], b"");
    assert_refused(&code, 2, "klavi: --partner-code: is no part of a path");
}

#[test]
fn wrong_usage_is_2() {
    for arguments in [
        &["url"][..],
        &["url", "basic-link"],
        &["url", "legacy-link"],
        &["url", "basic-link", "--app-id=x", "--host=production"],
        &["url", "basic-link", "--app-id=x", "--host=sandbox", "--base=https://p.example"],
        &["url", "basic-link", "--app-id=x", "--parameter=name"],
        &["url", "legacy-link", "--uuid=x", "--iframe", "--partner-code-parameter=p"],
    ] {
        let refused = klavi(arguments, b"");
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}");
        assert_eq!(stdout(&refused), "");
        assert_ne!(stderr(&refused), "");
    }
}
