use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequest, Multipart, Request, State};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use klavi_types::Path;
use klavi_types::api::ReportAccepted;
use klavi_types::kaas::{UserData, inspect_user_data};

use super::DataPartner;
use crate::api::fields::note_unknown;
use crate::api::schemas;
use crate::instance::Instance;
use crate::openapi::{ForBody, ForCall, ForKeys};
use crate::refusal::Refusal;
use crate::rules;

/// How many faults of a body are named.
const NAMED: usize = 10;

/// Takes a person's data, as the body or as an uploaded file, and answers once they are taken.
///
/// Its path and what it answers are not documented; here it answers as a report request does.
#[utoipa::path(
    post,
    path = "/klaas/open-finance/v1/analytics",
    operation_id = "analyse",
    tag = "KaaS",
    request_body(content((schemas::UserData = "application/json"), (schemas::UserDataForm = "multipart/form-data"))),
    security(("PartnerCode" = [], "PartnerToken" = []), ("ClientId" = [], "ClientSecret" = [])),
    responses(
        (status = 200, description = "Reports come by webhook, under this id", body = schemas::ReportAccepted),
        ForCall, ForKeys, ForBody,
    ),
)]
pub(crate) async fn analyse(
    State(mock): State<Arc<Instance>>,
    _: DataPartner,
    request: Request,
) -> Result<Json<ReportAccepted>, Refusal> {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    let data = if media_type.eq_ignore_ascii_case("multipart/form-data") {
        uploaded(request).await?
    } else if media_type.eq_ignore_ascii_case("application/json") {
        let cut_off = |_| Refusal::by(&rules::KAAS_FORM, "The body is too large or was cut off");
        Bytes::from_request(request, &()).await.map_err(cut_off)?
    } else {
        let message = "Content-Type must be application/json or multipart/form-data";
        return Err(Refusal::by(&rules::KAAS_FORM, message));
    };
    judge(&mock, &data).map(|data| Json(mock.analyse(&data)))
}

const LISTS: [&str; 3] = ["accounts", "creditCardsAccounts", "personalCustomerIdentification"];

/// The file of a form; how its part is named is not documented, so there may be one part alone.
async fn uploaded(request: Request) -> Result<Bytes, Refusal> {
    let broken = || Refusal::by(&rules::KAAS_FORM, "The body is not a multipart form");
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| broken())?;
    let part = form.next_field().await.map_err(|_| broken())?;
    let part =
        part.ok_or_else(|| Refusal::by(&rules::KAAS_DATA, "the form must have a part with the file"))?;
    let file = part.bytes().await.map_err(|_| broken())?;
    if form.next_field().await.map_err(|_| broken())?.is_some() {
        return Err(Refusal::by(&rules::KAAS_DATA, "the form must have one part, the file"));
    }
    Ok(file)
}

fn judge(mock: &Instance, data: &[u8]) -> Result<UserData, Refusal> {
    let inspection = inspect_user_data(data)
        .map_err(|_| Refusal::by(&rules::KAAS_FORM, "The data must be a JSON object"))?;
    let mut unknown: Vec<_> = inspection.unmapped.iter().map(Path::pattern).collect();
    unknown.sort_unstable();
    unknown.dedup();
    unknown.truncate(NAMED);
    note_unknown(mock, "POST /klaas/open-finance/v1/analytics", unknown);
    if !inspection.malformed.is_empty() {
        let faults = inspection.malformed.iter().take(NAMED);
        let faults: Vec<_> = faults.map(|fault| format!("{}: {}", fault.path, fault.reason)).collect();
        return Err(Refusal::by(&rules::KAAS_DATA, faults.join("; ")));
    }
    // Types read one object in place of a list; the documentation asks for a list.
    let members: BTreeMap<String, serde_json::Value> = serde_json::from_slice(data).unwrap_or_default();
    let object = LISTS.into_iter().find(|name| members.get(*name).is_some_and(serde_json::Value::is_object));
    if let Some(name) = object {
        return Err(Refusal::by(&rules::KAAS_DATA, format!("{name}: found an object, expected an array")));
    }
    let data = inspection.value;
    let is_empty = data.accounts.is_empty()
        && data.credit_cards_accounts.is_empty()
        && data.personal_customer_identification.is_empty();
    if is_empty {
        let message = "accounts, creditCardsAccounts or personalCustomerIdentification is required";
        return Err(Refusal::by(&rules::KAAS_DATA, message));
    }
    Ok(data)
}
