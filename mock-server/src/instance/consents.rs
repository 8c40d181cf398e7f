use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use klavi_types::api::{BusinessCode, Consent as Answer, ConsentCreated, ConsentStatus};

use super::Instance;
use crate::Error;
use crate::clock::later;
use crate::fresh;
use crate::refusal::Refusal;
use crate::store::{Consent, Decision, Subject, Ticket};

/// Life of the way to the bank's page. Source: docs.klavi.ai/connect/create-a-consent.
const TICKET_SECONDS: i64 = 60;

/// A consent that is asked for, each field checked by itself.
pub(crate) struct NewConsent {
    /// `None` for one that the user starts on the link's page: Klavi then gives a value of its own.
    pub(crate) external_track_id: Option<String>,
    pub(crate) subject: Subject,
    pub(crate) institution_code: String,
    pub(crate) redirect_url: String,
    /// Twelve months, else without an end.
    pub(crate) twelve_months: bool,
}

/// Why a page does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shut {
    Unknown,
    Expired,
    Opened,
    Decided,
}

impl Instance {
    pub(crate) fn create_consent(&self, link_id: &str, new: NewConsent) -> Result<String, Refusal> {
        let institution = self.institution_in_service(&new.institution_code)?;
        let now = self.clock.now();
        let mut store = self.store();
        let external_track_id = new.external_track_id.unwrap_or_else(fresh::id);
        if store.consents.iter().any(|consent| consent.external_track_id == external_track_id) {
            return Err(Refusal::conflict(
                "externalTrackId was used before, it must be unique for each call",
            ));
        }
        if store.open_consents(&new.subject, institution.code) >= self.settings.consent_limit {
            let message = "The number of consents of this user at this institution exceeds the limit";
            return Err(Refusal::business(BusinessCode::CONSENT_LIMIT, message));
        }
        let id = fresh::id();
        store.consents.push(Consent {
            id: id.clone(),
            link_id: link_id.to_owned(),
            external_track_id,
            subject: new.subject,
            institution_code: new.institution_code,
            status: ConsentStatus::AwaitingAuthorisation,
            was_authorised: false,
            redirect_url: new.redirect_url,
            ticket: Ticket {
                token: fresh::token("ticket"),
                expires_at: later(now, TICKET_SECONDS),
                session: None,
            },
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
            answer.consent_redirect_url =
                Some(format!("{}/mock-bank/auth?ticket={}", self.base_url, consent.ticket.token).into());
            // This answer has whole seconds where the consent itself has milliseconds.
            let whole = consent.expires_at.and_then(|end| Timestamp::from_second(end.as_second()).ok());
            answer.expire_at = whole.and_then(|end| end.to_string().parse().ok());
        }
        answer
    }

    pub(crate) fn consent(&self, id: &str) -> Option<Answer> {
        self.store().consent(id).map(Consent::answer)
    }

    pub(crate) fn consents(&self, matches: impl Fn(&Consent) -> bool) -> Vec<Answer> {
        self.store().consents.iter().filter(|consent| matches(consent)).map(Consent::answer).collect()
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

    /// What the user says, by whichever way it comes.
    pub(crate) fn decide(&self, id: &str, decision: Decision) -> Result<(), Error> {
        let mut store = self.store();
        let status = &store.consent(id).ok_or(Error::UnknownConsent)?.status;
        if !status.is_pending() {
            return Err(Error::NotPending(status.clone()));
        }
        let status = match decision {
            Decision::Authorise => ConsentStatus::Authorised,
            Decision::Reject => ConsentStatus::Rejected,
        };
        self.change_status(&mut store, id, status, self.clock.now());
        Ok(())
    }

    /// Opens the bank's page: once, within 60 seconds. Answers the consent's id and the name of the opened page.
    pub(crate) fn open_ticket(&self, ticket: &str) -> Result<(String, String), Shut> {
        let now = self.clock.now();
        let mut store = self.store();
        let consent =
            store.consents.iter_mut().find(|consent| consent.ticket.token == ticket).ok_or(Shut::Unknown)?;
        if consent.ticket.session.is_some() {
            return Err(Shut::Opened);
        }
        if consent.ticket.expires_at <= now {
            return Err(Shut::Expired);
        }
        if !consent.status.is_pending() {
            return Err(Shut::Decided);
        }
        let session = fresh::token("session");
        consent.ticket.session = Some(session.clone());
        Ok((consent.id.clone(), session))
    }

    /// The consent of an opened bank page.
    pub(crate) fn consent_of_session(&self, session: &str) -> Result<String, Shut> {
        let store = self.store();
        let opened = |consent: &&Consent| consent.ticket.session.as_deref() == Some(session);
        store.consents.iter().find(opened).map(|consent| consent.id.clone()).ok_or(Shut::Unknown)
    }
}

/// The last millisecond of the day twelve months on, UTC, as in the examples.
fn twelve_months_later(now: Timestamp) -> Timestamp {
    let day = TimeZone::UTC.to_datetime(now).date().saturating_add(12.months());
    TimeZone::UTC.to_timestamp(day.at(23, 59, 59, 999_000_000)).unwrap_or(Timestamp::MAX)
}
