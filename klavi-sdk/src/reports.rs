//! Report requests: have Klavi fetch data and push it.

use klavi_types::api::{ReportAccepted, ReportRequest};
use klavi_types::{Level, PersonType};
use provider_call::Endpoint;

use crate::client::Client;
use crate::error::Result;
use crate::session::ACCESS_TOKEN;

const fn report(path: &'static str) -> Endpoint {
    Endpoint::post(path)
        .credential(ACCESS_TOKEN)
        .not_idempotent("a retry fetches the data and sends the reports twice")
}

pub(crate) const PERSONAL_INSTITUTION: Endpoint = report("/data/v1/personal/institution-data");
pub(crate) const PERSONAL_USER: Endpoint = report("/data/v1/personal/user-data");
pub(crate) const BUSINESS_INSTITUTION: Endpoint = report("/data/v1/business/institution-data");
pub(crate) const BUSINESS_USER: Endpoint = report("/data/v1/business/user-data");

fn endpoint_of(request: &ReportRequest) -> Endpoint {
    match (request.person_type(), request.level()) {
        (PersonType::Personal, Level::Institution) => PERSONAL_INSTITUTION,
        (PersonType::Personal, Level::User) => PERSONAL_USER,
        (PersonType::Business, Level::Institution) => BUSINESS_INSTITUTION,
        (PersonType::Business, Level::User) => BUSINESS_USER,
    }
}

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
    #[doc(alias = "create")]
    pub async fn request(&self, request: &ReportRequest) -> Result<ReportAccepted> {
        Ok(self.client.call(&endpoint_of(request)).json(request).send().await?.record()?.value)
    }
}

#[cfg(test)]
mod tests {
    use klavi_types::api::ProductSelection;

    use super::*;

    #[test]
    fn a_report_goes_where_its_request_says() {
        for tax_id in ["123.456.789-09", "12.ABC.345/01DE-35"] {
            let all = || ProductSelection::All;
            let institution = ReportRequest::institution(tax_id, "341").products(all()).build().unwrap();
            let user = ReportRequest::user(tax_id).products(all()).build().unwrap();
            for request in [institution, user] {
                assert_eq!(endpoint_of(&request).path(), request.path());
            }
        }
    }
}
