use std::fmt;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::{Fault, Kind, Reader, Value};

/// Yes or no. Read from `true`/`false`, or from text: the same words, `SIM`, `NÃO`, `NAO`, in any case. Written as a
/// boolean.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Flag(bool);

impl Flag {
    /// The answer.
    pub const fn get(self) -> bool {
        self.0
    }
}

impl From<bool> for Flag {
    fn from(flag: bool) -> Self {
        Self(flag)
    }
}

impl fmt::Debug for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Flag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(self.0)
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::deserialize(deserializer)
    }
}

impl Value for Flag {
    /// `null` and `""` are "absent".
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        let kind = reader.kind()?;
        let start = reader.position();
        match kind {
            Kind::Null => reader.is_null().map(|_| None),
            Kind::Bool => reader.skip().map(|raw| Some(Self(raw.get() == "true"))),
            Kind::Text => {
                let flag =
                    reader.text_as(|word| if word.is_empty() { Ok(None) } else { of_word(word).map(Some) });
                let flag = flag?.unwrap_or(Ok(None))?;
                reader.respelled(start);
                Ok(flag)
            }
            Kind::Number | Kind::Array | Kind::Object => Err(EXPECTED),
        }
    }
}

const EXPECTED: Fault = Fault::Unfit("true or false");

fn of_word(word: &str) -> Result<Flag, Fault> {
    match word.to_lowercase().as_str() {
        "true" | "sim" => Ok(Flag(true)),
        "false" | "não" | "nao" => Ok(Flag(false)),
        _ => Err(EXPECTED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_portuguese_are_read_in_any_case() {
        let read = |json: &str| Flag::read(&mut Reader::new(json)).map(|flag| flag.map(Flag::get));
        for json in ["true", "\"true\"", "\"TRUE\"", "\"SIM\"", "\"sim\""] {
            assert_eq!(read(json), Ok(Some(true)), "{json}");
        }
        for json in ["false", "\"False\"", "\"NÃO\"", "\"não\"", "\"NAO\"", "\"N\\u00c3O\""] {
            assert_eq!(read(json), Ok(Some(false)), "{json}");
        }
        for json in ["null", "\"\""] {
            assert_eq!(read(json), Ok(None), "{json}");
        }
        for json in ["1", "\"S\"", "\"yes\"", "[]", "{}", "\" \""] {
            assert_eq!(read(json), Err(EXPECTED), "{json}");
        }
    }
}
