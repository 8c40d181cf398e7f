//! What the mock knows: tokens, links, consents, report requests, tasks and their connections. Without I/O and without time of its own.

mod analysis;
mod callback_urls;
mod connection;
mod consent;
mod link;
mod report_request;
mod task;
mod visit;

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use provider_mock::UnknownFields;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(crate) use self::analysis::Analysis;
pub(crate) use self::callback_urls::CallbackUrls;
pub(crate) use self::connection::Connection;
pub(crate) use self::consent::{Act, BankSession, Consent, Origin, Ticket};
pub(crate) use self::link::{AppLink, Link};
pub(crate) use self::report_request::ReportRequest;
pub(crate) use self::task::{
    FactorAnswer, NotPassedOn, Plan, RIGHT_CODE, Stage, Task, TaskOrigin, message as task_message,
};
pub(crate) use self::visit::Visit;
use synthetic_data::Subject;
use synthetic_data::institutions::{INSTITUTIONS, Institution};

/// A call that a rule lets pass although the documentation does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Note {
    /// Method and path template, `POST /data/v1/consents`.
    pub endpoint: String,
    /// Id of the rule, as in `x-rules` of the description.
    pub rule: String,
    /// What the rule says.
    pub says: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Store {
    access_tokens: HashMap<String, Timestamp>,
    pub(crate) links: Vec<Link>,
    pub(crate) consents: Vec<Consent>,
    pub(crate) report_requests: Vec<ReportRequest>,
    pub(crate) tasks: Vec<Task>,
    pub(crate) connections: Vec<Connection>,
    pub(crate) visits: Vec<Visit>,
    pub(crate) analysis: Option<Analysis>,
    pub(crate) unknown_fields: Vec<UnknownFields>,
    pub(crate) notes: Vec<Note>,
    out_of_service: BTreeSet<String>,
}

impl Default for Store {
    fn default() -> Self {
        let out_of_service =
            INSTITUTIONS.iter().filter(|bank| bank.out_of_service).map(|bank| bank.code.to_owned());
        Self {
            access_tokens: HashMap::new(),
            links: Vec::new(),
            consents: Vec::new(),
            report_requests: Vec::new(),
            tasks: Vec::new(),
            connections: Vec::new(),
            visits: Vec::new(),
            analysis: None,
            unknown_fields: Vec::new(),
            notes: Vec::new(),
            out_of_service: out_of_service.collect(),
        }
    }
}

impl Store {
    pub(crate) fn add_access_token(&mut self, token: String, expires_at: Timestamp, now: Timestamp) {
        self.access_tokens.retain(|_, expires_at| *expires_at > now);
        self.access_tokens.insert(token, expires_at);
    }

    pub(crate) fn accepts_access_token(&self, token: &str, now: Timestamp) -> bool {
        self.access_tokens.get(token).is_some_and(|expires_at| *expires_at > now)
    }

    pub(crate) fn link(&self, id: &str) -> Option<&Link> {
        self.links.iter().find(|link| link.id == id)
    }

    /// The link whose session the token is for, while it lives.
    pub(crate) fn link_of_token(&self, token: &str, now: Timestamp) -> Option<&Link> {
        self.links.iter().find(|link| link.token == token && link.expires_at > now)
    }

    pub(crate) fn link_of_page(&self, token: &str) -> Option<&Link> {
        self.links.iter().find(|link| link.page_token == token)
    }

    pub(crate) fn consent(&self, id: &str) -> Option<&Consent> {
        self.consents.iter().find(|consent| consent.id == id)
    }

    pub(crate) fn consent_mut(&mut self, id: &str) -> Option<&mut Consent> {
        self.consents.iter_mut().find(|consent| consent.id == id)
    }

    pub(crate) fn task(&self, id: &str) -> Option<&Task> {
        self.tasks.iter().find(|task| task.id == id)
    }

    pub(crate) fn task_mut(&mut self, id: &str) -> Option<&mut Task> {
        self.tasks.iter_mut().find(|task| task.id == id)
    }

    pub(crate) fn connection(&self, key: &str) -> Option<&Connection> {
        self.connections.iter().find(|connection| connection.key == key)
    }

    /// How many consents of that person or company at that bank count towards the limit.
    pub(crate) fn open_consents(&self, subject: &Subject, institution_code: &str) -> usize {
        let counts = |consent: &&Consent| {
            consent.institution_code == institution_code
                && consent.subject.tax_id() == subject.tax_id()
                && !consent.status.is_final()
        };
        self.consents.iter().filter(counts).count()
    }

    pub(crate) fn is_out_of_service(&self, institution: &Institution) -> bool {
        self.out_of_service.contains(institution.code)
    }

    pub(crate) fn set_out_of_service(&mut self, institution: &Institution, out: bool) {
        if out {
            self.out_of_service.insert(institution.code.to_owned());
        } else {
            self.out_of_service.remove(institution.code);
        }
    }
}
