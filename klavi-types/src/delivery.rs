use std::fmt;

use provider_wire::{DecodeError, Fault, Kind, Reader, Record, text_of};

use crate::reports::Head;

/// What a pushed body is, told from its root without reading its values.
///
/// ```
/// use klavi_types::DeliveryKind;
///
/// assert_eq!(DeliveryKind::of(br#"{"productName":"pf_balance"}"#)?, DeliveryKind::Report);
/// assert_eq!(DeliveryKind::of(br#"[{"eventName":"link_created"}]"#)?, DeliveryKind::Events);
/// assert_eq!(DeliveryKind::of(b"")?, DeliveryKind::Ping);
/// assert!(DeliveryKind::of(b"<html>").is_err());
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeliveryKind {
    /// A product report: an object with `productName` or `productReportId`.
    Report,
    /// Events: an object with `eventName`, `eventId`, `eventID` or `event`, or an array with such an object.
    Events,
    /// A report of the first generation: an object with `data` and `msg`.
    LegacyReport,
    /// Nothing: the console's connectivity test.
    Ping,
    /// JSON of which none of this can be said.
    Unknown,
}

/// A pushed body, read as far as filing it takes: one pass, without reading the product data.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outline<'a> {
    /// A product report, with its head.
    Report(Box<Head>),
    /// Events: the JSON text of each, and of elements that are none.
    Events(Vec<&'a str>),
    /// A report of the first generation.
    LegacyReport,
    /// Nothing: the console's connectivity test.
    Ping,
    /// JSON of which none of this can be said.
    Unknown,
}

impl<'a> Outline<'a> {
    /// Looks at a body.
    ///
    /// # Errors
    /// Where it is no JSON.
    pub fn of(body: &'a [u8]) -> Result<Self, DecodeError> {
        Self::of_at_most(body, usize::MAX)
    }

    /// The same, holding no more than so many elements of an array, at least one: an array of millions of tiny ones takes
    /// many times its size.
    ///
    /// # Errors
    /// Where it is no JSON.
    pub fn of_at_most(body: &'a [u8], elements: usize) -> Result<Self, DecodeError> {
        let text = text_of(body)?;
        let mut reader = Reader::new(text);
        let outline =
            Self::read(&mut reader, text, elements).and_then(|outline| reader.finish().map(|()| outline));
        match outline {
            Ok(outline) => Ok(outline),
            Err(_) if text.trim().is_empty() => Ok(Self::Ping),
            Err(fault) => Err(DecodeError::of(fault, &reader)),
        }
    }

    fn read(reader: &mut Reader<'a>, text: &'a str, most: usize) -> Result<Self, Fault> {
        match reader.kind()? {
            Kind::Object => Self::read_object(reader, text),
            Kind::Array => Self::read_array(reader, text, most),
            _ => reader.skip().map(|_| Self::Unknown),
        }
    }

    fn read_object(reader: &mut Reader<'a>, text: &'a str) -> Result<Self, Fault> {
        let mut shape = Shape::default();
        let mut head = Box::new(Head::default());
        let mut members = reader.enter_object()?;
        while let Some(name) = members.next(reader)? {
            shape.add(&name);
            if !head.read_member(&name, reader)? {
                reader.skip()?;
            }
        }
        Ok(match shape.kind() {
            DeliveryKind::Report => Self::Report(head),
            DeliveryKind::Events => Self::Events(vec![text.trim()]),
            DeliveryKind::LegacyReport => Self::LegacyReport,
            DeliveryKind::Ping => Self::Ping,
            DeliveryKind::Unknown => Self::Unknown,
        })
    }

    /// One event makes it events: a broken element must not cost the others.
    fn read_array(reader: &mut Reader<'a>, text: &'a str, most: usize) -> Result<Self, Fault> {
        let (mut all, mut any_event) = (Vec::new(), false);
        let mut elements = reader.enter_array()?;
        while elements.next(reader)? {
            // The cursor stands on the element once its first byte was looked at.
            let is_object = reader.kind()? == Kind::Object;
            let start = reader.position();
            if is_object {
                let mut shape = Shape::default();
                let mut members = reader.enter_object()?;
                while let Some(name) = members.next(reader)? {
                    shape.add(&name);
                    reader.skip()?;
                }
                any_event |= shape.kind() == DeliveryKind::Events;
            } else {
                reader.skip()?;
            }
            if all.len() < most.max(1) {
                all.push(&text[start..reader.position()]);
            }
        }
        Ok(match all.is_empty() {
            true => Self::Ping,
            false if any_event => Self::Events(all),
            false => Self::Unknown,
        })
    }

    /// What it is.
    pub fn kind(&self) -> DeliveryKind {
        match self {
            Self::Report(_) => DeliveryKind::Report,
            Self::Events(_) => DeliveryKind::Events,
            Self::LegacyReport => DeliveryKind::LegacyReport,
            Self::Ping => DeliveryKind::Ping,
            Self::Unknown => DeliveryKind::Unknown,
        }
    }
}

/// Which telling names an object has.
#[derive(Default)]
struct Shape {
    any: bool,
    event: bool,
    report: bool,
    data: bool,
    msg: bool,
}

impl Shape {
    fn add(&mut self, name: &str) {
        self.any = true;
        match name {
            "eventName" | "eventId" | "eventID" | "event" => self.event = true,
            "productName" | "productReportId" => self.report = true,
            "data" => self.data = true,
            "msg" => self.msg = true,
            _ => {}
        }
    }

    fn kind(&self) -> DeliveryKind {
        if !self.any {
            DeliveryKind::Ping
        } else if self.event {
            // First, since an event may well name the product that it is about.
            DeliveryKind::Events
        } else if self.report {
            DeliveryKind::Report
        } else if self.data && self.msg {
            DeliveryKind::LegacyReport
        } else {
            DeliveryKind::Unknown
        }
    }
}

impl DeliveryKind {
    /// Looks at a body.
    ///
    /// # Errors
    /// Where it is no JSON.
    pub fn of(body: &[u8]) -> Result<Self, DecodeError> {
        Outline::of(body).map(|outline| outline.kind())
    }

    /// The word for it: `report`, `events`, `legacy_report`, `ping`, `unknown`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Events => "events",
            Self::LegacyReport => "legacy_report",
            Self::Ping => "ping",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for DeliveryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_array_no_more_elements_are_held_than_asked_for() {
        let body = br#"[1,{"eventId":"a"},{"eventId":"b"}]"#;
        for (most, held) in [(0, 1), (1, 1), (2, 2), (3, 3), (9, 3)] {
            let Outline::Events(elements) = Outline::of_at_most(body, most).unwrap() else { unreachable!() };
            assert_eq!(elements.len(), held, "{most}");
        }
        assert!(
            Outline::of_at_most(b"[{\"eventId\":1},2,}", 1).is_err(),
            "what is not held is read all the same"
        );
    }

    #[test]
    fn each_kind_by_its_shape() {
        for (body, kind) in [
            (r#"{"code":200,"productReportId":"x"}"#, DeliveryKind::Report),
            (r#"{"eventID":"1"}"#, DeliveryKind::Events),
            (
                r#"[{"eventName":"product_generated_success","productName":"pf_balance"}]"#,
                DeliveryKind::Events,
            ),
            (r#"{"eventName":"product_generated_success","productName":"pf_balance"}"#, DeliveryKind::Events),
            (r#"[5,{"eventName":"x"}]"#, DeliveryKind::Events),
            (r#"{"code":200,"msg":"ok","data":{}}"#, DeliveryKind::LegacyReport),
            (" \n", DeliveryKind::Ping),
            ("{}", DeliveryKind::Ping),
            ("[]", DeliveryKind::Ping),
            ("null", DeliveryKind::Unknown),
            ("[[{}]]", DeliveryKind::Unknown),
            (r#"{"hello":1}"#, DeliveryKind::Unknown),
        ] {
            assert_eq!(DeliveryKind::of(body.as_bytes()).unwrap(), kind, "{body}");
        }
    }

    #[test]
    fn depth_is_no_danger() {
        let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
        assert_eq!(DeliveryKind::of(deep.as_bytes()).unwrap(), DeliveryKind::Unknown);
        assert!(DeliveryKind::of("[".repeat(1_000_000).as_bytes()).is_err());
    }
}
