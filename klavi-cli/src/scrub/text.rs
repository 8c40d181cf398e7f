//! Text in quotes: its characters, and how each of them is written.
//!
//! Knows nothing of values.

use std::fmt::Write;
use std::ops::Range;

/// Text of a document with its quotes.
pub(crate) struct Quoted<'a> {
    raw: &'a str,
    text: String,
    /// Where in `raw` each character of the text stands.
    places: Vec<Range<usize>>,
}

impl<'a> Quoted<'a> {
    /// How long the text is that begins with a quote, quotes included.
    pub(crate) fn length(rest: &str) -> usize {
        let mut escaped = false;
        let end = rest.bytes().skip(1).position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        end.map_or(rest.len(), |end| end + 2)
    }

    pub(crate) fn new(raw: &'a str) -> Self {
        let (mut text, mut places) = (String::new(), Vec::new());
        let end = raw.len().saturating_sub(1);
        let mut at = 1;
        while at < end {
            let (character, length) = character(&raw[at..end]);
            text.push(character);
            places.push(at..at + length);
            at += length;
        }
        Self { raw, text, places }
    }

    /// The text without escapes. Half a surrogate pair, which is no character, is U+FFFD.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Writes other characters in the places of these; one that is the same is written as it is.
    pub(crate) fn write(&self, replacement: &str, out: &mut String) {
        out.push('"');
        for ((before, after), place) in self.text.chars().zip(replacement.chars()).zip(&self.places) {
            let raw = &self.raw[place.clone()];
            if before == after {
                out.push_str(raw);
            } else if raw.starts_with('\\') {
                for unit in after.encode_utf16(&mut [0; 2]) {
                    // Writing into a String does not fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            } else {
                out.push(after);
            }
        }
        out.push('"');
    }
}

/// The first character and how many bytes it takes.
fn character(raw: &str) -> (char, usize) {
    let mut characters = raw.chars();
    let first = characters.next().unwrap_or_default();
    if first != '\\' {
        return (first, first.len_utf8());
    }
    match characters.next() {
        Some('u') => unicode(raw),
        Some('b') => ('\u{8}', 2),
        Some('f') => ('\u{c}', 2),
        Some('n') => ('\n', 2),
        Some('r') => ('\r', 2),
        Some('t') => ('\t', 2),
        other => (other.unwrap_or(first), 2),
    }
}

/// `\uXXXX`, or two of them that are one character.
fn unicode(raw: &str) -> (char, usize) {
    let unit = |at: usize| {
        let digits = raw.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let units = [unit(0), unit(6)].into_iter().map_while(|unit| unit);
    match char::decode_utf16(units).next() {
        Some(Ok(character)) => (character, 6 * character.len_utf16()),
        _ => (char::REPLACEMENT_CHARACTER, 6),
    }
}
