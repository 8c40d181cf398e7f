use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

/// The JSON Schema (draft 2020-12) of what is received as that type, with the types it is made of under `$defs`.
///
/// Every member may be missing or `null`, members and words beyond the known ones pass; what is refused
/// [`decode`](crate::decode) sets aside as well. What the types' documentation says stands in `description`.
pub fn json_schema<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with_transform(RecursiveTransform(plain_description));
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

/// A record's fields are all optional, lists among them.
#[doc(hidden)]
pub fn all_optional(mut schema: Schema) -> Schema {
    schema.remove("required");
    schema
}

/// Text of which some words are known.
#[doc(hidden)]
pub fn open_words(mut schema: Schema, words: &[&str]) -> Schema {
    schema.remove("type");
    schema.insert("anyOf".to_owned(), json!([{"enum": words}, {"type": "string"}]));
    schema
}

/// The schema of one type, said of another.
#[doc(hidden)]
pub fn said_of(mut schema: Schema, description: &str) -> Schema {
    schema.insert("description".to_owned(), description.into());
    schema
}

/// The schema of text that may come as a number.
#[doc(hidden)]
pub fn text_or_number(mut schema: Schema) -> Schema {
    schema.insert("type".to_owned(), json!(["string", "number"]));
    schema
}

/// Documentation for Rust as text for everybody: no examples, no links, a line for each paragraph.
fn plain_description(schema: &mut Schema) {
    let Some(Value::String(description)) = schema.get_mut("description") else { return };
    let prose = description.split("```").next().unwrap_or_default();
    let paragraphs = prose.trim().split("\n\n");
    let paragraphs: Vec<_> =
        paragraphs.map(|paragraph| unlinked(&paragraph.trim().replace('\n', " "))).collect();
    *description = paragraphs.join("\n");
}

/// ``[`text`](target)``, `[text](target)` and ``[`text`]`` as the text alone; `; see` what only Rust has, not at all.
fn unlinked(text: &str) -> String {
    let Some((before, opened)) = text.split_once('[') else { return text.to_owned() };
    let Some((inside, after)) = opened.split_once(']') else { return text.to_owned() };
    let target = after.strip_prefix('(').and_then(|rest| rest.split_once(')'));
    let quoted = inside.starts_with('`') && inside.ends_with('`');
    if let Some((target, rest)) = target
        && target.starts_with("Self::")
        && let Some(before) = before.strip_suffix("; see ")
    {
        return format!("{before}{}", unlinked(rest));
    }
    match target {
        Some((_, rest)) => format!("{before}{inside}{}", unlinked(rest)),
        None if quoted => format!("{before}{inside}{}", unlinked(after)),
        None => format!("{before}[{inside}]{}", unlinked(after)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_become_their_text() {
        assert_eq!(unlinked("see [`Account`] and [there](Account::holder)."), "see `Account` and there.");
        assert_eq!(unlinked("No sign; see [`signed`](Self::signed)."), "No sign.");
        assert_eq!(unlinked("a [b] of [`c`](d) or [e"), "a [b] of `c` or [e");
    }
}
