use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::IntoResponses;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, HeaderBuilder, Ref, RefOr, Response, ResponseBuilder, Schema};

/// A refusal: name, HTTP status, code in its body, the two texts of an example, and what it means.
struct Refused {
    name: &'static str,
    status: u16,
    code: u16,
    error: &'static str,
    message: &'static str,
    about: &'static str,
}

const BAD_REQUEST: Refused = Refused {
    name: "BadRequest",
    status: 400,
    code: 400,
    error: "Bad Request",
    message: "The body is not valid JSON",
    about: "The body cannot be read, or the phone is none.",
};
const UNAUTHORIZED: Refused = Refused {
    name: "Unauthorized",
    status: 401,
    code: 401,
    error: "Unauthorized",
    message: "The accessToken is invalid or has expired",
    about: "Credentials are missing, wrong or expired.",
};
const FORBIDDEN: Refused = Refused {
    name: "Forbidden",
    status: 403,
    code: 403,
    error: "Forbidden",
    message: "This call needs an accessToken, not a linkToken",
    about: "The caller may not do this.",
};
const NOT_FOUND: Refused = Refused {
    name: "NotFound",
    status: 404,
    code: 404,
    error: "Not Found",
    message: "The consent does not exist",
    about: "What the address names does not exist.",
};
const CONFLICT: Refused = Refused {
    name: "Conflict",
    status: 409,
    code: 409,
    error: "Conflict",
    message: "externalTrackId was used before, it must be unique for each call",
    about: "It does not go together with what there is.",
};
const TOO_LARGE: Refused = Refused {
    name: "PayloadTooLarge",
    status: 413,
    code: 413,
    error: "Payload Too Large",
    message: "The request body is too large or was cut off",
    about: "The body is too large. Klavi's own limit is not documented.",
};
const BUSINESS: Refused = Refused {
    name: "Business",
    status: 416,
    code: 4001,
    error: "Invalid authorisation info",
    message: "There is no authorised consent for it",
    about: "A business error: `statusCode` is its code, 4001 to 4009.",
};
const UNPROCESSABLE: Refused = Refused {
    name: "UnprocessableEntity",
    status: 422,
    code: 422,
    error: "Unprocessable Entity",
    message: "personalTaxId must be a CPF: 11 digits with valid check digits",
    about: "Fields are missing or malformed; the message names them.",
};
const TOO_MANY: Refused = Refused {
    name: "TooManyRequests",
    status: 429,
    code: 429,
    error: "Too Many Requests",
    message: "Too many requests: the calls per second of the contract are used up",
    about: "More calls in a second than the contract allows.",
};

const ALL: [&Refused; 9] = [
    &BAD_REQUEST,
    &UNAUTHORIZED,
    &FORBIDDEN,
    &NOT_FOUND,
    &CONFLICT,
    &TOO_LARGE,
    &BUSINESS,
    &UNPROCESSABLE,
    &TOO_MANY,
];

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
    /// Of every call to Klavi's API.
    ForCall: TOO_LARGE, TOO_MANY;
    /// Of those that need a token or keys.
    ForToken: UNAUTHORIZED, FORBIDDEN;
    /// Of those that need keys alone.
    ForKeys: UNAUTHORIZED;
    /// Of those that have a body.
    ForBody: BAD_REQUEST, UNPROCESSABLE;
    /// Of those that have parameters in their query.
    ForQuery: UNPROCESSABLE;
    Forbidden: FORBIDDEN;
    NotFound: NOT_FOUND;
    TooLarge: TOO_LARGE;
    Conflict: CONFLICT;
    Business: BUSINESS;
}

/// The refusals themselves, to be referred to.
pub(super) fn responses() -> impl Iterator<Item = (&'static str, Response)> {
    ALL.into_iter().map(|refused| (refused.name, refused.response()))
}

/// The form of every error body. Source: docs.klavi.ai/connect/open-finance-codes-and-errors.
pub(super) fn error() -> Schema {
    let text = || ObjectBuilder::new().schema_type(Type::String).min_length(Some(1));
    let code = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some("The HTTP status, or the business code under 416."));
    ObjectBuilder::new()
        .description(Some("Why a call was refused."))
        .property("statusCode", code)
        .property("error", text().description(Some("The kind of error.")))
        .property("message", text().description(Some("What is wrong.")))
        .required("statusCode")
        .required("error")
        .required("message")
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)))
        .into()
}

impl Refused {
    fn named(&self) -> (String, RefOr<Response>) {
        (self.status.to_string(), RefOr::Ref(Ref::from_response_name(self.name)))
    }

    fn response(&self) -> Response {
        let content = ContentBuilder::new()
            .schema(Some(Ref::from_schema_name("Error")))
            .example(Some(self.example()))
            .build();
        let named = HeaderBuilder::new()
            .description(Some("The rules behind it that are not documented: `id; source=…`, with commas."));
        let response = ResponseBuilder::new()
            .description(self.about)
            .content("application/json", content)
            .header("X-Mock-Rule", named.build());
        if self.status != TOO_MANY.status {
            return response.build();
        }
        let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0));
        let header = HeaderBuilder::new()
            .schema(Some(seconds))
            .description(Some("After how many seconds the next call is taken; observed, not documented."));
        response.header("Retry-After", header.build()).build()
    }

    fn example(&self) -> Value {
        json!({"statusCode": self.code, "error": self.error, "message": self.message})
    }
}
