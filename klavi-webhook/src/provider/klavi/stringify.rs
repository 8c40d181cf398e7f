//! `JSON.stringify(JSON.parse(body))`, as far as that says exactly what the body says.
//!
//! A name that stands twice is written twice. JavaScript never does, so no signature of its fits.

use std::borrow::Cow;
use std::ops::Range;

use provider_wire::{Fault, Kind, Reader};

/// Calls are as deep as brackets; no known body has more than a dozen.
const DEPTH: usize = 128;

/// How JavaScript writes the body; nothing where it could not or would lose something.
pub(super) fn stringify(body: &[u8]) -> Option<Vec<u8>> {
    // JavaScript's parser refuses a byte order mark.
    let text = str::from_utf8(body).ok().filter(|text| !text.starts_with('\u{feff}'))?;
    let mut reader = Reader::new(text);
    let mut writer = Writer { text: Vec::with_capacity(body.len()) };
    writer.value(&mut reader, DEPTH).ok()?;
    reader.finish().ok()?;
    Some(writer.text)
}

struct Writer {
    text: Vec<u8>,
}

impl Writer {
    fn value(&mut self, reader: &mut Reader<'_>, depth: usize) -> Result<(), Fault> {
        let depth = depth.checked_sub(1).ok_or(Fault::Unfit("fewer levels"))?;
        match reader.kind()? {
            Kind::Null | Kind::Bool => self.text.extend_from_slice(reader.skip()?.get().as_bytes()),
            Kind::Number => {
                let number = number(reader.number()?).ok_or(Fault::Unfit("an exact number"))?;
                self.text.extend_from_slice(number.as_bytes());
            }
            Kind::Text => self.quoted(&reader.text()?)?,
            Kind::Array => self.array(reader, depth)?,
            Kind::Object => self.object(reader, depth)?,
        }
        Ok(())
    }

    fn array(&mut self, reader: &mut Reader<'_>, depth: usize) -> Result<(), Fault> {
        self.text.push(b'[');
        let mut elements = reader.enter_array()?;
        let mut first = true;
        while elements.next(reader)? {
            if !std::mem::take(&mut first) {
                self.text.push(b',');
            }
            self.value(reader, depth)?;
        }
        self.text.push(b']');
        Ok(())
    }

    fn object(&mut self, reader: &mut Reader<'_>, depth: usize) -> Result<(), Fault> {
        self.text.push(b'{');
        let start = self.text.len();
        let mut indices = Vec::new();
        let mut members = reader.enter_object()?;
        while let Some(name) = members.next(reader)? {
            let member = self.text.len();
            // The reader leaves escapes where they are none of text.
            if matches!(name, Cow::Borrowed(name) if name.contains('\\')) {
                return Err(Fault::Unfit("a name without half a surrogate pair"));
            }
            self.quoted(&name)?;
            self.text.push(b':');
            self.value(reader, depth)?;
            self.text.push(b',');
            if let Some(index) = array_index(&name) {
                indices.push((index, member..self.text.len()));
            }
        }
        if !indices.is_empty() {
            self.move_ahead(start, indices);
        }
        if self.text.len() > start {
            self.text.pop();
        }
        self.text.push(b'}');
        Ok(())
    }

    /// JavaScript puts members whose name is an array index before the others, in ascending order.
    fn move_ahead(&mut self, start: usize, mut indices: Vec<(u32, Range<usize>)>) {
        let mut others = Vec::new();
        let mut behind = start;
        for (_, member) in &indices {
            others.extend_from_slice(&self.text[behind..member.start]);
            behind = member.end;
        }
        others.extend_from_slice(&self.text[behind..]);
        indices.sort_by_key(|(index, _)| *index);
        let mut ordered = Vec::with_capacity(self.text.len() - start);
        for (_, member) in indices {
            ordered.extend_from_slice(&self.text[member]);
        }
        ordered.append(&mut others);
        self.text.truncate(start);
        self.text.append(&mut ordered);
    }

    fn quoted(&mut self, text: &str) -> Result<(), Fault> {
        // Both escape the same characters, in the same way.
        serde_json::to_writer(&mut self.text, text).map_err(|_| Fault::Unfit("text"))
    }
}

/// ECMAScript: the canonical text of an integer below 2³² − 1.
fn array_index(name: &str) -> Option<u32> {
    let index = name.parse::<u32>().ok().filter(|index| *index != u32::MAX)?;
    (index.to_string() == name).then_some(index)
}

/// ECMAScript's `Number::toString`; nothing where the number has digits that a double cannot hold.
fn number(text: &str) -> Option<String> {
    let value: f64 = text.parse().ok().filter(|value: &f64| value.is_finite())?;
    // The shortest digits that give the same double, as in JavaScript: `-1.25e3`.
    let shortest = format!("{:e}", value.abs());
    let (digits, exponent) = shortest.split_once('e')?;
    let digits = digits.replace('.', "");
    if significant(text) != significant(&digits) {
        return None;
    }
    if value == 0.0 {
        return Some("0".to_owned());
    }
    let exponent: i32 = exponent.parse().ok()?;
    let sign = if value < 0.0 { "-" } else { "" };
    // How many digits stand before the point.
    let whole = exponent + 1;
    let count = i32::try_from(digits.len()).ok()?;
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    Some(match whole {
        1..=21 if count <= whole => format!("{sign}{digits}{}", zeros(whole - count)),
        1..=21 => {
            let (before, behind) = digits.split_at(usize::try_from(whole).ok()?);
            format!("{sign}{before}.{behind}")
        }
        -5..=0 => format!("{sign}0.{}{digits}", zeros(-whole)),
        _ => {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            let plus = if exponent < 0 { "" } else { "+" };
            format!("{sign}{first}{point}{rest}e{plus}{exponent}")
        }
    })
}

/// The digits that make the number, without the zeros around them.
fn significant(number: &str) -> String {
    let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').to_owned()
}
