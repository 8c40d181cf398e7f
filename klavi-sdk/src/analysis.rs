//! Analysis, a sibling product: batches whose results are fetched as files.

use http::{HeaderName, HeaderValue};
use klavi_types::events::Event;
use provider_call::NoCredential;

use crate::api::Request;
use crate::client::Client;
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};

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
    /// One event is documented; an array and an empty answer are read as well. Whether an event is handed out again is
    /// not documented: go by its `event_id`. The result lies at `presigned_url`, for 24 hours and for whoever has the
    /// address; fetch it without any credential.
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
    /// See [`Error`]; [`is_auth`](Error::is_auth) if the secret key is refused.
    pub async fn events(&self) -> Result<Vec<Event>> {
        let key = self.client.session().secret_key().expose();
        let key = HeaderValue::try_from(key).map_err(|_| Error::unfit_key(&Endpoint::AnalysisEvents))?;
        let request =
            Request::new(Endpoint::AnalysisEvents).header(HeaderName::from_static("secretkey"), key);
        self.client.api().send(request, &NoCredential).await?.events()
    }
}
