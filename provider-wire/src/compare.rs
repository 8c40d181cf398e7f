use std::borrow::Cow;
use std::collections::HashMap;

use crate::Path;
use crate::notes::{Malformed, Spelling};
use crate::{Kind, Raw};

/// Finds the paths of `before` whose value is missing or different in `after`.
///
/// Numbers and decimal texts are compared by value; `null`, `""` and an absent member are the same. What was
/// skipped is not looked at, nor words that are written in the documented spelling; a member that was respelled is
/// looked for under its documented name, an object in place of a list as its only element.
pub(crate) fn lost(
    before: Raw<'_>,
    after: Raw<'_>,
    malformed: &[Malformed],
    respelled: Vec<(Path, Spelling)>,
) -> Vec<Path> {
    let mut notes: HashMap<Path, Note> = HashMap::new();
    for (path, spelling) in respelled {
        let note = notes.entry(path).or_default();
        match spelling {
            Spelling::Word => note.same_word = true,
            Spelling::Member(name) => note.documented = Some(name),
            Spelling::OnlyElement => note.only_element = true,
        }
    }
    for malformed in malformed {
        notes.entry(malformed.path.clone()).or_default().set_aside = true;
    }
    let mut walk = Walk { path: Path::default(), notes, lost: Vec::new() };
    walk.value(before, Some(after));
    walk.lost
}

/// No type is nested deeper; below it only the same text counts as the same value.
const DEEPEST: usize = 128;

/// What the reading noted about a path.
#[derive(Default)]
struct Note {
    set_aside: bool,
    same_word: bool,
    documented: Option<&'static str>,
    only_element: bool,
}

struct Walk {
    path: Path,
    notes: HashMap<Path, Note>,
    lost: Vec<Path>,
}

impl Walk {
    fn value(&mut self, before: Raw<'_>, after: Option<Raw<'_>>) {
        // What nobody reads is written as it came, however deep it is.
        if after.is_some_and(|after| after.get() == before.get()) {
            return;
        }
        if self.notes.get(&self.path).is_some_and(|note| note.set_aside || note.same_word) {
            return;
        }
        let only_element = self.notes.get(&self.path).is_some_and(|note| note.only_element);
        let after = if only_element { after.and_then(only) } else { after };
        let same = match before.kind() {
            Kind::Object if self.path.depth() < DEEPEST => match after.and_then(Raw::members) {
                Some(after) => return self.members(before.members().unwrap_or_default(), after),
                None => false,
            },
            Kind::Array if self.path.depth() < DEEPEST => match after.and_then(Raw::elements) {
                Some(after) => return self.elements(&before.elements().unwrap_or_default(), &after),
                None => false,
            },
            Kind::Object | Kind::Array => false,
            _ => same_leaf(before, after),
        };
        if !same {
            self.lost.push(self.path.clone());
        }
    }

    fn members(&mut self, before: Vec<(Cow<'_, str>, Raw<'_>)>, after: Vec<(Cow<'_, str>, Raw<'_>)>) {
        let mut found: HashMap<Cow<'_, str>, Vec<Raw<'_>>> = HashMap::new();
        for (name, value) in after.into_iter().rev() {
            found.entry(name).or_default().push(value);
        }
        for (name, value) in before {
            let outer = self.path.clone();
            self.path = outer.member(&name);
            let note = self.notes.get(&self.path);
            if note.is_some_and(|note| note.set_aside) {
                self.path = outer;
                continue;
            }
            let documented = note.and_then(|note| note.documented);
            let after = found.get_mut(documented.unwrap_or(&name));
            // An absent value beside one of the same name is not the one that was written.
            let is_this = |after: &&mut Vec<Raw<'_>>| {
                !absent(value) || after.last().is_some_and(|after| absent(*after))
            };
            self.value(value, after.filter(is_this).and_then(Vec::pop));
            self.path = outer;
        }
    }

    /// Elements that were skipped are missing in `after`, so the two sides move at their own pace.
    fn elements(&mut self, before: &[Raw<'_>], after: &[Raw<'_>]) {
        let mut after = after.iter();
        for (index, value) in before.iter().enumerate() {
            let outer = self.path.clone();
            self.path = outer.element(index);
            if !self.notes.get(&self.path).is_some_and(|note| note.set_aside) {
                self.value(*value, after.next().copied());
            }
            self.path = outer;
        }
    }
}

/// The element of a list of one.
fn only(list: Raw<'_>) -> Option<Raw<'_>> {
    let elements = list.elements()?;
    if let [element] = elements[..] { Some(element) } else { None }
}

fn absent(raw: Raw<'_>) -> bool {
    raw.kind() == Kind::Null || raw.get() == "\"\""
}

fn same_leaf(before: Raw<'_>, after: Option<Raw<'_>>) -> bool {
    let Some(after) = after else { return absent(before) };
    if before.get() == after.get() || (absent(before) && absent(after)) {
        return true;
    }
    match (before.as_text(), after.as_text()) {
        (Some(before), Some(after)) if before == after => return true,
        // Text that came as a number.
        (None, Some(after)) if before.kind() == Kind::Number && before.get() == after => return true,
        _ => {}
    }
    match (decimal(before), decimal(after)) {
        (Some(before), Some(after)) => before == after,
        _ => false,
    }
}

/// Whether both are numbers and of the same value.
pub(crate) fn same_number(one: Raw<'_>, other: Raw<'_>) -> bool {
    decimal(one).is_some_and(|one| decimal(other) == Some(one))
}

/// A decimal of any length in one form: sign, digits without zeros at either end, power of ten.
fn decimal(raw: Raw<'_>) -> Option<(bool, String, i64)> {
    let text = match raw.kind() {
        Kind::Number => raw.get().to_owned(),
        Kind::Text => raw.as_text()?.split_whitespace().collect(),
        _ => return None,
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (text.as_str(), 0),
    };
    let (negative, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if whole.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let trimmed = digits.trim_end_matches('0');
    let dropped = i64::try_from(digits.len() - trimmed.len()).ok()?;
    let significant = trimmed.trim_start_matches('0').to_owned();
    if significant.is_empty() {
        return Some((false, significant, 0));
    }
    let power = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?.checked_add(dropped)?;
    Some((negative, significant, power))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(before: &str, after: &str) -> Vec<String> {
        let (before, after) = (Raw::document(before).unwrap(), Raw::document(after).unwrap());
        lost(before, after, &[], Vec::new()).iter().map(Path::to_string).collect()
    }

    #[test]
    fn same_by_value_is_not_lost() {
        let before = r#"{"a": 1000.0400, "b": "1e2", "c": null, "d": "\u00e7", "e": [1, {"f": 0}], "g": ""}"#;
        let after = r#"{"e": ["1.0", {"f": "-0.0"}], "d": "ç", "b": 100, "a": "1000.04"}"#;
        assert_eq!(paths(before, after), [""; 0]);
        assert_eq!(paths(r#"{"a": "", "a": "x"}"#, r#"{"a": "x"}"#), [""; 0]);
        assert_eq!(paths(r#"{"a": "x", "a": null}"#, r#"{"a": "x"}"#), [""; 0]);
        assert_eq!(
            paths(r#"{"a": 1e999999999999999999999}"#, r#"{"a": "1e999999999999999999999"}"#),
            [""; 0]
        );
    }

    #[test]
    fn depth_costs_neither_the_stack_nor_much_time() {
        let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
        let other = format!("{}1{}", "[".repeat(50_000), "]".repeat(50_000));
        assert_eq!(paths(&deep, &deep), [""; 0]);
        assert_eq!(paths(&deep, &other).len(), 1);
    }

    #[test]
    fn every_difference_is_named() {
        let before = r#"{"a": "x", "b": [1, 2], "c": {"d": 12345678901234567.8912}, "e": {"f": 1}, "g": true, "a": "y"}"#;
        let after = r#"{"a": "x", "b": [1], "c": {"d": 12345678901234568}, "e": 1, "g": "true"}"#;
        assert_eq!(paths(before, after), ["b[1]", "c.d", "e", "g", "a"]);
    }
}
