//! Registers a link once, though Belvo knows no idempotency key.

use belvo_types::LinkId;
use belvo_types::api::{Link, LinkQuery, MfaChallenge, RegisterLink};

use super::{Links, Registered};
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};

/// What [`register_or_find`](Links::register_or_find) came to.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum RegisteredOrFound {
    /// The link is new.
    Registered(Box<Link>),
    /// The institution asks for a second factor: show it to the user, then [resume](Links::resume).
    MfaRequired(Box<MfaChallenge>),
    /// The link was there before, or came about in a registration that seemed to fail. In the latter case it may be
    /// unconfirmed: its [`action`](Link::action) tells.
    Found(Box<Link>),
}

pub(super) async fn register_or_find(links: &Links<'_>, request: &RegisterLink) -> Result<RegisteredOrFound> {
    let Some(external_id) = request.external_id() else {
        let text = "without an external id no link can be found again";
        return Err(Error::unfit(&Endpoint::RegisterLink, text));
    };
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
