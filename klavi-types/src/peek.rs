use provider_wire::{Fault, Reader, Text};

/// Text that stands at a path of member names, read without looking further than it stands. `None` where there is
/// none, or where the document breaks off before.
///
/// What names a body stands near its front in every example, so this costs next to nothing before the body is read
/// in one go.
pub(crate) fn peek(text: &str, path: &[&str]) -> Option<Text> {
    find(&mut Reader::new(text), path).ok().flatten()
}

/// Where a member stands twice, the one counts that a record would take: the first that is of its type.
fn find(reader: &mut Reader<'_>, path: &[&str]) -> Result<Option<Text>, Fault> {
    let Some((first, rest)) = path.split_first() else {
        return reader.text_or_null().map(|text| text.map(|text| text.as_ref().into()));
    };
    let mut members = reader.enter_object()?;
    while let Some(name) = members.next(reader)? {
        if name == *first {
            match find(&mut Reader::new(reader.remaining()), rest) {
                Ok(None) if rest.is_empty() => {}
                Err(Fault::Unfit(_)) => {}
                found => return found,
            }
        }
        reader.skip()?;
    }
    Ok(None)
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
        assert_eq!(found(r#"{"data":5,"data":{"kind":null,"kind":"k"}}"#).as_deref(), Some("k"));
        assert_eq!(found(r#"{"data":{},"data":{"kind":"k"}}"#), None);
    }
}
