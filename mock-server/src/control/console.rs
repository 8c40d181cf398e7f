//! The console at `/_mock/console`: what the mock knows, for a developer to look at, and a button for each call of the
//! control API. Plain HTML in Portuguese and English, as the browser asks for, that is rendered here and works without script; with it, lists
//! refresh themselves and buttons leave the page where it is.
//!
//! A button makes the order of its call out of the form and hands it to that call, so that both judge alike; what the call
//! refuses, the page says in the call's own words. Credentials are shown in full: `origin` says who can get here, and no
//! page can embed these.

mod acts;
mod calls;
mod connections;
mod credentials;
mod deliveries;
mod delivery;
mod fields;
mod frame;
mod json_text;
mod language;
mod marks;
mod notice;
mod order;
mod overview;
mod pager;
mod reset;
mod settings;
mod trigger;

use std::sync::Arc;

use axum::routing::{get, post};
use axum::{Router, middleware};

use crate::instance::Instance;
use crate::pages::see_other;
use crate::refusal::Refusal;

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        // Whoever opens the base URL in a browser looks for this; for everybody else there is nothing.
        .route("/", get(async || see_other("/_mock/console")).fallback(nothing))
        .route("/_mock/console", get(overview::show))
        .route("/_mock/console/connections", get(connections::show))
        .route("/_mock/console/deliveries", get(deliveries::show))
        .route("/_mock/console/deliveries/{id}", get(delivery::show))
        .route("/_mock/console/calls", get(calls::show))
        .route("/_mock/console/calls/{id}", get(calls::show_one))
        .route("/_mock/console/settings", get(settings::show))
        .route("/_mock/console/reset", get(reset::ask).post(acts::reset))
        .route("/_mock/console/consents/{consent_id}", post(acts::consent))
        .route("/_mock/console/clock", post(acts::clock))
        .route("/_mock/console/behaviour", post(acts::behaviour))
        .route("/_mock/console/faults", post(acts::arm_fault))
        .route("/_mock/console/faults/remove", post(acts::remove_fault))
        .route("/_mock/console/institutions/{code}", post(acts::institution))
        .route("/_mock/console/trigger", post(acts::trigger))
        .route("/_mock/console/deliveries/{id}/resend", post(acts::resend))
        .layer(middleware::from_fn(language::follow))
}

async fn nothing() -> Refusal {
    Refusal::not_found("The resource does not exist")
}
