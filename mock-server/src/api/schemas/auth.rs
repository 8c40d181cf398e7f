use utoipa::ToSchema;

/// The keys of the partner.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", examples(json!({"accessKey": "access", "secretKey": "secret"})))]
pub(crate) struct Login {
    #[schema(min_length = 1)]
    access_key: String,
    /// Also the key of webhook signatures.
    #[schema(min_length = 1)]
    secret_key: String,
}

/// A token of the partner's back end.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct AccessToken {
    #[schema(min_length = 1)]
    access_token: String,
    /// Its life in seconds.
    #[schema(minimum = 1)]
    expire_in: u32,
}
