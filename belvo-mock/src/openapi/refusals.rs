use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, HeaderBuilder, Ref, RefOr, Response, ResponseBuilder, Schema};

/// A refusal: its name, HTTP status, what it means, and whether its body is the edge's page in place of JSON.
struct Refused {
    name: &'static str,
    status: u16,
    about: &'static str,
    is_page: bool,
}

const fn refused(name: &'static str, status: u16, about: &'static str) -> Refused {
    Refused { name, status, about, is_page: false }
}

const BAD_REQUEST: Refused =
    refused("BadRequest", 400, "The request cannot be read, a field is wrong, or a rule forbids it.");
const UNAUTHORIZED: Refused = refused("Unauthorized", 401, "The keys are missing or wrong.");
const EDGE: Refused = Refused {
    is_page: true,
    ..refused("TooManyCalls", 403, "More calls of one address in 30 seconds than are taken.")
};
const NOT_FOUND: Refused = refused("NotFound", 404, "What the address names does not exist.");
const CONFLICT: Refused =
    refused("Conflict", 409, "The last refresh of the link was less than ten minutes ago.");
const TOKEN_REQUIRED: Refused = refused("TokenRequired", 428, "The user has to give a second factor.");
const TOO_MANY: Refused = refused("TooManyRequests", 429, "Five links can be deleted in a minute.");
const UNEXPECTED: Refused =
    refused("Unexpected", 500, "An error of Belvo's, played by the name of the user.");

const ALL: [&Refused; 8] =
    [&BAD_REQUEST, &UNAUTHORIZED, &EDGE, &NOT_FOUND, &CONFLICT, &TOKEN_REQUIRED, &TOO_MANY, &UNEXPECTED];

/// Sets of refusals, as the descriptions name them.
macro_rules! sets {
    ($( $(#[$doc:meta])* $name:ident: $($refused:ident),+; )*) => { $(
        $(#[$doc])*
        pub(crate) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                [$(&$refused),+].into_iter().map(Refused::named).collect()
            }
        }
    )* };
}

sets! {
    /// Of every call to Belvo's API.
    ForCall: BAD_REQUEST, EDGE;
    /// Of those that need the keys.
    ForKeys: UNAUTHORIZED;
    NotFound: NOT_FOUND;
    Conflict: CONFLICT;
    TokenRequired: TOKEN_REQUIRED;
    TooMany: TOO_MANY;
    Unexpected: UNEXPECTED;
}

/// The refusals themselves, to be referred to.
pub(super) fn responses() -> impl Iterator<Item = (&'static str, Response)> {
    ALL.into_iter().map(|refused| (refused.name, refused.response()))
}

impl Refused {
    fn named(&self) -> (String, RefOr<Response>) {
        (self.status.to_string(), RefOr::Ref(Ref::from_response_name(self.name)))
    }

    fn response(&self) -> Response {
        let page = || Schema::from(ObjectBuilder::new().schema_type(Type::String));
        let problems =
            || ArrayBuilder::new().items(Ref::from_schema_name("Problem")).min_items(Some(1)).into();
        let (media_type, schema) =
            if self.is_page { ("text/html", page()) } else { ("application/json", problems()) };
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let named = HeaderBuilder::new()
            .description(Some("The rules behind it that are not documented: `id; source=…`, with commas."));
        ResponseBuilder::new()
            .description(self.about)
            .content(media_type, content)
            .header("X-Mock-Rule", named.build())
            .build()
    }
}
