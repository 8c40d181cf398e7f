//! What of an exchange may be kept. It errs on the side of masking too much.

use std::collections::BTreeMap;

use http::HeaderMap;
use serde_json::Value;

use super::Body;
use crate::answer::without_bom;
use crate::redact::{MASK, excerpt, redact};

/// Headers whose values say nothing of a person; of all others the names are kept alone.
const OPEN_HEADERS: [&str; 5] = ["content-type", "content-language", "date", "retry-after", "server"];

/// Members of persons, in the names of which these words occur: all that is below them is masked.
const OF_PERSONS: [&str; 16] = [
    "address",
    "birth",
    "cnpj",
    "cpf",
    "document",
    "endereco",
    "mail",
    "nascimento",
    "name",
    "nome",
    "passw",
    "phone",
    "secret",
    "senha",
    "taxid",
    "telefone",
];

/// Members with a secret or an identity of their own, not of what is below them.
const IDENTIFYING: [&str; 13] = [
    "account",
    "agency",
    "auth",
    "branch",
    "card",
    "conta",
    "credential",
    "key",
    "login",
    "number",
    "session",
    "token",
    "user",
];

/// Longer numbers are a tax id, a phone or an account.
const MAX_DIGITS: usize = 7;

/// Longer segments of a path are ids, whatever they are made of.
const MAX_WORD: usize = 40;

/// `/v1/things/4711` → `/v1/things/***`.
pub(super) fn path(path: &str) -> String {
    let segments: Vec<&str> =
        path.split('/').map(|segment| if is_word(segment) { segment } else { MASK }).collect();
    segments.join("/")
}

/// A word of letters, or a version such as `v2`.
fn is_word(segment: &str) -> bool {
    let version = segment.strip_prefix('v').unwrap_or_default();
    let is_version = (1..=2).contains(&version.len()) && version.bytes().all(|byte| byte.is_ascii_digit());
    let is_spelled = |c: char| c.is_ascii_alphabetic() || "-_.".contains(c);
    is_version || (segment.len() <= MAX_WORD && segment.chars().all(is_spelled))
}

pub(super) fn query_names(query: &str) -> Vec<String> {
    let names = query.split('&').filter_map(|pair| pair.split('=').next());
    names.filter(|name| !name.is_empty()).map(redact).collect()
}

pub(super) fn headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    let kept = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        let text = value.to_str().ok().filter(|_| OPEN_HEADERS.contains(&name.as_str()));
        (name.to_string(), text.unwrap_or(MASK).to_owned())
    };
    headers.iter().map(kept).collect()
}

/// JSON, else the beginning of a page. A text of another sort may be a form with a password or JSON that is cut off.
pub(super) fn body(body: &[u8], is_answer: bool) -> Option<Body> {
    let body = without_bom(body).trim_ascii();
    if body.is_empty() {
        return None;
    }
    if let Ok(mut value) = serde_json::from_slice(body) {
        mask(&mut value, false);
        return Some(Body::Json(value));
    }
    let is_page = is_answer && body.starts_with(b"<");
    Some(Body::Text(if is_page { excerpt(body) } else { MASK.to_owned() }))
}

/// Masks a value, all of it if it `is_personal`.
fn mask(value: &mut Value, is_personal: bool) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => {
            let digits = number.to_string().bytes().filter(u8::is_ascii_digit).count();
            if is_personal || digits > MAX_DIGITS {
                *value = Value::from(0);
            }
        }
        Value::String(text) if text.is_empty() => {}
        Value::String(text) if is_personal => MASK.clone_into(text),
        Value::String(text) if is_day_or_time(text) => {}
        Value::String(text) => *text = redact(text),
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, is_personal)),
        Value::Object(members) => {
            let masked = std::mem::take(members).into_iter().map(|(name, mut value)| {
                let is_leaf = !(value.is_object() || holds_objects(&value));
                mask(
                    &mut value,
                    is_personal || mentions(&name, &OF_PERSONS) || (is_leaf && mentions(&name, &IDENTIFYING)),
                );
                // A key of a map may be a tax id.
                (redact(&name), value)
            });
            *members = masked.collect();
        }
    }
}

fn holds_objects(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().any(Value::is_object))
}

fn mentions(name: &str, words: &[&str]) -> bool {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let letters = letters.to_ascii_lowercase();
    words.iter().any(|word| letters.contains(word))
}

/// Such as `2026-01-31` and `2026-01-31T10:00:00Z`, without which an answer is of no use.
fn is_day_or_time(text: &str) -> bool {
    let is_rest = |c: char| c.is_ascii_digit() || "-:.TZ+ ".contains(c);
    text.len() <= 35
        && text
            .get(..10)
            .is_some_and(|day| day.as_bytes()[4] == b'-' && day.parse::<jiff::civil::Date>().is_ok())
        && text.get(10..).is_some_and(|rest| {
            rest.is_empty() || (rest.starts_with(['T', ' ']) && rest.chars().all(is_rest))
        })
}
