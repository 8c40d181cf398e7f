use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use http::HeaderMap;
use klavi_types::api::{Acknowledgement, Task};

use super::callers::LinkSession;
use super::fields::Fields;
use super::schemas;
use super::segment::Segment;
use crate::instance::Instance;
use crate::openapi::{Conflict, ForBody, ForCall, ForToken, NotFound};
use crate::refusal::Refusal;
use crate::rules;
use crate::store::{FactorAnswer, TaskOrigin};

/// How far a collection has got.
#[utoipa::path(
    get,
    path = "/data/v1/tasks/{taskId}/status",
    operation_id = "getTask",
    tag = "Open Data",
    params(("taskId" = String, Path)),
    security(("LinkToken" = [])),
    responses(
        (status = 200, description = "How far it has got", body = schemas::Task),
        ForCall, ForToken, NotFound,
    ),
)]
pub(crate) async fn status(
    State(mock): State<Arc<Instance>>,
    session: LinkSession,
    Segment(task_id): Segment,
) -> Result<Json<Task>, Refusal> {
    let task = mock.task(&task_id, &TaskOrigin::Link(session.link_id));
    task.map(Json).ok_or_else(|| Refusal::by(&rules::UNKNOWN_TASK, "The task does not exist"))
}

/// Passes on what the user says to a second factor.
///
/// Which field an institution asks for is not documented: here it is `code`, and `switchVerificationType` where
/// there are ways to choose from; the chosen option of a question is a `code` too.
#[utoipa::path(
    post,
    path = "/data/v1/tasks/{taskId}/mfa",
    operation_id = "submitMfa",
    tag = "Open Data",
    params(("taskId" = String, Path)),
    request_body = schemas::SubmitMfa,
    security(("LinkToken" = [])),
    responses(
        (status = 200, description = "It was passed on", body = schemas::Acknowledgement),
        ForCall, ForToken, ForBody, NotFound, Conflict,
    ),
)]
pub(crate) async fn submit_mfa(
    State(mock): State<Arc<Instance>>,
    session: LinkSession,
    Segment(task_id): Segment,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Acknowledgement>, Refusal> {
    let mut fields = Fields::read(&headers, &body)?;
    let answer = FactorAnswer {
        mfa_id: fields.required_integer("mfaId"),
        code: fields.text("code"),
        switch_verification_type: fields.text("switchVerificationType"),
    };
    for name in ["password", "birthday", "username"] {
        fields.text(name);
    }
    fields.finish(&mock, "POST /data/v1/tasks/{taskId}/mfa")?;
    mock.answer_factor(&task_id, &TaskOrigin::Link(session.link_id), &answer)?;
    Ok(Json(Acknowledgement::ok()))
}
