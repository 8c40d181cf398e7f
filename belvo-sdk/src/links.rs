//! Links: the connection of one user to one institution.

mod register_or_find;

use belvo_types::api::{
    Accepted, ChangeRetrieval, Link, LinkQuery, MfaChallenge, RefreshLink, RegisterLink, ResumeLink,
    UpdateCredentials,
};
use belvo_types::{ExternalId, ExternalIdReturned, LinkId, links};
use http::{HeaderName, HeaderValue};
use provider_call::{Call, Endpoint};

pub(crate) use self::register_or_find::Flights;
pub use self::register_or_find::RegisteredOrFound;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::keys::KEYS;
use crate::pages::Pages;
use crate::selection::Selection;

pub(crate) const LIST: Endpoint = Endpoint::get("/api/links/").credential(KEYS);
pub(crate) const REGISTER: Endpoint = Endpoint::post("/api/links/")
    .credential(KEYS)
    .slow()
    .not_idempotent("a retry creates a second link of the same user, and is one more login at the bank");
pub(crate) const RESUME: Endpoint = Endpoint::patch("/api/links/")
    .credential(KEYS)
    .slow()
    .not_idempotent("a token and a session can be used once");
pub(crate) const GET: Endpoint = Endpoint::get("/api/links/{id}/").credential(KEYS);
pub(crate) const UPDATE_CREDENTIALS: Endpoint = Endpoint::put("/api/links/{id}/")
    .credential(KEYS)
    .slow()
    .not_idempotent("a retry is one more login at the bank, which locks the user out after a few");
pub(crate) const CHANGE_RETRIEVAL: Endpoint =
    Endpoint::patch("/api/links/{id}/").credential(KEYS).idempotent("sets the same values again");
pub(crate) const DELETE: Endpoint =
    Endpoint::delete("/api/links/{id}/").credential(KEYS).idempotent("a deleted link stays deleted");
pub(crate) const REFRESH: Endpoint = Endpoint::post("/api/links/{id}/refresh/")
    .credential(KEYS)
    .not_idempotent("a retry meets the cooldown of the first call, and hides its request id");

const MODE: HeaderName = HeaderName::from_static("x-belvo-request-mode");
const ASYNC: HeaderValue = HeaderValue::from_static("async");

/// Calls about links; from [`Client::links`].
#[derive(Clone, Debug)]
pub struct Links<'a> {
    client: &'a Client,
    selection: Selection,
}

/// The outcome of a call in which Belvo logs in at an institution.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Registered {
    /// There is a link.
    Link(Box<Link>),
    /// The institution asks for MFA: show the challenge to the user, then [resume](Links::resume).
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
        Pages::new(self.client, LIST, parameters)
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
    #[doc(alias = "create")]
    pub async fn register(&self, request: &RegisterLink) -> Result<Registered> {
        let registered = self.registered(self.client.call(&REGISTER).json(request)).await?;
        if let (Some(sent), Registered::Link(link)) = (request.external_id(), &registered)
            && is_dropped(sent, link, &self.selection)
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
    /// Calls at the same time for the same external id and institution, through this client and its clones, share one
    /// registration: that of the first call, with its request and its selection of fields.
    ///
    /// # Errors
    /// See [`register`](Self::register). An ambiguous failure after which no link was found is still ambiguous: the
    /// link may appear later.
    #[doc(alias("create_or_reuse", "get_or_create"))]
    pub async fn register_or_find(&self, request: &RegisterLink) -> Result<RegisteredOrFound> {
        register_or_find::register_or_find(self, request).await
    }

    /// Submits an MFA token, so that a registration continues. Source: developers.belvo.com, patchlinks.
    ///
    /// A code that has ended brings another challenge, with a new code.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_session_expired`](crate::Error::is_session_expired) where the user took too
    /// long, or the session was used before.
    #[doc(alias = "submit_mfa")]
    pub async fn resume(&self, request: &ResumeLink) -> Result<Registered> {
        self.registered(self.client.call(&RESUME).json(request)).await
    }

    /// One link. Source: developers.belvo.com, detaillink.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_not_found`](crate::Error::is_not_found) for an unknown id.
    pub async fn get(&self, id: &LinkId) -> Result<Link> {
        let call = self.client.call(&GET).path_value("id", id.as_str());
        Ok(self.selection.put(call).send().await?.record()?.value)
    }

    /// Gives a link new credentials, which Belvo tries at once. Source: developers.belvo.com, updatelink.
    ///
    /// A recurrent link is brought up to date afterwards; a webhook tells.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_login_refused`](crate::Error::is_login_refused) for credentials that the
    /// institution does not accept. After six of them the link is invalid.
    pub async fn update_credentials(&self, id: &LinkId, request: &UpdateCredentials) -> Result<Registered> {
        let call = self.client.call(&UPDATE_CREDENTIALS).path_value("id", id.as_str());
        self.registered(call.json(request)).await
    }

    /// Changes how the data of a link is retrieved. Source: developers.belvo.com, modifylinkdataretrieval.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); the code `invalid_access_mode_switch` where no credentials are stored.
    pub async fn change_retrieval(&self, id: &LinkId, request: &ChangeRetrieval) -> Result<Link> {
        let call = self.client.call(&CHANGE_RETRIEVAL).path_value("id", id.as_str()).json(request);
        Ok(self.selection.put(call).send().await?.record()?.value)
    }

    /// Has the history of a link fetched again; a webhook tells when it is there. Once in ten minutes for each link.
    /// Source: developers.belvo.com, refreshhistoricaldataforlink.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_refresh_cooldown`](crate::Error::is_refresh_cooldown) within the ten minutes.
    #[doc(alias = "sync")]
    pub async fn refresh(&self, id: &LinkId, request: &RefreshLink) -> Result<Accepted> {
        let call = self.client.call(&REFRESH).path_value("id", id.as_str());
        Ok(call.json(request).send().await?.record_or_empty()?)
    }

    /// Deletes a link and all its data, for good; a consent of Open Finance is revoked with it. At most five a minute.
    /// Source: developers.belvo.com, destroylink.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_not_found`](crate::Error::is_not_found) for an unknown id.
    pub async fn delete(&self, id: &LinkId) -> Result<()> {
        let call = self.client.call(&DELETE).path_value("id", id.as_str());
        match call.send().await.map_err(Error::from) {
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
        let call = self.client.call(&DELETE).path_value("id", id.as_str());
        Ok(call.header(MODE, ASYNC).send().await?.record_or_empty()?)
    }

    /// An MFA challenge is an outcome here, not an error.
    async fn registered(&self, call: Call<'_>) -> Result<Registered> {
        let answer = match self.selection.put(call).send().await.map_err(Error::from) {
            Ok(answer) => answer,
            Err(error) => {
                let challenge = error.mfa_challenge().cloned();
                return challenge.map(|challenge| Registered::MfaRequired(Box::new(challenge))).ok_or(error);
            }
        };
        Ok(Registered::Link(Box::new(answer.record()?.value)))
    }
}

/// Whether Belvo took the external id for personal data and dropped it. An answer that leaves its field out does not
/// tell.
fn is_dropped(sent: &ExternalId, link: &Link, selection: &Selection) -> bool {
    selection.has("external_id") && sent.returned(link.external_id.as_ref()) == ExternalIdReturned::Dropped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_external_id_is_dropped_only_if_it_was_asked_for() {
        let sent: ExternalId = "user-1".parse().unwrap();
        let link = |body: &[u8]| belvo_types::decode::<Link>(body).unwrap().value;
        let (without, with) = (link(br#"{"id":"l"}"#), link(br#"{"id":"l","external_id":"user-1"}"#));
        let all = Selection::default();
        assert!(is_dropped(&sent, &without, &all));
        assert!(is_dropped(&sent, &without, &all.clone().only(["id", "external_id"])));
        assert!(!is_dropped(&sent, &without, &all.clone().only(["id"])));
        assert!(!is_dropped(&sent, &without, &all.clone().omit(["external_id"])));
        assert!(!is_dropped(&sent, &with, &all));
    }
}
