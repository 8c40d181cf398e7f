//! JSON for people to read.

/// JSON with line breaks and indentation, no more of it than `most` characters; every other byte stays as it was sent.
/// Text that is no JSON stays as it is. Answers whether that was all.
pub(super) fn indented(text: &str, most: usize) -> (String, bool) {
    let mut out = Out { text: String::new(), left: most, depth: 0 };
    let is_json = text.trim_start().starts_with(['{', '[']);
    let whole = if is_json { out.json(text) } else { out.all(text) };
    (out.text, whole.is_some())
}

struct Out {
    text: String,
    left: usize,
    depth: usize,
}

/// Deeper is not indented further: whoever nests a thousand arrays gets no million spaces.
const DEEPEST: usize = 20;

impl Out {
    /// `None` once there is no room.
    fn push(&mut self, character: char) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        self.text.push(character);
        Some(())
    }

    fn all(&mut self, text: &str) -> Option<()> {
        text.chars().try_for_each(|character| self.push(character))
    }

    fn line(&mut self) -> Option<()> {
        self.push('\n')?;
        (0..2 * self.depth.min(DEEPEST)).try_for_each(|_| self.push(' '))
    }

    fn json(&mut self, text: &str) -> Option<()> {
        let mut characters = text.chars().peekable();
        let (mut quoted, mut escaped) = (false, false);
        while let Some(character) = characters.next() {
            if quoted {
                self.push(character)?;
                quoted = escaped || character != '"';
                escaped = character == '\\' && !escaped;
                continue;
            }
            match character {
                ' ' | '\t' | '\n' | '\r' => {}
                '{' | '[' => {
                    self.push(character)?;
                    while characters.next_if(char::is_ascii_whitespace).is_some() {}
                    let closing = if character == '{' { '}' } else { ']' };
                    if characters.next_if_eq(&closing).is_some() {
                        self.push(closing)?;
                    } else {
                        self.depth += 1;
                        self.line()?;
                    }
                }
                '}' | ']' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.line()?;
                    self.push(character)?;
                }
                ',' => {
                    self.push(',')?;
                    self.line()?;
                }
                ':' => self.all(": ")?,
                '"' => {
                    quoted = true;
                    self.push('"')?;
                }
                other => self.push(other)?,
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn every_digit_and_every_quoted_character_stays() {
        let text = r#"{"b":[1.50,-0,12345678901234567.8912,{}, [ ]],"a\"}":"x, {y}: [\\","c":null}"#;
        let (shown, whole) = indented(text, 10_000);
        assert!(whole);
        let expected = "{\n  \"b\": [\n    1.50,\n    -0,\n    12345678901234567.8912,\n    {},\n    []\n  ],\n  \
                        \"a\\\"}\": \"x, {y}: [\\\\\",\n  \"c\": null\n}";
        assert_eq!(shown, expected);
        let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(read(&shown), read(text));
    }

    #[test]
    fn what_is_too_long_is_cut_between_characters() {
        assert_eq!(indented("[\"ãé\"]", 6), ("[\n  \"ã".to_owned(), false));
        assert_eq!(indented("não é JSON", 3), ("não".to_owned(), false));
        let deep = "[".repeat(100_000);
        let (shown, whole) = indented(&deep, 5_000_000);
        assert!(whole && shown.len() < 100_000 * 43);
        assert_eq!(indented("]}],:\"", 100).0, "]}],:\"");
    }
}
