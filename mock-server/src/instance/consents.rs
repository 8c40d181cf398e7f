use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use klavi_types::api::{Consent as Answer, ConsentCreated, ConsentStatus};
use synthetic_data::{Subject, institutions};

use super::Instance;
use crate::refusal::Refusal;
use crate::rules;
use crate::store::{Act, Consent, Origin, Ticket};
use provider_mock::Error;
use provider_mock::fresh;
use provider_mock::later;

/// Life of the way to the bank's page. Source: docs.klavi.ai/connect/create-a-consent.
const TICKET_SECONDS: i64 = 60;

/// A consent that is asked for, each field checked by itself.
pub(crate) struct NewConsent {
    /// `None` for one that the user starts on the link's page: Klavi then gives a value of its own.
    pub(crate) external_track_id: Option<String>,
    pub(crate) subject: Subject,
    pub(crate) institution_code: String,
    pub(crate) origin: Origin,
    /// Twelve months, else without an end.
    pub(crate) twelve_months: bool,
}

impl Instance {
    pub(crate) fn create_consent(&self, link_id: &str, new: NewConsent) -> Result<String, Refusal> {
        let institution = self.open_finance_in_service(&new.institution_code)?;
        let now = self.clock.now();
        let mut store = self.store();
        let same = |consent: &&Consent| consent.link_id == link_id && consent.is_of_form(&new.origin);
        if let Some(consent) = store.consents.iter().find(same) {
            return Ok(consent.id.clone());
        }
        let external_track_id = new.external_track_id.unwrap_or_else(fresh::id);
        if store.consents.iter().any(|consent| consent.external_track_id == external_track_id) {
            return Err(Refusal::by(
                &rules::TRACK_ID,
                "externalTrackId was used before, it must be unique for each call",
            ));
        }
        if store.open_consents(&new.subject, institution.code) >= self.behaviour.get().consent_limit {
            let message = "The number of consents of this user at this institution exceeds the limit";
            return Err(Refusal::by(&rules::CONSENT_LIMIT, message));
        }
        let id = fresh::id();
        store.consents.push(Consent {
            id: id.clone(),
            link_id: link_id.to_owned(),
            external_track_id,
            subject: new.subject,
            institution_code: new.institution_code,
            status: match new.origin {
                Origin::Api { .. } => ConsentStatus::AwaitingAuthorisation,
                Origin::Page { .. } => ConsentStatus::Started,
            },
            was_authorised: false,
            origin: new.origin,
            ticket: Ticket {
                token: fresh::token("ticket"),
                expires_at: later(now, TICKET_SECONDS),
                session: None,
            },
            return_token: fresh::token("return"),
            created_at: now,
            updated_at: now,
            expires_at: new.twelve_months.then(|| twelve_months_later(now)),
        });
        Ok(id)
    }

    /// What `POST /data/v1/consents` answers.
    pub(crate) fn consent_created(&self, id: &str) -> ConsentCreated {
        let store = self.store();
        let mut answer = ConsentCreated::default();
        if let Some(consent) = store.consent(id) {
            answer.consent_id = Some(consent.id.as_str().into());
            answer.consent_redirect_url = Some(self.bank_page(consent).into());
            // This answer has whole seconds where the consent itself has milliseconds.
            let whole = consent.expires_at.and_then(|end| Timestamp::from_second(end.as_second()).ok());
            answer.expire_at = whole.and_then(|end| end.to_string().parse().ok());
        }
        answer
    }

    pub(crate) fn consent(&self, id: &str) -> Option<Answer> {
        self.store().consent(id).map(|consent| self.consent_answer(consent))
    }

    pub(crate) fn consents(&self, matches: impl Fn(&Consent) -> bool) -> Vec<Answer> {
        self.store()
            .consents
            .iter()
            .filter(|consent| matches(consent))
            .map(|consent| self.consent_answer(consent))
            .collect()
    }

    /// A consent as it is read: with what was seen beside the documented members, where the spelling is the observed one.
    fn consent_answer(&self, consent: &Consent) -> Answer {
        let mut answer = consent.answer();
        if self.behaviour.get().observed_spellings {
            let institution = institutions::find(&consent.institution_code);
            answer.institution_name = institution.map(|institution| institution.name.into());
            answer.institution_logo = institution.map(|institution| self.logo(institution).into());
            answer.products = answer.permissions_apply.clone();
            answer.consent_redirect_url = consent.status.is_pending().then(|| self.bank_page(consent).into());
        }
        answer
    }

    fn bank_page(&self, consent: &Consent) -> String {
        format!("{}/mock-bank/auth?ticket={}", self.base_url(), consent.ticket.token)
    }

    /// Revokes what can still be revoked; a final consent stays as it is, since revoking frees the limit of pending
    /// ones too and partners clean up without looking (observed).
    pub(crate) fn revoke(&self, id: &str) -> Option<()> {
        let mut store = self.store();
        if !store.consent(id)?.status.is_final() {
            self.change_status(&mut store, id, ConsentStatus::Revoked, self.clock.now());
        }
        Some(())
    }

    /// Revokes a pending consent; an authorised one is its user's.
    pub(crate) fn delete_consent(&self, id: &str) -> Result<(), Refusal> {
        let mut store = self.store();
        let consent = store.consent(id);
        let consent =
            consent.ok_or_else(|| Refusal::by(&rules::UNKNOWN_CONSENT, "The consent does not exist"))?;
        if consent.status == ConsentStatus::Authorised {
            let message = "The consent is authorised: its user revokes it at the institution";
            return Err(Refusal::by(&rules::DELETE_AUTHORISED, message));
        }
        if !consent.status.is_final() {
            self.change_status(&mut store, id, ConsentStatus::Revoked, self.clock.now());
        }
        Ok(())
    }

    /// Lets it happen to the consent, by whichever way it comes.
    pub(crate) fn act(&self, id: &str, act: Act) -> Result<(), Error> {
        let mut store = self.store();
        let status = &store.consent(id).ok_or(Error::UnknownConsent)?.status;
        let next = act.leads_to(status).ok_or_else(|| Error::OutOfTurn(status.to_string()))?;
        self.change_status(&mut store, id, next, self.clock.now());
        Ok(())
    }
}

/// The last millisecond of the day twelve months on, UTC, as in the examples.
fn twelve_months_later(now: Timestamp) -> Timestamp {
    let day = TimeZone::UTC.to_datetime(now).date().saturating_add(12.months());
    TimeZone::UTC.to_timestamp(day.at(23, 59, 59, 999_000_000)).unwrap_or(Timestamp::MAX)
}
