use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};

/// Who a caller can be.
pub(super) fn schemes() -> Vec<(&'static str, SecurityScheme)> {
    let header = |name: &str, about: &str| {
        SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(name, about)))
    };
    vec![
        ("AccessToken", bearer("The partner's back end: accessToken of `POST /data/v1/auth`.")),
        ("LinkToken", bearer("The session of one link: linkToken of `POST /data/v1/links`.")),
        ("PartnerCode", header("partner_code", "Code of the partner, for KaaS.")),
        ("PartnerToken", header("partner_token", "Token of the partner, for KaaS.")),
        ("ClientId", header("client_id", "The same as partner_code, by its newer name.")),
        ("ClientSecret", header("client_secret", "The same as partner_token, by its newer name.")),
        ("SecretKey", header("secretKey", "The secretKey itself, for Analysis.")),
    ]
}

fn bearer(about: &str) -> SecurityScheme {
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.description = Some(about.to_owned());
    SecurityScheme::Http(bearer)
}
