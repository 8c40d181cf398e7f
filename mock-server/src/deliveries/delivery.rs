use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use klavi_types::DeliveryKind;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use url::Url;

/// What is to be sent.
pub(crate) struct Parcel {
    pub(crate) kind: ParcelKind,
    /// Event name or product name.
    pub(crate) name: String,
    /// Event id or report id.
    pub(crate) key: String,
    pub(crate) request_id: Option<String>,
    /// `None` where no setting says where to.
    pub(crate) url: Option<Url>,
    pub(crate) body: Bytes,
}

#[derive(Clone, Copy)]
pub(crate) enum ParcelKind {
    Event,
    Report,
    /// A report of the first generation.
    LegacyReport,
}

/// One event or report that the mock sent, is sending, or had no address for.
#[derive(Clone)]
#[non_exhaustive]
pub struct Delivery {
    /// Number, counted from 1 in the order of creation.
    pub id: u64,
    /// Events or a report.
    pub kind: DeliveryKind,
    /// Event name, product name, or report type of the first generation.
    pub name: String,
    /// `eventId`, `productReportId` or `report_id`.
    pub key: String,
    /// The report request it belongs to.
    pub request_id: Option<String>,
    /// Where it goes; may carry a token of the receiver's. `None` where nothing was set.
    pub url: Option<Url>,
    /// What is sent, to the byte.
    pub body: Bytes,
    /// When it was made, in the mock's time.
    pub created_at: Timestamp,
    /// How far it is.
    pub state: DeliveryState,
    /// Every attempt so far, six at most.
    pub attempts: Vec<Attempt>,
}

/// How far a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeliveryState {
    /// To be sent or repeated.
    Pending,
    /// Answered with 2xx.
    Delivered,
    /// Given up after the last attempt.
    Failed,
    /// Never sent: neither request, link nor console names an address.
    Unaddressed,
}

/// One attempt.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// When it began, in the mock's time.
    pub at: Timestamp,
    /// How long it took.
    pub duration: Duration,
    /// What came of it.
    pub outcome: AttemptOutcome,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttemptOutcome {
    /// The receiver answered with that HTTP status.
    Status(u16),
    /// There was no answer; a few words why.
    Error(&'static str),
}

impl AttemptOutcome {
    /// Whether Klavi counts it as received: 2xx.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Status(200..=299))
    }
}

impl DeliveryState {
    /// The word for it: `pending`, `delivered`, `failed`, `unaddressed`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Unaddressed => "unaddressed",
        }
    }
}

impl Delivery {
    pub(crate) fn new(id: u64, created_at: Timestamp, parcel: Parcel) -> Self {
        Self {
            id,
            kind: match parcel.kind {
                ParcelKind::Event => DeliveryKind::Events,
                ParcelKind::Report => DeliveryKind::Report,
                ParcelKind::LegacyReport => DeliveryKind::LegacyReport,
            },
            name: parcel.name,
            key: parcel.key,
            request_id: parcel.request_id,
            state: if parcel.url.is_some() { DeliveryState::Pending } else { DeliveryState::Unaddressed },
            url: parcel.url,
            body: parcel.body,
            created_at,
            attempts: Vec::new(),
        }
    }
}

impl fmt::Debug for Delivery {
    /// Without address and body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("name", &self.name)
            .field("bytes", &self.body.len())
            .field("state", &self.state)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

impl Serialize for Delivery {
    /// As the control API shows it: without the body.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Delivery", 10)?;
        out.serialize_field("id", &self.id)?;
        out.serialize_field("kind", self.kind.as_str())?;
        out.serialize_field("name", &self.name)?;
        out.serialize_field("key", &self.key)?;
        out.serialize_field("requestId", &self.request_id)?;
        out.serialize_field("url", &self.url.as_ref().map(Url::as_str))?;
        out.serialize_field("bytes", &self.body.len())?;
        out.serialize_field("createdAt", &self.created_at.to_string())?;
        out.serialize_field("state", self.state.as_str())?;
        out.serialize_field("attempts", &self.attempts)?;
        out.end()
    }
}

impl Serialize for Attempt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Attempt", 4)?;
        let (status, error) = match &self.outcome {
            AttemptOutcome::Status(status) => (Some(status), None),
            AttemptOutcome::Error(error) => (None, Some(error)),
        };
        out.serialize_field("at", &self.at.to_string())?;
        out.serialize_field("durationMs", &u64::try_from(self.duration.as_millis()).unwrap_or(u64::MAX))?;
        out.serialize_field("status", &status)?;
        out.serialize_field("error", &error)?;
        out.end()
    }
}
