use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use uuid::Uuid;

use super::{Instance, credentials, news};
use crate::institutions::Institution;
use crate::mfa;
use crate::refusal::Refusal;
use crate::rules;
use crate::store::{
    AccessMode, Challenge, ChallengeKind, Consent, CredentialsStorage, Link, LinkStatus, Purpose, Secret,
    Session, Store, StoredFor,
};
use provider_mock::fresh;

/// How long the user has to answer, in all. Source: the links article.
const ANSWER: SignedDuration = SignedDuration::from_secs(720);

/// A link to be registered; each part has been judged by itself.
pub(crate) struct NewLink {
    pub(crate) institution: &'static Institution,
    pub(crate) username: Secret,
    pub(crate) password: Secret,
    /// The user's token, if it came with the call.
    pub(crate) token: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) access_mode: AccessMode,
    pub(crate) credentials_storage: CredentialsStorage,
    pub(crate) stale_in: Option<String>,
    pub(crate) fetch_resources: Vec<&'static str>,
}

impl Instance {
    /// Registers a link by the user's login.
    pub(crate) fn register(&self, new: NewLink) -> Result<Link, Refusal> {
        let mut store = self.store();
        credentials::judge(new.institution, new.username.expose(), new.password.expose())?;
        let challenge = credentials::challenge(new.institution, new.username.expose());
        let token = new.token.clone();
        let link = self.new_link(&store, new, None)?;
        let id = link.id.clone();
        store.links.push(link);
        if let Some(challenge) = challenge {
            match token {
                // A token that was made without seeing anything can come with the call.
                Some(token) if challenge.kind == ChallengeKind::Inputless => {
                    if !challenge.takes(Some(&token)) {
                        store.remove_link(&id);
                        return Err(Refusal::login_error());
                    }
                }
                _ => return Err(self.ask(&mut store, &id, challenge, Purpose::Register)),
            }
        }
        self.confirm(&mut store, &id)
    }

    /// Registers a link by a consent that the user has given at the bank.
    pub(super) fn register_consent(
        &self,
        store: &mut Store,
        new: NewLink,
        consent: &Consent,
    ) -> Result<Link, Refusal> {
        let link = self.new_link(store, new, Some(consent.id.clone()))?;
        let id = link.id.clone();
        store.links.push(link);
        self.confirm(store, &id)
    }

    fn new_link(&self, store: &Store, new: NewLink, consent_id: Option<String>) -> Result<Link, Refusal> {
        let (now, behaviour) = (self.now(), self.behaviour());
        let institution_user_id = credentials::institution_user_id(new.institution, new.username.expose());
        let is_same = |link: &Link| {
            link.institution_user_id == institution_user_id && link.status != LinkStatus::Unconfirmed
        };
        if behaviour.prevent_duplicates && store.links.iter().any(is_same) {
            let others = [("institution_user_id".to_owned(), json!(institution_user_id))];
            let message = "A link of this user at this institution exists";
            return Err(Refusal::by(&rules::DUPLICATE, message).with(others.into_iter().collect()));
        }
        let recurrent = new.access_mode == AccessMode::Recurrent;
        Ok(Link {
            id: fresh::id(),
            institution: new.institution,
            username: new.username,
            access_mode: new.access_mode,
            status: LinkStatus::Unconfirmed,
            refresh_rate: recurrent.then_some(behaviour.refresh_rate),
            created_by: self.settings.user_id.clone(),
            created_at: now,
            last_accessed_at: None,
            external_id: new.external_id,
            institution_user_id,
            credentials_storage: new.credentials_storage,
            stale_in: new.stale_in,
            fetch_resources: new.fetch_resources,
            credentials: if consent_id.is_some() {
                StoredFor::Gone
            } else {
                new.credentials_storage.from(now)
            },
            password_changed: false,
            failed_posts: 0,
            refreshed_at: None,
            next_update: None,
            history_due: None,
            fetched_until: now,
            consent_id,
        })
    }

    /// The login was right: the link works, and its history is fetched.
    pub(super) fn confirm(&self, store: &mut Store, id: &str) -> Result<Link, Refusal> {
        let now = self.now();
        let Some(link) = store.link_mut(id) else { return Err(Refusal::gone(&rules::UNKNOWN_LINK)) };
        link.confirm(now);
        schedule(link, now);
        let resources = news::resources(link).to_vec();
        self.announce(self.historical_news(link, &resources, Uuid::new_v4(), now));
        link.fetched_until = now;
        Ok(link.clone())
    }

    /// The 428 that asks for the user's second factor.
    pub(super) fn ask(
        &self,
        store: &mut Store,
        link_id: &str,
        challenge: Challenge,
        purpose: Purpose,
    ) -> Refusal {
        let now = self.now();
        let expires_at = now.saturating_add(ANSWER).unwrap_or(Timestamp::MAX);
        self.ask_until(store, link_id, challenge, purpose, expires_at)
    }

    /// The same within a time that runs already.
    pub(super) fn ask_until(
        &self,
        store: &mut Store,
        link_id: &str,
        challenge: Challenge,
        purpose: Purpose,
        expires_at: Timestamp,
    ) -> Refusal {
        let (now, behaviour) = (self.now(), self.behaviour());
        let code_life = SignedDuration::from_secs(i64::from(behaviour.code_seconds));
        let code_until =
            challenge.has_code().then(|| now.saturating_add(code_life).unwrap_or(Timestamp::MAX));
        let session = Session {
            id: Uuid::new_v4().simple().to_string(),
            link_id: link_id.to_owned(),
            challenge,
            code_until: code_until.map(|until| until.min(expires_at)),
            expires_at,
            purpose,
        };
        let refusal = mfa::demand(&session, now, &behaviour);
        store.sessions.push(session);
        refusal
    }
}

/// Says when a recurrent link is brought up to date next.
pub(super) fn schedule(link: &mut Link, now: Timestamp) {
    let day = fastrand::i8(1..=20);
    link.next_update = link.refresh_rate.map(|rate| rate.first(now, day));
}
