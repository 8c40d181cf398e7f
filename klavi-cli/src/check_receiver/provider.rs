//! Klavi as a sender: signs bodies, makes ids, and marks everything that one run sends.
//!
//! Source of headers and signature: docs.klavi.ai/connect/security. Never shows the key.

use jiff::Timestamp;
use klavi_webhook::Clock;
use klavi_webhook::klavi::SigningKey;
use uuid::Uuid;

use super::request::{Framing, Pace, Request};

pub(super) const SIGNATURE: &str = "X-Klavi-Signature";
pub(super) const TIMESTAMP: &str = "X-Klavi-Timestamp";
pub(super) const CONTENT_TYPE: &str = "Content-Type";

/// The sender of one run.
pub(super) struct Provider {
    key: SigningKey,
    /// A key that the receiver does not know.
    other_key: SigningKey,
    run: String,
    now: Timestamp,
}

impl Provider {
    pub(super) fn new(secret_key: String) -> anyhow::Result<Self> {
        let mut chance = [0; 4];
        getrandom::fill(&mut chance).map_err(|_| anyhow::anyhow!("the system gives no random bytes"))?;
        Ok(Self {
            key: SigningKey::from(secret_key),
            other_key: SigningKey::from(Uuid::new_v4().to_string().to_uppercase()),
            run: format!("check-receiver-{}", hex::encode(chance)),
            now: Clock::system().now(),
        })
    }

    /// The mark of this run: the `requestId` of all reports, and a member of `externalInfo` in all events.
    pub(super) fn run(&self) -> &str {
        &self.run
    }

    /// The time of the run.
    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    /// A new `eventId`.
    pub(super) fn event_id(&self) -> String {
        let chance = Uuid::new_v4().simple().to_string();
        format!("{:013}-{}", self.now.as_millisecond(), &chance[..24])
    }

    pub(super) fn signature(&self, body: &[u8]) -> String {
        self.key.sign(body).to_string()
    }

    /// The signature with another key.
    pub(super) fn other_signature(&self, body: &[u8]) -> String {
        self.other_key.sign(body).to_string()
    }

    /// A delivery as Klavi makes it.
    pub(super) fn delivery(&self, id: String, body: impl Into<Vec<u8>>) -> Request {
        let body = body.into();
        let signature = self.signature(&body);
        self.unsigned(id, body).and(SIGNATURE, signature)
    }

    /// A delivery without a signature.
    pub(super) fn unsigned(&self, id: String, body: Vec<u8>) -> Request {
        let headers = vec![
            (CONTENT_TYPE, "application/json".to_owned()),
            (TIMESTAMP, self.now.as_second().to_string()),
        ];
        Request { body, headers, id, ..probe("POST") }
    }
}

/// A new `productReportId`.
pub(super) fn report_id() -> String {
    Uuid::new_v4().to_string()
}

/// A request without a body.
pub(super) fn probe(method: &'static str) -> Request {
    let (framing, pace) = (Framing::Length, Pace::AtOnce);
    Request { method, headers: Vec::new(), body: Vec::new(), framing, pace, cut: None, id: String::new() }
}
