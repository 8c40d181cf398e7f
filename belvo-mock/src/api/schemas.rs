//! Bodies of Belvo's API as they are described to others. What is read is judged field by field elsewhere, what is answered
//! is made by `view`; that these agree with both is what the tests of the description are for.
#![expect(dead_code, reason = "they are described and never made")]

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::SchemaFormat;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type};

/// An error; the body is an array of them.
#[derive(ToSchema)]
pub(crate) struct Problem {
    /// `required`, `login_error`, `token_required`, …
    code: String,
    /// Not there with `session_expired_ob`.
    message: Option<String>,
    /// 32 hexadecimal digits.
    #[schema(pattern = "^[0-9a-f]{32}$")]
    request_id: String,
    /// The broken field of the body.
    field: Option<String>,
    /// With `duplicated`.
    institution_user_id: Option<String>,
    /// With `token_required`: to be sent back.
    session: Option<String>,
    /// With `token_required`: seconds.
    #[schema(schema_with = text_or_number)]
    expiry: Option<Value>,
    /// With `token_required`: to be sent back.
    link: Option<String>,
    token_generation_data: Option<TokenGenerationData>,
}

/// What the user does.
#[derive(ToSchema)]
pub(crate) struct TokenGenerationData {
    instructions: String,
    /// `inputless`, `numeric`, `qr` or `text`.
    r#type: String,
    /// Code to show, PNG in Base64, or question.
    value: Option<String>,
    expects_user_input: Option<bool>,
}

/// A token for the widget, by the keys.
#[derive(ToSchema)]
pub(crate) struct NewToken {
    /// `secretId`.
    #[schema(schema_with = text)]
    id: String,
    /// `secretPassword`.
    #[schema(schema_with = text)]
    password: String,
    /// With commas, one of the documented sets.
    #[schema(schema_with = text)]
    scopes: String,
    /// Update mode.
    #[schema(schema_with = text_or_null)]
    link_id: Option<String>,
    #[schema(schema_with = resources)]
    fetch_resources: Option<Vec<String>>,
    #[schema(schema_with = storage)]
    credentials_storage: Option<String>,
    #[schema(schema_with = days)]
    stale_in: Option<String>,
    #[schema(schema_with = external_id)]
    external_id: Option<String>,
    #[schema(schema_with = widget)]
    widget: Option<Value>,
}

#[derive(ToSchema)]
pub(crate) struct Token {
    access: String,
    refresh: String,
}

/// A link. `fields` and `omit` of the query leave members out.
#[derive(ToSchema)]
pub(crate) struct Link {
    #[schema(required = false)]
    id: String,
    institution: Option<String>,
    /// `single` or `recurrent`.
    access_mode: Option<String>,
    /// `valid`, `invalid`, `unconfirmed` or `token_required`.
    status: Option<String>,
    /// `6h`, `12h`, `24h`, `7d` or `30d`; `null` for single links.
    refresh_rate: Option<String>,
    created_by: Option<String>,
    created_at: Option<String>,
    last_accessed_at: Option<String>,
    external_id: Option<String>,
    /// 44 characters; the same for each link of one user at one institution.
    institution_user_id: Option<String>,
    #[schema(required = false)]
    credentials_storage: String,
    stale_in: Option<String>,
    #[schema(required = false)]
    fetch_resources: Vec<String>,
}

/// A page of a list.
#[derive(ToSchema)]
pub(crate) struct Page {
    count: u64,
    /// Absolute, with the filters.
    #[schema(required)]
    next: Option<String>,
    #[schema(required)]
    previous: Option<String>,
    #[schema(value_type = Vec<Object>)]
    results: Vec<Value>,
}

/// A link by the user's login.
#[derive(ToSchema)]
#[schema(examples(json!({"institution": "erebor_mx_retail", "username": "bnk100", "password": "full"})))]
pub(crate) struct NewLink {
    /// Its name.
    #[schema(schema_with = text)]
    institution: String,
    #[schema(schema_with = text)]
    username: String,
    /// Where the institution asks for it, which most do.
    #[schema(schema_with = text)]
    password: Option<String>,
    #[schema(schema_with = text)]
    username2: Option<String>,
    #[schema(schema_with = text)]
    username3: Option<String>,
    #[schema(schema_with = text)]
    password2: Option<String>,
    #[schema(schema_with = text)]
    username_type: Option<String>,
    #[schema(schema_with = text_or_null)]
    token: Option<String>,
    #[schema(schema_with = external_id)]
    external_id: Option<String>,
    #[schema(schema_with = access_mode)]
    access_mode: Option<String>,
    #[schema(schema_with = resources)]
    fetch_resources: Option<Vec<String>>,
    #[schema(schema_with = storage)]
    credentials_storage: Option<String>,
    /// By default `365d`.
    #[schema(schema_with = days)]
    stale_in: Option<String>,
    #[schema(schema_with = base64)]
    certificate: Option<String>,
    #[schema(schema_with = base64)]
    private_key: Option<String>,
    #[schema(schema_with = flag)]
    fetch_historical: Option<bool>,
    #[schema(schema_with = flag)]
    save_data: Option<bool>,
    #[schema(schema_with = text)]
    encryption_key: Option<String>,
}

/// The user's second factor.
#[derive(ToSchema)]
pub(crate) struct Resume {
    #[schema(schema_with = text)]
    session: String,
    /// As in the 428.
    #[schema(schema_with = text)]
    link: String,
    #[schema(schema_with = text_or_null)]
    token: Option<String>,
    #[schema(schema_with = flag)]
    save_data: Option<bool>,
}

#[derive(ToSchema)]
pub(crate) struct NewCredentials {
    #[schema(schema_with = text)]
    password: String,
    /// Where the institution asks for it.
    #[schema(required = false)]
    password2: Value,
    #[schema(schema_with = text_or_null)]
    token: Option<String>,
    #[schema(schema_with = base64)]
    certificate: Option<String>,
    #[schema(schema_with = base64)]
    private_key: Option<String>,
}

#[derive(ToSchema)]
pub(crate) struct Retrieval {
    #[schema(schema_with = access_mode)]
    access_mode: Option<String>,
    #[schema(schema_with = days)]
    stale_in: Option<String>,
    #[schema(schema_with = resources)]
    fetch_resources: Option<Vec<String>>,
}

#[derive(ToSchema)]
pub(crate) struct Refresh {
    #[schema(schema_with = resources)]
    fetch_resources: Option<Vec<String>>,
}

#[derive(ToSchema)]
pub(crate) struct Accepted {
    /// 32 hexadecimal digits; in the webhook it has hyphens.
    #[schema(pattern = "^[0-9a-f]{32}$")]
    request_id: String,
}

/// A consent. `fields` and `omit` of the query leave members out.
#[derive(ToSchema)]
pub(crate) struct Consent {
    #[schema(required = false)]
    id: String,
    #[schema(required = false)]
    display_name: String,
    #[schema(required = false)]
    document_number: String,
    #[schema(required = false)]
    belvo_institution_name: String,
    #[schema(required = false)]
    created_at: String,
    expired_at: Option<String>,
    #[schema(required = false)]
    undefined_consent_expiration: bool,
    status: Option<String>,
    #[schema(required = false)]
    permissions: BTreeMap<String, Vec<String>>,
}

/// An institution. `fields` and `omit` of the query leave members out.
#[derive(ToSchema)]
pub(crate) struct Institution {
    #[schema(required = false)]
    id: u32,
    #[schema(required = false)]
    name: String,
    #[schema(required = false)]
    display_name: String,
    /// `bank`, `fiscal` or `employment`.
    #[schema(required = false)]
    r#type: String,
    /// `healthy` or `down`.
    #[schema(required = false)]
    status: String,
    /// `credentials` or `openbanking`.
    #[schema(required = false)]
    integration_type: String,
    #[schema(required = false)]
    country_codes: Vec<String>,
    #[schema(required = false)]
    resources: Vec<String>,
    #[schema(required = false)]
    website: String,
    #[schema(required = false)]
    logo: String,
    #[schema(required = false)]
    icon_logo: String,
    #[schema(required = false)]
    text_logo: String,
    #[schema(required = false)]
    primary_color: String,
    #[schema(value_type = Vec<Object>, required = false)]
    features: Vec<Value>,
    #[schema(value_type = Vec<Object>, required = false)]
    form_fields: Vec<Value>,
}

fn of_types<const N: usize>(types: [Type; N]) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::from_iter(types))
}

fn text_or_number() -> ObjectBuilder {
    of_types([Type::String, Type::Number]).description(Some("As text or as a number."))
}

/// Not blank; a number is taken for its text.
fn text() -> ObjectBuilder {
    of_types([Type::String, Type::Number]).pattern(Some(r"\S"))
}

fn text_or_null() -> ObjectBuilder {
    of_types([Type::String, Type::Number, Type::Null]).pattern(Some(r"\S"))
}

fn external_id() -> ObjectBuilder {
    let about = "A value of the partner's. What looks personal is not kept.";
    of_types([Type::String, Type::Null]).pattern(Some("^[A-Za-z0-9_-]{3,}$")).description(Some(about))
}

fn access_mode() -> ObjectBuilder {
    let words = of_types([Type::String]).enum_values(Some(["single", "recurrent"]));
    words.description(Some("By default `recurrent`."))
}

fn storage() -> ObjectBuilder {
    let about = "`store`, `nostore`, or a number of days from `1d` to `365d`.";
    of_types([Type::String]).pattern(Some("^(store|nostore|[1-9][0-9]?[0-9]?d)$")).description(Some(about))
}

fn days() -> ObjectBuilder {
    of_types([Type::String]).pattern(Some("^[1-9][0-9]{0,3}d$")).description(Some("A number of days: `90d`."))
}

fn base64() -> ObjectBuilder {
    let about = "Base64. Certificate and key come together.";
    of_types([Type::String]).format(Some(SchemaFormat::Custom("byte".to_owned()))).description(Some(about))
}

fn flag() -> ObjectBuilder {
    of_types([Type::Boolean])
}

fn resources() -> ArrayBuilder {
    let about = "Some of those that the institution has.";
    ArrayBuilder::new().items(of_types([Type::String])).description(Some(about))
}

fn widget() -> ObjectBuilder {
    let about = "`purpose`, `openfinance_feature`, `callback_urls`, `consent`, `branding`, `theme`.";
    of_types([Type::Object]).description(Some(about))
}
