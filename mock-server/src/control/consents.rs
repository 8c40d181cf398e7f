use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use klavi_types::api::Consent;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::schemas;
use crate::instance::Instance;
use crate::store::Act;
use provider_mock::control::At;
use provider_mock::control::Problem;
use provider_mock::control::{Conflict, ForControl, NotFound};

/// The last part of the path.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Word {
    Approve,
    Authorise,
    Reject,
    Fail,
    Expire,
    Revoke,
    DeleteByUser,
}

/// Lets something happen to a consent, as the user, the bank or time would.
#[utoipa::path(
    post,
    path = "/_mock/consents/{consentId}/{act}",
    operation_id = "actOnConsent",
    tag = "Control",
    params(("consentId" = String, Path), ("act" = inline(Word), Path)),
    responses(
        (status = 200, description = "The consent as it is now", body = schemas::Consent),
        ForControl, NotFound, Conflict,
    ),
)]
pub(super) async fn act(
    State(mock): State<Arc<Instance>>,
    At((consent_id, word)): At<(String, Word)>,
) -> Result<Json<Consent>, Problem> {
    mock.act(&consent_id, word.into())?;
    mock.consent(&consent_id).map(Json).ok_or_else(|| Problem::not_found("there is no such consent"))
}

impl From<Word> for Act {
    fn from(word: Word) -> Self {
        match word {
            Word::Approve => Self::Approve,
            Word::Authorise => Self::Authorise,
            Word::Reject => Self::Reject,
            Word::Fail => Self::Fail,
            Word::Expire => Self::Expire,
            Word::Revoke => Self::Revoke,
            Word::DeleteByUser => Self::DeleteByUser,
        }
    }
}
