//! JSON text out of whatever format serde reads. Must not know records.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{DEEPEST, NUMBER, RAW};

/// The JSON text of a value: from `serde_json` to the letter and borrowed where it can be, from another format written anew.
///
/// # Errors
/// Those of the format; where it is not self-describing, or nested deeper than it may be.
pub(crate) fn collect<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'de, str>, D::Error> {
    deserializer.deserialize_newtype_struct(RAW, TextVisitor)
}

/// `serde_json` answers the name with the text; others with the value behind it, or at once with that value.
struct TextVisitor;

macro_rules! write_anew {
    ($($visit:ident($type:ty);)*) => { $(
        fn $visit<E: Error>(self, value: $type) -> Result<Self::Value, E> {
            anew(|writer| writer.$visit(value))
        }
    )* };
}

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let first = members.next_key::<Name<'de>>()?;
        if first.as_ref().is_some_and(|name| name.0 == RAW) {
            return members.next_value::<Name<'de>>().map(|text| text.0);
        }
        anew(|writer| writer.members(first, members))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
        anew(|writer| inner.deserialize_any(writer))
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
        anew(|writer| inner.deserialize_any(writer))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<Self::Value, A::Error> {
        anew(|writer| writer.visit_seq(elements))
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        anew(|writer| writer.plain("null"))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        anew(|writer| writer.plain("null"))
    }

    write_anew! {
        visit_bool(bool);
        visit_i64(i64);
        visit_u64(u64);
        visit_i128(i128);
        visit_u128(u128);
        visit_f32(f32);
        visit_f64(f64);
        visit_str(&str);
        visit_bytes(&[u8]);
    }
}

fn anew<'de, E>(write: impl FnOnce(Writer<'_>) -> Result<(), E>) -> Result<Cow<'de, str>, E> {
    let mut out = String::new();
    write(Writer { out: &mut out, depth: 0 })?;
    Ok(Cow::Owned(out))
}

/// Writes what a format says as JSON text.
struct Writer<'a> {
    out: &'a mut String,
    depth: usize,
}

impl Writer<'_> {
    fn deeper<E: Error>(&mut self) -> Result<Writer<'_>, E> {
        if self.depth == DEEPEST {
            return Err(E::custom(format_args!("nested deeper than {DEEPEST} levels")));
        }
        Ok(Writer { out: self.out, depth: self.depth + 1 })
    }

    fn members<'de, A: MapAccess<'de>>(
        mut self,
        first: Option<Name<'de>>,
        mut members: A,
    ) -> Result<(), A::Error> {
        if first.as_ref().is_some_and(|name| name.0 == NUMBER) {
            let digits = members.next_value::<Name<'de>>()?.0;
            return if is_number(&digits) { self.plain(digits) } else { self.visit_str(&digits) };
        }
        self.out.push('{');
        let mut next = first;
        while let Some(name) = next {
            push_text(self.out, &name.0);
            self.out.push(':');
            members.next_value_seed(self.deeper()?)?;
            next = members.next_key()?;
            if next.is_some() {
                self.out.push(',');
            }
        }
        self.out.push('}');
        Ok(())
    }

    fn plain<E>(self, value: impl fmt::Display) -> Result<(), E> {
        use fmt::Write as _;
        // Writing to a string does not fail.
        let _ = write!(self.out, "{value}");
        Ok(())
    }

    /// A binary number in the fewest digits that name it.
    fn float<E: Error, F: serde::Serialize + fmt::Display>(self, value: F, is_finite: bool) -> Result<(), E> {
        if is_finite {
            return self.plain(serde_json::to_string(&value).map_err(E::custom)?);
        }
        self.visit_str(&value.to_string())
    }
}

fn is_number(digits: &str) -> bool {
    let mut reader = crate::Reader::new(digits);
    reader.number().is_ok_and(|number| number == digits)
}

impl<'de> DeserializeSeed<'de> for Writer<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Writer<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let first = members.next_key()?;
        self.members(first, members)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<(), A::Error> {
        self.out.push('[');
        let start = self.out.len();
        loop {
            let before = self.out.len();
            if before > start {
                self.out.push(',');
            }
            if elements.next_element_seed(self.deeper()?)?.is_none() {
                self.out.truncate(before);
                break;
            }
        }
        self.out.push(']');
        Ok(())
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<(), D::Error> {
        inner.deserialize_any(self)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<(), D::Error> {
        inner.deserialize_any(self)
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.plain("null")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.plain("null")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.plain(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.plain(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.plain(value)
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<(), E> {
        self.plain(value)
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<(), E> {
        self.plain(value)
    }

    fn visit_f32<E: Error>(self, value: f32) -> Result<(), E> {
        self.float(value, value.is_finite())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.float(value, value.is_finite())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        push_text(self.out, value);
        Ok(())
    }

    /// Text where it is UTF-8, as some formats keep it.
    fn visit_bytes<E: Error>(mut self, value: &[u8]) -> Result<(), E> {
        match std::str::from_utf8(value) {
            Ok(text) => push_text(self.out, text),
            Err(_) => {
                self.out.push('[');
                for (index, byte) in value.iter().enumerate() {
                    if index > 0 {
                        self.out.push(',');
                    }
                    self.deeper()?.plain(byte)?;
                }
                self.out.push(']');
            }
        }
        Ok(())
    }
}

fn push_text(out: &mut String, text: &str) {
    use fmt::Write as _;
    out.push('"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&text[plain..at]);
        // Writing to a string does not fail.
        let _ = match byte {
            b'"' | b'\\' => write!(out, "\\{}", char::from(byte)),
            _ => write!(out, "\\u{byte:04x}"),
        };
        plain = at + 1;
    }
    out.push_str(&text[plain..]);
    out.push('"');
}

/// A member name, or text in its place. Formats that have other names give numbers and booleans.
struct Name<'de>(Cow<'de, str>);

macro_rules! name_of {
    ($($visit:ident($type:ty);)*) => { $(
        fn $visit<E: Error>(self, name: $type) -> Result<Self::Value, E> {
            Ok(Name(Cow::Owned(name.to_string())))
        }
    )* };
}

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;

        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member name")
            }

            fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_string<E: Error>(self, name: String) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(name)))
            }

            fn visit_bytes<E: Error>(self, name: &[u8]) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(String::from_utf8_lossy(name).into_owned())))
            }

            name_of! {
                visit_str(&str);
                visit_bool(bool);
                visit_i64(i64);
                visit_u64(u64);
                visit_i128(i128);
                visit_u128(u128);
                visit_f64(f64);
            }
        }

        deserializer.deserialize_any(NameVisitor)
    }
}
