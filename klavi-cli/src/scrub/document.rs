//! Goes through the text of a document, whatever its depth, and replaces values where they stand.
//!
//! No value becomes a number or a tree on the way: digits, duplicate members and blanks survive. Knows nothing of how
//! a value is replaced.

use crate::scrub::replacements::Replacements;
use crate::scrub::text::Quoted;
use crate::scrub::vocabulary::{Member, Vocabulary};

/// A container that is open.
enum Open<'v> {
    Object { member: Member<'v>, name_follows: bool },
    Array(Member<'v>),
}

/// The document with its values replaced. `text` is one JSON document.
pub(crate) fn scrub<'v>(
    text: &str,
    vocabulary: &'v Vocabulary,
    replacements: &mut Replacements<'v>,
) -> String {
    let mut scrubbed = String::with_capacity(text.len() + 1);
    let mut open: Vec<Open<'v>> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let member = match open.last() {
            Some(Open::Object { member, .. } | Open::Array(member)) => *member,
            None => Member::default(),
        };
        let token = match first {
            '"' => &rest[..Quoted::length(rest)],
            '-' | '0'..='9' => &rest[..number_length(rest)],
            _ => &rest[..first.len_utf8()],
        };
        match (first, open.last_mut()) {
            ('{', _) => open.push(Open::Object { member: Member::default(), name_follows: true }),
            ('[', _) => open.push(Open::Array(member)),
            ('}' | ']', _) => drop(open.pop()),
            (',', Some(Open::Object { name_follows, .. })) => *name_follows = true,
            (':', Some(Open::Object { name_follows, .. })) => *name_follows = false,
            _ => {}
        }
        let in_root = open.len() == 1;
        match (first, open.last_mut()) {
            ('"', Some(Open::Object { member, name_follows: true })) => {
                let name = Quoted::new(token);
                *member = vocabulary.member(name.text(), in_root);
                match replacements.of_name(name.text()) {
                    Some(replacement) => name.write(replacement, &mut scrubbed),
                    None => scrubbed.push_str(token),
                }
            }
            ('"', _) => {
                let value = Quoted::new(token);
                match replacements.of_text(value.text(), member) {
                    Some(replacement) => value.write(replacement, &mut scrubbed),
                    None => scrubbed.push_str(token),
                }
            }
            ('-' | '0'..='9', _) => {
                scrubbed.push_str(replacements.of_number(token, member).unwrap_or(token));
            }
            _ => scrubbed.push_str(token),
        }
        rest = &rest[token.len()..];
    }
    scrubbed
}

fn number_length(rest: &str) -> usize {
    let is_of_number = |byte: &u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
    rest.bytes().take_while(is_of_number).count()
}
