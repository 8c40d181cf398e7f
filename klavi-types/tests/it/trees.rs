//! Every documented field, in every form in which it may come: nothing is lost, nothing is shown.

mod document;
mod hostile;
mod subject;
mod tree;

use klavi_types::legacy::{AnyLegacyReport, LegacyReportType, decode_legacy_report};
use klavi_types::{Product, ProductName};
use serde_json::{Value, json};

use document::{SLIM, Slot, Style, WHOLE};
use subject::{Subject, each};
use tree::{Form, Kind};

pub(crate) use tree::all_words;

/// The places of a document in which a fault is tried.
fn in_turn(subject: &Subject, mut act: impl FnMut(&Value, &Slot<'_>)) {
    let document = subject.document(SLIM);
    for slot in document.slots.iter().filter(|slot| !slot.shared) {
        act(&document.value, slot);
    }
}

fn put(document: &Value, slot: &Slot<'_>, value: Value) -> Value {
    let mut changed = document.clone();
    *changed.pointer_mut(&slot.pointer).unwrap() = value;
    changed
}

fn without(document: &Value, slot: &Slot<'_>) -> Value {
    let mut changed = document.clone();
    let (parent, name) = slot.place();
    match changed.pointer_mut(parent).unwrap() {
        Value::Object(members) => drop(members.remove(name)),
        Value::Array(elements) => drop(elements.remove(name.parse().unwrap())),
        _ => panic!("{} has no place", slot.path),
    }
    changed
}

/// Nothing but that value, where it stands.
fn alone(subject: &Subject, slot: &Slot<'_>, value: Value) -> Value {
    let mut document = slot.pointer.rsplit('/').filter(|step| !step.is_empty()).fold(value, |inner, step| {
        if step.bytes().all(|byte| byte.is_ascii_digit()) { json!([inner]) } else { json!({step: inner}) }
    });
    subject.name_the_product(&mut document);
    document
}

#[test]
fn every_documented_field_is_mapped_alone_in_every_form_and_spelling() {
    each(|subject| {
        for style in [SLIM, Style { form: 1, ..SLIM }, Style { name: 1, ..SLIM }, Style { name: 2, ..SLIM }] {
            let document = subject.document(style);
            for slot in &document.slots {
                let value = document.value.pointer(&slot.pointer).unwrap().clone();
                let what = format!("{} {}", subject.name, slot.path);
                subject.see(&alone(subject, slot, value).to_string()).is_understood(&what);
            }
        }
    });
}

#[test]
fn every_documented_word_is_known_in_any_case() {
    each(|subject| {
        for slot in subject.document(SLIM).slots {
            for word in slot.kind().into_iter().flat_map(Kind::words) {
                let what = format!("{} {} {word}", subject.name, slot.path);
                let document = alone(subject, &slot, json!(word));
                subject.see(&document.to_string()).is_whole(&document, &what);
                let lower = alone(subject, &slot, json!(word.to_ascii_lowercase()));
                let look = subject.see(&lower.to_string());
                look.is_whole(&document, &what);
            }
        }
    });
}

#[test]
fn a_document_of_all_fields_is_written_as_it_was_read() {
    each(|subject| {
        for product in &subject.tree.of {
            let mut document = subject.document(WHOLE).value;
            if document.get("productName").is_some() {
                document["productName"] = json!(product);
            }
            subject.see(&document.to_string()).is_whole(&document, product);
        }
    });
}

#[test]
fn other_forms_of_the_values_say_the_same() {
    each(|subject| {
        for style in [Style { swapped: true, ..WHOLE }, Style { form: 1, ..WHOLE }] {
            let document = subject.document(style).value;
            subject.see(&document.to_string()).is_whole(&document, subject.name);
        }
        let swapped = subject.document(Style { swapped: true, form: 1, ..WHOLE }).value;
        subject.see(&swapped.to_string()).is_whole(&swapped, subject.name);
    });
}

#[test]
fn other_spellings_are_written_as_documented() {
    each(|subject| {
        let documented = subject.document(WHOLE).value;
        for name in 1..4 {
            let body = subject.document(Style { name, ..WHOLE }).value.to_string();
            subject.see(&body).is_whole(&documented, subject.name);
        }
    });
}

#[test]
fn amounts_keep_28_digits_as_numbers_and_as_text() {
    const LONG: &str = "1234567890123456789012345.678";
    each(|subject| {
        let document = subject.document(WHOLE);
        let amounts = document
            .slots
            .iter()
            .filter(|slot| matches!(slot.kind(), Some(Kind::Amount | Kind::Number)))
            .collect::<Vec<_>>();
        let mut value = document.value.clone();
        for slot in &amounts {
            *value.pointer_mut(&slot.pointer).unwrap() = json!(LONG);
        }
        let text = value.to_string();
        for body in [text.replace(&format!("\"{LONG}\""), LONG), text] {
            let look = subject.see(&body);
            look.is_understood(subject.name);
            assert_eq!(look.written.matches(LONG).count(), amounts.len(), "{}", subject.name);
        }
    });
}

#[test]
fn what_nobody_knows_is_named_exactly_and_survives() {
    each(|subject| {
        let document = subject.document(Style { strange: true, ..WHOLE });
        let mut look = subject.see(&document.value.to_string());
        assert_eq!(look.malformed, [""; 0], "{}", subject.name);
        assert_eq!(look.lost, [""; 0], "{}", subject.name);
        look.is_written(&document.value, subject.name);
        let (mut members, mut words) = (document.strange_members, document.strange_words);
        members.sort();
        look.unmapped.sort();
        assert_eq!(look.unmapped, members, "{}", subject.name);
        words.sort();
        look.unknown_words.sort();
        assert_eq!(look.unknown_words, words, "{}", subject.name);
    });
}

#[test]
fn a_value_that_is_missing_null_or_empty_costs_nothing_else() {
    each(|subject| {
        in_turn(subject, |document, slot| {
            let what = format!("{} {}", subject.name, slot.path);
            let less = without(document, slot);
            subject.see(&less.to_string()).is_whole(&less, &what);

            let look = subject.see(&put(document, slot, Value::Null).to_string());
            // An element that is no value is not silently dropped.
            let aside = if slot.is_element() { vec![slot.path.clone()] } else { vec![] };
            assert_eq!(look.malformed, aside, "{what}");
            assert_eq!(look.lost, [""; 0], "{what}");
            look.is_written(&less, &what);

            let empty = match slot.form {
                Form::Leaf(_) => json!(""),
                Form::Array(_) => json!([]),
                Form::Object(_) | Form::Map(..) => json!({}),
            };
            let emptied = put(document, slot, empty);
            let look = subject.see(&emptied.to_string());
            assert_eq!(look.lost, [""; 0], "{what}");
            if !slot.is_element() {
                look.is_whole(&emptied, &what);
            }
        });
    });
}

#[test]
fn debug_shows_nothing_of_a_document_but_words() {
    each(|subject| {
        let strange = Style { strange: true, ..WHOLE };
        let other = Style { form: 1, swapped: true, ..WHOLE };
        for style in [WHOLE, Style { swapped: true, ..WHOLE }, Style { form: 1, ..WHOLE }, other, strange] {
            let document = subject.document(style);
            let shown = subject.shown(&document.value.to_string());
            for slot in document.slots.iter().filter(|slot| !slot.shared) {
                let is_shown = match slot.kind() {
                    None | Some(Kind::Flag) => true,
                    Some(Kind::Word(_)) => !style.strange,
                    // The code of a report says how much there is of it.
                    Some(_) => slot.path == "code",
                };
                let value = document.value.pointer(&slot.pointer).unwrap();
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                assert!(is_shown || !shown.contains(&text), "{} {}", subject.name, slot.path);
            }
            assert!(!shown.contains("segredo") && !shown.contains("Texto"), "{}", subject.name);
        }
    });
}

#[test]
fn debug_shows_nothing_of_what_was_set_aside() {
    each(|subject| {
        let document = subject.document(WHOLE);
        for wrong in [json!({"segredo": "segredo"}), json!(["segredo"]), json!("segredo")] {
            let mut broken = document.value.clone();
            for slot in document.slots.iter().filter(|slot| slot.kind().is_some()) {
                *broken.pointer_mut(&slot.pointer).unwrap() = wrong.clone();
            }
            // Only names may show: that of a member that nobody knows.
            let shown = subject.shown(&broken.to_string()).replace("segredo\"", "").replace(".segredo", "");
            assert!(!shown.contains("segredo"), "{} {wrong}", subject.name);
        }
    });
}

#[test]
fn every_product_that_has_a_type_has_a_tree() {
    let mut products = Vec::new();
    each(|subject| products.extend(subject.tree.of.iter().copied()));
    for name in ProductName::ALL {
        for product in [Product::Personal(*name), Product::Business(*name)] {
            assert!(products.contains(&product.as_str()), "{}", product.as_str());
        }
    }
    let typed = |report_type: &&LegacyReportType| {
        let body = json!({"data": {"report_type": report_type}}).to_string();
        let report = decode_legacy_report(body.as_bytes()).unwrap().value;
        !matches!(report, AnyLegacyReport::Untyped(_))
    };
    for report_type in LegacyReportType::ALL.iter().filter(typed) {
        assert!(products.contains(&report_type.as_str()), "{report_type}");
    }
}
