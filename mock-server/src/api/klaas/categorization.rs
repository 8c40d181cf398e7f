use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use http::HeaderMap;
use klavi_types::kaas::{Categorization, CategorizedEntry};
use klavi_types::reports::CreditDebitType;
use klavi_types::{Json as RawJson, OneOrMany};

use super::DataPartner;
use crate::api::fields::Fields;
use crate::api::schemas;
use crate::instance::Instance;
use crate::openapi::{ForBody, ForCall, ForKeys};
use crate::refusal::Refusal;
use crate::rules;
use synthetic_data::categories;

/// Answers the entries as they came, each with its categories.
#[utoipa::path(
    post,
    path = "/klaas/transaction/v2/category",
    operation_id = "categorize",
    tag = "KaaS",
    request_body = schemas::CategorizationRequest,
    security(("PartnerCode" = [], "PartnerToken" = []), ("ClientId" = [], "ClientSecret" = [])),
    responses(
        (status = 200, description = "The entries with their categories", body = schemas::Categorization),
        ForCall, ForKeys, ForBody,
    ),
)]
pub(crate) async fn categorize(
    State(mock): State<Arc<Instance>>,
    _: DataPartner,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Categorization>, Refusal> {
    let mut fields = Fields::read(&headers, &body)?;
    fields.required_text("uuid");
    fields.required_text("institutionCode");
    fields.required_word("transactionSource", &["checking", "creditcard"]);
    fields.required_items("transactionDetails", entry);
    fields.finish(&mock, "POST /klaas/transaction/v2/category")?;

    let mut entries = read(&body)?;
    for entry in &mut entries {
        let text = entry.transaction_name.as_ref().map_or("", |name| name.as_str());
        let kind = entry.transaction_type.as_ref().map_or("", |kind| kind.as_str());
        let is_credit = entry.credit_debit_type == Some(CreditDebitType::Credito);
        let [category, subcategory, third] = categories::of(text, kind, is_credit);
        entry.category = Some(category.into());
        entry.subcategory = Some(subcategory.into());
        entry.third_category = Some(third.into());
    }
    let mut answer = Categorization::default();
    answer.transactions = Some(OneOrMany::Many(entries));
    Ok(Json(answer))
}

/// The members of the example. That `transactionType` may be missing is inferred.
fn entry(fields: &mut Fields) {
    fields.required_text("transactionId");
    fields.required_text("transactionName");
    fields.required_day("transactionDate");
    fields.required_number("amount");
    fields.required_word("creditDebitType", &["CREDITO", "DEBITO"]);
    fields.text("transactionType");
}

/// The entries, with every digit of their amounts.
fn read(body: &[u8]) -> Result<Vec<CategorizedEntry>, Refusal> {
    let unreadable = |_| Refusal::by(&rules::BODY, "The body is not valid JSON");
    let members: BTreeMap<String, RawJson> = serde_json::from_slice(body).map_err(unreadable)?;
    let details = members.get("transactionDetails").map_or("[]", RawJson::get);
    let decoded = klavi_types::decode::<OneOrMany<CategorizedEntry>>(details.as_bytes())
        .map_err(|_| Refusal::by(&rules::BODY, "The body is not valid JSON"))?;
    match decoded.malformed.first() {
        Some(malformed) => Err(Refusal::by(
            &rules::TYPE,
            format!("transactionDetails{}: {}", malformed.path, malformed.reason),
        )),
        None => Ok(decoded.value.into_vec()),
    }
}
