use bon::bon;
use provider_wire::{Check, record};
use serde::Serialize;

use super::{AccessMode, InvalidRequest, MfaChallenge, Resource, StaleIn, UsernameType};
use crate::{LinkId, RequestId, Secret};

/// Body of `PATCH /api/links/`: goes on with a registration that waits for a second factor.
/// Source: developers.belvo.com, patchlinks.
///
/// Made by [`MfaChallenge::answer`] and [`MfaChallenge::confirm`], or here from session and link that were kept.
#[derive(Clone, Debug, Serialize)]
pub struct ResumeLink {
    session: Secret,
    link: LinkId,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    save_data: Option<bool>,
}

#[bon]
impl ResumeLink {
    /// Builds the request; `build()` checks it and names every broken field.
    ///
    /// # Errors
    /// If session or link are empty.
    #[builder]
    pub fn new(
        /// The session, as the challenge named it.
        #[builder(start_fn, into)]
        session: Secret,
        /// The link, as the challenge named it.
        #[builder(start_fn, into)]
        link: LinkId,
        /// The user's token. None where no input is expected.
        #[builder(into)]
        token: Option<Secret>,
        /// Whether Belvo keeps what it retrieves. Default: yes.
        save_data: Option<bool>,
    ) -> Result<Self, InvalidRequest> {
        let mut check = Check::default();
        check.require("session", !session.is_empty());
        check.require("link", !link.as_str().is_empty());
        check.finish().map(|()| Self { session, link, token, save_data })
    }

    pub(super) fn of(challenge: &MfaChallenge, token: Option<Secret>) -> Self {
        Self { session: challenge.session().clone(), link: challenge.link().clone(), token, save_data: None }
    }

    /// Whether Belvo keeps what it retrieves. Default: yes.
    #[must_use]
    pub fn save_data(self, save_data: bool) -> Self {
        Self { save_data: Some(save_data), ..self }
    }
}

/// Body of `PUT /api/links/{id}/`: new credentials for a link that is invalid. The user name stays.
/// Source: developers.belvo.com, updatelink.
///
/// ```
/// use belvo_types::api::UpdateCredentials;
///
/// let request = UpdateCredentials::builder("the-new-password").build()?;
/// assert!(UpdateCredentials::builder("").build().unwrap_err().names("password"));
/// # Ok::<(), belvo_types::api::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct UpdateCredentials {
    password: Secret,
    #[serde(skip_serializing_if = "Option::is_none")]
    password2: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username_type: Option<UsernameType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    private_key: Option<Secret>,
}

#[bon]
impl UpdateCredentials {
    /// Builds the request; `build()` checks it and names every broken field.
    ///
    /// # Errors
    /// If the password is empty, or one of certificate and private key is missing.
    #[builder]
    pub fn new(
        /// The user's password.
        #[builder(start_fn, into)]
        password: Secret,
        /// A second password, where the institution's form asks for it.
        #[builder(into)]
        password2: Option<Secret>,
        /// A token of the second factor, where there is one at hand.
        #[builder(into)]
        token: Option<Secret>,
        /// The type of user name, where the institution's form asks for it.
        username_type: Option<UsernameType>,
        /// A certificate for a tax authority, base64; with `private_key`.
        #[builder(into)]
        certificate: Option<Secret>,
        /// The key of the certificate, base64.
        #[builder(into)]
        private_key: Option<Secret>,
    ) -> Result<Self, InvalidRequest> {
        let mut check = Check::default();
        check.require("password", !password.is_empty());
        both_or_none(&mut check, certificate.as_ref(), private_key.as_ref());
        check.finish().map(|()| Self { password, password2, token, username_type, certificate, private_key })
    }
}

/// A certificate is of no use without its key.
pub(super) fn both_or_none(check: &mut Check, certificate: Option<&Secret>, private_key: Option<&Secret>) {
    if certificate.is_some() != private_key.is_some() {
        let missing = if certificate.is_some() { "private_key" } else { "certificate" };
        check.problem(missing, "is required: certificate and private key go together");
    }
}

/// A number of days from which on data is deleted.
pub(super) fn stale_in(check: &mut Check, days: Option<u32>) -> Option<StaleIn> {
    if days == Some(0) {
        check.problem("stale_in", "at least one day");
    }
    days.map(StaleIn::Days)
}

/// Body of `PATCH /api/links/{id}/`: how the data of a link is retrieved.
/// Source: developers.belvo.com, modifylinkdataretrieval.
///
/// From single to recurrent has the link's history fetched on the next day, which is billed. The other two change
/// nothing that is there.
///
/// ```
/// use belvo_types::api::{AccessMode, ChangeRetrieval};
///
/// let request = ChangeRetrieval::builder().access_mode(AccessMode::Recurrent).stale_in_days(90).build()?;
/// assert_eq!(serde_json::to_string(&request).unwrap(), r#"{"access_mode":"recurrent","stale_in":"90d"}"#);
/// # Ok::<(), belvo_types::api::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct ChangeRetrieval {
    #[serde(skip_serializing_if = "Option::is_none")]
    access_mode: Option<AccessMode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stale_in: Option<StaleIn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fetch_resources: Option<Vec<Resource>>,
}

#[bon]
impl ChangeRetrieval {
    /// Builds the request; `build()` checks it and names every broken field.
    ///
    /// # Errors
    /// If the number of days is zero.
    #[builder]
    pub fn new(
        /// Single or recurrent.
        access_mode: Option<AccessMode>,
        /// After how many days retrieved data is deleted.
        stale_in_days: Option<u32>,
        /// What is retrieved.
        #[builder(with = |resources: impl IntoIterator<Item = Resource>| resources.into_iter().collect())]
        fetch_resources: Option<Vec<Resource>>,
    ) -> Result<Self, InvalidRequest> {
        let mut check = Check::default();
        let stale_in = stale_in(&mut check, stale_in_days);
        check.finish().map(|()| Self { access_mode, stale_in, fetch_resources })
    }
}

/// Body of `POST /api/links/{id}/refresh/`: has the link's history fetched again.
/// Source: developers.belvo.com, refreshhistoricaldataforlink.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RefreshLink {
    #[serde(skip_serializing_if = "Option::is_none")]
    fetch_resources: Option<Vec<Resource>>,
}

impl RefreshLink {
    /// Everything that the link retrieves.
    pub fn everything() -> Self {
        Self::default()
    }

    /// These resources.
    pub fn only(resources: impl IntoIterator<Item = Resource>) -> Self {
        Self { fetch_resources: Some(resources.into_iter().collect()) }
    }
}

/// Answer of a request that is worked on later: the result comes by webhook.
#[record]
pub struct Accepted {
    /// Comes back in the webhook.
    pub request_id: Option<RequestId>,
}
