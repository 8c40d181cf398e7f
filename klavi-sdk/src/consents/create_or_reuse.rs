//! A consent for this customer at this bank: one that there is, or another.

use std::pin::Pin;

use klavi_types::api::{Consent, ConsentCreated, ConsentStatus, CreateConsent};
use klavi_types::{ConsentId, InstitutionCode, Secret};
use provider_call::{ErrorKind, SingleFlight};

use super::{CleanUp, Consents, CustomerConsents};
use crate::error::{Error, Result};
use crate::link_session::LinkSession;

/// The result of [`Consents::create_or_reuse`].
#[derive(Clone, Debug)]
#[must_use]
#[non_exhaustive]
pub enum CreatedOrReused {
    /// There is one that the user has authorised: ask for reports, the user need not do anything.
    Authorised(Box<Consent>),
    /// There is one that waits for the user, whose page can still be opened.
    Pending(Box<Consent>),
    /// There is another one now: send the browser to its page within 60 seconds.
    Created(ConsentCreated),
    /// There is none that can be used, and no room for another.
    LimitReached(Box<ConsentLimit>),
}

/// The consents that fill the limit of one customer at one bank, each list with the oldest first.
#[derive(Clone, Debug)]
pub struct ConsentLimit {
    error: Error,
    ended: Vec<Consent>,
    pending: Vec<Consent>,
    authorised: Vec<Consent>,
}

impl CreatedOrReused {
    /// Id of the consent to go on with.
    #[must_use]
    pub fn consent_id(&self) -> Option<&ConsentId> {
        match self {
            Self::Authorised(consent) | Self::Pending(consent) => consent.consent_id.as_ref(),
            Self::Created(created) => created.consent_id.as_ref(),
            Self::LimitReached(_) => None,
        }
    }

    /// The bank's page, where the user has to go there: it opens once, within 60 seconds of the consent's creation.
    #[must_use]
    pub fn redirect_url(&self) -> Option<&Secret> {
        match self {
            Self::Pending(consent) => consent.consent_redirect_url.as_ref(),
            Self::Created(created) => created.consent_redirect_url.as_ref(),
            Self::Authorised(_) | Self::LimitReached(_) => None,
        }
    }
}

impl ConsentLimit {
    /// Klavi's refusal.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// Those that have ended: deleting them does no harm.
    #[must_use]
    pub fn ended(&self) -> &[Consent] {
        &self.ended
    }

    /// Those that wait for the user.
    #[must_use]
    pub fn pending(&self) -> &[Consent] {
        &self.pending
    }

    /// Those that work. Each revoked one cuts off a connection, so let the user choose; Klavi may refuse it, and then
    /// only the user can, at the bank (observed).
    #[must_use]
    pub fn authorised(&self) -> &[Consent] {
        &self.authorised
    }

    fn new(error: Error, consents: &CustomerConsents, institution: &InstitutionCode) -> Self {
        let of = |wanted: fn(&ConsentStatus) -> bool| {
            let consents = consents.at(institution);
            consents.filter(|consent| consent.status.as_ref().is_some_and(wanted)).cloned().collect()
        };
        Self {
            error,
            ended: of(ConsentStatus::is_final),
            pending: of(ConsentStatus::is_pending),
            authorised: of(|status| *status == ConsentStatus::Authorised),
        }
    }
}

/// Consents that are being created: callers that ask for one of the same customer at the same bank share the result.
pub(crate) type Flights = SingleFlight<Key, Result<CreatedOrReused>>;

type Key = (Vec<(&'static str, String)>, InstitutionCode);
type Making = Pin<Box<dyn Future<Output = Result<CreatedOrReused>> + Send>>;

pub(super) async fn create_or_reuse(
    consents: Consents<'_>,
    session: &LinkSession,
    request: &CreateConsent,
    clean_up: CleanUp,
) -> Result<CreatedOrReused> {
    let query = request.query();
    let customer = query.parameters().map(|(name, value)| (name, value.to_owned()));
    let key = (customer.collect(), request.institution_code().clone());
    let make = || -> Making {
        let (client, session, request) = (consents.client.clone(), session.clone(), request.clone());
        Box::pin(async move { make(client.consents(), &session, &request, clean_up).await })
    };
    consents.client.session().flights().run(key, make).await
}

async fn make(
    consents: Consents<'_>,
    session: &LinkSession,
    request: &CreateConsent,
    clean_up: CleanUp,
) -> Result<CreatedOrReused> {
    let (query, institution) = (request.query(), request.institution_code());
    let known = consents.of_customer(&query).await?;
    if let Some(consent) = known.reusable(institution) {
        let consent = Box::new(consent.clone());
        return Ok(if consent.is_authorised() {
            CreatedOrReused::Authorised(consent)
        } else {
            CreatedOrReused::Pending(consent)
        });
    }
    let refused = match session.create_consent(request).await {
        Ok(created) => return Ok(CreatedOrReused::Created(created)),
        Err(error) if error.is_consent_limit() => error,
        Err(error) => return Err(error),
    };
    // Once more, as somebody may have authorised one of them by now.
    let known = consents.of_customer(&query).await?;
    let mut deleted = 0_usize;
    for consent in known.deletable(institution, clean_up) {
        deleted += usize::from(delete(consents, consent).await?);
    }
    if deleted == 0 {
        let limit = ConsentLimit::new(refused, &known, institution);
        return Ok(CreatedOrReused::LimitReached(Box::new(limit)));
    }
    match session.create_consent(request).await {
        Ok(created) => Ok(CreatedOrReused::Created(created)),
        Err(error) if error.is_consent_limit() => {
            let known = consents.of_customer(&query).await?;
            let limit = ConsentLimit::new(error, &known, institution);
            Ok(CreatedOrReused::LimitReached(Box::new(limit)))
        }
        Err(error) => Err(error),
    }
}

/// Whether it is gone. A refusal is no reason to stop: the others may make room enough.
async fn delete(consents: Consents<'_>, consent: &Consent) -> Result<bool> {
    let Some(id) = &consent.consent_id else { return Ok(false) };
    let result = async {
        let ended = |consent: &Consent| consent.status.as_ref().is_some_and(ConsentStatus::is_final);
        // The user may be authorising it this very moment.
        if !ended(consent) && consents.get(id).await?.status != consent.status {
            return Ok(false);
        }
        consents.revoke(id).await.map(|_| true)
    };
    match result.await {
        Err(error) if error.is_not_found() => Ok(true),
        Err(error) if error.kind() == ErrorKind::Status && !error.is_auth() => {
            tracing::debug!(%error, "not deleted");
            Ok(false)
        }
        result => result,
    }
}
