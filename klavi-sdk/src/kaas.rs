//! KaaS: the partner brings the data, Klavi analyses them.

mod credentials;

use std::borrow::Cow;

use http::Method;
use klavi_types::api::ReportAccepted;
use klavi_types::kaas::{CATEGORIZATION_PATH, Categorization, CategorizationRequest, decode_categorization};
use provider_call::{Caller, Endpoint};
use serde::Serialize;

pub use self::credentials::KaasCredentials;
use crate::error::Result;

/// Code and token stand in headers of their own.
const PARTNER: &str = "partner code and token";

pub(crate) const CATEGORIZE: Endpoint = Endpoint::post(CATEGORIZATION_PATH)
    .credential(PARTNER)
    .idempotent("computes from the request alone, stores nothing, and counts users, not calls");

/// Calls of KaaS; from [`Client::kaas`](crate::Client::kaas). Cheap to clone.
///
/// It has credentials of its own, and no access token goes with its calls. Host, transport, timeouts and retries are
/// the client's; for the hosts behind mutual TLS build a client with
/// [`Environment::mutual_tls`](crate::Environment::mutual_tls) and a transport that has the certificate.
#[derive(Clone, Debug)]
pub struct Kaas {
    caller: Caller,
    credentials: KaasCredentials,
}

impl Kaas {
    pub(crate) fn new(caller: Caller, credentials: KaasCredentials) -> Self {
        Self { caller, credentials }
    }

    /// Categorises entries of an account or a card; answered at once.
    /// Source: docs.klavi.ai/klaas/transactions-categorization.
    ///
    /// ```no_run
    /// use klavi_sdk::KaasCredentials;
    /// use klavi_sdk::klavi_types::kaas::{CategorizationRequest, CategorizedEntry, TransactionSource};
    ///
    /// # async fn example(client: klavi_sdk::Client, entries: Vec<CategorizedEntry>) -> Result<(), Box<dyn std::error::Error>> {
    /// let kaas = client.kaas(KaasCredentials::partner("the-partner-code", "the-partner-token")?);
    /// let request = CategorizationRequest::builder("user-7", "208", TransactionSource::Checking)
    ///     .transactions(entries)
    ///     .build()?;
    /// for entry in kaas.categorise(&request).await?.transactions() {
    ///     println!("{:?}", entry.category.as_ref().map(|category| category.as_str()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_auth`](crate::Error::is_auth) if code or token are refused.
    pub async fn categorise(&self, request: &CategorizationRequest) -> Result<Categorization> {
        let call = self.credentials.put_on(self.caller.call(&CATEGORIZE));
        Ok(call.json(request).send().await?.read_by(decode_categorization)?.value)
    }

    /// Sends a person's data; the reports come by webhook, in their usual form.
    /// Source: docs.klavi.ai/klaas/open-finance-analytics.
    ///
    /// The path is not documented: Klavi names it when the products are agreed, and `klavi mock` has
    /// `/klaas/open-finance/v1/analytics`. `data` has the shape agreed with Klavi, such as
    /// `klavi_types::kaas::UserData` (feature `reports`). What is answered is not documented either; what a report request
    /// is answered is read where it is there.
    ///
    /// ```no_run
    /// use klavi_sdk::klavi_types::kaas::UserData;
    ///
    /// # async fn example(kaas: klavi_sdk::Kaas, data: UserData) -> Result<(), klavi_sdk::Error> {
    /// let accepted = kaas.analyse("/klaas/open-finance/v1/analytics", &data).await?;
    /// println!("request {:?}", accepted.request_id.map(|id| id.to_string()));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`](crate::Error). Never repeated while the outcome is unknown, as the reports would come twice.
    pub async fn analyse(
        &self,
        path: impl Into<Cow<'static, str>>,
        data: &impl Serialize,
    ) -> Result<ReportAccepted> {
        let endpoint = Endpoint::new(Method::POST, path).credential(PARTNER);
        let call = self.credentials.put_on(self.caller.call(&endpoint));
        Ok(call.json(data).send().await?.record_or_empty()?)
    }
}
