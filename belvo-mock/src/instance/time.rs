//! What happens of itself when time passes.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{Instance, credentials, news};
use crate::store::{Consent, Link, LinkStatus, Permission, RefreshRate, Store, StoredFor};
use crate::webhook::News;

/// How many updates of one link are made up for when the clock was turned far.
const UPDATES: usize = 100;
/// How near its end a consent is announced, upon an update. Source: developers.belvo.com, `resources-webhooks-aggregation`.
const WARNING: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long sessions and tokens are remembered after their end.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// Something that is due for a link.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    ConsentEnds,
    CredentialsEnd,
    History,
    Update,
}

impl Instance {
    pub(super) fn pass_time(&self, store: &mut Store, now: Timestamp) {
        let mut all = Vec::new();
        let Store { links, consents, sessions, tokens, .. } = store;
        for link in links {
            let consent = match &link.consent_id {
                Some(id) => consents.iter_mut().find(|consent| consent.id == *id),
                None => None,
            };
            self.pass_time_of(link, consent, now, &mut all);
        }
        let forgotten = now.saturating_sub(REMEMBERED).unwrap_or(Timestamp::MIN);
        sessions.retain(|session| session.expires_at > forgotten);
        tokens.retain(|token| token.expires_at > forgotten);
        self.announce(all);
    }

    fn pass_time_of(
        &self,
        link: &mut Link,
        mut consent: Option<&mut Consent>,
        now: Timestamp,
        all: &mut Vec<News>,
    ) {
        let mut updates = 0;
        while let Some((at, due)) = next(link, consent.as_deref(), now) {
            match due {
                Due::ConsentEnds => {
                    if let Some(consent) = consent.as_deref_mut() {
                        consent.status = Permission::Expired;
                        link.status = LinkStatus::Invalid;
                        if link.refresh_rate.is_some() {
                            let code = "openfinance_consent_expired";
                            all.push(news::of_consent(link, consent, code, None));
                        }
                    }
                }
                Due::CredentialsEnd => {
                    link.credentials = StoredFor::Gone;
                    if matches!(link.status, LinkStatus::Valid | LinkStatus::TokenRequired) {
                        link.status = LinkStatus::Invalid;
                    }
                }
                Due::History => {
                    link.history_due = None;
                    if link.status == LinkStatus::Valid {
                        let resources = news::resources(link).to_vec();
                        all.extend(self.historical_news(link, &resources, Uuid::new_v4(), at));
                        link.fetched_until = at;
                    }
                }
                Due::Update => {
                    updates += 1;
                    self.update(link, consent.as_deref(), at, all);
                    while updates >= UPDATES && link.next_update.is_some_and(|next| next <= now) {
                        link.next_update =
                            link.refresh_rate.zip(link.next_update).map(|(rate, at)| rate.next(at));
                    }
                }
            }
        }
    }

    /// Brings a recurrent link up to date.
    pub(super) fn update(
        &self,
        link: &mut Link,
        consent: Option<&Consent>,
        at: Timestamp,
        all: &mut Vec<News>,
    ) {
        let done = self.try_update(link, consent, at, all);
        link.next_update = link.refresh_rate.map(|rate| match rate {
            // The same day of the month as long as it goes well.
            RefreshRate::Monthly if !done => rate.first(at, fastrand::i8(1..=20)),
            _ => rate.next(at),
        });
    }

    fn try_update(
        &self,
        link: &mut Link,
        consent: Option<&Consent>,
        at: Timestamp,
        all: &mut Vec<News>,
    ) -> bool {
        if link.status != LinkStatus::Valid || !link.has_access() {
            return false;
        }
        if link.password_changed {
            link.status = LinkStatus::Invalid;
            all.push(news::invalid_credentials(link));
            return false;
        }
        if credentials::challenge(link.institution, link.username.expose()).is_some() {
            link.status = LinkStatus::TokenRequired;
            all.push(news::of_link(link, "token_required", Uuid::new_v4(), serde_json::json!({})));
            return false;
        }
        if let Some(consent) = consent
            && let Some(end) = consent.ends_at
            && self.behaviour().consent_warnings
            && end.duration_since(at) <= WARNING
        {
            all.push(news::of_consent(link, consent, "openfinance_consent_about_to_expire", Some(end)));
        }
        all.extend(self.recurrent_news(link, at));
        (link.last_accessed_at, link.fetched_until) = (Some(at), at);
        true
    }
}

/// The first thing that is due, and when it was.
fn next(link: &Link, consent: Option<&Consent>, now: Timestamp) -> Option<(Timestamp, Due)> {
    let consent_ends = consent
        .filter(|consent| consent.status == Permission::Authorised)
        .and_then(|consent| consent.ends_at);
    let credentials_end = match link.credentials {
        StoredFor::Until(end) => Some(end),
        StoredFor::Ever | StoredFor::Gone => None,
    };
    [
        (consent_ends, Due::ConsentEnds),
        (credentials_end, Due::CredentialsEnd),
        (link.history_due, Due::History),
        (link.next_update, Due::Update),
    ]
    .into_iter()
    .filter_map(|(at, due)| Some((at.filter(|at| *at <= now)?, due)))
    .min()
}
