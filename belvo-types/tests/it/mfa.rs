//! Second factors: each kind, in every way in which it comes.

use std::time::Duration;

use belvo_types::Text;
use belvo_types::api::{ErrorBody, MfaChallenge, MfaKind, ResumeLink};
use serde_json::{Value, json, to_value};

fn challenge(over: Value) -> Option<MfaChallenge> {
    let mut error = json!({
        "code": "token_required", "message": "A MFA token is required by the institution to login",
        "request_id": "c125e89d60884b5bb2b33a7bd67fb1de", "session": "2675b703b9d4451f8d4861a3eee54449",
        "expiry": 9600, "link": "30cb4806-6e00-48a4-91c9-ca55968576c8",
    });
    let Value::Object(over) = over else { unreachable!("the test gives an object") };
    error.as_object_mut().expect("an error is an object").extend(over);
    MfaChallenge::of(&ErrorBody::read(json!([error]).to_string().as_bytes()).errors()[0])
}

fn kind(data: &Value) -> MfaKind {
    challenge(json!({"token_generation_data": data})).expect("it is a challenge").kind().clone()
}

#[test]
fn seed_each_kind_brings_what_the_user_needs() {
    assert_eq!(kind(&json!({"type": "inputless", "value": null})), MfaKind::Inputless);
    assert_eq!(kind(&json!({"type": "numeric", "value": "12345"})), MfaKind::Numeric("12345".into()));
    assert_eq!(kind(&json!({"type": "text", "value": "Your pet?"})), MfaKind::Text("Your pet?".into()));
    let MfaKind::Qr(picture) = kind(&json!({"type": "qr", "value": "iVBORw0KGgoAAAAN"})) else {
        panic!("it is a picture")
    };
    assert_eq!(picture.bytes(), b"\x89PNG\r\n\x1a\n\0\0\0\r");
    assert_eq!(picture.media_type(), Some("image/png"));
}

#[test]
fn a_picture_comes_in_several_dresses() {
    for text in ["R0lGODlh", "data:image/gif;base64,R0lGODlh", "R0lG\nODlh", "R0lGODlhAA==", "R0lGODlhAA"] {
        let MfaKind::Qr(picture) = kind(&json!({"type": "qr", "value": text})) else { panic!("{text}") };
        assert!(picture.bytes().starts_with(b"GIF89a"), "{text}");
        assert_eq!(picture.media_type(), Some("image/gif"));
    }
}

#[test]
fn what_cannot_be_shown_is_kept_as_it_came() {
    for data in [
        json!({"type": "face", "value": "look up"}),
        json!({"type": "qr", "value": "not base64!"}),
        json!({"type": "qr", "value": ""}),
        json!({"type": "numeric", "value": null}),
        json!({"value": "a"}),
    ] {
        let MfaKind::Unknown { r#type, value } = kind(&data) else { panic!("{data}") };
        assert_eq!(data["type"].as_str(), r#type.as_ref().map(Text::as_str));
        let given = data["value"].as_str().filter(|text| !text.is_empty());
        assert_eq!(given, value.as_ref().map(Text::as_str));
    }
    assert!(matches!(challenge(json!({})).unwrap().kind(), MfaKind::Unknown { r#type: None, value: None }));
}

#[test]
fn seed_the_expiry_is_text_or_a_number() {
    for (expiry, seconds) in [
        (json!("720"), Some(720)),
        (json!("60"), Some(60)),
        (json!(9600), Some(9600)),
        (json!(null), None),
        (json!(-1), None),
    ] {
        let challenge = challenge(json!({"expiry": expiry})).unwrap();
        assert_eq!(challenge.expires_in(), seconds.map(Duration::from_secs), "{expiry}");
    }
}

/// The article has the message in Portuguese.
#[test]
fn seed_the_code_tells_a_second_factor_and_no_message_in_whatever_language() {
    for message in [json!("Um token MFA é requerido pela instituição para o login"), json!(null)] {
        assert!(challenge(json!({"message": message})).is_some());
    }
    let message = "A MFA token is required by the institution to login";
    assert_eq!(challenge(json!({"code": "activation_required", "message": message})), None);
}

#[test]
fn seed_user_input_is_expected_under_both_names_and_by_default() {
    for (data, expected) in [
        (json!({"expects_user_input": false}), false),
        (json!({"expect_user_input": false}), false),
        (json!({"expects_user_input": true}), true),
        (json!({"expects_user_input": null}), true),
        (json!({}), true),
    ] {
        let challenge = challenge(json!({"token_generation_data": data})).unwrap();
        assert_eq!(challenge.expects_user_input(), expected, "{data}");
    }
    assert!(challenge(json!({})).unwrap().expects_user_input());
}

#[test]
fn without_session_or_link_there_is_nothing_to_resume() {
    for over in [
        json!({"session": null}),
        json!({"session": ""}),
        json!({"link": null}),
        json!({"code": "login_error"}),
    ] {
        assert_eq!(challenge(over), None);
    }
}

#[test]
fn seed_the_answer_names_session_link_and_token() {
    let challenge =
        challenge(json!({"token_generation_data": {"instructions": "Scan", "type": "inputless"}})).unwrap();
    assert_eq!(challenge.instructions(), Some("Scan"));
    let session_and_link = json!({"session": "2675b703b9d4451f8d4861a3eee54449", "link": "30cb4806-6e00-48a4-91c9-ca55968576c8"});
    assert_eq!(to_value(challenge.confirm()).unwrap(), session_and_link);
    let mut with_token = session_and_link.clone();
    with_token["token"] = "987654".into();
    assert_eq!(to_value(challenge.answer("987654")).unwrap(), with_token);
    with_token["save_data"] = false.into();
    assert_eq!(to_value(challenge.answer("987654").save_data(false)).unwrap(), with_token);

    let kept =
        ResumeLink::builder("2675b703b9d4451f8d4861a3eee54449", "30cb4806-6e00-48a4-91c9-ca55968576c8");
    assert_eq!(to_value(kept.build().unwrap()).unwrap(), session_and_link);
    let error = ResumeLink::builder("", "").token("t").build().unwrap_err();
    assert!(error.names("session") && error.names("link"));
}

#[test]
fn a_challenge_keeps_quiet() {
    let data = json!({"instructions": "Dear Maria", "type": "text", "value": "Maria's pet?"});
    let challenge = challenge(json!({"token_generation_data": data})).unwrap();
    let text = format!("{challenge:?} {:?}", challenge.answer("987654"));
    for secret in ["Maria", "2675b703", "987654", "30cb4806"] {
        assert!(!text.contains(secret), "{text}");
    }
}
