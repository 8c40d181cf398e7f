//! Report requests: have Klavi fetch data and push it.

use klavi_types::api::{ReportAccepted, ReportRequest};

use crate::api::Request;
use crate::client::Client;
use crate::endpoint::Endpoint;
use crate::error::Result;

/// Calls about reports; from [`Client::reports`].
#[derive(Clone, Copy, Debug)]
pub struct Reports<'a> {
    client: &'a Client,
}

impl<'a> Reports<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Asks for reports. They come later by webhook, one delivery for each product; no call fetches them.
    ///
    /// The request itself knows whether it goes to a person's or a company's path, and on which level.
    /// Source: docs.klavi.ai/link/institutional-level-report, docs.klavi.ai/connect/vDAe-user-level-report.
    ///
    /// ```no_run
    /// use klavi_sdk::klavi_types::api::{ProductSelection, ReportRequest};
    ///
    /// # async fn example(client: klavi_sdk::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let request = ReportRequest::user("123.456.789-09").products(ProductSelection::All).build()?;
    /// let accepted = client.reports().request(&request).await?;
    /// println!("request {:?}", accepted.request_id.map(|id| id.to_string()));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_product_rejected`](crate::Error::is_product_rejected) for products
    /// that the contract does not have.
    pub async fn request(&self, request: &ReportRequest) -> Result<ReportAccepted> {
        let endpoint = Endpoint::of_report(request);
        let request = Request::new(endpoint).json(request)?;
        let answer = self.client.api().send(request, self.client.session()).await?;
        answer.record().map(|parsed| parsed.value)
    }
}
