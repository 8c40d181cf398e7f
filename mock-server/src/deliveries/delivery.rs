use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method};
use jiff::Timestamp;
use klavi_types::DeliveryKind;
use url::Url;

use super::{Content, Made, Manner, Order};

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
    /// What is sent, to the byte. Empty where it is not kept: a triggered report of more than 1 MiB is made anew for each
    /// attempt, and of the oldest deliveries only the record is left once all bodies together exceed 256 MiB.
    pub body: Bytes,
    /// How many bytes are sent.
    pub bytes: u64,
    /// When it was made, in the mock's time.
    pub created_at: Timestamp,
    /// How far it is.
    pub state: DeliveryState,
    /// Every attempt so far: six at most, and one for each duplicate that was asked for.
    pub attempts: Vec<Attempt>,
    /// The delivery that it repeats, where somebody had it sent again.
    pub resend_of: Option<u64>,
    pub(super) manner: Manner,
    pub(super) made: Option<Arc<Made>>,
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
#[derive(Clone)]
#[non_exhaustive]
pub struct Attempt {
    /// When it began, in the mock's time.
    pub at: Timestamp,
    /// How long it took.
    pub duration: Duration,
    /// What came of it.
    pub outcome: AttemptOutcome,
    /// The headers that the mock gave to the request.
    pub headers: HeaderMap,
    /// Where it was sent on to, three times at most.
    pub redirects: Vec<Redirect>,
    /// How the body of the answer begins, 1 KiB at most, as text; empty where there was none.
    pub answer: String,
}

impl fmt::Debug for Attempt {
    /// Without the receiver's answer, which may quote what it was sent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("at", &self.at)
            .field("duration", &self.duration)
            .field("outcome", &self.outcome)
            .field("headers", &self.headers)
            .field("redirects", &self.redirects)
            .finish_non_exhaustive()
    }
}

/// One redirect that was followed.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Redirect {
    /// The status that asked for it.
    pub status: u16,
    /// How the next request was made: POST with the body after 307 and 308, GET without one after the others.
    pub method: Method,
    /// Where it went.
    pub url: Url,
}

impl fmt::Debug for Redirect {
    /// Without the address, which may carry a token of the receiver's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redirect({}, {})", self.status, self.method)
    }
}

impl Attempt {
    /// Whether it was to leave a machine that it may not leave, which no retry changes.
    pub(crate) fn is_kept_back(&self) -> bool {
        self.outcome == AttemptOutcome::Error(reasons::ELSEWHERE)
    }
}

/// Why there was no answer, in a few words.
pub(super) mod reasons {
    pub(in crate::deliveries) const NO_ANSWER: &str = "no answer within 10 seconds";
    pub(in crate::deliveries) const NO_CONNECTION: &str = "no connection";
    pub(in crate::deliveries) const BROKEN_OFF: &str = "the connection broke off";
    pub(in crate::deliveries) const REDIRECTS: &str = "more than 3 redirects";
    pub(in crate::deliveries) const TRUNCATED: &str = "broken off in the middle of the body, as asked for";
    pub(crate) const ELSEWHERE: &str = "not sent: deliveries are kept on this machine";
    pub(super) const ALL: [&str; 6] = [NO_ANSWER, NO_CONNECTION, BROKEN_OFF, REDIRECTS, TRUNCATED, ELSEWHERE];
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

    /// The reason of those words.
    pub(super) fn reason(words: &str) -> &'static str {
        reasons::ALL.into_iter().find(|reason| *reason == words).unwrap_or(reasons::BROKEN_OFF)
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

    pub(super) fn from_word(word: &str) -> Self {
        [Self::Pending, Self::Delivered, Self::Unaddressed]
            .into_iter()
            .find(|state| state.as_str() == word)
            .unwrap_or(Self::Failed)
    }
}

impl Delivery {
    /// Without a number yet.
    pub(crate) fn new(created_at: Timestamp, order: Order) -> Self {
        let Order { parcel, manner, made } = order;
        Self {
            id: 0,
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
            bytes: made.as_ref().map_or(parcel.body.len() as u64, |made| made.len()),
            body: parcel.body,
            created_at,
            attempts: Vec::new(),
            resend_of: None,
            manner,
            made,
        }
    }

    /// The same once more, without a number yet.
    pub(super) fn again(&self, created_at: Timestamp, url: Url, manner: Manner) -> Self {
        Self {
            id: 0,
            state: DeliveryState::Pending,
            url: Some(url),
            created_at,
            attempts: Vec::new(),
            resend_of: Some(self.id),
            manner,
            ..self.clone()
        }
    }

    /// What is sent; `None` where it is no longer known.
    pub(crate) fn content(&self) -> Option<Content> {
        match &self.made {
            Some(made) => Some(Content::Made(Arc::clone(made))),
            None => self.has_body().then(|| Content::Kept(self.body.clone())),
        }
    }

    pub(super) fn has_body(&self) -> bool {
        self.body.len() as u64 == self.bytes
    }

    pub(crate) fn manner(&self) -> Manner {
        self.manner
    }

    pub(crate) fn is_pending(&self) -> bool {
        self.state == DeliveryState::Pending
    }
}

impl fmt::Debug for Delivery {
    /// Without address and body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("name", &self.name)
            .field("bytes", &self.bytes)
            .field("state", &self.state)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
