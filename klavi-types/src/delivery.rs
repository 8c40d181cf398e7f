use std::fmt;

use provider_wire::{DecodeError, Raw, text_of};

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

impl DeliveryKind {
    /// Looks at a body.
    ///
    /// # Errors
    /// Where it is no JSON.
    pub fn of(body: &[u8]) -> Result<Self, DecodeError> {
        let text = text_of(body)?;
        if text.trim().is_empty() {
            return Ok(Self::Ping);
        }
        let raw = Raw::document(text)?;
        if let Some(kind) = Self::of_object(raw) {
            return Ok(kind);
        }
        let Some(elements) = raw.elements() else { return Ok(Self::Unknown) };
        if elements.is_empty() {
            return Ok(Self::Ping);
        }
        // One event makes it events; elements that are none are set aside when it is read.
        let events = elements.into_iter().any(|element| Self::of_object(element) == Some(Self::Events));
        Ok(if events { Self::Events } else { Self::Unknown })
    }

    fn of_object(raw: Raw<'_>) -> Option<Self> {
        let members = raw.members()?;
        let has = |names: &[&str]| members.iter().any(|(name, _)| names.contains(&&**name));
        Some(if members.is_empty() {
            Self::Ping
        } else if has(&["productName", "productReportId"]) {
            Self::Report
        } else if has(&["eventName", "eventId", "eventID", "event"]) {
            Self::Events
        } else if has(&["data"]) && has(&["msg"]) {
            Self::LegacyReport
        } else {
            Self::Unknown
        })
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
