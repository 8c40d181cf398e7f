//! The reader beside `serde_json`: the same documents are JSON, with the same texts and numbers in them.

use proptest::prelude::*;
use provider_wire::{Raw, Reader, Text, Value as _};
use serde::de::IgnoredAny;
use serde_json::Value;

fn agrees(text: &str) {
    // A byte order mark is borne by us alone.
    if text.starts_with('\u{feff}') {
        return;
    }
    let theirs = serde_json::from_str::<IgnoredAny>(text);
    let ours = Raw::document(text);
    assert_eq!(ours.is_ok(), theirs.is_ok(), "{text:?}: {ours:?} {theirs:?}");
    let Ok(raw) = ours else { return };
    assert_eq!(raw.get(), text.trim_matches([' ', '\n', '\t', '\r']), "{text:?}");
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        walk(raw, &value);
    }
}

fn walk(raw: Raw<'_>, value: &Value) {
    match value {
        Value::Object(members) => {
            let ours = raw.members().unwrap();
            // Of a name that stands twice the library keeps the last.
            let distinct = ours.iter().map(|(name, _)| name).collect::<std::collections::HashSet<_>>();
            assert_eq!(distinct.len(), members.len());
            for (name, value) in members {
                walk(ours.iter().rfind(|(ours, _)| ours == name).unwrap().1, value);
            }
        }
        Value::Array(elements) => {
            let ours = raw.elements().unwrap();
            assert_eq!(ours.len(), elements.len());
            ours.iter().zip(elements).for_each(|(raw, value)| walk(*raw, value));
        }
        Value::String(text) => {
            assert_eq!(Reader::new(raw.get()).text().unwrap(), text.as_str());
        }
        _ => {
            let theirs = value.to_string();
            assert_eq!(serde_json::from_str::<Value>(raw.get()).unwrap().to_string(), theirs);
        }
    }
}

#[test]
fn what_is_json_and_what_is_not() {
    for text in [
        "",
        " ",
        "null",
        "nul",
        "nulll",
        " true ",
        "tru e",
        "falsee",
        "0",
        "-0",
        "00",
        "01",
        "-",
        "-a",
        "+1",
        "1.",
        ".5",
        "1.5e",
        "1e+",
        "1E-7",
        "1e400",
        "NaN",
        "Infinity",
        "1 2",
        "[",
        "]",
        "[]",
        "[ ]",
        "[,]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1,,2]",
        "[1}",
        "{]",
        "{}",
        "{ }",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,\"a\":1}",
        "{\"a\" : 1 , \"b\":[ ] }",
        "{\"a\":1 \"b\":2}",
        "{a:1}",
        "{1:1}",
        "{'a':1}",
        "{\"a\":1}}",
        "{\"a\":{\"b\":[{}]}}",
        "\"",
        "\"\\",
        "\"\\\"",
        "\"\\\"\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\u00e7\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud800\"",
        "\"\\udc00x\"",
        "\"a\nb\"",
        "\"a\tb\"",
        "\"\u{7f}\u{80}\u{7ff}\u{ffff}\u{10ffff}\"",
        "\"eight by\"",
        "\"eight by\\n\"",
        "\"control behind eight\u{1}\"",
        "/* c */ 1",
        "1\u{a0}",
        "\u{c}1",
    ] {
        agrees(text);
    }
}

#[test]
fn every_character_is_taken_at_every_place_of_a_text() {
    for character in (0..=0xff_u32).filter_map(char::from_u32) {
        for before in 0..20 {
            agrees(&format!("\"{}{character}{}\"", "x".repeat(before), "y".repeat(19 - before)));
        }
    }
}

#[test]
fn half_a_surrogate_pair_is_no_text_and_a_name_keeps_its_escape() {
    assert!(Reader::new(r#""\udc00""#).text().is_err());
    let members = Raw::document(r#"{"\ud800":1}"#).unwrap().members().unwrap();
    assert_eq!(members[0].0, r"\ud800");
}

#[test]
fn a_reader_takes_one_value_after_the_other() {
    let mut reader = Reader::new(r#" "a" null 1.5e3 {"b":[2]} "#);
    assert_eq!(Text::read(&mut reader).unwrap().unwrap(), "a");
    assert_eq!(Text::read(&mut reader).unwrap(), None);
    assert_eq!(reader.number().unwrap(), "1.5e3");
    assert!(reader.finish().is_err());
    assert_eq!(reader.skip().unwrap().get(), r#"{"b":[2]}"#);
    assert!(reader.finish().is_ok());
}

/// A document with bytes put in, taken out and changed.
fn broken_document() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    let document = leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-c\"\\\\ç]{0,3}", inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    });
    let edit = (any::<prop::sample::Index>(), 0..3_u8, prop::sample::select(&b"\"\\[]{},:0-eu \n\x01"[..]));
    (document, prop::collection::vec(edit, 0..3)).prop_map(|(document, edits)| {
        let mut bytes = document.to_string().into_bytes();
        for (at, kind, byte) in edits {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ if bytes.len() > 1 => _ = bytes.remove(at),
                _ => {}
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn any_document_is_json_here_where_it_is_json_there(text in broken_document()) {
        agrees(&text);
    }

    #[test]
    fn any_text_is_read_as_it_was_written(text in any::<String>()) {
        let json = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(&*Reader::new(&json).text().unwrap(), text.as_str());
        let read = Text::read(&mut Reader::new(&json)).unwrap();
        prop_assert_eq!(read, Some(text.as_str()).filter(|text| !text.is_empty()).map(Text::from));
        let escaped: String = text.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect();
        let read = Text::read(&mut Reader::new(&format!("\"{escaped}\""))).unwrap();
        prop_assert!(read.unwrap_or_default() == text.as_str());
    }
}
