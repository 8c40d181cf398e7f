//! Links: the connection of one user to one institution.

mod register_or_find;

use belvo_types::api::{
    Accepted, ChangeRetrieval, Link, LinkQuery, MfaChallenge, RefreshLink, RegisterLink, ResumeLink,
    UpdateCredentials,
};
use belvo_types::{ExternalId, ExternalIdReturned, LinkId, links};
use http::{HeaderName, HeaderValue};

pub use self::register_or_find::RegisteredOrFound;
use crate::api::Request;
use crate::client::Client;
use crate::endpoint::Endpoint;
use crate::error::Result;
use crate::pages::Pages;
use crate::selection::Selection;

const MODE: HeaderName = HeaderName::from_static("x-belvo-request-mode");
const ASYNC: HeaderValue = HeaderValue::from_static("async");

/// Calls about links; from [`Client::links`].
#[derive(Clone, Debug)]
pub struct Links<'a> {
    client: &'a Client,
    selection: Selection,
}

/// What a call came to in which Belvo logs in at an institution.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Registered {
    /// There is a link.
    Link(Box<Link>),
    /// The institution asks for a second factor: show it to the user, then [resume](Links::resume).
    MfaRequired(Box<MfaChallenge>),
}

impl<'a> Links<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client, selection: Selection::default() }
    }

    /// Leaves these fields out of answers.
    #[must_use]
    pub fn omit<T: AsRef<str>>(self, fields: impl IntoIterator<Item = T>) -> Self {
        Self { selection: self.selection.omit(fields), ..self }
    }

    /// Has only these fields in answers.
    #[must_use]
    pub fn only_fields<T: AsRef<str>>(self, fields: impl IntoIterator<Item = T>) -> Self {
        Self { selection: self.selection.only(fields), ..self }
    }

    /// Links that fit the query, in pages. Source: developers.belvo.com, listlinks.
    pub fn list(&self, query: &LinkQuery) -> Pages<Link> {
        let parameters = query.parameters().chain(self.selection.parameters());
        Pages::new(self.client, Endpoint::ListLinks, parameters)
    }

    /// All links of a user of yours. Each new attempt of the user made another one: see
    /// [`belvo_types::links`] for what to look for among them.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn of_user(&self, external_id: &ExternalId) -> Result<Vec<Link>> {
        self.list(&LinkQuery::new().external_id(external_id)).all().await
    }

    /// Valid links of a user of yours that you have not stored, as the user left before you heard of them. To be
    /// adopted, at the start of each session.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn orphans(&self, external_id: &ExternalId, stored: &[LinkId]) -> Result<Vec<Link>> {
        // Fields that are left out of answers are needed here.
        let all = Self::new(self.client).of_user(external_id).await?;
        Ok(links::orphans(&all, external_id, stored).into_iter().cloned().collect())
    }

    /// Registers a link: Belvo logs the user in at the institution. Source: developers.belvo.com, registerlink.
    ///
    /// Do not ask for the data right after it: wait for the webhook `historical_update`.
    ///
    /// ```no_run
    /// use belvo_sdk::Registered;
    /// use belvo_sdk::belvo_types::api::{MfaKind, RegisterLink};
    ///
    /// # async fn example(client: belvo_sdk::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let request = RegisterLink::builder("heimdall_mx_retail", "mfa_default")
    ///     .password("pass_valid")
    ///     .external_id("user-7f3a")
    ///     .build()?;
    /// let mut outcome = client.links().register(&request).await?;
    /// while let Registered::MfaRequired(challenge) = outcome {
    ///     let answer = match challenge.kind() {
    ///         MfaKind::Numeric(code) => ask(&format!("Enter {} in your bank's app", code.as_str())),
    ///         MfaKind::Text(question) => ask(question.as_str()),
    ///         _ => ask(challenge.instructions().unwrap_or("Make a token")),
    ///     };
    ///     let request = if challenge.expects_user_input() { challenge.answer(answer) } else { challenge.confirm() };
    ///     outcome = client.links().resume(&request).await?;
    /// }
    /// # Ok(())
    /// # }
    /// # fn ask(_: &str) -> String { String::new() }
    /// ```
    ///
    /// # Errors
    /// See [`Error`](crate::Error). After [`is_outcome_unknown`](crate::Error::is_outcome_unknown) the link may exist:
    /// a second registration would make a second one. [`register_or_find`](Self::register_or_find) looks first.
    pub async fn register(&self, request: &RegisterLink) -> Result<Registered> {
        let body = Request::new(Endpoint::RegisterLink).json(request)?;
        let registered = self.registered(body).await?;
        if let (Some(sent), Registered::Link(link)) = (request.external_id(), &registered)
            && sent.returned(link.external_id.as_ref()) == ExternalIdReturned::Dropped
        {
            tracing::warn!("an external id was taken for personal data: the link cannot be found by it");
        }
        Ok(registered)
    }

    /// Registers a link, unless there is a valid one of this user at this institution; and looks for the link where
    /// it is unknown whether the registration made one.
    ///
    /// Needs an external id, by which links are looked for: before the registration, after an ambiguous failure, and
    /// after `duplicated`. A user with several logins at one institution gets the link of any of them: use
    /// [`register`](Self::register) there.
    ///
    /// ```no_run
    /// use belvo_sdk::RegisteredOrFound;
    /// use belvo_sdk::belvo_types::api::RegisterLink;
    ///
    /// # async fn example(client: belvo_sdk::Client, request: RegisterLink) -> Result<(), belvo_sdk::Error> {
    /// match client.links().register_or_find(&request).await? {
    ///     RegisteredOrFound::Registered(link) => println!("store {:?}", link.id),
    ///     RegisteredOrFound::Found(link) => println!("{:?}, then {:?}", link.id, link.action()),
    ///     RegisteredOrFound::MfaRequired(challenge) => println!("show {:?}", challenge.kind()),
    ///     _ => {}
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`register`](Self::register). An ambiguous failure after which no link was found is still ambiguous: the
    /// link may appear later.
    pub async fn register_or_find(&self, request: &RegisterLink) -> Result<RegisteredOrFound> {
        register_or_find::register_or_find(self, request).await
    }

    /// Goes on with a registration that waits for a second factor. Source: developers.belvo.com, patchlinks.
    ///
    /// A code that has ended brings another challenge, with a new code.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_session_expired`](crate::Error::is_session_expired) where the user took too
    /// long, or the session was used before.
    pub async fn resume(&self, request: &ResumeLink) -> Result<Registered> {
        self.registered(Request::new(Endpoint::ResumeLink).json(request)?).await
    }

    /// One link. Source: developers.belvo.com, detaillink.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_not_found`](crate::Error::is_not_found) for an unknown id.
    pub async fn get(&self, id: &LinkId) -> Result<Link> {
        let request = self.selection.put(Request::new(Endpoint::GetLink).path_value("id", id.as_str()));
        let answer = self.client.api().send(request).await?;
        answer.record().map(|parsed| parsed.value)
    }

    /// Gives a link new credentials, which Belvo tries at once. Source: developers.belvo.com, updatelink.
    ///
    /// A recurrent link is brought up to date afterwards; a webhook tells.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_login_refused`](crate::Error::is_login_refused) for credentials that the
    /// institution does not accept. After six of them the link is invalid.
    pub async fn update_credentials(&self, id: &LinkId, request: &UpdateCredentials) -> Result<Registered> {
        let request =
            Request::new(Endpoint::UpdateCredentials).path_value("id", id.as_str()).json(request)?;
        self.registered(request).await
    }

    /// Changes how the data of a link is retrieved. Source: developers.belvo.com, modifylinkdataretrieval.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); the code `invalid_access_mode_switch` where no credentials are stored.
    pub async fn change_retrieval(&self, id: &LinkId, request: &ChangeRetrieval) -> Result<Link> {
        let request = Request::new(Endpoint::ChangeRetrieval).path_value("id", id.as_str()).json(request)?;
        let answer = self.client.api().send(self.selection.put(request)).await?;
        answer.record().map(|parsed| parsed.value)
    }

    /// Has the history of a link fetched again; a webhook tells when it is there. Once in ten minutes for each link.
    /// Source: developers.belvo.com, refreshhistoricaldataforlink.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_refresh_cooldown`](crate::Error::is_refresh_cooldown) within the ten minutes.
    pub async fn refresh(&self, id: &LinkId, request: &RefreshLink) -> Result<Accepted> {
        let request = Request::new(Endpoint::RefreshLink).path_value("id", id.as_str()).json(request)?;
        self.client.api().send(request).await?.record_or_empty()
    }

    /// Deletes a link and all its data, for good; a consent of Open Finance is revoked with it. At most five a minute.
    /// Source: developers.belvo.com, destroylink.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_not_found`](crate::Error::is_not_found) for an unknown id.
    pub async fn delete(&self, id: &LinkId) -> Result<()> {
        let request = Request::new(Endpoint::DeleteLink).path_value("id", id.as_str());
        match self.client.api().send(request).await {
            Ok(_) => Ok(()),
            // An attempt before this one deleted it, but its answer was lost.
            Err(error) if error.is_not_found() && error.attempts() > 1 => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Has a link deleted later, with all its data, for good; the webhook `link_deleted` tells. Without the limit of
    /// [`delete`](Self::delete). Source: developers.belvo.com, destroylink.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_not_found`](crate::Error::is_not_found) for an unknown id.
    pub async fn delete_async(&self, id: &LinkId) -> Result<Accepted> {
        let request = Request::new(Endpoint::DeleteLink).path_value("id", id.as_str()).header(MODE, ASYNC);
        self.client.api().send(request).await?.record_or_empty()
    }

    /// A second factor is an outcome here, not an error.
    async fn registered(&self, request: Request<'_>) -> Result<Registered> {
        let answer = match self.client.api().send(self.selection.put(request)).await {
            Ok(answer) => answer,
            Err(error) => {
                let challenge = error.mfa_challenge().cloned();
                return challenge.map(|challenge| Registered::MfaRequired(Box::new(challenge))).ok_or(error);
            }
        };
        answer.record().map(|parsed| Registered::Link(Box::new(parsed.value)))
    }
}
