use jiff::Timestamp;
use klavi_types::DeliveryKind;
use klavi_types::Json;
use klavi_types::api::Task as Answer;
use klavi_types::legacy::LegacyReportType;

use super::Instance;
use crate::logins::{self, Login};
use crate::refusal::Refusal;
use crate::rules;
use crate::store::{
    Connection, FactorAnswer, NotPassedOn, Plan, Stage, Store, Task, TaskOrigin, task_message,
};
use provider_mock::Error;
use provider_mock::deliveries::{Body, Delivery};
use provider_mock::fresh;
use synthetic_data::institutions;
use synthetic_data::legacy::Collected;
use synthetic_data::tax_id;

/// A login that the user gave, each field checked by itself.
pub(crate) struct NewConnection {
    pub(crate) origin: TaskOrigin,
    pub(crate) login: &'static Login,
    pub(crate) cpf: String,
    pub(crate) plan: Plan,
    pub(crate) allow_autoupdate: bool,
    pub(crate) query_param: Option<Json>,
    /// The connection that is to be updated with it.
    pub(crate) connection_key: Option<String>,
}

impl Instance {
    /// Begins a collection with a login; answers the task's id.
    pub(crate) fn connect(&self, new: NewConnection) -> String {
        let mut store = self.store();
        let key = new.connection_key.unwrap_or_else(fresh::connection_key);
        store.connections.retain(|connection| connection.key != key);
        store.connections.push(Connection {
            key: key.clone(),
            institution_code: new.login.code.to_owned(),
            cpf: new.cpf,
            plan: new.plan,
            allow_autoupdate: new.allow_autoupdate,
            query_param: new.query_param,
            needs_login: false,
        });
        self.collect(&mut store, new.origin, &key).expect("the connection was just kept")
    }

    /// Begins a collection for the user of a link.
    pub(crate) fn log_in_for_user(
        &self,
        link_id: &str,
        institution_code: &str,
        cpf: &str,
        secret: &str,
    ) -> Result<String, Error> {
        let (now, store) = (self.clock.now(), self.store());
        let link = store.link(link_id).filter(|link| link.expires_at > now).ok_or(Error::UnknownLink)?;
        let known = institutions::find(institution_code).filter(|institution| institution.is_open_data());
        let (_, login) = known.zip(logins::login(institution_code)).ok_or(Error::UnknownInstitution)?;
        let fits = login.fields.last().is_some_and(|last| (last.fits)(secret));
        if !fits || !tax_id::is_cpf(cpf) {
            return Err(Error::InvalidLogin);
        }
        let new = NewConnection {
            origin: TaskOrigin::Link(link.id.clone()),
            login,
            cpf: cpf.to_owned(),
            plan: Plan::of(secret),
            allow_autoupdate: false,
            query_param: link.external_info.clone(),
            connection_key: link.connection_key.clone(),
        };
        drop(store);
        Ok(self.connect(new))
    }

    /// Begins a collection with the login that the connection was made with.
    pub(crate) fn update(&self, origin: TaskOrigin, connection_key: &str) -> Option<String> {
        let mut store = self.store();
        if store.connection(connection_key)?.needs_login {
            return None;
        }
        self.collect(&mut store, origin, connection_key)
    }

    fn collect(&self, store: &mut Store, origin: TaskOrigin, connection_key: &str) -> Option<String> {
        let now = self.clock.now();
        let pace = self.settings.task_pace;
        let connection = store.connection(connection_key)?;
        let task = Task {
            id: fresh::id(),
            origin,
            institution_code: connection.institution_code.clone(),
            cpf: connection.cpf.clone(),
            connection_key: connection.key.clone(),
            connection_id: fresh::id(),
            plan: connection.plan,
            pace,
            created_at: now,
            stage: Stage::begin(connection.plan, pace, now),
            told: false,
        };
        let id = task.id.clone();
        store.tasks.push(task);
        self.progress_tasks(store, now);
        Some(id)
    }

    /// A task, if it was begun there.
    pub(crate) fn task(&self, id: &str, origin: &TaskOrigin) -> Option<Answer> {
        self.store().task(id).filter(|task| task.origin == *origin).map(Task::answer_status)
    }

    pub(crate) fn institution_of_task(&self, id: &str) -> Option<String> {
        self.store().task(id).map(|task| task.institution_code.clone())
    }

    /// Passes on what the user says to a second factor.
    pub(crate) fn answer_factor(
        &self,
        id: &str,
        origin: &TaskOrigin,
        answer: &FactorAnswer,
    ) -> Result<(), Refusal> {
        self.with_task(id, origin, |task, now| task.answer(answer, now))
    }

    /// The user breaks off where a second factor is asked for.
    pub(crate) fn break_off(&self, id: &str, origin: &TaskOrigin) -> Result<(), Refusal> {
        self.with_task(id, origin, |task, _| task.break_off())
    }

    fn with_task(
        &self,
        id: &str,
        origin: &TaskOrigin,
        act: impl FnOnce(&mut Task, Timestamp) -> Result<(), NotPassedOn>,
    ) -> Result<(), Refusal> {
        let now = self.clock.now();
        let mut store = self.store();
        let task = store.task_mut(id).filter(|task| task.origin == *origin);
        let task = task.ok_or_else(|| Refusal::by(&rules::UNKNOWN_TASK, "The task does not exist"))?;
        act(task, now).map_err(|why| match why {
            NotPassedOn::NotWaiting => {
                Refusal::by(&rules::NOT_WAITING, "The task does not wait for a second factor")
            }
            NotPassedOn::OtherFactor => {
                Refusal::by(&rules::OTHER_FACTOR, "mfaId is not that of the factor that the task waits for")
            }
            NotPassedOn::Missing(name) => {
                Refusal::by(&rules::FACTOR_FIELD, format!("{name} is required for this factor"))
            }
        })?;
        self.progress_tasks(&mut store, now);
        Ok(())
    }

    /// Lets time pass for tasks, and sends the reports of those that have come to their end.
    pub(super) fn progress_tasks(&self, store: &mut Store, now: Timestamp) {
        for place in
            (0..store.tasks.len()).filter(|place| store.tasks[*place].is_due(now)).collect::<Vec<_>>()
        {
            let task = &mut store.tasks[place];
            task.progress(now);
            if task.ended().is_some() {
                task.told = true;
                self.send_collected(store, place, now);
            }
        }
    }

    /// Queues the reports of a collection, or the one that says why there are none.
    fn send_collected(&self, store: &mut Store, place: usize, now: Timestamp) {
        let task = &store.tasks[place];
        let institution = institutions::find(&task.institution_code);
        let login = logins::login(&task.institution_code);
        let (Some(code), Some(institution), Some(login)) = (task.ended(), institution, login) else {
            return;
        };
        let connection = store.connections.iter_mut().find(|known| known.key == task.connection_key);
        let Some(connection) = connection else { return };
        connection.needs_login |= code.forbids_updates();
        let collected = Collected {
            seed: self.settings.seed,
            now,
            cpf: &task.cpf,
            institution,
            code,
            message: task_message(code),
            connection_key: &task.connection_key,
            connection_id: &task.connection_id,
            allow_autoupdate: connection.allow_autoupdate,
            query_param: connection.query_param.as_ref(),
        };
        let reports = if code.has_data() { login.reports } else { &login.reports[..1] };
        let reports = reports.iter().map(|report_type| self.legacy_report(&collected, report_type));
        self.send(reports.collect());
    }

    /// Reports of this generation have one address: the console's.
    fn legacy_report(&self, collected: &Collected<'_>, report_type: &LegacyReportType) -> Delivery {
        let report_id = fresh::id();
        let body = Body::Kept(collected.report(report_type, &report_id).into());
        let kind = DeliveryKind::LegacyReport.as_str();
        Delivery::new(kind, report_type.to_string(), report_id, self.console_webhook(), body)
    }
}
