use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::instance::Instance;
use crate::trigger::Trigger;
use provider_mock::control::DeliveryList;
use provider_mock::control::Problem;
use provider_mock::control::{Conflict, ForControlBody};
use provider_mock::control::{Input, bounded, invalid};
use synthetic_data::{Recipe, Version};

/// More than these are an accident; the command line has no such bounds.
pub(super) const TRANSACTIONS: u64 = 10_000_000;
pub(super) const TIMES: u32 = 1_000;

/// What to send, of which `product` or `event` must be there. Without `to`: to the console webhook.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(examples(json!({"event": "consent_authorised", "to": "http://127.0.0.1:8080/klavi"})))]
pub(super) struct TriggerOrder {
    product: Option<String>,
    event: Option<String>,
    #[schema(format = "http-url", pattern = "^https?://")]
    to: Option<String>,
    #[schema(maximum = 10000000)]
    transactions: Option<u64>,
    /// Without it, that of the mock.
    #[schema(format = "uint64", maximum = 18446744073709551615_u64)]
    seed: Option<u64>,
    version: Option<Version>,
    encoded_cpf: Option<bool>,
    unsigned: Option<bool>,
    #[schema(minimum = 1, maximum = 1000)]
    times: Option<u32>,
    same_id: Option<bool>,
}

/// Sends an event or a report that nobody asked for.
#[utoipa::path(
    post,
    path = "/_mock/trigger",
    operation_id = "trigger",
    tag = "Control",
    request_body = TriggerOrder,
    responses(
        (status = 202, description = "The deliveries, before their first attempts", body = DeliveryList, links(
            ("get" = (operation_id = "getDelivery", parameters(("id" = "$response.body#/deliveries/0/id")))),
            ("body" = (operation_id = "getDeliveryBody", parameters(("id" = "$response.body#/deliveries/0/id")))),
            ("resend" = (operation_id = "resendDelivery", parameters(("id" = "$response.body#/deliveries/0/id")))),
        )),
        ForControlBody, Conflict,
    ),
)]
pub(super) async fn trigger(
    State(mock): State<Arc<Instance>>,
    Input(order): Input<TriggerOrder>,
) -> Result<(StatusCode, Json<DeliveryList>), Problem> {
    let trigger = order.trigger(&mock)?;
    let deliveries = mock.trigger(&trigger).await?;
    Ok((StatusCode::ACCEPTED, Json(DeliveryList { deliveries })))
}

impl TriggerOrder {
    fn trigger(self, mock: &Instance) -> Result<Trigger, Problem> {
        let seed = self.seed.unwrap_or(mock.settings.seed);
        let mut trigger = match (&self.product, &self.event) {
            (Some(product), None) => Trigger::report(self.recipe(mock, product, seed)?),
            (None, Some(_)) if self.transactions.is_some() => {
                return Err(invalid("transactions", &"an event has none"));
            }
            (None, Some(name)) => Trigger::event(name, seed).map_err(|error| invalid("event", &error))?,
            (Some(_), Some(_)) => {
                return Err(Problem::unprocessable("product and event exclude each other"));
            }
            (None, None) => return Err(Problem::unprocessable("product or event is required")),
        };
        if let Some(to) = &self.to {
            trigger = trigger.to(to).map_err(|error| invalid("to", &error))?;
        }
        if let Some(encoded_cpf) = self.encoded_cpf {
            trigger = trigger.encoded_cpf(encoded_cpf);
        }
        if let Some(unsigned) = self.unsigned {
            trigger = trigger.unsigned(unsigned);
        }
        let times = bounded("times", self.times, 1, TIMES)?.unwrap_or(1);
        Ok(trigger.times(times).same_id(self.same_id.unwrap_or_default()))
    }

    fn recipe(&self, mock: &Instance, product: &str, seed: u64) -> Result<Recipe, Problem> {
        let recipe = Recipe::new(product).map_err(|error| invalid("product", &error))?;
        let recipe = recipe.seed(seed).version(self.version.unwrap_or(mock.behaviour.get().version()));
        let Some(count) = bounded("transactions", self.transactions, 0, TRANSACTIONS)? else {
            return Ok(recipe);
        };
        recipe.transactions(count).map_err(|error| invalid("transactions", &error))
    }
}
