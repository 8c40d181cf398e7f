use klavi_types::Json;
use klavi_types::legacy::LinkPage;

use super::Instance;
use super::tokens::TOKEN_SECONDS;
use crate::store::{Stage, Store, Task, TaskOrigin, Visit};
use provider_mock::fresh;
use provider_mock::later;

/// What the Link page is opened with, each parameter checked by itself.
pub(crate) struct NewVisit {
    pub(crate) cpf: Option<String>,
    pub(crate) bank_id: Option<String>,
    pub(crate) callback_url: Option<String>,
    pub(crate) cancel_url: Option<String>,
    pub(crate) connection_key: Option<String>,
    pub(crate) query_param: Json,
    pub(crate) framed: bool,
}

impl Instance {
    /// Opens the Link page; answers the session. How long it lives is chosen: as long as a link.
    pub(crate) fn open_visit(&self, new: NewVisit) -> String {
        let now = self.clock.now();
        let mut store = self.store();
        let connection = new.connection_key.as_deref().and_then(|key| store.connection(key));
        let (cpf, bank_id) = match connection {
            Some(known) => (Some(known.cpf.clone()), Some(known.institution_code.clone())),
            None => (new.cpf, new.bank_id),
        };
        let session = fresh::token("visit");
        store.visits.retain(|visit| visit.expires_at > now);
        store.visits.push(Visit {
            session: session.clone(),
            cpf,
            bank_id,
            callback_url: new.callback_url,
            cancel_url: new.cancel_url,
            connection_key: new.connection_key,
            query_param: new.query_param,
            framed: new.framed,
            expires_at: later(now, TOKEN_SECONDS),
            task_id: None,
            messages: vec![LinkPage::InstitutionLogin],
            told_factor: None,
            told_start: false,
        });
        session
    }

    /// A visit while it lives.
    pub(crate) fn visit(&self, session: &str) -> Option<Visit> {
        let now = self.clock.now();
        let store = self.store();
        store.visits.iter().find(|visit| visit.session == session && visit.expires_at > now).cloned()
    }

    /// Whether a visit to update a connection has to ask for the login.
    pub(crate) fn needs_login(&self, connection_key: &str) -> bool {
        self.store().connection(connection_key).is_none_or(|known| known.needs_login)
    }

    pub(crate) fn knows_connection(&self, connection_key: &str) -> bool {
        self.store().connection(connection_key).is_some()
    }

    /// Notes the collection that a visit has begun: the user has given the login.
    pub(crate) fn visit_begins(&self, session: &str, task_id: String) {
        self.with_visit(session, |visit| {
            visit.task_id = Some(task_id);
            visit.told_factor = None;
            visit.told_start = false;
            visit.messages.push(LinkPage::InstitutionLoading);
        });
    }

    /// The user breaks off at the second factor; whether there was one.
    pub(crate) fn visit_breaks_off(&self, session: &str) -> bool {
        let Some(task_id) = self.visit(session).and_then(|visit| visit.task_id) else { return false };
        let broken_off = self.break_off(&task_id, &TaskOrigin::Visit(session.to_owned())).is_ok();
        if broken_off {
            self.with_visit(session, |visit| visit.messages.push(LinkPage::SyncCanceled));
        }
        broken_off
    }

    /// What the page has to tell the page around it as it is shown now; each message once.
    pub(crate) fn take_messages(&self, session: &str) -> Vec<LinkPage> {
        let mut store = self.store();
        let stage = stage_of(&store, session);
        let Some(visit) = store.visits.iter_mut().find(|visit| visit.session == session) else {
            return Vec::new();
        };
        let mut messages = std::mem::take(&mut visit.messages);
        if let Some((factor, started)) = stage {
            if factor.is_some() && visit.told_factor != factor {
                visit.told_factor = factor;
                messages.push(LinkPage::InstitutionMfa);
            }
            if started && !visit.told_start {
                visit.told_start = true;
                messages.push(LinkPage::SyncStarting);
            }
        }
        messages
    }

    fn with_visit(&self, session: &str, change: impl FnOnce(&mut Visit)) {
        if let Some(visit) = self.store().visits.iter_mut().find(|visit| visit.session == session) {
            change(visit);
        }
    }
}

/// The factor that the visit's collection waits for, and whether the bank lets it collect. That the latter is told
/// without a second factor too is inferred: the page says once the collection exists
/// (docs.klavi.ai/como-adquirir-o-produto).
fn stage_of(store: &Store, session: &str) -> Option<(Option<i64>, bool)> {
    let visit = store.visits.iter().find(|visit| visit.session == session)?;
    let task = store.task(visit.task_id.as_deref()?)?;
    let factor = task.mfa_info().and_then(|info| info.mfa_id).map(klavi_types::Integer::get);
    Some((factor, collects(task)))
}

fn collects(task: &Task) -> bool {
    match task.stage {
        Stage::Pending { then: None, .. } => task.plan.factor.is_some(),
        Stage::Ended(code) => code.has_data(),
        Stage::Pending { then: Some(_), .. } | Stage::NeedsFactor { .. } => false,
    }
}
