//! The description of Klavi's API and of the control API, OpenAPI 3.1. Each handler carries its own; the routes are made
//! of the same handlers, so there is no call without a description and no description without a call. Pages for people, the
//! console's too, are plain routes beside them: whoever reads HTML needs no description.

mod refusals;
mod security;
mod webhooks;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use provider_mock::control::ForControl;
use serde_json::Value;
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, RefOr, Server};
use utoipa_axum::router::OpenApiRouter;

pub(crate) use self::refusals::{
    Business, Conflict, ForBody, ForCall, ForKeys, ForQuery, ForToken, Forbidden, NotFound, TooLarge,
};
use crate::instance::Instance;
use crate::{api, control, pages, rules};
use provider_mock::rule;

/// Where the command listens unless it is told otherwise.
const LOCAL: &str = "http://127.0.0.1:4010";

const ABOUT: &str = "\
Klavi's API for Open Finance as the mock has it, and the mock's control API below `/_mock`. What Klavi's documentation \
does not say is chosen by the mock.

Members that are not described are taken and noted by Klavi's API; the control API refuses them. `null` counts as \
absent, so does an empty text where one may be left out.

`x-rules` lists the rules of the mock and `x-source` says what each rests on: `documented`, `observed`, `inferred`, or \
`mock` where the mock chose it. A refusal by a rule that is not documented names it in the header `X-Mock-Rule`.

The formats are those of JSON Schema and some more: `cpf` and `cnpj`, Brazilian tax ids without punctuation and with \
valid check digits; `url`, an absolute URL as browsers read it; `http-url`, one of http or https; `webhook`, one of https, \
or of http to this machine.";

const TAGS: [(&str, &str); 10] = [
    ("Authentication", "The keys give an accessToken, which lives 1800 seconds."),
    ("Links", "A link is the session of one end user; it comes with a linkToken."),
    ("Institutions", "Where the user of a link has accounts."),
    ("Consents", "What a user allows at one institution."),
    ("Reports", "They are asked for here and come by webhook."),
    ("Open Data", "Collections with the login of the user."),
    ("KaaS", "The partner brings the data."),
    ("Analysis", "Results of batches, by pulling."),
    ("Webhooks", "What the mock sends to the addresses of the partner."),
    ("Control", "What a test does in place of user, bank and time, and looks at. The mock's own."),
];

/// The routes that are described, with their description.
pub(crate) fn routes() -> OpenApiRouter<Arc<Instance>> {
    OpenApiRouter::with_openapi(head())
        .merge(api::routes())
        .merge(pages::described_routes())
        .merge(control::routes())
}

/// The description of all that the server at that address has.
fn document(base_url: &str) -> Value {
    let mut document = routes().into_openapi();
    document.servers = Some(vec![Server::new(base_url)]);
    let mut document = serde_json::to_value(document).expect("a description is JSON");
    rule::mark(&mut document, rules::ALL);
    document["webhooks"] = webhooks::section();
    for (name, schema) in webhooks::schemas() {
        document["components"]["schemas"][name] = schema;
    }
    document
}

/// This description. Its server is the one that answers.
#[utoipa::path(
    get,
    path = "/_mock/openapi.json",
    operation_id = "describe",
    tag = "Control",
    responses((status = 200, description = "An OpenAPI document", body = Object), ForControl),
)]
pub(crate) async fn show(State(mock): State<Arc<Instance>>) -> Json<Value> {
    Json(document(&mock.base_url()))
}

fn head() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Klavi mock")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .license(Some(utoipa::openapi::License::new(env!("CARGO_PKG_LICENSE"))))
        .build();
    let mut components = provider_mock::control::components(ComponentsBuilder::new());
    for (name, response) in refusals::responses() {
        components = components.response(name, response);
    }
    for (name, scheme) in security::schemes() {
        components = components.security_scheme(name, scheme);
    }
    components = components.schemas_from_iter([("Error", RefOr::T(refusals::error()))]);
    let tags = TAGS.map(|(name, about)| TagBuilder::new().name(name).description(Some(about)).build());
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([Server::new(LOCAL)]))
        .tags(Some(tags))
        .components(Some(components.build()))
        .build()
}
