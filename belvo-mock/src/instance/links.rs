use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use uuid::Uuid;

use super::{Instance, credentials, news, register};
use crate::refusal::Refusal;
use crate::rules;
use crate::store::{AccessMode, CredentialsStorage, Link, LinkStatus, Permission, Purpose, StoredFor};

/// Pause between two refreshes of one link. Source: developers.belvo.com, `refreshhistoricaldataforlink`.
const COOLDOWN: SignedDuration = SignedDuration::from_mins(10);
/// How many links may be deleted in a minute. Source: developers.belvo.com, `destroylink`.
const DELETIONS: usize = 5;
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// New credentials for a link.
pub(crate) struct NewCredentials {
    pub(crate) password: crate::store::Secret,
    pub(crate) token: Option<String>,
}

/// What is to change in how a link's data are fetched.
pub(crate) struct Retrieval {
    pub(crate) access_mode: Option<AccessMode>,
    pub(crate) stale_in: Option<String>,
    pub(crate) fetch_resources: Option<Vec<&'static str>>,
}

impl Instance {
    pub(crate) fn link(&self, id: &str) -> Result<Link, Refusal> {
        self.store().link(id).cloned().ok_or_else(|| Refusal::gone(&rules::UNKNOWN_LINK))
    }

    /// Gives a link new credentials.
    pub(crate) fn update_credentials(&self, id: &str, new: &NewCredentials) -> Result<Link, Refusal> {
        let mut store = self.store();
        let now = self.now();
        let Some(link) = store.link_mut(id) else { return Err(Refusal::gone(&rules::UNKNOWN_LINK)) };
        if link.consent_id.is_some() {
            let message = "The user gives a new consent at the bank; this link has no credentials";
            return Err(Refusal::by(&rules::OPEN_FINANCE, message));
        }
        if let Err(refusal) =
            credentials::judge(link.institution, link.username.expose(), new.password.expose())
        {
            if refusal.is("login_error") {
                self.fail_post(&mut store, id);
            }
            return Err(refusal);
        }
        if let Some(challenge) = credentials::challenge(link.institution, link.username.expose()) {
            match &new.token {
                Some(token) if challenge.value.is_none() && challenge.expects_input() => {
                    if !challenge.takes(Some(token)) {
                        self.fail_post(&mut store, id);
                        return Err(Refusal::login_error());
                    }
                }
                _ => return Err(self.ask(&mut store, id, challenge, Purpose::NewCredentials)),
            }
        }
        link.credentials = link.credentials_storage.from(now);
        self.mended(&mut store, id)
    }

    /// Changes how the data of a link are fetched.
    pub(crate) fn change_retrieval(&self, id: &str, change: Retrieval) -> Result<Link, Refusal> {
        let mut store = self.store();
        let now = self.now();
        let rate = self.behaviour().refresh_rate;
        let Some(link) = store.link_mut(id) else { return Err(Refusal::gone(&rules::UNKNOWN_LINK)) };
        if let Some(mode) = change.access_mode.filter(|mode| *mode != link.access_mode) {
            let has_stored = link.consent_id.is_some()
                || link.credentials != StoredFor::Gone
                    && link.credentials_storage != CredentialsStorage::NoStore;
            if !has_stored {
                let message = "The access mode cannot be changed: the credentials are not stored";
                return Err(Refusal::in_field(&rules::ACCESS_MODE, "access_mode", message));
            }
            link.access_mode = mode;
            match mode {
                AccessMode::Recurrent => {
                    link.refresh_rate = Some(rate);
                    register::schedule(link, now);
                    link.history_due = Some(next_day(now));
                }
                AccessMode::Single => {
                    (link.refresh_rate, link.next_update, link.history_due) = (None, None, None);
                }
            }
        }
        if let Some(stale_in) = change.stale_in {
            link.stale_in = Some(stale_in);
        }
        if let Some(resources) = change.fetch_resources {
            link.fetch_resources = resources;
        }
        Ok(link.clone())
    }

    /// Fetches the history of a link again; answers the id of the request.
    pub(crate) fn refresh(&self, id: &str, resources: Option<Vec<&'static str>>) -> Result<Uuid, Refusal> {
        let mut store = self.store();
        let now = self.now();
        let consent_holds = |link: &Link| {
            let consent = link.consent_id.as_ref().and_then(|id| store.consent(id));
            consent.is_none_or(|consent| consent.status == Permission::Authorised)
        };
        let Some(link) = store.link(id) else { return Err(Refusal::gone(&rules::UNKNOWN_LINK)) };
        match link.status {
            _ if !consent_holds(link) => {
                return Err(Refusal::by(
                    &rules::LINK_STATE,
                    "The link is invalid, its credentials have to be updated",
                ));
            }
            LinkStatus::Unconfirmed => {
                return Err(Refusal::by(&rules::UNCONFIRMED, "The link was never confirmed"));
            }
            _ if !link.has_access() => return Err(Refusal::expired_credentials()),
            LinkStatus::Invalid => {
                return Err(Refusal::by(
                    &rules::LINK_STATE,
                    "The link is invalid, its credentials have to be updated",
                ));
            }
            LinkStatus::Valid | LinkStatus::TokenRequired => {}
        }
        if let Some(left) = link.refreshed_at.and_then(|at| left(at, now)) {
            let message = format!(
                "The link has already been refreshed. Please wait {left} minutes before trying again."
            );
            return Err(Refusal::by(&rules::COOLDOWN, message));
        }
        if link.password_changed {
            self.fail_post(&mut store, id);
            return Err(Refusal::login_error());
        }
        let resources = resources.unwrap_or_else(|| match news::resources(link) {
            [] => link.institution.resources.to_vec(),
            resources => resources.to_vec(),
        });
        if let Some(challenge) = credentials::challenge(link.institution, link.username.expose()) {
            if let Some(link) = store.link_mut(id) {
                link.status = LinkStatus::TokenRequired;
            }
            return Err(self.ask(&mut store, id, challenge, Purpose::Refresh(resources)));
        }
        let request_id = Uuid::new_v4();
        let Some(link) = store.link_mut(id) else { return Err(Refusal::gone(&rules::UNKNOWN_LINK)) };
        link.confirm(now);
        link.refreshed_at = Some(now);
        self.announce(self.historical_news(link, &resources, request_id, now));
        link.fetched_until = now;
        Ok(request_id)
    }

    /// Deletes a link with all its data. Asynchronously, a webhook tells of it; else there are five in a minute at most.
    pub(crate) fn delete(&self, id: &str, asynchronous: bool) -> Result<Uuid, Refusal> {
        let mut store = self.store();
        let now = self.now();
        if store.link(id).is_none() {
            return Err(Refusal::gone(&rules::UNKNOWN_LINK));
        }
        if !asynchronous {
            store.deletions.retain(|at| (SignedDuration::ZERO..MINUTE).contains(&now.duration_since(*at)));
            if store.deletions.len() >= DELETIONS {
                let message = "Request was throttled: five links can be deleted in a minute";
                return Err(Refusal::by(&rules::DELETIONS, message));
            }
            store.deletions.push(now);
        }
        let request_id = Uuid::new_v4();
        if let Some(link) = store.remove_link(id) {
            if let Some(consent) = link.consent_id.as_ref().and_then(|id| store.consent_mut(id)) {
                // Open Finance has no other word for a consent that was taken back.
                consent.status = Permission::Rejected;
            }
            if asynchronous {
                let deleted = news::of_link(&link, "link_deleted", request_id, serde_json::json!({}));
                self.announce(vec![deleted]);
            }
        }
        Ok(request_id)
    }
}

/// How many minutes of the pause are left, begun ones included.
fn left(refreshed: Timestamp, now: Timestamp) -> Option<i64> {
    let left = COOLDOWN.saturating_sub(now.duration_since(refreshed));
    // A clock that was turned back makes nobody wait longer than the pause.
    (left > SignedDuration::ZERO).then(|| left.min(COOLDOWN).as_secs().saturating_add(59) / 60)
}

/// The first instant of the day after.
fn next_day(now: Timestamp) -> Timestamp {
    let day = TimeZone::UTC.to_datetime(now).date().saturating_add(1.day());
    TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::MAX)
}
