//! Open Data: a collection task, and its MFA challenges.

use std::sync::Arc;
use std::time::Duration;

use klavi_types::TaskId;
use klavi_types::api::{self, Acknowledgement, SubmitMfa};

use provider_call::Endpoint;

use crate::error::Result;
use crate::link_session::{LINK_TOKEN, LinkSession};
use crate::watch::{Asking, Subject, Watch};

pub(crate) const STATUS: Endpoint = Endpoint::get("/data/v1/tasks/{taskId}/status").credential(LINK_TOKEN);
pub(crate) const SUBMIT_MFA: Endpoint = Endpoint::post("/data/v1/tasks/{taskId}/mfa")
    .credential(LINK_TOKEN)
    .not_idempotent("a retry is one more attempt at the bank, which blocks the account after a few");

/// The life of a link, and of what it began.
const LINK_LIFE: Duration = Duration::from_secs(30 * 60);

/// One collection at an Open Data institution; from [`LinkSession::task`].
///
/// No call is documented that begins a task: the user does, by logging in on the link's page.
///
/// ```no_run
/// use klavi_sdk::klavi_types::TaskId;
/// use klavi_sdk::klavi_types::api::{SubmitMfa, TaskStatus};
///
/// # async fn example(session: klavi_sdk::LinkSession, id: TaskId) -> Result<(), Box<dyn std::error::Error>> {
/// let task = session.task(id);
/// let mut watch = task.watch();
/// while let Some(state) = watch.next().await {
///     let state = state?;
///     if let (Some(TaskStatus::NeedMfa), Some(mfa)) = (&state.status, &state.mfa_info) {
///         let id = mfa.mfa_id.ok_or("a factor without an id")?;
///         let answer = SubmitMfa::builder(id.get()).code(ask_the_user()).build()?;
///         task.submit_mfa(&answer).await?;
///     }
///     if let Some(code) = state.failure() {
///         println!("{code}: {:?}", code.advice());
///     }
/// }
/// # Ok(())
/// # }
/// # fn ask_the_user() -> String { String::new() }
/// ```
#[derive(Clone, Debug)]
pub struct OpenDataTask<'a> {
    session: &'a LinkSession,
    id: TaskId,
}

impl<'a> OpenDataTask<'a> {
    pub(crate) fn new(session: &'a LinkSession, id: TaskId) -> Self {
        Self { session, id }
    }

    /// How far it is, and what it wants of the user. Source: docs.klavi.ai/connect/get-a-task-status.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_link_expired`](crate::Error::is_link_expired) after the link's end.
    pub async fn status(&self) -> Result<api::Task> {
        status(self.session, &self.id).await
    }

    /// Submits the user's MFA token to the institution. Source: docs.klavi.ai/connect/submit-mfa-data.
    ///
    /// An acknowledgement says that it was passed on, not that it was right: see the [`status`](Self::status). Never
    /// repeated while the outcome is unknown, as the institution blocks an account after a few wrong answers.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_link_expired`](crate::Error::is_link_expired) after the link's end.
    pub async fn submit_mfa(&self, answer: &SubmitMfa) -> Result<Acknowledgement> {
        let call = self.session.call(&SUBMIT_MFA).path_value("taskId", self.id.as_str()).json(answer);
        Ok(call.send().await?.record_or_empty()?)
    }

    /// Watches it until it has succeeded or failed. Each new MFA challenge is a change as well; one with the same id is not.
    pub fn watch(&self) -> Watch<api::Task> {
        let (session, id) = (self.session.clone(), self.id.clone());
        let clock = Arc::clone(session.caller().clock());
        let ask = move || -> Asking<api::Task> {
            let (session, id) = (session.clone(), id.clone());
            Box::pin(async move { status(&session, &id).await })
        };
        let subject = Subject {
            endpoint: STATUS,
            ask: Box::new(ask),
            is_settled: api::Task::is_final,
            has_changed: |seen, task| {
                let factor = |task: &api::Task| task.mfa_info.as_ref().and_then(|mfa| mfa.mfa_id);
                seen.status != task.status || factor(seen) != factor(task)
            },
            total: LINK_LIFE,
        };
        Watch::new(subject, clock)
    }
}

async fn status(session: &LinkSession, id: &TaskId) -> Result<api::Task> {
    Ok(session.call(&STATUS).path_value("taskId", id.as_str()).send().await?.record()?.value)
}
