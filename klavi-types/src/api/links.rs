use bon::bon;
use provider_wire::{Check, Integer, Json, Secret, Text, record};
use serde::Serialize;

use super::InvalidRequest;
use super::validation::FieldRules as _;
use crate::{Cnpj, Cpf, InstitutionCode, LinkId, Phone, ProductsCallbackUrl};

/// Body of `POST /data/v1/links`. Every field is optional; what is given is checked.
/// Source: docs.klavi.ai/connect/create-a-link.
///
/// ```
/// use klavi_types::api::CreateLink;
///
/// let link = CreateLink::builder()
///     .personal_tax_id("123.456.789-09")
///     .redirect_url("https://partner.example/back")
///     .build()?;
/// assert_eq!(
///     serde_json::to_string(&link).unwrap(),
///     r#"{"personalTaxId":"12345678909","redirectURL":"https://partner.example/back"}"#
/// );
///
/// let error = CreateLink::builder().personal_tax_id("1").phone("11 91234-5678").build().unwrap_err();
/// assert!(error.names("personalTaxId") && error.names("phone"));
/// # Ok::<(), klavi_types::api::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateLink {
    #[serde(skip_serializing_if = "Option::is_none")]
    personal_tax_id: Option<Cpf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    business_tax_id: Option<Cnpj>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<Phone>,
    #[serde(skip_serializing_if = "Option::is_none")]
    institution_code: Option<InstitutionCode>,
    #[serde(rename = "redirectURL", skip_serializing_if = "Option::is_none")]
    redirect_url: Option<Text>,
    #[serde(rename = "productsCallbackURL", skip_serializing_if = "Option::is_none")]
    products_callback_url: Option<ProductsCallbackUrl>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_info: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection_key: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_link: Option<Text>,
    #[serde(rename = "appRedirectURLKey", skip_serializing_if = "Option::is_none")]
    app_redirect_url_key: Option<Text>,
}

#[bon]
impl CreateLink {
    /// Builds the request; `build()` checks it and names every broken field.
    #[builder(on(String, into))]
    pub fn new(
        /// CPF of the end user, with or without punctuation. For a company send it beside the CNPJ (observed).
        personal_tax_id: Option<String>,
        /// CNPJ of the company, with or without punctuation.
        business_tax_id: Option<String>,
        /// The end user's e-mail address.
        email: Option<String>,
        /// The end user's phone, `+55` and 10 or 11 digits.
        phone: Option<String>,
        /// Preselects the institution, so that the user need not choose.
        #[builder(into)]
        institution_code: Option<InstitutionCode>,
        /// Where the browser goes at the end; may be an app's scheme.
        redirect_url: Option<String>,
        /// Where reports of this link go.
        products_callback_url: Option<ProductsCallbackUrl>,
        /// Any content of your own; comes back in events and reports.
        #[builder(into)]
        external_info: Option<Json>,
        /// Only to refresh an Open Data connection: the key from an earlier report.
        #[builder(into)]
        connection_key: Option<Secret>,
        /// App link that is opened after the bank's authorisation.
        app_link: Option<String>,
        /// Name of the query parameter that is put on `app_link`; required with it.
        app_redirect_url_key: Option<String>,
    ) -> Result<Self, InvalidRequest> {
        let mut check = Check::default();
        if app_link.is_some() {
            check.require(
                "appRedirectURLKey",
                app_redirect_url_key.as_ref().is_some_and(|key| !key.is_empty()),
            );
        }
        let request = Self {
            personal_tax_id: check.parse("personalTaxId", personal_tax_id),
            business_tax_id: check.parse("businessTaxId", business_tax_id),
            email: check.email(email).map(Text::from),
            phone: check.parse("phone", phone),
            institution_code,
            redirect_url: check.redirect("redirectURL", redirect_url).map(Text::from),
            products_callback_url,
            external_info: check.external_info(external_info),
            connection_key,
            app_link: check.redirect("appLink", app_link).map(Text::from),
            app_redirect_url_key: app_redirect_url_key.map(Text::from),
        };
        check.finish().map(|()| request)
    }
}

/// Answer of `POST /data/v1/links`. Link, URL and token live equally long.
#[record(rename_all = "camelCase")]
pub struct Link {
    /// Id of the link.
    pub link_id: Option<LinkId>,
    /// The WhiteLabel page for this user; carries a token, so it is a secret. Unused in API-only mode.
    #[wire("linkURL", or = "linkUrl")]
    pub link_url: Option<Secret>,
    /// Bearer token of this link's session.
    pub link_token: Option<Secret>,
    /// Life of all three in seconds, 1800 by default.
    pub expire_in: Option<Integer>,
}
