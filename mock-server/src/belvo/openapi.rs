//! The description of Belvo's API, as the mock reads it, and of the control API. A copy of it is kept as
//! `mock-server/openapi-belvo.json`.

mod control;
mod endpoints;
mod schemas;

use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Belvo's Links API, and the control API of its mock",
        description = "Endpoints, fields and codes are those of Belvo's documentation, as far as the mock has them.",
        version = "1",
        license(name = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "belvo", description = "Belvo's API"),
        (name = "control", description = "What a test or a developer does in place of the user, and looks at")
    ),
    paths(
        endpoints::create_token,
        endpoints::list_links,
        endpoints::register_link,
        endpoints::resume,
        endpoints::show_link,
        endpoints::update_credentials,
        endpoints::change_retrieval,
        endpoints::delete_link,
        endpoints::refresh_link,
        endpoints::list_consents,
        endpoints::show_consent,
        endpoints::list_institutions,
        endpoints::show_institution,
        control::state,
        control::reset,
        control::behaviour,
        control::change_behaviour,
        control::webhook,
        control::set_webhook,
        control::clock,
        control::turn_clock,
        control::faults,
        control::arm_fault,
        control::clear_faults,
        control::remove_fault,
        control::act_on_link,
        control::expire_consent,
        control::requests,
        control::trigger,
        control::deliveries,
        control::delivery,
        control::resend,
        control::openapi
    )
)]
struct Description;

/// The document.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    let mut document = Description::openapi();
    let keys = HttpBuilder::new().scheme(HttpAuthScheme::Basic);
    let keys = keys.description(Some("secretId and secretPassword")).build();
    document.components.get_or_insert_default().add_security_scheme("keys", SecurityScheme::Http(keys));
    document
}

pub(super) async fn show() -> Response {
    let json = document().to_json().unwrap_or_default();
    ([(CONTENT_TYPE, "application/json")], json).into_response()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    #[test]
    fn the_kept_copy_is_up_to_date() {
        let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi-belvo.json");
        let made = document().to_pretty_json().unwrap() + "\n";
        if std::env::var_os("KLAVI_WRITE_OPENAPI").is_some() {
            std::fs::write(kept, &made).unwrap();
        }
        let found = std::fs::read_to_string(kept).unwrap();
        assert!(found == made, "run this test with KLAVI_WRITE_OPENAPI=1 and look at what changed");
    }

    #[test]
    fn each_route_is_in_it_and_nothing_else() {
        let document: Value = serde_json::from_str(&document().to_json().unwrap()).unwrap();
        let described: BTreeSet<_> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, methods)| {
                methods.as_object().unwrap().keys().map(move |method| format!("{method} {path}"))
            })
            .collect();
        let routed: BTreeSet<_> =
            [include_str!("api.rs"), include_str!("control.rs")].into_iter().flat_map(routes).collect();
        assert!(routed.len() > 30, "{routed:?}");
        assert_eq!(described, routed);
    }

    /// The routes of a router, read from its source: axum does not tell them.
    fn routes(source: &str) -> Vec<String> {
        let methods = ["get", "post", "put", "patch", "delete"];
        let of_route = |route: &str| {
            let path = route.split('"').nth(1).unwrap().to_owned();
            let has = |method: &&&str| route.contains(&format!("{method}("));
            methods.iter().filter(has).map(|method| format!("{method} {path}")).collect::<Vec<_>>()
        };
        source.split(".route(").skip(1).flat_map(of_route).collect()
    }
}
