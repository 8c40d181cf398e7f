//! Refused deliveries in the log, rate-limited by answer and reason, so that a scanner neither fills the disk nor hides
//! other refusals.

use jiff::Timestamp;

use crate::Answer;
use crate::ingress::RequestContext;
use crate::ingress::tallies::{Due, Tallies};

/// What counts as the same refusal: the answer and the reason, without anything that the sender could choose.
type Kind = (Answer, Option<String>);

/// Refusals of one receiver.
#[derive(Debug)]
pub(crate) struct Refusals {
    provider: &'static str,
    tallies: Tallies<Kind, RequestContext>,
}

impl Refusals {
    pub(crate) fn new(provider: &'static str) -> Self {
        Self { provider, tallies: Tallies::default() }
    }

    /// Counts a refusal.
    pub(crate) fn add(
        &self,
        answer: Answer,
        reason: Option<String>,
        context: RequestContext,
        now: Timestamp,
    ) {
        self.log(self.tallies.add((answer, reason), context, now));
    }

    /// Logs what was counted for a minute.
    pub(crate) fn log_due(&self, now: impl FnOnce() -> Timestamp) {
        self.log(self.tallies.due(now));
    }

    fn log(&self, due: Vec<Due<Kind, RequestContext>>) {
        for Due { kind: (answer, reason), count, latest } in due {
            let (provider, answer) = (self.provider, answer.as_str());
            let (source, bytes) = (latest.source.map(tracing::field::display), latest.bytes);
            tracing::warn!(provider, answer, reason, count, source, bytes, "deliveries refused");
        }
    }
}

impl Drop for Refusals {
    fn drop(&mut self) {
        self.log(self.tallies.rest());
    }
}
