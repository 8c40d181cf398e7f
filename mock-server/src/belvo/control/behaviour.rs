use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value};

use super::input::Input;
use crate::belvo::Behaviour;
use crate::belvo::instance::Instance;
use crate::belvo::refusal::Refusal;

pub(super) async fn show(State(mock): State<Arc<Instance>>) -> Json<Behaviour> {
    Json(mock.behaviour())
}

/// Changes the members that are there: all of them or, where one is wrong, none.
pub(super) async fn change(
    State(mock): State<Arc<Instance>>,
    Input(members): Input<Map<String, Value>>,
) -> Result<Json<Behaviour>, Refusal> {
    let mut changed = serde_json::to_value(mock.behaviour()).unwrap_or_default();
    if let Value::Object(now) = &mut changed {
        now.extend(members);
    }
    let changed: Behaviour = serde_path_to_error::deserialize(changed).map_err(|error| {
        let path = error.path().to_string();
        Refusal::of_field("invalid", &path, error.into_inner().to_string())
    })?;
    mock.change_behaviour(|behaviour| *behaviour = changed.clone());
    Ok(Json(changed))
}
