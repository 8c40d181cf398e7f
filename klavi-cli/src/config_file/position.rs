//! Line and field of a place in a TOML document.
//!
//! Knows nothing of what the fields mean.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The number of the line, from 1.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// The field whose key or value stands there: `target[0].headers.x-team`. The innermost one counts.
pub(super) fn path_of(document: &Spanned<DeTable<'_>>, at: usize) -> Option<String> {
    let mut search = Search { at, best: None };
    search.table(document.get_ref(), "");
    search.best.map(|(_, path)| path)
}

struct Search {
    at: usize,
    /// How long the text of the field is, and its path.
    best: Option<(usize, String)>,
}

impl Search {
    fn table(&mut self, table: &DeTable<'_>, path: &str) {
        for (key, value) in table {
            let separator = if path.is_empty() { "" } else { "." };
            let path = format!("{path}{separator}{}", key.get_ref());
            self.offer(&key.span(), &path);
            self.value(value, &path);
        }
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, path: &str) {
        self.offer(&value.span(), path);
        match value.get_ref() {
            DeValue::Table(table) => self.table(table, path),
            DeValue::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    self.value(element, &format!("{path}[{index}]"));
                }
            }
            _ => {}
        }
    }

    fn offer(&mut self, span: &Range<usize>, path: &str) {
        if span.contains(&self.at) && self.best.as_ref().is_none_or(|(length, _)| span.len() <= *length) {
            self.best = Some((span.len(), path.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_field_at_a_place_is_found() {
        let text = "listen = '0'\n\n[[target]]\nname = 'a'\n[[target]]\nname = 'b'\nkinds = ['x', 'yy']\n\
                    [target.headers]\nx-team = 'red'\n[egress]\nhosts = []\n";
        for (word, line, path) in [
            ("listen", 1, Some("listen")),
            ("'a'", 4, Some("target[0].name")),
            ("'b'", 6, Some("target[1].name")),
            ("'yy'", 7, Some("target[1].kinds[1]")),
            ("red", 9, Some("target[1].headers.x-team")),
            ("x-team", 9, Some("target[1].headers.x-team")),
            ("hosts", 11, Some("egress.hosts")),
        ] {
            let at = text.find(word).unwrap();
            let document = DeTable::parse(text).unwrap();
            assert_eq!((line_of(text, at), path_of(&document, at).as_deref()), (line, path), "{word}");
        }
    }
}
