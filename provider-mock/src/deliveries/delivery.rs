//! One webhook with every attempt of it.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

use super::{Attempt, Body, Made, SendOptions};

/// One webhook that a mock sent, is sending, or had no address for. Written without its body.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Delivery {
    /// Number, counted from 1 in the order of creation.
    pub id: u64,
    /// What kind it is, in a word of the provider's mock.
    pub kind: String,
    /// What it tells: event, product or code.
    pub name: String,
    /// The id by which the provider tells one from another.
    pub key: String,
    /// The report request that it belongs to.
    #[serde(default)]
    #[schema(required)]
    pub request_id: Option<String>,
    /// The link that it is about.
    #[serde(default)]
    #[schema(required)]
    pub link_id: Option<String>,
    /// Where it goes; may carry a token of the receiver's. `None` where nothing was set.
    #[schema(required)]
    pub url: Option<Url>,
    /// What is sent, to the byte. Empty where it is not kept: a triggered report of more than 1 MiB is made anew for each
    /// attempt, and of the oldest deliveries only the record is left once all bodies together exceed 256 MiB.
    #[serde(skip)]
    pub body: Bytes,
    /// How many bytes are sent.
    pub bytes: u64,
    /// When it was made, in the mock's time.
    pub created_at: Timestamp,
    /// How far it is.
    pub state: DeliveryState,
    /// The delivery that it repeats, where somebody had it sent again.
    #[schema(required)]
    pub resend_of: Option<u64>,
    /// How it is sent.
    #[serde(default)]
    pub options: SendOptions,
    /// Every attempt so far: as many as the provider makes, and one for each duplicate that was asked for.
    pub attempts: Vec<Attempt>,
    #[serde(skip)]
    pub(super) made: Option<Arc<Made>>,
}

/// How far a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum DeliveryState {
    /// To be sent or repeated.
    Pending,
    /// Answered with 2xx.
    Delivered,
    /// Given up after the last attempt.
    Failed,
    /// Never sent: no setting names an address.
    Unaddressed,
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

/// A delivery with its body as text, `null` where that is not kept.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct WithBody {
    /// The delivery.
    #[serde(flatten)]
    pub delivery: Delivery,
    /// Its body.
    #[schema(required)]
    pub body: Option<String>,
}

impl Delivery {
    /// One of that kind, name and key, without a number yet, to be sent to that address.
    pub fn new(
        kind: impl Into<String>,
        name: impl Into<String>,
        key: impl Into<String>,
        url: Option<Url>,
        body: Body,
    ) -> Self {
        let bytes = body.len();
        let (body, made) = match body {
            Body::Kept(body) => (body, None),
            Body::Made(made) => (Bytes::new(), Some(made)),
        };
        Self {
            id: 0,
            kind: kind.into(),
            name: name.into(),
            key: key.into(),
            request_id: None,
            link_id: None,
            state: if url.is_some() { DeliveryState::Pending } else { DeliveryState::Unaddressed },
            url,
            body,
            bytes,
            created_at: Timestamp::UNIX_EPOCH,
            resend_of: None,
            options: SendOptions::default(),
            attempts: Vec::new(),
            made,
        }
    }

    /// Of that report request.
    #[must_use]
    pub fn of_request(self, request_id: impl Into<String>) -> Self {
        Self { request_id: Some(request_id.into()), ..self }
    }

    /// About that link.
    #[must_use]
    pub fn of_link(self, link_id: impl Into<String>) -> Self {
        Self { link_id: Some(link_id.into()), ..self }
    }

    /// Sent in that way.
    #[must_use]
    pub fn options(self, options: SendOptions) -> Self {
        Self { options, ..self }
    }

    /// The same once more, without a number yet.
    pub(super) fn again(&self, url: Url, options: SendOptions) -> Self {
        Self {
            id: 0,
            state: DeliveryState::Pending,
            url: Some(url),
            attempts: Vec::new(),
            resend_of: Some(self.id),
            options,
            ..self.clone()
        }
    }

    /// What is sent; `None` where it is no longer known.
    pub fn content(&self) -> Option<Body> {
        match &self.made {
            Some(made) => Some(Body::Made(Arc::clone(made))),
            None => self.has_body().then(|| Body::Kept(self.body.clone())),
        }
    }

    /// The body as JSON; `null` where it is not kept.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// With its body, as the control API shows it and a state file keeps it.
    pub fn with_body(&self) -> WithBody {
        let text = || String::from_utf8_lossy(&self.body).into_owned();
        let body = (self.made.is_none() && self.has_body()).then(text);
        WithBody { delivery: self.clone(), body }
    }

    /// Whether it has still to be sent or repeated.
    pub fn is_pending(&self) -> bool {
        self.state == DeliveryState::Pending
    }

    fn has_body(&self) -> bool {
        self.body.len() as u64 == self.bytes
    }
}

impl From<WithBody> for Delivery {
    /// As it was kept; one that was taken is delivered, though the mock ended between the answer and its record.
    fn from(kept: WithBody) -> Self {
        let WithBody { mut delivery, body } = kept;
        delivery.body = body.map(Bytes::from).unwrap_or_default();
        if delivery.is_pending() && delivery.attempts.iter().any(Attempt::is_success) {
            delivery.state = DeliveryState::Delivered;
        }
        delivery
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
