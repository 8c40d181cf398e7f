use std::borrow::Cow;
use std::fmt;

use provider_wire::Text;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

/// Text that stands at a path of member names, read without looking further than it stands. `None` where there is
/// none, or where the document breaks off before.
///
/// What names a body stands near its front in every example, so this costs next to nothing before the body is read
/// in one go.
pub(crate) fn peek(text: &str, path: &[&str]) -> Option<Text> {
    let mut found = None;
    // Stopping early leaves the parser in the middle of the object, which it reports; `found` is the answer.
    let _ = Peek { path, found: &mut found }.deserialize(&mut serde_json::Deserializer::from_str(text));
    found
}

struct Peek<'a> {
    path: &'a [&'a str],
    found: &'a mut Option<Text>,
}

impl<'de> DeserializeSeed<'de> for Peek<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Peek<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some((first, rest)) = self.path.split_first() else { return Ok(()) };
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            if name != *first {
                map.next_value::<IgnoredAny>()?;
            } else if rest.is_empty() {
                *self.found = map.next_value()?;
                return Ok(());
            } else {
                return map.next_value_seed(Peek { path: rest, found: self.found });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_is_not_looked_at() {
        let found = |text: &str| peek(text, &["data", "kind"]).map(|text| text.as_str().to_owned());
        assert_eq!(found(r#"{"x":[{}],"data":{"a":1,"kind":"k","#).as_deref(), Some("k"));
        assert_eq!(found(r#"{"kind":"k","data":{"kinds":"k"}}"#), None);
        assert_eq!(found(r#"{"data":{"kind":7}}"#), None);
        assert_eq!(found(r#"{"data":null}"#), None);
        assert_eq!(found("[]"), None);
    }
}
