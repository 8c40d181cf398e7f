use std::borrow::Cow;
use std::fmt;

use provider_wire::{DecodeError, Raw, Record, Repair, text_of};

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
        let text = text_of(body)?.trim();
        match text.as_bytes().first() {
            None => Ok(Self::Ping),
            Some(b'{') => Raw::document_members(text).map(|members| Self::of_object(text, &members)),
            Some(b'[') => Raw::document_elements(text).map(|elements| Self::of_array(&elements)),
            Some(_) => Raw::document(text).map(|_| Self::Unknown),
        }
    }

    fn of_object(text: &'a str, members: &[(Cow<'_, str>, Raw<'_>)]) -> Self {
        match kind_of_object(members) {
            DeliveryKind::Report => {
                let mut head = Head::default();
                let mut repair = Repair::silent();
                for (name, raw) in members {
                    head.repair_member(name, *raw, &mut repair);
                }
                Self::Report(Box::new(head))
            }
            DeliveryKind::Events => Self::Events(vec![text]),
            DeliveryKind::LegacyReport => Self::LegacyReport,
            DeliveryKind::Ping => Self::Ping,
            DeliveryKind::Unknown => Self::Unknown,
        }
    }

    /// One event makes it events: a broken element must not cost the others.
    fn of_array(elements: &[Raw<'a>]) -> Self {
        if elements.is_empty() {
            return Self::Ping;
        }
        let is_event = |element: &Raw<'_>| {
            element.members().is_some_and(|members| kind_of_object(&members) == DeliveryKind::Events)
        };
        if elements.iter().any(is_event) {
            Self::Events(elements.iter().map(|element| element.get()).collect())
        } else {
            Self::Unknown
        }
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

fn kind_of_object(members: &[(Cow<'_, str>, Raw<'_>)]) -> DeliveryKind {
    let has = |names: &[&str]| members.iter().any(|(name, _)| names.contains(&&**name));
    if members.is_empty() {
        DeliveryKind::Ping
    } else if has(&["eventName", "eventId", "eventID", "event"]) {
        // First, since an event may well name the product that it is about.
        DeliveryKind::Events
    } else if has(&["productName", "productReportId"]) {
        DeliveryKind::Report
    } else if has(&["data"]) && has(&["msg"]) {
        DeliveryKind::LegacyReport
    } else {
        DeliveryKind::Unknown
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
