use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use uuid::Uuid;

use crate::instance::Instance;
use crate::webhook::{self, News};
use provider_mock::Delivery;
use provider_mock::control::ForControlBody;
use provider_mock::control::Input;
use provider_mock::control::{Problem, invalid};
use provider_mock::fresh;

/// A webhook on demand, of any type and code.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Trigger)]
pub(super) struct TriggerOrder {
    /// `TRANSACTIONS`, `LINK`, …
    webhook_type: String,
    /// `new_transactions_available`, …
    webhook_code: String,
    #[serde(default)]
    #[schema(schema_with = process_type)]
    process_type: Option<String>,
    /// By default one that is not known.
    #[serde(default)]
    link_id: Option<String>,
    #[serde(default)]
    external_id: Option<String>,
    /// By default an empty object.
    #[serde(default)]
    data: Option<Value>,
}

/// Why a webhook about data is sent.
fn process_type() -> ObjectBuilder {
    let word = ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Null]));
    word.enum_values(Some([json!(webhook::HISTORICAL), json!(webhook::RECURRENT), Value::Null]))
}

/// Sends a webhook on demand.
#[utoipa::path(
    post,
    path = "/_mock/trigger",
    operation_id = "trigger",
    tag = "Control",
    request_body = TriggerOrder,
    responses(
        (status = 202, description = "The webhook, before its first attempt", body = Delivery),
        ForControlBody,
    ),
)]
pub(super) async fn trigger(
    State(mock): State<Arc<Instance>>,
    Input(order): Input<TriggerOrder>,
) -> Result<(StatusCode, Json<Delivery>), Problem> {
    let process_type = match order.process_type.as_deref() {
        None => None,
        Some(word) => {
            match [webhook::HISTORICAL, webhook::RECURRENT].into_iter().find(|known| *known == word) {
                Some(known) => Some(known),
                None => {
                    return Err(invalid("processType", &format!("{word:?} is not a valid choice")));
                }
            }
        }
    };
    let link = order.link_id.as_deref().and_then(|id| mock.link(id).ok());
    let news = News {
        webhook_type: order.webhook_type,
        webhook_code: order.webhook_code,
        process_type,
        link_id: order.link_id.unwrap_or_else(fresh::id),
        external_id: order.external_id.or_else(|| link.and_then(|link| link.external_id)),
        request_id: Uuid::new_v4(),
        data: order.data.unwrap_or_else(|| json!({})),
    };
    let sent = mock.announce(vec![news]);
    let delivery = sent.into_iter().next().ok_or_else(|| Problem::conflict("nothing was made"))?;
    Ok((StatusCode::ACCEPTED, Json(delivery)))
}
