//! Analysis, a sibling product: batches whose results are fetched as files.

use http::{HeaderName, HeaderValue};
use klavi_types::events::{Event, Events};
use provider_call::{CallError, Endpoint};

use crate::client::Client;
use crate::error::Result;

pub(crate) const EVENTS: Endpoint = Endpoint::get("/data/analysis/v1/events")
    .credential("secret key")
    .not_idempotent("whether Klavi returns an event twice is not documented");

/// Calls about batch analyses; from [`Client::analysis`].
#[derive(Clone, Copy, Debug)]
pub struct Analysis<'a> {
    client: &'a Client,
}

impl<'a> Analysis<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Pulls the events of finished batches, for partners that do not have them pushed. Source: docs.klavi.ai/analysis.
    ///
    /// One event is documented; an array and an empty answer are read as well. Whether Klavi returns an event twice is
    /// not documented: go by its `event_id`. The result is at `presigned_url` for 24 hours, and anyone with the URL
    /// can read it; fetch it without any credential.
    ///
    /// ```no_run
    /// # async fn example(client: klavi_sdk::Client) -> Result<(), klavi_sdk::Error> {
    /// for event in client.analysis().events().await? {
    ///     let payload = event.payload.unwrap_or_default();
    ///     println!("batch {:?}: {}", payload.batch_id, payload.presigned_url.is_some());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_auth`](crate::Error::is_auth) if the secret key is refused. Never repeated while
    /// the outcome is unknown, as the events of an answer that was lost may not come again.
    pub async fn events(&self) -> Result<Vec<Event>> {
        let unfit = |_| CallError::request(&EVENTS, "the key has characters that a header cannot carry");
        let key = HeaderValue::try_from(self.client.session().secret_key().expose()).map_err(unfit)?;
        let call = self.client.caller().call(&EVENTS).header(HeaderName::from_static("secretkey"), key);
        let answer = call.send().await?;
        if answer.body().trim_ascii().is_empty() {
            return Ok(Vec::new());
        }
        Ok(answer.record::<Events>()?.value.into_vec())
    }
}
