use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use http::HeaderMap;
use klavi_types::api::ReportAccepted;
use klavi_types::{Level, PersonType};
use serde_json::Value;

use super::callers::Partner;
use super::fields::Fields;
use super::links::callbacks;
use super::schemas;
use crate::instance::{Instance, ReportOrder, Selection};
use crate::openapi::{Business, ForBody, ForCall, ForToken};
use crate::refusal::Refusal;
use crate::rules;

type Answer = Result<Json<ReportAccepted>, Refusal>;

macro_rules! endpoints {
    ($( $(#[$doc:meta])* $name:ident: $person:ident, $level:ident, $path:literal, $id:literal, $body:ty; )*) => { $(
        $(#[$doc])*
        #[utoipa::path(
            post,
            path = $path,
            operation_id = $id,
            tag = "Reports",
            request_body = $body,
            security(("AccessToken" = [])),
            responses(
                (status = 200, description = "They come by webhook, under this id", body = schemas::ReportAccepted),
                ForCall, ForToken, ForBody, Business,
            ),
        )]
        pub(crate) async fn $name(
            State(mock): State<Arc<Instance>>,
            _: Partner,
            headers: HeaderMap,
            body: Bytes,
        ) -> Answer {
            request(&mock, PersonType::$person, Level::$level, concat!("POST ", $path), &headers, &body)
        }
    )* };
}

endpoints! {
    /// Asks for reports on a person at one institution.
    personal_institution: Personal, Institution, "/data/v1/personal/institution-data",
        "requestPersonalInstitutionReports", schemas::PersonalInstitutionReports;
    /// Asks for reports on a person over all institutions.
    personal_user: Personal, User, "/data/v1/personal/user-data",
        "requestPersonalUserReports", schemas::PersonalUserReports;
    /// Asks for reports on a company at one institution.
    business_institution: Business, Institution, "/data/v1/business/institution-data",
        "requestBusinessInstitutionReports", schemas::BusinessInstitutionReports;
    /// Asks for reports on a company over all institutions.
    business_user: Business, User, "/data/v1/business/user-data",
        "requestBusinessUserReports", schemas::BusinessUserReports;
}

fn request(
    mock: &Instance,
    person: PersonType,
    level: Level,
    endpoint: &'static str,
    headers: &HeaderMap,
    body: &[u8],
) -> Answer {
    let mut fields = Fields::read(headers, body)?;
    let tax_id = match person {
        PersonType::Personal => fields.required("taxId", Fields::cpf),
        PersonType::Business => fields.required("taxId", Fields::cnpj),
    };
    let institution_code = (level == Level::Institution).then(|| fields.required_text("institutionCode"));
    let link_id = fields.text("linkId");
    let consent_ids = fields.texts("consentIds");
    let selection = selection(&mut fields);
    let callback_urls = fields.take("productsCallbackURL");
    let external_info = fields.object("externalInfo");
    fields.finish(mock, endpoint)?;
    let order = ReportOrder {
        person,
        level,
        tax_id,
        institution_code,
        link_id,
        consent_ids,
        selection,
        callback_urls: callback_urls.as_ref().map(|urls| callbacks(mock, urls)).transpose()?,
        external_info,
    };
    mock.request_reports(order).map(Json)
}

/// `all` is documented as the value of `products`, in an array it is observed: both are taken.
fn selection(fields: &mut Fields) -> Selection {
    match fields.take("products") {
        Some(Value::String(word)) if word == "all" => Selection::All,
        Some(Value::Array(words)) if words.iter().all(Value::is_string) => {
            let words: Vec<_> = words.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            if words == ["all"] { Selection::All } else { Selection::Named(words) }
        }
        Some(_) => {
            fields.problem(&rules::TYPE, "products", "must be an array of strings");
            Selection::Named(Vec::new())
        }
        None => {
            fields.problem(&rules::REQUIRED, "products", "is required");
            Selection::Named(Vec::new())
        }
    }
}
