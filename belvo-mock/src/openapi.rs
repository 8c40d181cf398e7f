//! The description of Belvo's API, as the mock reads it, and of the control API. Each handler carries its own; the routes
//! are made of the same handlers. A copy of it is kept as `belvo-mock/openapi.json`.

mod refusals;
mod webhooks;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use provider_mock::control::ForControl;
use serde_json::Value;
use utoipa::PartialSchema as _;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Server};
use utoipa_axum::router::OpenApiRouter;

pub(super) use self::refusals::{Conflict, ForCall, ForKeys, NotFound, TokenRequired, TooMany, Unexpected};
use super::api::schemas::{Problem, TokenGenerationData};
use super::instance::Instance;
use super::{api, control, rules};
use provider_mock::rule;

/// Where the command listens unless it is told otherwise.
const LOCAL: &str = "http://127.0.0.1:4020";

const ABOUT: &str = "\
Belvo's Links API as the mock has it, and the mock's control API below `/_mock`. Endpoints, fields and codes are those of \
Belvo's documentation.

Belvo answers 400 both where the form of a request is wrong and where its rules forbid it; `code` tells which. Numbers are \
taken for text. A user who is named after an error gets it, under its own status. Members that are not described are taken and noted by Belvo's API; the control API refuses them.

`x-rules` lists the rules of the mock and `x-source` says what each rests on: `documented`, `observed`, `inferred`, or `mock` where the mock chose it. A refusal by a rule that is not documented names it in the header `X-Mock-Rule`.";

const TAGS: [(&str, &str); 6] = [
    ("Token", "The keys give the widget a token."),
    ("Links", "A link is a user's access to one institution."),
    ("Consents", "What a user allows at an institution of Open Finance."),
    ("Institutions", "Where links can be made."),
    ("Webhooks", "What the mock sends to the address that is set in the dashboard."),
    ("Control", "What a test does in place of user, bank and time, and looks at. The mock's own."),
];

/// The routes that are described, with their description.
pub(super) fn routes() -> OpenApiRouter<Arc<Instance>> {
    OpenApiRouter::with_openapi(head()).merge(api::routes()).merge(control::routes())
}

/// This description. Its server is the one that answers.
#[utoipa::path(
    get,
    path = "/_mock/openapi.json",
    operation_id = "describe",
    tag = "Control",
    responses((status = 200, description = "An OpenAPI document", body = Object), ForControl),
)]
pub(super) async fn show(State(mock): State<Arc<Instance>>) -> Json<Value> {
    let mut document = routes().into_openapi();
    document.servers = Some(vec![Server::new(mock.base_url())]);
    let mut document = serde_json::to_value(document).expect("a description is JSON");
    rule::mark(&mut document, rules::ALL);
    document["webhooks"] = webhooks::section();
    let (name, schema) = webhooks::schema();
    document["components"]["schemas"][name] = schema;
    let (name, scheme) = webhooks::authorization();
    document["components"]["securitySchemes"][name] = scheme;
    Json(document)
}

fn head() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Belvo mock")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .license(Some(utoipa::openapi::License::new(env!("CARGO_PKG_LICENSE"))))
        .build();
    let mut components = provider_mock::control::components(ComponentsBuilder::new());
    for (name, response) in refusals::responses() {
        components = components.response(name, response);
    }
    components = components
        .schema("Problem", Problem::schema())
        .schema("TokenGenerationData", TokenGenerationData::schema());
    let keys = HttpBuilder::new().scheme(HttpAuthScheme::Basic);
    let keys = keys.description(Some("secretId and secretPassword")).build();
    components = components.security_scheme("Keys", SecurityScheme::Http(keys));
    let tags = TAGS.map(|(name, about)| TagBuilder::new().name(name).description(Some(about)).build());
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([Server::new(LOCAL)]))
        .tags(Some(tags))
        .components(Some(components.build()))
        .build()
}
