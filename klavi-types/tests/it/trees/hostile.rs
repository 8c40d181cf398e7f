//! Documents that are wrong in one place or in all: the place is set aside, the rest is there, nothing panics.

use serde_json::{Value, json};

use super::document::{SLIM, Slot, WHOLE, another};
use super::subject::{Look, Subject, each};
use super::tree::{Form, Kind};
use super::{in_turn, put, without};

/// Stands in a [`Value`] for what a [`Value`] cannot hold. In front of a member name it moves the member to the end.
const MARK: &str = "§";

fn marked(document: &Value, json: &str) -> String {
    document.to_string().replace(&format!("\"{MARK}\""), json)
}

/// Puts the same JSON text into every leaf of some kinds: exactly those have to be set aside.
fn sets_all_aside(json: &str, is_meant: impl Fn(&Slot<'_>, Kind) -> bool) {
    each(|subject| {
        let document = subject.document(WHOLE);
        let mut broken = document.value.clone();
        let mut aside = Vec::new();
        for slot in &document.slots {
            if slot.kind().is_some_and(|kind| is_meant(slot, kind)) {
                *broken.pointer_mut(&slot.pointer).unwrap() = json!(MARK);
                aside.push(slot.path.clone());
            }
        }
        let mut look = subject.see(&marked(&broken, json));
        aside.sort();
        look.malformed.sort();
        assert_eq!(look.malformed, aside, "{} {:.40}", subject.name, json);
        assert_eq!(look.lost, [""; 0], "{} {:.40}", subject.name, json);
    });
}

/// What has to be set aside where `wrong` stands in the place of a value; `None` where either will do.
fn aside(slot: &Slot<'_>, wrong: &Value) -> Option<Vec<String>> {
    let at = |path: String| Some(vec![path]);
    match slot.form {
        _ if slot.other_forms => None,
        Form::Leaf(kind) if reads(*kind, wrong) => Some(vec![]),
        Form::Object(_) if wrong.is_object() => Some(vec![]),
        Form::Array(element) if matches!(**element, Form::Leaf(kind) if wrong.get(0).is_some_and(|one| reads(kind, one))) => {
            Some(vec![])
        }
        // One object is a list of one; what it holds is unknown there.
        Form::Array(element) if wrong.is_object() && matches!(**element, Form::Object(_)) => Some(vec![]),
        Form::Array(_) if wrong.is_array() => at(format!("{}[0]", slot.path)),
        Form::Map(..) if wrong.is_object() => at(format!("{}.x", slot.path)),
        _ => at(slot.path.clone()),
    }
}

fn reads(kind: Kind, value: &Value) -> bool {
    match kind {
        Kind::Json => true,
        Kind::Text => value.is_string() || value.is_number(),
        Kind::Word(_) => value.is_string(),
        Kind::Amount | Kind::Number => value.is_number(),
        Kind::Flag => value.is_boolean(),
        Kind::Integer | Kind::Date | Kind::DateTime | Kind::Year => false,
    }
}

#[test]
fn a_value_of_another_type_costs_itself_alone() {
    let wrongs = [json!([1]), json!({"x": 1}), json!(true), json!(12.5), json!("1,5"), json!("2021-02-30")];
    each(|subject| {
        in_turn(subject, |document, slot| {
            for wrong in &wrongs {
                let look = subject.see(&put(document, slot, wrong.clone()).to_string());
                let what = format!("{} {} {wrong}", subject.name, slot.path);
                match aside(slot, wrong) {
                    Some(aside) => assert_eq!(look.malformed, aside, "{what}"),
                    None => assert!(look.malformed.len() <= 1, "{what}: {:?}", look.malformed),
                }
                assert_eq!(look.lost, [""; 0], "{what}");
            }
        });
    });
}

#[test]
fn of_two_members_of_one_name_the_first_counts_and_the_second_is_malformed_or_kept() {
    each(|subject| {
        in_turn(subject, |document, slot| {
            for (spelling, name) in slot.names.iter().enumerate() {
                let mut doubled = document.clone();
                let members = doubled.pointer_mut(slot.place().0).unwrap();
                members[format!("{MARK}{name}")] = another(slot.form);
                let look = subject.see(&doubled.to_string().replace(MARK, ""));
                let what = format!("{} {} {name}", subject.name, slot.path);
                let path = slot.path.strip_suffix(slot.place().1).unwrap();
                assert_eq!(look.lost, [""; 0], "{what}");
                if spelling == 0 {
                    assert_eq!(look.malformed, [format!("{path}{name}")], "{what}");
                    look.is_written(document, &what);
                } else {
                    assert_eq!(look.unmapped, [format!("{path}{name}")], "{what}");
                    assert!(look.written.contains(&format!("\"{name}\":")), "{what}");
                }
            }
        });
    });
}

#[test]
fn members_whose_names_nobody_knows_may_stand_twice() {
    each(|subject| {
        in_turn(subject, |document, slot| {
            let mut doubled = document.clone();
            let Some(Value::Object(members)) = doubled.pointer_mut(&slot.pointer) else { return };
            members.insert("novo".to_owned(), json!({"a": "um"}));
            members.insert(format!("{MARK}novo"), json!({"a": "dois"}));
            let look = subject.see(&doubled.to_string().replace(MARK, ""));
            let what = format!("{} {}", subject.name, slot.path);
            assert_eq!(look.malformed, [""; 0], "{what}");
            assert_eq!(look.lost, [""; 0], "{what}");
            assert!(look.written.contains("um") && look.written.contains("dois"), "{what}");
        });
    });
}

#[test]
fn half_a_character_is_no_text() {
    sets_all_aside(r#""\ud800""#, |slot, kind| match kind {
        Kind::Json => false,
        // A nationality is kept as it came.
        _ => slot.names != ["nationality"],
    });
}

#[test]
fn a_member_name_of_half_a_character_is_a_member_that_nobody_knows() {
    each(|subject| {
        in_turn(subject, |document, slot| {
            let mut broken = document.clone();
            let Some(Value::Object(members)) = broken.pointer_mut(&slot.pointer) else { return };
            members.insert(MARK.to_owned(), json!({}));
            let look = subject.see(&marked(&broken, r#""\ud800""#));
            let what = format!("{} {}", subject.name, slot.path);
            assert_eq!(look.malformed, [""; 0], "{what}");
            assert_eq!(look.lost, [""; 0], "{what}");
            if !matches!(slot.form, Form::Leaf(Kind::Json) | Form::Map(..)) {
                assert_eq!(look.unmapped, [format!(r"{}.\ud800", slot.path)], "{what}");
            }
        });
    });
}

#[test]
fn what_is_no_exact_decimal_is_set_aside() {
    let digits = "9".repeat(400);
    let fraction = format!("0.{}1", "0".repeat(400));
    let long = [digits.clone(), format!("\"{digits}\""), fraction.clone(), format!("\"{fraction}\"")];
    let words = ["NaN", "nan", "Infinity", "-Infinity", "inf", "+1", "1.000,00", "R$ 1", "1_0", "0x10", "١"];
    let words = words.map(|word| format!("\"{word}\""));
    for json in long.iter().chain(&words) {
        sets_all_aside(json, |_, kind| matches!(kind, Kind::Amount | Kind::Number | Kind::Integer));
    }
}

#[test]
fn days_that_do_not_exist_are_set_aside() {
    for day in ["2021-02-30", "2021-13-01", "0000-00-00", "2021-2-30", "30/02/2021", "2021-02-28T25:00:00Z"] {
        sets_all_aside(&json!(day).to_string(), |_, kind| matches!(kind, Kind::Date | Kind::DateTime));
    }
}

/// The reading goes on in a thread with a stack of the usual size, where a reader that calls itself for each level
/// would not come back.
fn is_borne(subject: &Subject, body: &str) -> Option<Look> {
    std::thread::scope(|scope| scope.spawn(|| subject.look(body).ok()).join()).expect("no crash")
}

fn nested(open: &str, close: &str, depth: usize) -> String {
    format!("{}1{}", open.repeat(depth), close.repeat(depth))
}

#[test]
fn a_million_brackets_are_set_aside_or_refused_wherever_they_stand() {
    const DEPTH: usize = 1_000_000;
    let deep = nested("[", "]", DEPTH);
    each(|subject| {
        if subject.name != "balance" {
            return;
        }
        for body in [deep.clone(), "[".repeat(DEPTH), format!(r#"{{"accounts":{}"#, "[".repeat(DEPTH))] {
            assert!(is_borne(subject, &body).is_none(), "{body:.20}");
        }
        let document = subject.document(SLIM).value;
        for pointer in ["/links", "/links/0", "/accounts/0/balances", "/accounts/0/number"] {
            let mut broken = document.clone();
            *broken.pointer_mut(pointer).unwrap() = json!(MARK);
            let look = is_borne(subject, &marked(&broken, &deep)).expect(pointer);
            assert_eq!((look.malformed.len(), look.lost.len()), (1, 0), "{pointer}");
        }
        let mut unknown = document;
        unknown["accounts"][0]["novo"] = json!(MARK);
        let look = is_borne(subject, &marked(&unknown, &deep)).expect("a report");
        assert_eq!((look.malformed.len(), look.lost.len()), (0, 0));
        assert_eq!(look.unmapped, ["accounts[0].novo"]);
    });
}

#[test]
fn depth_is_borne_in_place_of_a_value_of_any_kind() {
    const DEPTH: usize = 10_000;
    let (arrays, objects) = (nested("[", "]", DEPTH), nested(r#"{"a":"#, "}", DEPTH));
    each(|subject| {
        if !["balance", "bank_fixed_incomes", "identity", "legacy_balance"].contains(&subject.name) {
            return;
        }
        in_turn(subject, |document, slot| {
            for deep in [&arrays, &objects] {
                let body = marked(&put(document, slot, json!(MARK)), deep);
                let what = format!("{} {} {deep:.5}", subject.name, slot.path);
                let look = is_borne(subject, &body).expect(&what);
                assert!(look.malformed.len() <= 1, "{what}");
                assert_eq!(look.lost, [""; 0], "{what}");
            }
        });
    });
}

#[test]
fn an_element_that_does_not_belong_does_not_shift_its_neighbours() {
    each(|subject| {
        in_turn(subject, |document, slot| {
            if let Form::Array(element) = slot.form {
                for odd in [json!(""), json!(null), json!([]), json!({}), json!(7)] {
                    let rest = document.pointer(&slot.pointer).unwrap().as_array().unwrap();
                    let mut elements = vec![odd.clone()];
                    elements.extend_from_slice(rest);
                    let look = subject.see(&put(document, slot, Value::Array(elements)).to_string());
                    let what = format!("{} {} {odd}", subject.name, slot.path);
                    assert_eq!(look.lost, [""; 0], "{what}");
                    assert!(look.malformed.len() <= 1, "{what}");
                    if !look.malformed.is_empty() {
                        look.is_written(document, &what);
                    }
                    let kept = matches!(**element, Form::Object(_)) && odd.is_object()
                        || matches!(**element, Form::Leaf(Kind::Text)) && odd.is_number();
                    assert_eq!(look.malformed.is_empty(), kept, "{what}");
                }
            }
        });
    });
}

#[test]
fn objects_and_arrays_without_a_leaf_are_mapped() {
    each(|subject| {
        let document = subject.document(SLIM);
        let mut bare = document.value.clone();
        for slot in document.slots.iter().filter(|slot| slot.kind().is_some() && !slot.is_element()) {
            bare = without(&bare, slot);
        }
        subject.see(&bare.to_string()).is_whole(&bare, subject.name);
    });
}
