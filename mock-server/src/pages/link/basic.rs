use crate::pages::{BRAND, klavi_page};
use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use http::{Method, StatusCode};
use maud::html;
use url::form_urlencoded;

use crate::api::fields::{Fields, note_unknown};
use crate::api::schemas;
use crate::instance::{Instance, NewLink};
use crate::openapi::TooLarge;
use crate::refusal::Refusal;
use crate::rules;
use crate::store::{AppLink, CallbackUrls};
use html_kit::Lang;
use html_kit::notice;
use html_kit::see_other;

const ENDPOINT: &str = "GET /data/v1/basic-links/{yourAppId}";

/// Basic WhiteLabel: makes a link and leads the browser to its page.
///
/// An address that the partner sends out as it is. Opened by browsers, so it is refused with a page.
/// Source: docs.klavi.ai/connect/basic-whitelabel.
#[utoipa::path(
    get,
    path = "/data/v1/basic-links/{yourAppId}",
    operation_id = "openBasicLink",
    tag = "Links",
    params(("yourAppId" = String, Path, description = "`partnerAppId` of the partner"), schemas::BasicLink),
    responses(
        (status = 303, description = "On to the page of a new link", headers(("Location" = String))),
        (status = 400, description = "The phone is none", body = String, content_type = "text/html"),
        (status = 404, description = "There is no such application", body = String, content_type = "text/html"),
        (status = 416, description = "The institution is not available", body = String, content_type = "text/html"),
        (status = 422, description = "A parameter is malformed", body = String, content_type = "text/html"),
        TooLarge,
    ),
)]
pub(crate) async fn open(
    State(mock): State<Arc<Instance>>,
    method: Method,
    Path(app_id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let mut query: BTreeMap<String, String> =
        form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    let english = query.remove("lang").is_some_and(|lang| lang.eq_ignore_ascii_case("en"));
    let lang = if english { Lang::English } else { Lang::Portuguese };
    if app_id != mock.settings.partner_app_id {
        let text =
            lang.say("Não existe um aplicativo com este código.", "There is no application of this id.");
        return klavi_page(lang, lang.say("Página não encontrada", "Page not found"))
            .status(StatusCode::NOT_FOUND)
            .show(&html! { p { (text) } });
    }
    if method == Method::HEAD {
        // A preview must not make a link.
        return notice(BRAND, StatusCode::OK, "Conecte", "");
    }
    match read(&mock, query).and_then(|link| mock.create_link(link)) {
        Ok(link) => {
            let address = link.link_url.as_ref().map_or("/conecte", |address| address.expose());
            let language = if english { "&lang=en" } else { "" };
            see_other(format!("{address}{language}"))
        }
        Err(refusal) => invalid(lang, &refusal),
    }
}

fn read(mock: &Instance, mut query: BTreeMap<String, String>) -> Result<NewLink, Refusal> {
    // Klavi's own apps sent it until April 2024 (observed).
    if let Some(older) = query.remove("redirectURL") {
        note_unknown(mock, ENDPOINT, vec!["redirectURL".to_owned()]);
        query.entry("redirect_url".to_owned()).or_insert(older);
    }
    let mut fields = Fields::of_query(query);
    let mut link = NewLink {
        personal_tax_id: fields.cpf("personal_tax_id"),
        business_tax_id: fields.cnpj("business_tax_id"),
        institution_code: fields.text("institution_code"),
        redirect_url: fields.redirect("redirect_url"),
        // The /connect pages do not name it, the /link pages do.
        app_link: fields.redirect("application_link").map(AppLink::older),
        ..NewLink::default()
    };
    let callback_url = fields.take("products_callback_url");
    fields.contacts();
    fields.finish(mock, ENDPOINT)?;
    link.callback_urls = callback_url
        .as_ref()
        .map(|url| CallbackUrls::read_address(url, mock.settings.http_webhooks))
        .transpose()
        .map_err(|why| Refusal::by(&rules::BASIC_CALLBACK_URL, format!("products_callback_url: {why}")))?;
    Ok(link)
}

/// The partner's mistake, not the user's: what is wrong stands there in the words of the API.
fn invalid(lang: Lang, refusal: &Refusal) -> Response {
    klavi_page(lang, lang.say("Este endereço não é válido", "This address is not valid"))
        .status(refusal.status)
        .show(&html! {
            p { (lang.say(
                "Quem publicou o endereço precisa corrigi-lo:",
                "Whoever published the address has to correct it:",
            )) }
            p lang="en" { code { (refusal.message) } }
        })
}
