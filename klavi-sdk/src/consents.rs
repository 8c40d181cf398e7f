//! Consents: what a user lets the partner see.

mod clean_up;
mod create_or_reuse;
mod customer;

use std::sync::Arc;
use std::time::Duration;

use klavi_types::api::{Acknowledgement, Consent, ConsentQuery, ConsentStatus, CreateConsent};
use klavi_types::{ConsentId, List};
use provider_call::{Answer, Endpoint};
use provider_wire::record;

pub use self::clean_up::CleanUp;
pub(crate) use self::create_or_reuse::Flights;
pub use self::create_or_reuse::{ConsentLimit, CreatedOrReused};
pub use self::customer::CustomerConsents;
use crate::client::Client;
use crate::error::Result;
use crate::link_session::LinkSession;
use crate::session::ACCESS_TOKEN;
use crate::watch::{Asking, Subject, Watch};

pub(crate) const GET: Endpoint = Endpoint::get("/data/v1/consents/{consentId}").credential(ACCESS_TOKEN);
pub(crate) const LIST: Endpoint = Endpoint::get("/data/v1/consents").credential(ACCESS_TOKEN);
pub(crate) const REVOKE: Endpoint = Endpoint::delete("/data/v1/consents/{consentId}/revoke")
    .credential(ACCESS_TOKEN)
    .idempotent("a revoked consent stays revoked");

/// The form of the consent list that clients guard against (observed).
#[record]
struct WrappedConsents {
    /// The list.
    pub consents: List<Consent>,
}

/// A bare JSON array, or an object with the array in `consents`.
fn consents_of(answer: Answer) -> Result<Vec<Consent>> {
    if !answer.body().trim_ascii_start().starts_with(b"{") {
        return Ok(answer.list()?);
    }
    let wrapped =
        answer.record::<WrappedConsents>()?.require("consents", |wrapped| wrapped.consents.is_present())?;
    Ok(wrapped.consents.into_vec())
}

/// A consent that the customer does not authorise is rejected after 60 minutes; then Klavi has some time to say so.
const DECIDED: Duration = Duration::from_secs(65 * 60);

/// Calls about consents; from [`Client::consents`].
///
/// To create one, call [`LinkSession::create_consent`], since that takes the token of a link; or
/// [`create_or_reuse`](Self::create_or_reuse).
#[derive(Clone, Copy, Debug)]
pub struct Consents<'a> {
    client: &'a Client,
}

impl<'a> Consents<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// One consent. Source: docs.klavi.ai/connect/get-a-consent.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_not_found`](crate::Error::is_not_found) for an unknown id.
    pub async fn get(&self, id: &ConsentId) -> Result<Consent> {
        Ok(self.client.call(&GET).path_value("consentId", id.as_str()).send().await?.record()?.value)
    }

    /// All consents of a person or a company, in every state. Source: docs.klavi.ai/connect/get-consent-list.
    ///
    /// ```no_run
    /// use klavi_sdk::klavi_types::api::ConsentQuery;
    ///
    /// # async fn example(client: klavi_sdk::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let query = ConsentQuery::personal("123.456.789-09".parse()?);
    /// let consents = client.consents().list(&query).await?;
    /// println!("{} may be used", consents.iter().filter(|consent| consent.is_authorised()).count());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn list(&self, query: &ConsentQuery) -> Result<Vec<Consent>> {
        let parameters = query.parameters();
        let call = parameters.fold(self.client.call(&LIST), |call, (name, value)| call.query(name, value));
        consents_of(call.send().await?)
    }

    /// The consents of that person or company alone, to be looked through: a list by CPF also names companies tied to
    /// the person (observed), which are left out here.
    ///
    /// ```no_run
    /// use klavi_sdk::klavi_types::Level;
    /// use klavi_sdk::klavi_types::api::ConsentQuery;
    ///
    /// # async fn example(client: klavi_sdk::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let query = ConsentQuery::personal("123.456.789-09".parse()?);
    /// let consents = client.consents().of_customer(&query).await?;
    /// if let Some(consent) = consents.authorised(&"341".into()) {
    ///     println!("ask for {:?}", consent.products_granted(Level::Institution));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn of_customer(&self, query: &ConsentQuery) -> Result<CustomerConsents> {
        let mut consents = self.list(query).await?;
        consents.retain(|consent| query.covers(consent));
        Ok(CustomerConsents::new(consents, self.client.caller().clock().wall()))
    }

    /// Creates a consent, unless one of this customer at this bank can be used as it is.
    ///
    /// Each consent counts towards a limit per customer and bank, and each abandoned attempt leaves one behind. Where
    /// the limit is reached, what `clean_up` names is deleted and the creation tried once more. An authorised consent
    /// is never revoked here; [`CreatedOrReused::LimitReached`] tells which there are, for a user to decide.
    ///
    /// ```no_run
    /// use klavi_sdk::klavi_types::api::CreateConsent;
    /// use klavi_sdk::{CleanUp, CreatedOrReused, LinkSession};
    ///
    /// # async fn example(client: klavi_sdk::Client, session: LinkSession) -> Result<(), Box<dyn std::error::Error>> {
    /// let request = CreateConsent::builder("341", "track-0001", "https://partner.example/back")
    ///     .personal_tax_id("123.456.789-09")
    ///     .build()?;
    /// match client.consents().create_or_reuse(&session, &request, CleanUp::nothing().ended()).await? {
    ///     CreatedOrReused::Authorised(consent) => println!("ask for reports with {:?}", consent.consent_id),
    ///     CreatedOrReused::Pending(consent) => println!("go on with {:?}", consent.consent_id),
    ///     CreatedOrReused::Created(consent) => println!("created {:?}", consent.consent_id),
    ///     CreatedOrReused::LimitReached(limit) => println!("{} connections", limit.authorised().len()),
    ///     _ => {}
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Those who ask at the same time for the same customer at the same bank, through this client and its clones, share
    /// one consent. Its page opens once, in one browser.
    ///
    /// # Errors
    /// See [`Error`](crate::Error) and [`LinkSession::create_consent`].
    #[doc(alias("create", "get_or_create"))]
    pub async fn create_or_reuse(
        &self,
        session: &LinkSession,
        request: &CreateConsent,
        clean_up: CleanUp,
    ) -> Result<CreatedOrReused> {
        create_or_reuse::create_or_reuse(*self, session, request, clean_up).await
    }

    /// Watches a consent until it is authorised, or cannot be any more.
    ///
    /// ```no_run
    /// # async fn example(client: klavi_sdk::Client, id: klavi_sdk::klavi_types::ConsentId) -> Result<(), klavi_sdk::Error> {
    /// let mut watch = client.consents().watch(&id);
    /// while let Some(consent) = watch.next().await {
    ///     println!("now {:?}", consent?.status);
    /// }
    ///
    /// // Or the end of it alone.
    /// let consent = client.consents().watch(&id).settled().await?;
    /// println!("authorised: {}", consent.is_authorised());
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("wait", "poll"))]
    pub fn watch(&self, id: &ConsentId) -> Watch<Consent> {
        let (client, id) = (self.client.clone(), id.clone());
        let clock = Arc::clone(client.caller().clock());
        let ask = move || -> Asking<Consent> {
            let (client, id) = (client.clone(), id.clone());
            Box::pin(async move { client.consents().get(&id).await })
        };
        let subject = Subject {
            endpoint: GET,
            ask: Box::new(ask),
            is_settled: |consent| {
                consent.is_authorised() || consent.status.as_ref().is_some_and(ConsentStatus::is_final)
            },
            has_changed: |seen, consent| seen.status != consent.status,
            total: DECIDED,
        };
        Watch::new(subject, clock)
    }

    /// Revokes a consent. Source: docs.klavi.ai/connect/revoke-a-consent.
    ///
    /// An authorised consent may be refused (observed): then only the customer can revoke it, at the bank.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_not_found`](crate::Error::is_not_found) for an unknown id.
    #[doc(alias("delete", "cancel"))]
    pub async fn revoke(&self, id: &ConsentId) -> Result<Acknowledgement> {
        let call = self.client.call(&REVOKE).path_value("consentId", id.as_str());
        Ok(call.send().await?.record_or_empty()?)
    }
}
