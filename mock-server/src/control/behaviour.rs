use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};

use crate::api::schemas;
use crate::instance::Instance;
use crate::{Behaviour, NumberForm};
use provider_mock::control::Problem;
use provider_mock::control::{Change, Input, bounded, invalid};
use provider_mock::control::{ForControl, ForControlBody};
use provider_mock::{Error, address};
use synthetic_data::Version;

/// More of anything that is repeated is an accident.
pub(super) const OFTEN: u32 = 1_000;
/// More than anybody waits for.
pub(super) const SLOW_MS: u64 = 100_000;
pub(super) const CONSENTS: u32 = 1_000_000;

/// What is to change; a member that is missing leaves what it is about as it is. `consoleWebhook` and `rateLimit` are taken
/// away with `null`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct BehaviourChange {
    #[serde(default)]
    #[schema(schema_with = webhook)]
    console_webhook: Change<String>,
    unsigned: Option<bool>,
    encoded_cpf: Option<bool>,
    report_version: Option<Version>,
    fi_events: Option<bool>,
    automatic: Option<bool>,
    #[schema(maximum = 1000000)]
    consent_limit: Option<u32>,
    #[serde(default)]
    #[schema(schema_with = rate)]
    rate_limit: Change<u32>,
    messy_data: Option<bool>,
    #[schema(maximum = 1000)]
    duplicates: Option<u32>,
    disorder: Option<bool>,
    #[schema(maximum = 100000)]
    slow_ms: Option<u64>,
    #[schema(maximum = 1000)]
    truncated: Option<u32>,
    observed_spellings: Option<bool>,
    numbers: Option<NumberForm>,
}

/// An address, or none.
fn webhook() -> ObjectBuilder {
    schemas::webhook().schema_type(SchemaType::from_iter([Type::String, Type::Null]))
}

/// Calls in a second; `null` is any number.
fn rate() -> ObjectBuilder {
    let number = ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::Integer, Type::Null]));
    number.minimum(Some(0)).maximum(Some(u32::MAX))
}

/// How the mock behaves.
#[utoipa::path(
    get,
    path = "/_mock/behaviour",
    operation_id = "getBehaviour",
    tag = "Control",
    responses(
        (status = 200, description = "How it behaves", body = Behaviour),
        ForControl,
    ),
)]
pub(super) async fn show(State(mock): State<Arc<Instance>>) -> Json<Behaviour> {
    Json(mock.behaviour.get())
}

/// Changes how the mock behaves.
///
/// All of it is changed or, where something is wrong, nothing.
#[utoipa::path(
    patch,
    path = "/_mock/behaviour",
    operation_id = "changeBehaviour",
    tag = "Control",
    request_body = BehaviourChange,
    responses(
        (status = 200, description = "How it behaves now", body = Behaviour),
        ForControlBody,
    ),
)]
pub(super) async fn change(
    State(mock): State<Arc<Instance>>,
    Input(change): Input<BehaviourChange>,
) -> Result<Json<Behaviour>, Problem> {
    let change = change.checked(mock.settings.http_webhooks)?;
    mock.change_behaviour(change);
    Ok(Json(mock.behaviour.get()))
}

impl BehaviourChange {
    fn checked(self, http_webhooks: bool) -> Result<impl FnOnce(&mut Behaviour), Problem> {
        let console_webhook = self.console_webhook.try_map(|text| {
            let url = address::webhook(&text, http_webhooks);
            url.ok_or_else(|| invalid("consoleWebhook", &Error::InvalidWebhook))
        })?;
        let consent_limit = bounded("consentLimit", self.consent_limit, 0, CONSENTS)?;
        let consent_limit = consent_limit.and_then(|limit| usize::try_from(limit).ok());
        let duplicates = bounded("duplicates", self.duplicates, 0, OFTEN)?;
        let slow = bounded("slowMs", self.slow_ms, 0, SLOW_MS)?.map(Duration::from_millis);
        let truncated = bounded("truncated", self.truncated, 0, OFTEN)?;
        Ok(move |behaviour: &mut Behaviour| {
            console_webhook.apply(&mut behaviour.console_webhook);
            set(&mut behaviour.unsigned, self.unsigned);
            set(&mut behaviour.encoded_cpf, self.encoded_cpf);
            set(&mut behaviour.report_version, self.report_version);
            set(&mut behaviour.fi_events, self.fi_events);
            set(&mut behaviour.automatic, self.automatic);
            set(&mut behaviour.consent_limit, consent_limit);
            self.rate_limit.apply(&mut behaviour.rate_limit);
            set(&mut behaviour.messy_data, self.messy_data);
            set(&mut behaviour.duplicates, duplicates);
            set(&mut behaviour.disorder, self.disorder);
            set(&mut behaviour.slow, slow);
            set(&mut behaviour.truncated, truncated);
            set(&mut behaviour.observed_spellings, self.observed_spellings);
            set(&mut behaviour.numbers, self.numbers);
        })
    }
}

fn set<T>(member: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *member = value;
    }
}
