//! What holds for every body that is read: proved over a fixture that shows its members.

use belvo_types::webhooks::{decode_webhooks, inspect_webhooks};
use serde_json::{Value, json};

pub(crate) fn maps_whole(name: &str, body: &str) {
    let inspection = inspect_webhooks(body.as_bytes()).unwrap();
    assert_eq!(inspection.unmapped, [], "{name}");
    assert_eq!(inspection.malformed, [], "{name}");
    assert!(inspection.unknown_words.is_empty(), "{name}: {:?}", inspection.unknown_words);
    assert_eq!(inspection.lost, [], "{name}");
}

pub(crate) fn writes_what_it_read(name: &str, body: &str) {
    let before: Value = serde_json::from_str(body).unwrap();
    let decoded = decode_webhooks(body.as_bytes()).unwrap();
    assert!(decoded.malformed.is_empty(), "{name}");
    assert_eq!(serde_json::to_value(&decoded.value).unwrap(), before, "{name}");
}

/// `Debug` may show the words of enumerations alone.
pub(crate) fn is_closed(name: &str, body: &str, words: &[&str]) {
    let shown = format!("{:?}", decode_webhooks(body.as_bytes()).unwrap());
    let mut leaves = Vec::new();
    texts(&serde_json::from_str(body).unwrap(), &mut leaves);
    let hidden: Vec<_> = leaves.iter().filter(|leaf| !words.contains(&leaf.as_str())).collect();
    assert!(hidden.len() >= 2, "{name} has nothing to hide");
    for leaf in hidden {
        assert!(!shown.contains(leaf.as_str()), "{name}: Debug shows a leaf: {leaf}");
    }
}

pub(crate) fn refuses_what_is_cut_off(name: &str, body: &str) {
    for end in (1..body.trim_end().len()).filter(|end| body.is_char_boundary(*end)) {
        assert!(decode_webhooks(&body.as_bytes()[..end]).is_err(), "{name} cut at {end}");
    }
}

/// Puts every kind of wrong value in the place of every leaf in turn: the rest has to survive.
pub(crate) fn sets_a_wrong_leaf_aside(name: &str, body: &str) {
    let whole: Value = serde_json::from_str(body).unwrap();
    for pointer in leaves(&whole) {
        for wrong in ["[1]", "{\"x\":1}", "true", "12.5", "\"1,5\"", "\"2021-02-30\""] {
            let mut broken = whole.clone();
            *broken.pointer_mut(&pointer).unwrap() = serde_json::from_str(wrong).unwrap();
            let text = broken.to_string();
            let inspection = inspect_webhooks(text.as_bytes()).unwrap();
            let fast = decode_webhooks(text.as_bytes()).unwrap();
            assert_eq!(fast.malformed, inspection.malformed, "{name}{pointer} {wrong}");
            assert!(inspection.malformed.len() <= 1, "{name}{pointer} {wrong}");
            assert_eq!(inspection.lost, [], "{name}{pointer} {wrong}");
        }
    }
}

/// Unknown members at every level survive and are named.
pub(crate) fn keeps_unknown_members(name: &str, body: &str) {
    let mut grown: Value = serde_json::from_str(body).unwrap();
    let added = grow(&mut grown, "");
    assert!(added > 0, "{name}");
    let inspection = inspect_webhooks(grown.to_string().as_bytes()).unwrap();
    assert_eq!(inspection.lost, [], "{name}");
    assert_eq!(serde_json::to_value(&inspection.value).unwrap(), grown, "{name}");
    assert_eq!(inspection.unmapped.len(), added, "{name}: {:?}", inspection.unmapped);
}

/// Leaves out every leaf in turn, or puts `null` in its place.
pub(crate) fn bears_what_is_absent(name: &str, body: &str) {
    let whole: Value = serde_json::from_str(body).unwrap();
    for pointer in leaves(&whole) {
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        let mut less = whole.clone();
        less.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(member);
        let free_form = ["/metadata", "/details"].iter().any(|name| parent.ends_with(name));
        let mut null = whole.clone();
        *null.pointer_mut(&pointer).unwrap() = Value::Null;
        for absent in [&less, &null] {
            let text = absent.to_string();
            let inspection = inspect_webhooks(text.as_bytes()).unwrap();
            assert_eq!((inspection.malformed.len(), inspection.lost.len()), (0, 0), "{name}{pointer}");
            let written = serde_json::to_value(&inspection.value).unwrap();
            assert_eq!(written, if free_form { absent.clone() } else { less.clone() }, "{name}{pointer}");
        }
    }
}

fn texts(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) if !text.is_empty() => into.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, into)),
        Value::Object(members) => members.values().for_each(|value| texts(value, into)),
        _ => {}
    }
}

fn leaves(value: &Value) -> Vec<String> {
    let Value::Object(members) = value else { return vec![String::new()] };
    let of_member = |(member, value): (&String, &Value)| {
        leaves(value).into_iter().map(move |rest| format!("/{member}{rest}")).collect::<Vec<_>>()
    };
    members.iter().flat_map(of_member).collect()
}

/// Adds a member to every object, except those that are free-form.
fn grow(value: &mut Value, at: &str) -> usize {
    match value {
        Value::Object(members) if !["metadata", "details"].contains(&at) => {
            let inside: usize = members.iter_mut().map(|(name, value)| grow(value, name)).sum();
            members.insert("novo_campo".to_owned(), json!({"a": [1, "b", null]}));
            inside + 1
        }
        _ => 0,
    }
}
