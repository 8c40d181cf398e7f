//! What holds for every kind of body that is read: proved over a fixture that shows every field.

use std::fmt::Debug;

use klavi_types::{DecodeError, Decoded, Inspection};
use serde::Serialize;
use serde_json::Value;

/// The two ways of reading one kind of body.
pub(crate) struct Reader<T> {
    pub(crate) decode: fn(&[u8]) -> Result<Decoded<T>, DecodeError>,
    pub(crate) inspect: fn(&[u8]) -> Result<Inspection<T>, DecodeError>,
}

impl<T: Serialize + Debug> Reader<T> {
    pub(crate) fn maps_whole(&self, name: &str, body: &str) {
        let inspection = (self.inspect)(body.as_bytes()).unwrap();
        assert_eq!(inspection.unmapped, [], "{name}");
        assert_eq!(inspection.malformed, [], "{name}");
        assert!(inspection.unknown_words.is_empty(), "{name}: {:?}", inspection.unknown_words);
        assert_eq!(inspection.lost, [], "{name}");
    }

    pub(crate) fn writes_what_it_read(&self, name: &str, body: &str) {
        let before = present(serde_json::from_str(body).unwrap());
        let decoded = (self.decode)(body.as_bytes()).unwrap();
        assert!(decoded.malformed.is_empty(), "{name}");
        assert_eq!(serde_json::to_value(&decoded.value).unwrap(), before, "{name}");
    }

    /// `Debug` may show the words of enumerations alone.
    pub(crate) fn is_closed(&self, name: &str, body: &str, words: &[&str]) {
        let shown = format!("{:?}", (self.decode)(body.as_bytes()).unwrap());
        let mut leaves = Vec::new();
        texts(&serde_json::from_str(body).unwrap(), &mut leaves);
        assert!(leaves.len() > 5, "{name} has no text to look for");
        // Names of types and fields are ours; a leaf counts as shown where it stands as a word of its own.
        let shown: Vec<&str> =
            shown.split(|c: char| !(c.is_alphanumeric() || "_-.@:/".contains(c))).collect();
        for leaf in leaves.iter().filter(|leaf| !words.contains(&leaf.as_str())) {
            assert!(!shown.contains(&leaf.as_str()), "{name}: Debug shows a leaf: {leaf}");
        }
    }

    pub(crate) fn refuses_what_is_cut_off(&self, name: &str, body: &str) {
        for end in (1..body.trim_end().len()).filter(|end| body.is_char_boundary(*end)) {
            assert!((self.decode)(&body.as_bytes()[..end]).is_err(), "{name} cut at {end}");
        }
    }

    /// Puts every kind of wrong value in the place of every leaf in turn: the rest has to survive.
    pub(crate) fn sets_a_wrong_leaf_aside(&self, name: &str, body: &str) {
        let whole: Value = serde_json::from_str(body).unwrap();
        let mut pointers = Vec::new();
        leaves(&whole, String::new(), &mut pointers);
        for pointer in &pointers {
            for wrong in ["[1]", "{\"x\":1}", "true", "12.5", "\"1,5\"", "\"2021-02-30\""] {
                let mut broken = whole.clone();
                *broken.pointer_mut(pointer).unwrap() = serde_json::from_str(wrong).unwrap();
                let text = broken.to_string();
                let inspection = (self.inspect)(text.as_bytes()).unwrap();
                let fast = (self.decode)(text.as_bytes()).unwrap();
                assert_eq!(fast.malformed, inspection.malformed, "{name}{pointer} {wrong}");
                assert!(inspection.malformed.len() <= 1, "{name}{pointer} {wrong}");
                assert_eq!(inspection.lost, [], "{name}{pointer} {wrong}");
            }
        }
    }

    /// Unknown members at every level survive and are named.
    pub(crate) fn keeps_unknown_members(&self, name: &str, body: &str) {
        let mut grown: Value = serde_json::from_str(body).unwrap();
        let added = grow(&mut grown, "");
        let text = grown.to_string();
        let inspection = (self.inspect)(text.as_bytes()).unwrap();
        assert_eq!(inspection.lost, [], "{name}");
        assert_eq!(serde_json::to_value(&inspection.value).unwrap(), present(grown), "{name}");
        assert_eq!(inspection.unmapped.len(), added, "{name}: {:?}", inspection.unmapped);
    }
}

/// The same without the members that are empty texts: those are absent.
pub(crate) fn present(mut value: Value) -> Value {
    match &mut value {
        Value::Object(members) => {
            members.retain(|_, member| member != "");
            members.values_mut().for_each(|member| *member = present(member.take()));
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| *element = present(element.take())),
        _ => {}
    }
    value
}

fn texts(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) if !text.is_empty() => into.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, into)),
        Value::Object(members) => members.values().for_each(|value| texts(value, into)),
        _ => {}
    }
}

fn leaves(value: &Value, pointer: String, into: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                leaves(item, format!("{pointer}/{index}"), into);
            }
        }
        Value::Object(members) => {
            for (member, value) in members {
                leaves(value, format!("{pointer}/{member}"), into);
            }
        }
        _ => into.push(pointer),
    }
}

/// Adds a member to every object, except those that are free-form or whose member names are data.
fn grow(value: &mut Value, at: &str) -> usize {
    match value {
        Value::Array(items) => items.iter_mut().map(|item| grow(item, at)).sum(),
        Value::Object(members) if !["externalInfo", "query_param"].contains(&at) => {
            let inside: usize = members.iter_mut().map(|(name, value)| grow(value, name)).sum();
            if at == "permissions" {
                return inside;
            }
            members.insert("novoCampo".to_owned(), serde_json::json!({"a": [1, "b", null]}));
            inside + 1
        }
        _ => 0,
    }
}
