use std::sync::Arc;
use synthetic_data::tax_id;

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Value, json};

use super::callers::{Partner, accepts};
use super::fields::Fields;
use super::registration;
use super::schemas;
use crate::instance::{Instance, NewToken};
use crate::institutions::INSTITUTIONS;
use crate::openapi::{ForCall, ForKeys};
use crate::refusal::Refusal;
use crate::rules;
use crate::store::{Callbacks, CredentialsStorage, Secret};
use provider_mock::address;

/// The scopes of each way to use the widget, exactly; update mode adds `read_links`.
/// Source: developers.belvo.com, `token`.
const SCOPES: [&str; 3] = [
    "read_institutions,write_links",
    "read_institutions,write_links,read_consents,write_consents,write_consent_callback,delete_consents",
    "read_consents,write_consents,write_consent_callback",
];

const ENDPOINT: &str = "POST /api/token/";

/// Makes a widget token. The keys are in the body.
///
/// Those of the `Authorization` header serve where the body has none: so does an official client ask for one.
#[utoipa::path(
    post,
    path = "/api/token/",
    operation_id = "createToken",
    tag = "Token",
    request_body = schemas::NewToken,
    responses(
        (status = 200, description = "For the widget", body = schemas::Token),
        ForCall, ForKeys,
    ),
)]
pub(super) async fn create(
    State(mock): State<Arc<Instance>>,
    partner: Option<Partner>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let mut fields = Fields::read(&headers, &body)?;
    // A client that has logged in may leave them out.
    if fields.has("id") || fields.has("password") || partner.is_none() {
        let (id, password) = (fields.required_text("id"), fields.required_text("password"));
        if id.is_empty() || password.is_empty() {
            fields.finish(&mock, ENDPOINT)?;
            return Err(Refusal::wrong_keys());
        }
        if !accepts(&mock, &id, &password) {
            return Err(Refusal::wrong_keys());
        }
    }
    let scopes = fields.required_text("scopes");
    fields.nullable("link_id");
    let link_id = fields.text("link_id");
    if !scopes.is_empty() && !fits(&scopes, link_id.is_some()) {
        fields.problem(&rules::SCOPES, "scopes", format!("\"{scopes}\" is no known set of scopes."));
    }
    if let Some(id) = &link_id
        && mock.link(id).is_err()
    {
        let message = format!("Invalid pk \"{id}\" - object does not exist.");
        fields.problem(&rules::NO_SUCH_OBJECT, "link_id", message);
    }
    let fetch_resources = fields.words("fetch_resources", &resources(), &rules::RESOURCE).unwrap_or_default();
    let credentials_storage = fields.text("credentials_storage").and_then(|word| {
        let storage = CredentialsStorage::from_word(&word);
        if storage.is_none() {
            let message = "Must be store, nostore, or a number of days from 1d to 365d.";
            fields.problem(&rules::STORAGE, "credentials_storage", message);
        }
        storage
    });
    let mut new = NewToken {
        scopes,
        link_id,
        fetch_resources,
        credentials_storage,
        stale_in: registration::stale_in(&mut fields),
        external_id: registration::external_id(&mut fields),
        purpose: None,
        company_name: None,
        document: None,
        callbacks: Callbacks::default(),
    };
    fields.object("widget", |widget| read_widget(widget, &mut new));
    fields.finish(&mock, ENDPOINT)?;
    let (access, refresh) = mock.create_token(new);
    Ok(Json(json!({"access": access, "refresh": refresh})))
}

fn fits(scopes: &str, update: bool) -> bool {
    let sorted = |scopes: &str| {
        let mut scopes: Vec<_> = scopes.split(',').map(str::to_owned).collect();
        scopes.sort_unstable();
        scopes
    };
    // What the official clients ask for, unless they are told otherwise.
    (update && sorted(SCOPES[0]) == sorted(scopes))
        || SCOPES.iter().any(|known| {
            let known = if update { format!("{known},read_links") } else { (*known).to_owned() };
            sorted(&known) == sorted(scopes)
        })
}

/// Whatever any institution has.
fn resources() -> Vec<&'static str> {
    let mut all: Vec<_> = INSTITUTIONS.iter().flat_map(|known| known.resources).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn read_widget(widget: &mut Fields, new: &mut NewToken) {
    new.purpose = widget.text("purpose");
    if new.purpose.as_ref().is_some_and(|purpose| purpose.chars().count() > 600) {
        widget.problem(&rules::PURPOSE, "purpose", "Ensure this field has no more than 600 characters.");
    }
    widget.choice("openfinance_feature", &["consent_link_creation", "consent_management"]);
    widget.object("callback_urls", |urls| {
        let mut url = |name| {
            let address = urls.text(name)?;
            if address::redirect(&address).is_none() {
                urls.problem(&rules::CALLBACK, name, "Enter a valid URL.");
            }
            Some(address)
        };
        new.callbacks = Callbacks { success: url("success"), exit: url("exit"), event: url("event") };
    });
    widget.object("consent", |consent| {
        consent.text("terms_and_conditions_url");
        let groups = ["REGISTER", "ACCOUNTS", "CREDIT_CARDS", "CREDIT_OPERATIONS"];
        consent.words("permissions", &groups, &rules::CHOICE);
        consent.objects("identification_info", |info| {
            let kind = info.choice("type", &["CPF", "CNPJ"]);
            let number = info.required_text("number");
            info.text("name");
            let bare: String = number.chars().filter(char::is_ascii_alphanumeric).collect();
            let fits = match kind.as_deref() {
                Some("CPF") => tax_id::is_cpf(&bare),
                Some(_) => tax_id::is_cnpj(&bare),
                None => return info.problem(&rules::DOCUMENT_KIND, "type", "CPF or CNPJ."),
            };
            if fits {
                // The first is the user, the company's comes after.
                new.document.get_or_insert_with(|| Secret::new(bare));
            } else if !number.is_empty() {
                info.problem(&rules::DOCUMENT, "number", "The check digits do not fit.");
            }
        });
    });
    widget.object("branding", |branding| {
        new.company_name = branding.text("company_name");
        let known =
            ["company_icon", "company_logo", "company_terms_url", "overlay_background_color", "social_proof"];
        known.into_iter().for_each(|name| branding.pass(name));
    });
    widget.list("theme");
    widget.pass("color_scheme");
}
