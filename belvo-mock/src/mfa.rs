//! The answer 428: what the user is asked for. Source: the links article; `belvo-api-errors`.

mod picture;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::behaviour::{Behaviour, ExpiryForm, UserInputMember};
use super::refusal::Refusal;
use super::rules;
use super::store::{Challenge, ChallengeKind, Session};

pub(crate) use self::picture::png;
use self::picture::png_base64;

pub(crate) fn demand(session: &Session, now: Timestamp, behaviour: &Behaviour) -> Refusal {
    let until = session.code_until.unwrap_or(session.expires_at);
    // Begun seconds count, so that it is 60 at once after the call.
    let seconds = until.duration_since(now).as_millis().max(0).saturating_add(999) / 1000;
    let expiry = match behaviour.expiry {
        ExpiryForm::Text => json!(seconds.to_string()),
        ExpiryForm::Number => json!(i64::try_from(seconds).unwrap_or(i64::MAX)),
    };
    let mut others = Map::new();
    others.insert("session".to_owned(), json!(session.id));
    others.insert("expiry".to_owned(), expiry);
    others.insert("link".to_owned(), json!(session.link_id));
    others.insert("token_generation_data".to_owned(), generation(&session.challenge, behaviour));
    let message = "A MFA token is required by the institution to login";
    Refusal::by(&rules::MFA, message).with(others)
}

fn generation(challenge: &Challenge, behaviour: &Behaviour) -> Value {
    let value = match challenge.kind {
        ChallengeKind::Qr => challenge.value.as_deref().and_then(png_base64),
        _ => challenge.value.clone(),
    };
    let mut data = json!({
        "instructions": instructions(challenge),
        "type": challenge.kind.as_str(),
        "value": value,
    });
    let expects = challenge.expects_input();
    match behaviour.user_input {
        UserInputMember::Expects => data["expects_user_input"] = json!(expects),
        UserInputMember::Expect => data["expect_user_input"] = json!(expects),
        UserInputMember::OnlyFalse if !expects => data["expects_user_input"] = json!(false),
        UserInputMember::OnlyFalse => {}
    }
    data
}

fn instructions(challenge: &Challenge) -> &'static str {
    match (challenge.kind, challenge.expects_input()) {
        (ChallengeKind::Inputless, true) => "Gere um token no seu dispositivo e informe-o",
        (ChallengeKind::Inputless, false) => "Confirme o acesso no seu celular",
        (ChallengeKind::Numeric, _) => {
            "Informe este código no aplicativo do banco e digite o token que ele mostrar"
        }
        (ChallengeKind::Qr, true) => {
            "Leia o QR code com o aplicativo do banco e digite o token que ele mostrar"
        }
        (ChallengeKind::Qr, false) => "Leia o QR code com o aplicativo do banco",
        (ChallengeKind::Text, _) => "Responda à pergunta",
    }
}
