use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema, SchemaFormat};
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// A link that is asked for. Every field may be left out.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", examples(json!({
    "personalTaxId": "12345678909",
    "email": "cliente@example.com",
    "phone": "+5511912345678",
    "redirectURL": "https://partner.example/back",
    "productsCallbackURL": {"all": "http://127.0.0.1:8080/klavi"},
    "externalInfo": {"order": 7},
})))]
pub(crate) struct CreateLink {
    /// CPF of the end user.
    #[schema(format = "cpf", pattern = "^([0-9]{11})?$")]
    personal_tax_id: Option<String>,
    /// CNPJ of the company.
    #[schema(format = "cnpj", pattern = "^([0-9A-Z]{12}[0-9]{2})?$")]
    business_tax_id: Option<String>,
    #[schema(pattern = "^$|@")]
    email: Option<String>,
    #[schema(pattern = r"^(\+55[0-9]{10,11})?$")]
    phone: Option<String>,
    /// Preselects the institution.
    institution_code: Option<String>,
    /// Where the browser goes at the end; may be of an app's scheme.
    #[schema(rename = "redirectURL", format = "url", pattern = r"^([A-Za-z][A-Za-z0-9+.-]*:\S*)?$")]
    redirect_url: Option<String>,
    #[schema(rename = "productsCallbackURL", nullable)]
    products_callback_url: Option<ProductsCallbackUrl>,
    /// Any content of the partner's, which events and reports bring back.
    #[schema(additional_properties)]
    external_info: Option<BTreeMap<String, Value>>,
    /// Key of the Open Data connection that is to be brought up to date.
    connection_key: Option<String>,
    /// App link that is opened after the bank.
    #[schema(format = "url", pattern = r"^([A-Za-z][A-Za-z0-9+.-]*:\S*)?$")]
    app_link: Option<String>,
    /// Name of the parameter that is put on `appLink`; required with it.
    #[schema(rename = "appRedirectURLKey")]
    app_redirect_url_key: Option<String>,
    /// The older form of `appLink`.
    #[schema(format = "url", pattern = r"^([A-Za-z][A-Za-z0-9+.-]*:\S*)?$")]
    application_link: Option<String>,
}

/// A link, its page and its token, which live equally long.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct Link {
    link_id: String,
    /// The WhiteLabel page for this user.
    #[schema(rename = "linkURL", format = Uri)]
    link_url: String,
    #[schema(min_length = 1)]
    link_token: String,
    /// In seconds.
    #[schema(minimum = 1)]
    expire_in: u32,
}

/// A link without its token.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct LinkDetails {
    link_id: String,
    #[schema(rename = "linkURL", format = Uri)]
    link_url: String,
    /// Empty where there is none.
    #[schema(pattern = "^([0-9]{11})?$")]
    personal_tax_id: String,
    /// Empty where there is none.
    #[schema(pattern = "^([0-9A-Z]{12}[0-9]{2})?$")]
    business_tax_id: String,
    #[schema(required)]
    institution_code: Option<String>,
    #[schema(rename = "redirectURL", required)]
    redirect_url: Option<String>,
    #[schema(required, additional_properties)]
    external_info: Option<BTreeMap<String, Value>>,
    #[schema(format = DateTime)]
    created_at: String,
    /// End of its id, page and token.
    #[schema(format = DateTime)]
    expire_at: String,
}

/// What a Basic WhiteLabel address can say; the same as in `POST /data/v1/links`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct BasicLink {
    #[param(format = "cpf", pattern = "^([0-9]{11})?$", nullable = false)]
    personal_tax_id: Option<String>,
    #[param(format = "cnpj", pattern = "^([0-9A-Z]{12}[0-9]{2})?$", nullable = false)]
    business_tax_id: Option<String>,
    #[param(pattern = "^$|@", nullable = false)]
    email: Option<String>,
    #[param(pattern = r"^(\+55[0-9]{10,11})?$", nullable = false)]
    phone: Option<String>,
    #[param(nullable = false)]
    institution_code: Option<String>,
    #[param(format = "url", pattern = r"^([A-Za-z][A-Za-z0-9+.-]*:\S*)?$", nullable = false)]
    redirect_url: Option<String>,
    /// One address, for all reports.
    #[param(schema_with = webhook)]
    products_callback_url: Option<String>,
    /// Of the older documentation.
    #[param(format = "url", pattern = r"^([A-Za-z][A-Za-z0-9+.-]*:\S*)?$", nullable = false)]
    application_link: Option<String>,
    /// Language of the pages; the mock's own.
    #[param(nullable = false)]
    lang: Option<String>,
}

/// Where reports go: product name, or `other` for the rest, to an address; or `all` alone.
pub(crate) struct ProductsCallbackUrl;

impl ToSchema for ProductsCallbackUrl {}

impl PartialSchema for ProductsCallbackUrl {
    fn schema() -> RefOr<Schema> {
        let all = ObjectBuilder::new().property("all", webhook()).required("all").max_properties(Some(1));
        let not_all = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^(?!all$)"));
        let named = ObjectBuilder::new()
            .property_names(Some(not_all))
            .additional_properties(Some(Schema::from(webhook())))
            .min_properties(Some(1));
        AnyOfBuilder::new()
            .item(all)
            .item(named)
            .description(Some("Product name, or `other` for the rest, to an address; or `all` alone."))
            .into()
    }
}

/// An address that deliveries can be sent to.
pub(crate) fn webhook() -> ObjectBuilder {
    const FORM: &str =
        r"^https://|^http://(([^/?#:@]+\.)?localhost|127\.[0-9]+\.[0-9]+\.[0-9]+|\[::1\])([:/?#]|$)";
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::Custom("webhook".to_owned())))
        .pattern(Some(FORM))
        .description(Some("Absolute https URL; http to this machine alone."))
}
