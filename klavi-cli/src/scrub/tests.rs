//! Documents of every make: shapes stay, values go.

use std::collections::HashMap;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::documented);

fn scrubbed(body: &str) -> String {
    let text = json_text(body.as_bytes()).unwrap();
    document::scrub(text, &VOCABULARY, &mut Replacements::new(&Key::random().unwrap(), &VOCABULARY))
}

/// The one value of a member after scrubbing.
fn member(name: &str, value: &str) -> String {
    let scrubbed = scrubbed(&format!(r#"{{"other":{{"{name}":{value}}}}}"#));
    scrubbed
        .strip_prefix(&format!(r#"{{"other":{{"{name}":"#))
        .unwrap()
        .strip_suffix("}}")
        .unwrap()
        .to_owned()
}

/// Texts with their quotes, and numbers.
fn values(document: &str) -> Vec<&str> {
    let (mut values, mut rest) = (Vec::new(), document);
    while let Some(start) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        rest = &rest[start..];
        let length = if rest.starts_with('"') {
            let mut length = 1;
            while !rest[length..].starts_with('"') {
                length += if rest[length..].starts_with('\\') { 2 } else { 1 };
                while !rest.is_char_boundary(length) {
                    length += 1;
                }
            }
            length + 1
        } else {
            rest.find([',', ']', '}', ' ']).unwrap_or(rest.len())
        };
        values.push(&rest[..length]);
        rest = &rest[length..];
    }
    values
}

/// One letter for each class of characters.
fn outline(text: &str) -> String {
    let class = |character: char| match character {
        '0'..='9' => '9',
        'a'..='z' => 'a',
        'A'..='Z' => 'A',
        other if other.is_alphabetic() => ['é', 'א', 'か', '𐌰'][other.len_utf8() - 1],
        other if other.is_numeric() => ['٠', '٠', '０', '𝟎'][other.len_utf8() - 1],
        other => other,
    };
    text.chars()
        .map(|character| match class(character) {
            'é' | 'א' => '2',
            class => class,
        })
        .collect()
}

/// A value without its quotes and escapes.
fn inside(value: &str) -> String {
    if value.starts_with('"') { serde_json::from_str(value).unwrap() } else { value.to_owned() }
}

fn text() -> impl Strategy<Value = String> {
    let free = ".{0,12}".prop_map(|text| serde_json::to_string(&text).unwrap());
    // Escapes have hexadecimal digits, which have no shape of their own.
    let free = free.prop_filter("no escapes", |text| !text.contains("\\u"));
    let alike = "[0-9]{0,14}|[0-9]{1,3}\\.[0-9]{2}|[0-9]{4}-[01][0-9]-[0-3][0-9](T10:00:00Z)?|[a-e]{1,2}|[A-Z0-9 ]{0,30}";
    prop_oneof![free, alike.prop_map(|text| format!("\"{text}\""))]
}

fn document() -> impl Strategy<Value = String> {
    let number = "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,12})?([eE][+-]?[0-9]{1,3})?";
    let literal = prop_oneof![Just("null"), Just("true"), Just("false")].prop_map(str::to_owned);
    let leaf = prop_oneof![3 => number, 4 => text(), 1 => literal];
    leaf.prop_recursive(5, 60, 8, |inner| {
        let name = prop_oneof!["\"[a-c]\"", text()];
        let members = prop::collection::vec((name, inner.clone()), 0..8).prop_map(|members| {
            let members = members.into_iter().map(|(name, value)| format!("{name}: {value}"));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        });
        let elements = prop::collection::vec(inner, 0..8);
        prop_oneof![members, elements.prop_map(|elements| format!("[{}]", elements.join(",")))]
    })
}

proptest! {
    #[test]
    fn structure_and_shapes_stay_and_equal_values_stay_equal(document in document()) {
        let after = scrubbed(&document);
        prop_assert!(json_text(after.as_bytes()).is_ok(), "{}", after);
        prop_assert_eq!(document.len(), after.len());
        prop_assert_eq!(outline(&document), outline(&after));

        let (before, after) = (values(&document), values(&after));
        prop_assert_eq!(before.len(), after.len());
        let mut replaced = HashMap::new();
        for (before, after) in before.into_iter().map(inside).zip(after.into_iter().map(inside)) {
            let is_name = before.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-'));
            if !is_name {
                prop_assert_eq!(&*replaced.entry(before.clone()).or_insert(after.clone()), &after, "{}", before);
                prop_assert_eq!(before == after, shape::is_blank(&before) || before.starts_with("0001-01-01"), "{}", before);
                prop_assert_eq!(before.parse::<i64>().is_ok(), after.parse::<i64>().is_ok(), "{} {}", before, after);
                prop_assert_eq!(is_date(&before), is_date(&after), "{} {}", before, after);
            }
        }
    }
}

fn is_date(text: &str) -> bool {
    text.parse::<klavi_types::DateTime>().is_ok()
}

#[test]
fn zeros_and_blanks_stay() {
    for value in [
        "0",
        "-0.0e-400",
        "\"\"",
        "\" \"",
        "\"0000000000\"",
        "\"0.00\"",
        "\"00000000-0000\"",
        "null",
        "\"null\"",
        "\"TRUE\"",
    ] {
        assert_eq!(member("x", value), value);
    }
    let id = member("x", "\"000120\"");
    assert!(id.starts_with("\"000") && !id.starts_with("\"0000"), "{id}");
    for (amount, end) in [("1000.00", ".00"), ("-7.500", "00")] {
        let after = member("x", amount);
        assert!(
            after.ends_with(end) && !after[..after.len() - end.len()].ends_with('0') || end == ".00",
            "{after}"
        );
        assert_eq!(after.starts_with('-'), amount.starts_with('-'));
    }
}

#[test]
fn digits_are_never_lost_and_exponents_stay() {
    let long = member("x", "12345678901234567890");
    assert_eq!((long.len(), long.starts_with('0'), long == "12345678901234567890"), (20, false, false));
    for (number, end) in [("1.5e3", "e3"), ("12E-10", "E-10")] {
        assert!(member("x", number).ends_with(end));
    }
    // A number that would be an id with digits behind the letter hides them.
    assert!(!member("x", "\"12345678e90123456\"").ends_with("90123456\""));
}

#[test]
fn a_number_and_a_text_of_the_same_digits_stay_equal() {
    let after = scrubbed(r#"[94088392, "94088392", {"94088392": "x94088392"}]"#);
    let values = values(&after);
    assert!(values[..3].iter().all(|value| inside(value) == values[0]), "{after}");
    assert_ne!(values[0], &inside(values[3])[1..]);
}

#[test]
fn different_values_stay_different_while_there_is_room() {
    let list: Vec<_> = (1..=90).map(|number| format!("\"{number:03}\"")).collect();
    let after = scrubbed(&format!("[{}]", list.join(",")));
    let mut values = values(&after);
    values.sort_unstable();
    values.dedup();
    assert!(values.len() >= 89, "{}", values.len());
}

#[test]
fn words_stay_in_their_member_alone() {
    for (name, word) in [
        ("creditDebitType", "\"DEBITO\""),
        ("creditDebitType", "\"Debito\""),
        ("status", "\"AUTHORIZED\""),
        ("eventName", "\"consent_authorized\""),
        ("event", "\"link_created\""),
        ("report_type", "\"income\""),
        ("webhook_type", "\"PAYMENT_INTENTS\""),
        ("currency", "\"BRL\""),
        ("trans_currency", "\"USD\""),
        ("productVersion", "\"V1.1\""),
        ("version", "\"v1.0\""),
        ("msg", "\"ok\""),
    ] {
        assert_eq!(member(name, word), word, "{name}");
        assert_ne!(member("transactionName", word), word);
        assert_ne!(member("unknown", word), word);
    }
    assert_ne!(member("conversion", "\"10.50\""), "\"10.50\"");
    assert_ne!(member("currency", "\"Maria\""), "\"Maria\"");
    assert_ne!(member("creditDebitType", "\"ESTORNO\""), "\"ESTORNO\"");
    assert_eq!(scrubbed(r#"{"code":5103}"#), r#"{"code":5103}"#);
    assert_ne!(member("code", "5103"), "5103");
}

#[test]
fn sex_and_marital_status_become_one_word() {
    for (name, word) in [("sex", "FEMININO"), ("sex", "masculino"), ("maritalStatusCode", "CASADO")] {
        assert_eq!(member(name, &format!("\"{word}\"")), "\"OUTRO\"");
    }
    for unknown in ["Sexo", "estadoCivil"] {
        assert_ne!(member(unknown, "\"CASADO\""), "\"CASADO\"");
    }
    assert_ne!(member("sex", "\"F\""), "\"F\"");
}

#[test]
fn dates_move_together_and_births_apart() {
    let body = r#"["2021-01-07","2021-01-09T23:59:59.5-03:00","2020-02-29 10:00","0001-01-01","9999-12-31T00:00:00","2021-02-30",{"birthDate":"2021-01-07"}]"#;
    let day = |text: &str| text[1..11].parse::<jiff::civil::Date>().unwrap();
    let days = |from: &str, to: &str| (day(to) - day(from)).get_days();
    let mut apart = 0;
    for _ in 0..20 {
        let after = scrubbed(body);
        let after = values(&after);
        let before = values(body);
        let moved = days(after[0], before[0]);
        assert!(moved > 0 && moved % 7 == 0, "{moved}");
        assert_eq!((days(after[1], before[1]), days(after[2], before[2])), (moved, moved));
        assert_eq!((&after[1][11..], &after[2][11..]), ("T23:59:59.5-03:00\"", " 10:00\""));
        assert_eq!((after[3], after[4]), (before[3], before[4]));
        assert!(after[5] != before[5] && !is_date(&inside(after[5])), "{}", after[5]);
        assert!(is_date(&inside(after[7])) && after[7] != before[7]);
        apart += usize::from(after[7] != after[0]);
    }
    assert!(apart > 0);
    // Before year 0 there are no four digits.
    assert!(is_date(&inside(&member("x", "\"0000-03-01\""))) || !is_date("0000-03-01"));
    assert!(is_date(&inside(&member("x", "\"0001-01-02\""))));
}

#[test]
fn escapes_keep_their_form() {
    for (value, start, length) in [
        (r#""\u00e1""#, "\\u00", 8),
        (r#""\u00C9""#, "\\u00", 8),
        (r#""\u0031""#, "\\u003", 8),
        (r#""\ud835\udfd7""#, "\\ud835\\udf", 14),
    ] {
        let after = member("x", value);
        assert!(json_text(after.as_bytes()).is_ok() && after != value, "{after}");
        assert!(after.len() == length && after[1..].starts_with(start), "{after}");
    }
    let after = member("x", r#""a\ud83d\ude00\n\ud800\"\\\/\tz""#);
    let kept = after[2..].strip_prefix(r#"\ud83d\ude00\n\ud800\"\\\/\t"#).unwrap();
    assert_eq!(kept.len(), 2, "{after}");
    // However they are written, they are equal.
    let after = scrubbed(r#"["a\u0062c12","abc12"]"#);
    let list: Vec<String> = serde_json::from_str(&after).unwrap();
    assert_eq!(list[0], list[1]);
}

#[test]
fn names_that_may_be_data_are_replaced() {
    let body = r#"{"12345":{"number":"12345"},"a@b.c":1,"Maria Silva":2,"São":3,"maria":4,"1st_income_day":5,"maria":6}"#;
    let after = scrubbed(body);
    for gone in ["12345", "a@b.c", "Maria Silva", "São"] {
        assert!(!after.contains(gone), "{gone} in {after}");
    }
    assert_eq!(after.matches("\"maria\":").count(), 2);
    assert!(after.contains("\"1st_income_day\":"));
    let values = values(&after);
    assert_eq!(values[0], values[2]);
}

#[test]
fn two_runs_have_nothing_in_common() {
    let body = r#"["52998224725","2021-01-07","Mike"]"#;
    assert_ne!(scrubbed(body), scrubbed(body));
}

#[test]
fn every_json_document_is_taken_and_nothing_else() {
    for body in ["null", "7", "\"x\"", "[]", "{}", " [1] \n"] {
        assert!(json_text(body.as_bytes()).is_ok(), "{body}");
    }
    for body in ["", " ", "<html>", "[1", "[1] x", "{\"a\":01}"] {
        assert!(json_text(body.as_bytes()).is_err(), "{body}");
    }
    assert!(json_text(b"\"\xff\"").is_err());
    let deep = format!("{}1{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    assert_eq!(scrubbed(&deep).len(), deep.len());
}
