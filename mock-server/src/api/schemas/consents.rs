use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// A consent that is asked for. One of `personalTaxId` and `businessTaxId` is required.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", examples(json!({
    "externalTrackId": "track-1",
    "personalTaxId": "12345678909",
    "institutionCode": "341",
    "redirectURL": "https://partner.example/back",
    "validityPeriod": 12,
})))]
pub(crate) struct CreateConsent {
    /// The partner's own value, unique for each call.
    #[schema(min_length = 1)]
    external_track_id: String,
    /// CPF of the end user.
    #[schema(format = "cpf", pattern = "^([0-9]{11})?$")]
    personal_tax_id: Option<String>,
    /// CNPJ of the company.
    #[schema(format = "cnpj", pattern = "^([0-9A-Z]{12}[0-9]{2})?$")]
    business_tax_id: Option<String>,
    /// As `GET /data/v1/links/institutions` has it.
    #[schema(min_length = 1)]
    institution_code: String,
    /// Where the browser goes at the end; may be of an app's scheme.
    #[schema(rename = "redirectURL", format = "url", pattern = r"^[A-Za-z][A-Za-z0-9+.-]*:\S*$")]
    redirect_url: String,
    #[schema(schema_with = validity_period)]
    validity_period: Option<u8>,
    #[schema(pattern = "^$|@")]
    email: Option<String>,
    #[schema(pattern = r"^(\+55[0-9]{10,11})?$")]
    phone: Option<String>,
    /// What is in it is not documented.
    client_metadata: Option<BTreeMap<String, Value>>,
}

fn validity_period() -> utoipa::openapi::Object {
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::SchemaType::from_iter([
            utoipa::openapi::Type::Integer,
            utoipa::openapi::Type::Null,
        ]))
        .enum_values(Some([Value::from(0), Value::from(12), Value::Null]))
        .description(Some("Months, or 0 for no end. Required by the newer documentation; the mock notes where it is missing."))
        .build()
}

/// A consent that waits for its user.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct ConsentCreated {
    #[schema(max_length = 36)]
    consent_id: String,
    /// The bank's page: opens once and within 60 seconds.
    #[schema(rename = "consentRedirectURL", format = Uri)]
    consent_redirect_url: String,
    /// Missing where there is no end.
    #[schema(format = DateTime, nullable = false)]
    expire_at: Option<String>,
}

/// A consent.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct Consent {
    #[schema(max_length = 36)]
    consent_id: String,
    link_id: String,
    external_track_id: String,
    /// Empty where there is none.
    #[schema(pattern = "^([0-9]{11})?$")]
    personal_tax_id: String,
    /// Empty for a natural person.
    #[schema(pattern = "^([0-9A-Z]{12}[0-9]{2})?$")]
    business_tax_id: String,
    institution_code: String,
    status: ConsentStatus,
    permissions_apply: Vec<PermissionGroup>,
    /// None of them until the user has authorised.
    permissions_granted: Vec<PermissionGroup>,
    /// Missing where there is no end.
    #[schema(format = DateTime, nullable = false)]
    expire_at: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// How far a consent has got.
#[derive(ToSchema)]
#[schema(rename_all = "SCREAMING_SNAKE_CASE")]
enum ConsentStatus {
    Started,
    AwaitingAuthorisation,
    AwaitingLgpdAuthorisation,
    Authorised,
    Error,
    Rejected,
    Expired,
    Revoked,
    DeletedByUser,
}

/// What a user allows.
#[derive(ToSchema)]
enum PermissionGroup {
    #[schema(rename = "REGISTRATION_ALL")]
    Registration,
    #[schema(rename = "ACCOUNTS_ALL")]
    Accounts,
    #[schema(rename = "CREDIT_CARDS_ALL")]
    CreditCards,
    #[schema(rename = "CREDIT_OPERATIONS_ALL")]
    CreditOperations,
    #[schema(rename = "INVESTMENTS_ALL")]
    Investments,
}

/// Which consents. A tax id is documented as required; `linkId`, and a call without any parameter, were observed.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(crate) struct ConsentQuery {
    /// CPF of the end user.
    #[param(format = "cpf", pattern = "^[0-9]{11}$", nullable = false, example = "12345678909")]
    personal_tax_id: Option<String>,
    /// CNPJ of the company.
    #[param(format = "cnpj", pattern = "^[0-9A-Z]{12}[0-9]{2}$", nullable = false)]
    business_tax_id: Option<String>,
    /// Consents of that link alone.
    #[param(nullable = false)]
    link_id: Option<String>,
}

/// It is done.
#[derive(ToSchema)]
pub(crate) struct Acknowledgement {
    #[schema(examples("ok"))]
    message: String,
}
