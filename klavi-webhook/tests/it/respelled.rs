//! Signatures over what JavaScript makes of a body.

use std::io::Write;
use std::process::{Command, Stdio};

use http::{HeaderMap, HeaderValue};
use klavi_webhook::VerifyError;
use klavi_webhook::klavi::{Klavi, SigningKey};

use crate::{KEY, verify};

fn check(klavi: &Klavi, body: &[u8], signature: &str) -> Result<(), VerifyError> {
    let mut headers = HeaderMap::new();
    headers.insert("x-klavi-signature", HeaderValue::from_str(signature).unwrap());
    verify(klavi, body, &headers)
}

/// Whether a body is accepted with a signature over another text.
fn accepts(body: &[u8], signed: &str) -> bool {
    let signature = SigningKey::from(KEY).sign(signed.as_bytes()).to_string();
    check(&Klavi::new("new").also(KEY).accept_respelled(), body, &signature).is_ok()
}

/// What came, and what JavaScript makes of it.
const RESPELLED: &[(&str, &str)] = &[
    (" { \"b\" : [ 1 , 2 ] ,\n\t\"a\" : { } }\r\n", r#"{"b":[1,2],"a":{}}"#),
    (r#"{"nome":"Jos\u00e9 \u4e2d \ud83d\ude00"}"#, r#"{"nome":"José 中 😀"}"#),
    (r#"{"url":"https:\/\/a\/b"}"#, r#"{"url":"https://a/b"}"#),
    (
        r#"["\u0022\u005c\u0008\u000c\u000a\u000d\u0009\u001F\u007f"]"#,
        "[\"\\\"\\\\\\b\\f\\n\\r\\t\\u001f\u{7f}\"]",
    ),
    ("[\"\\u2028\\u2029\"]", "[\"\u{2028}\u{2029}\"]"),
    ("[1.0,1e3,-0,-0.0,0.10,1E-2,100]", "[1,1000,0,0,0.1,0.01,100]"),
    (
        "[1e20,1e21,1.5e21,123456789012345680000,-1e-6,1e-7,1.25e-7]",
        "[100000000000000000000,1e+21,1.5e+21,123456789012345680000,-0.000001,1e-7,1.25e-7]",
    ),
    ("[5e-324,1.7976931348623157e308,0.1e1,12.50]", "[5e-324,1.7976931348623157e+308,1,12.5]"),
    (
        r#"{"b":1,"10":2,"2":{"y":0,"0":0},"a":3,"02":4,"4294967294":5,"4294967295":6,"-1":7}"#,
        r#"{"2":{"0":0,"y":0},"10":2,"4294967294":5,"b":1,"a":3,"02":4,"4294967295":6,"-1":7}"#,
    ),
    (
        r#"{"a":1,"__proto__":2,"":null,"A":[true,false]} "#,
        r#"{"a":1,"__proto__":2,"":null,"A":[true,false]}"#,
    ),
    (" 7 ", "7"),
    ("\"x\\u0041\"", "\"xA\""),
];

/// What JavaScript would read in one way and somebody else in another.
const AMBIGUOUS: &[&str] = &[
    "[1000000.00000000001]",
    "[12345678901234567.8912]",
    "[9007199254740993]",
    "[0.1000000000000000055511151231257827]",
    r#"{"amount":1,"amount":1}"#,
    r#"[{"a":{"b":1,"\u0062":2}}]"#,
];

#[test]
fn what_javascript_writes_in_another_way_is_accepted_if_asked_for() {
    for (body, written) in RESPELLED {
        assert!(accepts(body.as_bytes(), written), "{body}");
        let signature = SigningKey::from(KEY).sign(written.as_bytes()).to_string();
        assert_eq!(
            check(&Klavi::new(KEY), body.as_bytes(), &signature),
            Err(VerifyError::Mismatch),
            "{body}"
        );
        assert!(
            !accepts(written.replace(']', " ]").as_bytes(), body),
            "only JavaScript's own spelling counts"
        );
    }
}

#[test]
fn another_content_is_never_accepted() {
    let written = r#"{"amount":1000.04,"name":"a"}"#;
    assert!(accepts(br#"{ "amount": 1000.040, "name": "a" }"#, written));
    for body in [
        r#"{"amount":9000.04,"name":"a"}"#,
        r#"{"amount":"1000.04","name":"a"}"#,
        r#"{"name":"a","amount":1000.04}"#,
        r#"{"amount":1000.04,"name":"a","more":1}"#,
        r#"{"amount":1000.04,"name":"A"}"#,
        r#"{"amount":1000.04000000000000001,"name":"a"}"#,
        r#"{"amount":9000.04,"amount":1000.04,"name":"a"}"#,
        r#"{"amount":1000.04,"name":"a"}x"#,
        r#"{"amount":1000.04,"name":"a",}"#,
        r#"{"amount":1000.04,"name":"b","name":"a"}"#,
        "\u{feff}{\"amount\":1000.04,\"name\":\"a\"}",
    ] {
        assert!(!accepts(body.as_bytes(), written), "{body}");
    }
}

#[test]
fn what_cannot_be_respelled_needs_the_signature_over_its_bytes() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let mut unusual: Vec<Vec<u8>> = AMBIGUOUS.iter().map(|body| body.as_bytes().to_vec()).collect();
    unusual.extend([
        deep.into_bytes(),
        br#"["\ud800"]"#.to_vec(),
        br#"{"\ud800":1}"#.to_vec(),
        b"[1e400]".to_vec(),
        b"[1e-400]".to_vec(),
        b"\xff".to_vec(),
        b"{".to_vec(),
        b"<html>".to_vec(),
    ]);
    for body in unusual {
        let signature = SigningKey::from(KEY).sign(&body).to_string();
        let klavi = Klavi::new(KEY).accept_respelled();
        assert_eq!(check(&klavi, &body, &signature), Ok(()));
        let other = SigningKey::from(KEY).sign(b"[]").to_string();
        assert_eq!(check(&klavi, &body, &other), Err(VerifyError::Mismatch));
    }
    assert!(!accepts(br#"{ "1":2, "1":1}"#, r#"{"1":1,"1":2}"#));
    // A name that reads as half a surrogate pair, and one that is.
    assert!(accepts(br#"{ "\\ud800":1}"#, r#"{"\\ud800":1}"#));
    assert!(!accepts(br#"{ "\ud800":1}"#, r#"{"\\ud800":1}"#));
}

const SCRIPT: &str = "
const { createHmac } = require('crypto');
const bodies = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const sign = (body) => createHmac('sha256', process.argv[1])
    .update(JSON.stringify(JSON.parse(body))).digest('hex');
console.log(bodies.map(sign).join('\\n'));";

/// Signs each body as Klavi's sample does.
fn node(bodies: &[String]) -> Vec<String> {
    let mut node = Command::new("node")
        .args(["-e", SCRIPT, KEY])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let list = serde_json::to_string(bodies).unwrap();
    node.stdin.take().unwrap().write_all(list.as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
#[ignore = "needs Node"]
fn node_signs_what_is_accepted() {
    let mut bodies: Vec<String> = RESPELLED.iter().map(|(body, _)| (*body).to_owned()).collect();
    bodies.extend([crate::REPORT.to_owned(), crate::EVENTS.to_owned()]);
    // Any text, and doubles of any size in the spelling of another language.
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..2_000 {
        let text: String = (0..random.usize(..12)).map(|_| random.char(..)).collect();
        let double = f64::from_bits(random.u64(..));
        let double = if double.is_finite() { double } else { random.f64() };
        let cents = random.i64(-1_000_000_000..1_000_000_000);
        let (key, name) = (random.u32(..200), serde_json::to_string(&text).unwrap());
        let cents =
            format!("{}{}.{:02}0", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100);
        bodies.push(format!(
            "{{ \"b\":[{double:e}, {double:?}], \"{key}\": {cents}, \"x\": {name}, \"7a\":{{}}}}"
        ));
    }
    let klavi = Klavi::new(KEY).accept_respelled();
    let signatures = node(&bodies);
    assert_eq!(signatures.len(), bodies.len());
    for (body, signature) in bodies.iter().zip(signatures) {
        assert_eq!(check(&klavi, body.as_bytes(), &signature), Ok(()), "{body}");
    }
}

#[test]
#[ignore = "needs Node"]
fn what_node_would_round_or_drop_is_not_accepted_with_its_signature() {
    let bodies: Vec<String> = AMBIGUOUS.iter().map(|body| (*body).to_owned()).collect();
    let klavi = Klavi::new(KEY).accept_respelled();
    for (body, signature) in bodies.iter().zip(node(&bodies)) {
        assert_eq!(check(&klavi, body.as_bytes(), &signature), Err(VerifyError::Mismatch), "{body}");
    }
}
