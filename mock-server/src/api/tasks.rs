use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use http::HeaderMap;
use klavi_types::api::{Acknowledgement, Task};

use super::callers::LinkSession;
use super::fields::Fields;
use super::segment::Segment;
use crate::instance::Instance;
use crate::refusal::Refusal;
use crate::store::{FactorAnswer, TaskOrigin};

pub(crate) async fn status(
    State(mock): State<Arc<Instance>>,
    session: LinkSession,
    Segment(task_id): Segment,
) -> Result<Json<Task>, Refusal> {
    let task = mock.task(&task_id, &TaskOrigin::Link(session.link_id));
    task.map(Json).ok_or_else(|| Refusal::not_found("The task does not exist"))
}

/// Which field an institution asks for is not documented: here it is `code`, and `switchVerificationType` where
/// there are ways to choose from; the chosen option of a question is a `code` too.
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
