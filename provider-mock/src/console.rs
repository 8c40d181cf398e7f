//! The console at `/_mock/console`: what a mock knows, for a developer to look at, and a button for each call of the
//! control API. Plain HTML in Portuguese or English, as the browser asks, that is rendered here and works without script; with
//! it, lists refresh themselves and buttons leave the page where it is. Must not know the provider: its parts come from its
//! mock.
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
mod fault;
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

use axum::extract::FromRef;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Router, middleware};
use html_kit::{Input, Lang, see_other};

pub use self::credentials::quoted;
pub use self::fields::{Field, hidden};
pub use self::frame::Place;
use self::frame::refused;
pub use self::marks::{mark, moment};
pub use self::notice::Notice;
pub use self::order::Order;
pub use self::pager::Pager;
use crate::Shared;
use crate::control::{self, Problem};

/// The pages, and with them the routes that the forms of the provider's own parts lead to.
pub fn routes<S>(own: Router<S>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Shared: FromRef<S>,
{
    let shared = Router::new()
        // Whoever opens the base URL in a browser looks for this; for everybody else there is nothing.
        .route("/", get(async || see_other("/_mock/console")).fallback(nothing))
        .route("/_mock/console", get(overview::show))
        .route("/_mock/console/connections", get(connections::show))
        .route("/_mock/console/deliveries", get(deliveries::show))
        .route("/_mock/console/deliveries/{id}", get(delivery::show))
        .route("/_mock/console/deliveries/{id}/resend", post(acts::resend))
        .route("/_mock/console/calls", get(calls::show))
        .route("/_mock/console/calls/{id}", get(calls::show_one))
        .route("/_mock/console/settings", get(settings::show))
        .route("/_mock/console/reset", get(reset::ask).post(acts::reset))
        .route("/_mock/console/clock", post(acts::clock))
        .route("/_mock/console/faults", post(acts::arm_fault))
        .route("/_mock/console/faults/remove", post(acts::remove_fault));
    control::keep_to_local(shared.merge(own).layer(middleware::from_fn(language::follow)))
}

/// Back to where the form was, with a word on what it did; or what the call refused.
pub fn after<T>(input: &Input, notice: Notice, done: Result<T, Problem>) -> Response {
    let (lang, place) = (Lang::of(input), Place::of(input));
    match done {
        Ok(_) => see_other(lang.address(place.path(), &[("notice", notice.word())])),
        Err(problem) => refused(lang, place, &problem),
    }
}

async fn nothing() -> Problem {
    Problem::not_found("The resource does not exist")
}
