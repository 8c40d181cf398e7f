//! Registers a link once, though Belvo knows no idempotency key.

use std::pin::Pin;

use belvo_types::api::{Link, LinkQuery, MfaChallenge, RegisterLink};
use belvo_types::{ExternalId, LinkId};
use provider_call::{CallError, SingleFlight};

use super::{Links, REGISTER, Registered};
use crate::error::Result;

/// The outcome of [`register_or_find`](Links::register_or_find).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum RegisteredOrFound {
    /// The link is new.
    Registered(Box<Link>),
    /// The institution asks for MFA: show the challenge to the user, then [resume](Links::resume).
    MfaRequired(Box<MfaChallenge>),
    /// The link was there before, or came about in a registration that seemed to fail. In the latter case it may be
    /// unconfirmed: its [`action`](Link::action) tells.
    Found(Box<Link>),
}

/// Registrations in progress, by external id and institution.
pub(crate) type Flights = SingleFlight<(String, String), Result<RegisteredOrFound>>;

type Registering = Pin<Box<dyn Future<Output = Result<RegisteredOrFound>> + Send>>;

pub(super) async fn register_or_find(links: &Links<'_>, request: &RegisterLink) -> Result<RegisteredOrFound> {
    let Some(external_id) = request.external_id() else {
        return Err(CallError::request(&REGISTER, "without an external id no link can be found again").into());
    };
    let key = (external_id.as_str().to_owned(), request.institution().as_str().to_owned());
    let begin = || -> Registering {
        let (client, selection) = (links.client.clone(), links.selection.clone());
        let (request, external_id) = (request.clone(), external_id.clone());
        Box::pin(async move {
            let links = Links { client: &client, selection };
            find_or_register(&links, &request, &external_id).await
        })
    };
    links.client.keys().flights().run(key, begin).await
}

async fn find_or_register(
    links: &Links<'_>,
    request: &RegisterLink,
    external_id: &ExternalId,
) -> Result<RegisteredOrFound> {
    // Fields that are left out of answers are needed here.
    let all_fields = Links::new(links.client);
    let query = LinkQuery::new().external_id(external_id).institution(request.institution());
    let before = all_fields.list(&query).all().await?;
    if let Some(link) = newest(before.iter().filter(|link| link.is_valid())) {
        return Ok(found(link));
    }
    let error = match links.register(request).await {
        Ok(Registered::Link(link)) => return Ok(RegisteredOrFound::Registered(link)),
        Ok(Registered::MfaRequired(challenge)) => return Ok(RegisteredOrFound::MfaRequired(challenge)),
        Err(error) => error,
    };
    let candidates = if error.is_outcome_unknown() {
        let known: Vec<&LinkId> = before.iter().filter_map(|link| link.id.as_ref()).collect();
        let mut after = all_fields.list(&query).all().await.map_err(|_| error.clone())?;
        after.retain(|link| link.id.as_ref().is_some_and(|id| !known.contains(&id)));
        after
    } else if let Some(user) = error.institution_user_id().filter(|_| error.is_duplicated()) {
        let query = LinkQuery::new().institution_user_id(user);
        all_fields.list(&query).all().await.map_err(|_| error.clone())?
    } else {
        Vec::new()
    };
    let valid = newest(candidates.iter().filter(|link| link.is_valid()));
    valid.or_else(|| newest(&candidates)).map(found).ok_or(error)
}

fn newest<'l>(links: impl IntoIterator<Item = &'l Link>) -> Option<&'l Link> {
    links
        .into_iter()
        .max_by_key(|link| link.created_at.and_then(belvo_types::DateTime::timestamp_assuming_utc))
}

fn found(link: &Link) -> RegisteredOrFound {
    RegisteredOrFound::Found(Box::new(link.clone()))
}
