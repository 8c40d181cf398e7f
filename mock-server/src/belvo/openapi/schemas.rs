//! Bodies of Belvo's API. The handlers read and write JSON by hand; these describe it.
#![expect(dead_code, reason = "they are there to be described")]

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::ToSchema;

/// An error; the body is an array of them.
#[derive(ToSchema)]
pub(super) struct Problem {
    /// `required`, `login_error`, `token_required`, …
    code: String,
    /// Not there with `session_expired_ob`.
    message: Option<String>,
    /// 32 hexadecimal digits.
    request_id: String,
    /// The broken field of the body.
    field: Option<String>,
    /// With `duplicated`.
    institution_user_id: Option<String>,
    /// With `token_required`: to be sent back.
    session: Option<String>,
    /// With `token_required`: seconds, as text or as a number.
    #[schema(value_type = Option<Object>)]
    expiry: Option<Value>,
    /// With `token_required`: to be sent back.
    link: Option<String>,
    token_generation_data: Option<TokenGenerationData>,
}

/// What the user does.
#[derive(ToSchema)]
struct TokenGenerationData {
    instructions: String,
    /// `inputless`, `numeric`, `qr` or `text`.
    r#type: String,
    /// Code to show, PNG in Base64, or question.
    value: Option<String>,
    expects_user_input: Option<bool>,
}

#[derive(ToSchema)]
pub(super) struct NewToken {
    /// `secretId`.
    id: String,
    /// `secretPassword`.
    password: String,
    /// With commas, one of the documented sets.
    scopes: String,
    /// Update mode.
    link_id: Option<String>,
    fetch_resources: Option<Vec<String>>,
    credentials_storage: Option<String>,
    stale_in: Option<String>,
    external_id: Option<String>,
    /// `purpose`, `openfinance_feature`, `callback_urls`, `consent`, `branding`, `theme`.
    #[schema(value_type = Option<Object>)]
    widget: Option<Value>,
}

#[derive(ToSchema)]
pub(super) struct Token {
    access: String,
    refresh: String,
}

#[derive(ToSchema)]
pub(super) struct Link {
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
    credentials_storage: String,
    stale_in: Option<String>,
    fetch_resources: Vec<String>,
}

/// A page of a list.
#[derive(ToSchema)]
pub(super) struct Page {
    count: u64,
    /// Absolute, with the filters.
    next: Option<String>,
    previous: Option<String>,
    #[schema(value_type = Vec<Object>)]
    results: Vec<Value>,
}

#[derive(ToSchema)]
pub(super) struct NewLink {
    institution: String,
    username: String,
    /// Where the institution asks for it, which most do.
    password: Option<String>,
    username2: Option<String>,
    username3: Option<String>,
    password2: Option<String>,
    username_type: Option<String>,
    token: Option<String>,
    external_id: Option<String>,
    /// By default `recurrent`.
    access_mode: Option<String>,
    fetch_resources: Option<Vec<String>>,
    /// `store`, `nostore` or `1d` to `365d`.
    credentials_storage: Option<String>,
    /// By default `365d`.
    stale_in: Option<String>,
    certificate: Option<String>,
    private_key: Option<String>,
    fetch_historical: Option<bool>,
    save_data: Option<bool>,
    encryption_key: Option<String>,
}

#[derive(ToSchema)]
pub(super) struct Resume {
    session: String,
    /// As in the 428.
    link: String,
    token: Option<String>,
    save_data: Option<bool>,
}

#[derive(ToSchema)]
pub(super) struct NewCredentials {
    password: String,
    password2: Option<String>,
    token: Option<String>,
    certificate: Option<String>,
    private_key: Option<String>,
}

#[derive(ToSchema)]
pub(super) struct Retrieval {
    access_mode: Option<String>,
    stale_in: Option<String>,
    fetch_resources: Option<Vec<String>>,
}

#[derive(ToSchema)]
pub(super) struct Refresh {
    fetch_resources: Option<Vec<String>>,
}

#[derive(ToSchema)]
pub(super) struct Accepted {
    /// 32 hexadecimal digits; in the webhook it has hyphens.
    request_id: String,
}

#[derive(ToSchema)]
pub(super) struct Consent {
    id: String,
    display_name: String,
    document_number: String,
    belvo_institution_name: String,
    created_at: String,
    expired_at: Option<String>,
    undefined_consent_expiration: bool,
    status: Option<String>,
    permissions: BTreeMap<String, Vec<String>>,
}

#[derive(ToSchema)]
pub(super) struct Institution {
    id: u32,
    name: String,
    display_name: String,
    /// `bank`, `fiscal` or `employment`.
    r#type: String,
    /// `healthy` or `down`.
    status: String,
    /// `credentials` or `openbanking`.
    integration_type: String,
    country_codes: Vec<String>,
    resources: Vec<String>,
    website: String,
    logo: String,
    icon_logo: String,
    text_logo: String,
    primary_color: String,
    #[schema(value_type = Vec<Object>)]
    features: Vec<Value>,
    #[schema(value_type = Vec<Object>)]
    form_fields: Vec<Value>,
}
