//! What the user does on pages, from the link's first page over the bank's to the result.

use jiff::Timestamp;
use klavi_types::Json;
use klavi_types::api::{ConsentStatus, OpenDataCode};
use synthetic_data::Subject;

use super::Instance;
use crate::store::{AppLink, BankSession, Consent, Link, Origin, Store, Task};
use provider_mock::fresh;

/// Why a page does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shut {
    Unknown,
    Expired,
    Opened,
    Decided,
}

/// A link as its pages need it.
pub(crate) struct LinkView {
    pub(crate) link_id: String,
    pub(crate) page_token: String,
    /// Whom the partner named.
    pub(crate) given_subject: Option<Subject>,
    /// Whom the partner or else the user named.
    pub(crate) subject: Option<Subject>,
    pub(crate) institution_code: Option<String>,
    pub(crate) redirect_url: Option<String>,
    pub(crate) app_link: Option<AppLink>,
    pub(crate) external_info: Option<Json>,
    /// The Open Data connection that the partner wants brought up to date.
    pub(crate) update: Option<Update>,
    /// Institutions with an authorised consent or a successful task of this link.
    pub(crate) connected: Vec<String>,
    pub(crate) expired: bool,
}

/// A connection that is to be brought up to date.
pub(crate) struct Update {
    pub(crate) connection_key: String,
    /// Whether the user has to give the login again.
    pub(crate) needs_login: bool,
}

/// A consent as the bank's pages and those behind it need it.
pub(crate) struct ConsentView {
    pub(crate) consent_id: String,
    pub(crate) external_track_id: String,
    pub(crate) return_token: String,
    pub(crate) subject: Subject,
    pub(crate) institution_code: String,
    pub(crate) status: ConsentStatus,
    pub(crate) origin: Origin,
    /// `None` without an end.
    pub(crate) expires_at: Option<Timestamp>,
    /// Whether the user has logged in at the bank.
    pub(crate) logged_in: bool,
    pub(crate) link: LinkView,
}

/// Where the user of a consent goes on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NextStep {
    /// Not yet at the bank.
    OpenBank(String),
    /// In the bank's pages.
    AtBank(String),
    /// Behind the bank.
    Return(String),
}

impl Instance {
    /// The link of a page's address while it lives.
    pub(crate) fn link_view(&self, page_token: &str) -> Result<LinkView, Shut> {
        let store = self.store();
        let link = store.link_of_page(page_token).ok_or(Shut::Unknown)?;
        let view = self.view_of(link, &store);
        if view.expired { Err(Shut::Expired) } else { Ok(view) }
    }

    /// What a connection that is to be updated says counts before what the link says.
    fn view_of(&self, link: &Link, store: &Store) -> LinkView {
        let authorised =
            |consent: &&Consent| consent.link_id == link.id && consent.status == ConsentStatus::Authorised;
        let collected =
            |task: &&Task| task.is_of_link(&link.id) && task.ended().is_some_and(OpenDataCode::has_data);
        let consented = store.consents.iter().filter(authorised).map(|it| &it.institution_code);
        let connected = consented.chain(store.tasks.iter().filter(collected).map(|it| &it.institution_code));
        let updated = link.connection_key.as_deref().and_then(|key| store.connection(key));
        let known_subject = updated.map(|known| Subject::Person { cpf: known.cpf.clone() });
        LinkView {
            link_id: link.id.clone(),
            page_token: link.page_token.clone(),
            given_subject: known_subject.clone().or_else(|| link.given_subject()),
            subject: known_subject.or_else(|| link.subject()),
            institution_code: updated
                .map(|known| known.institution_code.clone())
                .or_else(|| link.institution_code.clone()),
            redirect_url: link.redirect_url.clone(),
            app_link: link.app_link.clone(),
            external_info: link.external_info.clone(),
            update: updated
                .map(|known| Update { connection_key: known.key.clone(), needs_login: known.needs_login }),
            connected: connected.cloned().collect(),
            expired: link.expires_at <= self.clock.now(),
        }
    }

    /// Keeps whom the user named on the page.
    pub(crate) fn name_subject(&self, page_token: &str, subject: Subject) {
        let mut store = self.store();
        if let Some(link) = store.links.iter_mut().find(|link| link.page_token == page_token) {
            link.typed_subject = Some(subject);
        }
    }

    /// Where a consent's user is sent: for one that was begun twice by one form, where the first has got to.
    pub(crate) fn next_step(&self, consent_id: &str) -> Result<NextStep, Shut> {
        let store = self.store();
        let consent = store.consent(consent_id).ok_or(Shut::Unknown)?;
        Ok(match (&consent.ticket.session, is_at_bank(&consent.status)) {
            (None, true) => NextStep::OpenBank(consent.ticket.token.clone()),
            (Some(session), true) => NextStep::AtBank(session.token.clone()),
            (_, false) => NextStep::Return(consent.return_token.clone()),
        })
    }

    /// Opens the bank's pages: once, within 60 seconds. Where the control API has played the bank, the user goes on
    /// behind it.
    pub(crate) fn open_ticket(&self, ticket: &str) -> Result<NextStep, Shut> {
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
        if consent.status == ConsentStatus::AwaitingLgpdAuthorisation {
            return Ok(NextStep::Return(consent.return_token.clone()));
        }
        if !is_at_bank(&consent.status) {
            return Err(Shut::Decided);
        }
        let token = fresh::token("session");
        consent.ticket.session = Some(BankSession { token: token.clone(), logged_in: false });
        if consent.status == ConsentStatus::Started {
            consent.set_status(ConsentStatus::AwaitingAuthorisation, now);
        }
        Ok(NextStep::AtBank(token))
    }

    /// The consent of opened bank pages, whatever became of it.
    pub(crate) fn consent_of_session(&self, session: &str) -> Result<ConsentView, Shut> {
        self.consent_view(|consent| {
            consent.ticket.session.as_ref().is_some_and(|opened| opened.token == session)
        })
    }

    /// The consent of the pages behind the bank, whatever became of it.
    pub(crate) fn consent_of_return(&self, return_token: &str) -> Result<ConsentView, Shut> {
        self.consent_view(|consent| consent.return_token == return_token)
    }

    fn consent_view(&self, matches: impl Fn(&Consent) -> bool) -> Result<ConsentView, Shut> {
        let store = self.store();
        let consent = store.consents.iter().find(|consent| matches(consent)).ok_or(Shut::Unknown)?;
        let link = store.link(&consent.link_id).ok_or(Shut::Unknown)?;
        Ok(ConsentView {
            consent_id: consent.id.clone(),
            external_track_id: consent.external_track_id.clone(),
            return_token: consent.return_token.clone(),
            subject: consent.subject.clone(),
            institution_code: consent.institution_code.clone(),
            status: consent.status.clone(),
            origin: consent.origin.clone(),
            expires_at: consent.expires_at,
            logged_in: consent.ticket.session.as_ref().is_some_and(|opened| opened.logged_in),
            link: self.view_of(link, &store),
        })
    }

    /// The bank has taken the user's password.
    pub(crate) fn log_in_at_bank(&self, session: &str) {
        let mut store = self.store();
        let sessions = store.consents.iter_mut().filter_map(|consent| consent.ticket.session.as_mut());
        for opened in sessions.filter(|opened| opened.token == session) {
            opened.logged_in = true;
        }
    }
}

impl ConsentView {
    pub(crate) fn is_at_bank(&self) -> bool {
        is_at_bank(&self.status)
    }
}

/// Whether the bank is still to be asked.
fn is_at_bank(status: &ConsentStatus) -> bool {
    matches!(status, ConsentStatus::Started | ConsentStatus::AwaitingAuthorisation)
}
