use uuid::Uuid;

use super::{Instance, credentials, news, register};
use crate::refusal::Refusal;
use crate::rules;
use crate::store::{Link, LinkStatus, Purpose, Store};

/// The user's answer to a 428.
pub(crate) struct Answer {
    pub(crate) session: String,
    pub(crate) link: String,
    pub(crate) token: Option<String>,
}

impl Instance {
    /// Takes the user's answer and goes on with what waited for it.
    pub(crate) fn resume(&self, answer: &Answer) -> Result<Link, Refusal> {
        let (mut store, now) = (self.store(), self.now());
        let Some(place) = store.sessions.iter().position(|session| session.id == answer.session) else {
            // One that was answered is gone.
            return Err(Refusal::session_expired());
        };
        if store.sessions[place].link_id != answer.link {
            return Err(match store.link(&answer.link) {
                Some(_) => {
                    Refusal::in_field(&rules::OTHER_LINK, "link", "The session belongs to another link")
                }
                None => {
                    let message = format!("Invalid pk \"{}\" - object does not exist.", answer.link);
                    Refusal::in_field(&rules::NO_SUCH_OBJECT, "link", message)
                }
            });
        }
        if now >= store.sessions[place].expires_at {
            store.sessions.remove(place);
            return Err(Refusal::session_expired());
        }
        if store.sessions[place].code_until.is_some_and(|until| now >= until) {
            let session = store.sessions.remove(place);
            return Err(self.ask_anew(&mut store, session));
        }
        if store.sessions[place].challenge.expects_input() && answer.token.is_none() {
            return Err(Refusal::in_field(&rules::REQUIRED, "token", "This field is required."));
        }
        let session = store.sessions.remove(place);
        if !session.challenge.takes(answer.token.as_deref()) {
            self.fail_post(&mut store, &session.link_id);
            return Err(Refusal::login_error());
        }
        self.go_on(&mut store, &session.link_id, &session.purpose)
    }

    /// A code that was not used in time is replaced by another.
    fn ask_anew(&self, store: &mut Store, session: crate::store::Session) -> Refusal {
        let challenge = store
            .link(&session.link_id)
            .and_then(|link| credentials::challenge(link.institution, link.username.expose()))
            .unwrap_or(session.challenge);
        self.ask_until(store, &session.link_id, challenge, session.purpose, session.expires_at)
    }

    fn go_on(&self, store: &mut Store, id: &str, purpose: &Purpose) -> Result<Link, Refusal> {
        let now = self.now();
        let Some(link) = store.link_mut(id) else { return Err(Refusal::gone(&rules::UNKNOWN_LINK)) };
        match purpose {
            Purpose::Register => {
                link.credentials = link.credentials_storage.from(now);
                self.confirm(store, id)
            }
            Purpose::NewCredentials => {
                link.credentials = link.credentials_storage.from(now);
                self.mended(store, id)
            }
            Purpose::Refresh(resources) => {
                let resources = resources.clone();
                link.confirm(now);
                link.refreshed_at = Some(now);
                self.announce(self.historical_news(link, &resources, Uuid::new_v4(), now));
                link.fetched_until = now;
                Ok(link.clone())
            }
        }
    }

    /// A link with new credentials works again; a recurrent one is brought up to date.
    pub(super) fn mended(&self, store: &mut Store, id: &str) -> Result<Link, Refusal> {
        let now = self.now();
        let Some(link) = store.link_mut(id) else { return Err(Refusal::gone(&rules::UNKNOWN_LINK)) };
        link.confirm(now);
        register::schedule(link, now);
        if link.refresh_rate.is_some() {
            let resources = news::resources(link).to_vec();
            self.announce(self.historical_news(link, &resources, Uuid::new_v4(), now));
            link.fetched_until = now;
        }
        Ok(link.clone())
    }

    /// Notes that the institution did not let a link in.
    pub(super) fn fail_post(&self, store: &mut Store, id: &str) {
        let Some(link) = store.link_mut(id) else { return };
        if link.status != LinkStatus::Unconfirmed && link.post_failed() {
            link.status = LinkStatus::Invalid;
            self.announce(vec![news::invalid_credentials(link)]);
        }
    }
}
