use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};

use crate::instance::Instance;
use crate::{Behaviour, ExpiryForm, RefreshRate, TimestampForm, UserInputMember, WebhookGeneration};
use provider_mock::control::Change;
use provider_mock::control::Input;
use provider_mock::control::{ForControl, ForControlBody};
use provider_mock::control::{Problem, invalid};

/// More of anything that is repeated is an accident.
pub(super) const OFTEN: u32 = 1_000;

/// What is to change; a member that is missing or `null` leaves what it is about as it is, but `callsIn30Seconds`, of which
/// `null` is any number.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ChangeBehaviour)]
pub(super) struct BehaviourChange {
    timestamps: Option<TimestampForm>,
    expiry: Option<ExpiryForm>,
    user_input: Option<UserInputMember>,
    null_members: Option<bool>,
    webhooks: Option<WebhookGeneration>,
    #[schema(maximum = 1000)]
    duplicates: Option<u32>,
    prevent_duplicates: Option<bool>,
    #[schema(format = "uint64", maximum = 18446744073709551615_u64)]
    page_size: Option<usize>,
    #[serde(default)]
    #[schema(schema_with = calls)]
    calls_in_30_seconds: Change<u32>,
    refresh_rate: Option<RefreshRate>,
    #[schema(format = "uint32", maximum = 4294967295_u64)]
    code_seconds: Option<u32>,
    consent_warnings: Option<bool>,
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
    Json(mock.behaviour())
}

/// Changes the members that are there: all of them or, where one is wrong, none.
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
    if change.duplicates.is_some_and(|duplicates| duplicates > OFTEN) {
        return Err(invalid("duplicates", &format!("must be from 0 to {OFTEN}")));
    }
    mock.change_behaviour(|behaviour| change.apply(behaviour));
    Ok(Json(mock.behaviour()))
}

impl BehaviourChange {
    fn apply(self, behaviour: &mut Behaviour) {
        set(&mut behaviour.timestamps, self.timestamps);
        set(&mut behaviour.expiry, self.expiry);
        set(&mut behaviour.user_input, self.user_input);
        set(&mut behaviour.null_members, self.null_members);
        set(&mut behaviour.webhooks, self.webhooks);
        set(&mut behaviour.duplicates, self.duplicates);
        set(&mut behaviour.prevent_duplicates, self.prevent_duplicates);
        set(&mut behaviour.page_size, self.page_size);
        self.calls_in_30_seconds.apply(&mut behaviour.calls_in_30_seconds);
        set(&mut behaviour.refresh_rate, self.refresh_rate);
        set(&mut behaviour.code_seconds, self.code_seconds);
        set(&mut behaviour.consent_warnings, self.consent_warnings);
    }
}

fn set<T>(member: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *member = value;
    }
}

/// `null` is any number.
fn calls() -> ObjectBuilder {
    let number = ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::Integer, Type::Null]));
    number.minimum(Some(0)).maximum(Some(u32::MAX))
}
