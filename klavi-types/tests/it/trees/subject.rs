//! What is read, how, and what comes of it.

use std::fmt::Debug;

use klavi_types::kaas::{UserData, decode_user_data, inspect_user_data};
use klavi_types::legacy::{AnyLegacyReport, decode_legacy_report, inspect_legacy_report};
use klavi_types::reports::{AnyReport, decode_report, inspect_report};
use klavi_types::{Amount, DecodeError, Malformed};
use serde::Serialize;
use serde_json::{Value, json};

use super::document::{Document, Style, write};
use super::tree::{self, Tree};
use crate::whole::Reader;

/// What the reading of a body came to.
pub(crate) struct Look {
    pub(crate) malformed: Vec<String>,
    pub(crate) unmapped: Vec<String>,
    pub(crate) unknown_words: Vec<(String, String)>,
    pub(crate) lost: Vec<String>,
    /// The value, written again.
    pub(crate) written: String,
}

pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) tree: Tree,
    kind: Kind,
    look: fn(&str) -> Result<Look, DecodeError>,
    shown: fn(&str) -> String,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Report,
    Legacy,
    UserData,
}

const REPORT: Reader<AnyReport> = Reader { decode: decode_report, inspect: inspect_report };
const LEGACY: Reader<AnyLegacyReport> =
    Reader { decode: decode_legacy_report, inspect: inspect_legacy_report };
const USER_DATA: Reader<UserData> = Reader { decode: decode_user_data, inspect: inspect_user_data };

/// Every product, and what goes to Klavi for analysis; `act` runs for each.
pub(crate) fn each(act: impl FnMut(&Subject)) {
    tree::names().filter_map(subject).collect::<Vec<_>>().iter().for_each(act);
}

fn subject(name: &'static str) -> Option<Subject> {
    let tree = Tree::load(name);
    // What stands around the products is the same: one of each generation is looked at in detail.
    let around = |envelope| {
        let envelope = Tree::load(envelope);
        if name.ends_with("balance") { envelope } else { envelope.shared() }
    };
    Some(match name {
        "envelope" | "legacy_envelope" => return None,
        "userdata" => Subject {
            name,
            tree,
            kind: Kind::UserData,
            look: |body| look(&USER_DATA, body),
            shown: |body| shown(&USER_DATA, body),
        },
        _ if name.starts_with("legacy_") => Subject {
            name,
            tree: around("legacy_envelope").with(tree),
            kind: Kind::Legacy,
            look: |body| look(&LEGACY, body),
            shown: |body| shown(&LEGACY, body),
        },
        _ => Subject {
            name,
            tree: around("envelope").with(tree),
            kind: Kind::Report,
            look: |body| look(&REPORT, body),
            shown: |body| shown(&REPORT, body),
        },
    })
}

impl Subject {
    pub(crate) fn document(&self, style: Style) -> Document<'_> {
        let mut document = write(&self.tree.fields, style);
        self.name_the_product(&mut document.value);
        document
    }

    /// Writes what chooses the type.
    pub(crate) fn name_the_product(&self, document: &mut Value) {
        match self.kind {
            Kind::Report => document["productName"] = json!(self.tree.of[0]),
            Kind::Legacy => document["data"]["report_type"] = json!(self.tree.of[0]),
            Kind::UserData => {}
        }
    }

    pub(crate) fn look(&self, body: &str) -> Result<Look, DecodeError> {
        (self.look)(body)
    }

    /// A body that has to be readable.
    pub(crate) fn see(&self, body: &str) -> Look {
        self.look(body).unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    /// What `Debug` shows of it.
    pub(crate) fn shown(&self, body: &str) -> String {
        (self.shown)(body)
    }
}

impl Look {
    /// Everything is understood and written as it stands in `document`.
    pub(crate) fn is_whole(&self, document: &Value, what: &str) {
        self.is_understood(what);
        self.is_written(document, what);
    }

    pub(crate) fn is_understood(&self, what: &str) {
        assert_eq!(self.malformed, [""; 0], "{what}");
        assert_eq!(self.unmapped, [""; 0], "{what}");
        assert_eq!(self.unknown_words, [], "{what}");
        assert_eq!(self.lost, [""; 0], "{what}");
    }

    pub(crate) fn is_written(&self, document: &Value, what: &str) {
        let written = serde_json::from_str(&self.written).unwrap();
        if let Some(path) = difference(document, &written, String::new()) {
            panic!("{what}: written in another way at {path}");
        }
    }
}

/// Both ways of reading have to agree.
fn look<T: Serialize + PartialEq>(reader: &Reader<T>, body: &str) -> Result<Look, DecodeError> {
    let decoded = (reader.decode)(body.as_bytes());
    let inspection = (reader.inspect)(body.as_bytes());
    let (decoded, inspection) = match (decoded, inspection) {
        (Ok(decoded), Ok(inspection)) => (decoded, inspection),
        (Err(error), Err(_)) => return Err(error),
        _ => panic!("decode and inspect differ"),
    };
    assert!(decoded.value == inspection.value, "decode and inspect differ");
    let aside = |leaves: &[Malformed]| {
        leaves.iter().map(|leaf| (leaf.path.to_string(), leaf.raw().to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(aside(&decoded.malformed), aside(&inspection.malformed));
    Ok(Look {
        malformed: inspection.malformed.iter().map(|leaf| leaf.path.to_string()).collect(),
        unmapped: inspection.unmapped.iter().map(ToString::to_string).collect(),
        unknown_words: inspection
            .unknown_words
            .iter()
            .map(|unknown| (unknown.path.to_string(), unknown.word.to_string()))
            .collect(),
        lost: inspection.lost.iter().map(ToString::to_string).collect(),
        written: serde_json::to_string(&decoded.value).unwrap(),
    })
}

fn shown<T: Debug>(reader: &Reader<T>, body: &str) -> String {
    let decoded = (reader.decode)(body.as_bytes());
    let inspection = (reader.inspect)(body.as_bytes());
    format!("{decoded:?} {inspection:?}")
}

/// The first place where the two are not the same: `null` and `""` are as good as absent, amounts and flags have two
/// forms.
fn difference(before: &Value, after: &Value, at: String) -> Option<String> {
    let absent = |value: &Value| value.is_null() || value == "";
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
            names.into_iter().find_map(|name| {
                let side = |members: &serde_json::Map<String, Value>| members.get(name).cloned();
                let (before, after) = (side(before).unwrap_or_default(), side(after).unwrap_or_default());
                difference(&before, &after, format!("{at}.{name}"))
            })
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => before
            .iter()
            .zip(after)
            .enumerate()
            .find_map(|(index, (before, after))| difference(before, after, format!("{at}[{index}]"))),
        _ if before == after || (absent(before) && absent(after)) => None,
        _ => {
            let amounts = amount(before).is_some() && amount(before) == amount(after);
            let flags = flag(before).is_some() && flag(before) == flag(after);
            (!amounts && !flags).then_some(at)
        }
    }
}

fn amount(value: &Value) -> Option<Amount> {
    match value {
        Value::Number(number) => number.to_string().parse().ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn flag(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.as_str()?.parse().ok())
}
