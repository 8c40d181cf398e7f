//! What the widget's pages do for the user.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::{Answer, Instance, NewCredentials, NewLink};
use crate::institutions::Institution;
use crate::refusal::Refusal;
use crate::rules;
use crate::store::{Consent, Link, Permission, Secret, Session, Token};
use provider_mock::fresh;

/// How long the user has to get to the bank. Source: developers.belvo.com, `belvo-api-errors`.
const TO_THE_BANK: SignedDuration = SignedDuration::from_secs(60);

/// Why a page does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shut {
    /// The token is unknown, used, or older than ten minutes.
    Token,
    /// The user did not get to the bank in time, or the bank is through with it.
    Bank,
}

impl Instance {
    /// The widget token, while it opens the pages.
    pub(crate) fn open_token(&self, access: &str) -> Result<Token, Shut> {
        let store = self.store();
        store.token(access).filter(|token| token.is_open(self.now())).cloned().ok_or(Shut::Token)
    }

    /// Where the partner wants to hear of what happens, as long as the token is remembered.
    pub(crate) fn event_callback(&self, access: &str) -> Option<String> {
        self.store().token(access)?.callbacks.event.clone()
    }

    /// A login that waits for the user.
    pub(crate) fn session(&self, id: &str) -> Option<Session> {
        self.store().sessions.iter().find(|session| session.id == id).cloned()
    }

    /// Registers a link for the user of a token, who has typed a login.
    pub(crate) fn register_in_widget(&self, access: &str, new: NewLink) -> Result<Link, Refusal> {
        self.open_token(access).map_err(|_| expired())?;
        self.used_if_done(access, self.register(new))
    }

    /// Takes the user's second factor.
    pub(crate) fn resume_in_widget(&self, access: &str, answer: &Answer) -> Result<Link, Refusal> {
        self.open_token(access).map_err(|_| expired())?;
        self.used_if_done(access, self.resume(answer))
    }

    /// Mends the link that the token is for.
    pub(crate) fn mend_in_widget(&self, access: &str, new: &NewCredentials) -> Result<Link, Refusal> {
        let token = self.open_token(access).map_err(|_| expired())?;
        let id = token.link_id.unwrap_or_default();
        self.used_if_done(access, self.update_credentials(&id, new))
    }

    fn used_if_done(&self, access: &str, done: Result<Link, Refusal>) -> Result<Link, Refusal> {
        if done.is_ok()
            && let Some(token) = self.store().token_mut(access)
        {
            token.used = true;
        }
        done
    }

    /// Begins a consent; the user has to get to the bank with it within a minute.
    pub(crate) fn begin_consent(
        &self,
        access: &str,
        institution: &'static Institution,
        document: String,
    ) -> Result<Consent, Shut> {
        self.open_token(access)?;
        let mut store = self.store();
        let now = self.now();
        let consent = Consent {
            id: fresh::id(),
            institution,
            document: Secret::new(document),
            created_at: now,
            ends_at: None,
            status: Permission::Awaiting,
            access_token: Secret::new(access),
            open_until: now.saturating_add(TO_THE_BANK).unwrap_or(Timestamp::MAX),
            opened: false,
        };
        store.consents.push(consent.clone());
        Ok(consent)
    }

    /// Begins a new consent for a link that has one.
    pub(crate) fn begin_renewal(&self, access: &str, link_id: &str) -> Result<Consent, Shut> {
        self.open_token(access)?;
        let mut store = self.store();
        let consent = store.link(link_id).and_then(|link| store.consent(link.consent_id.as_deref()?));
        let (institution, document) = match consent {
            Some(consent) => (consent.institution, consent.document.expose().to_owned()),
            None => return Err(Shut::Bank),
        };
        if let Some(token) = store.token_mut(access) {
            token.link_id = Some(link_id.to_owned());
        }
        drop(store);
        self.begin_consent(access, institution, document)
    }

    /// A consent at the bank, which waits for the user. The bank's page opens within a minute, and stays open from then on.
    pub(crate) fn at_bank(&self, id: &str) -> Result<(Consent, Token), Shut> {
        let mut store = self.store();
        let now = self.now();
        let consent = store.consent_mut(id).ok_or(Shut::Bank)?;
        let in_time = consent.opened || now < consent.open_until;
        if !in_time || consent.status != Permission::Awaiting {
            return Err(Shut::Bank);
        }
        consent.opened = true;
        let consent = consent.clone();
        let token = store.token(consent.access_token.expose()).cloned().ok_or(Shut::Token)?;
        if token.is_open(now) { Ok((consent, token)) } else { Err(Shut::Token) }
    }

    /// The user says yes at the bank: for twelve months, or without an end. The link is there.
    pub(crate) fn authorise_at_bank(&self, id: &str, endless: bool, new: NewLink) -> Result<Link, Refusal> {
        let (consent, token) = self.at_bank(id).map_err(|_| expired())?;
        let mut store = self.store();
        let now = self.now();
        // A renewed consent takes the place of the one before.
        let link = match token.link_id.as_ref().and_then(|id| store.link_mut(id)) {
            Some(link) => {
                link.consent_id = Some(consent.id.clone());
                let id = link.id.clone();
                self.mended(&mut store, &id)?
            }
            None => self.register_consent(&mut store, new, &consent)?,
        };
        if let Some(consent) = store.consent_mut(id) {
            consent.status = Permission::Authorised;
            consent.ends_at = (!endless).then(|| in_a_year(now));
        }
        if let Some(token) = store.token_mut(token.access.expose()) {
            token.used = true;
        }
        Ok(link)
    }

    /// The user says no at the bank.
    pub(crate) fn reject_at_bank(&self, id: &str) {
        if let Some(consent) =
            self.store().consent_mut(id).filter(|consent| consent.status == Permission::Awaiting)
        {
            consent.status = Permission::Rejected;
        }
    }
}

fn expired() -> Refusal {
    Refusal::named("session_expired_ob").unwrap_or_else(|| Refusal::gone(&rules::WIDGET_TOKEN))
}

fn in_a_year(now: Timestamp) -> Timestamp {
    let end = TimeZone::UTC.to_datetime(now).saturating_add(12.months());
    TimeZone::UTC.to_timestamp(end).unwrap_or(Timestamp::MAX)
}
