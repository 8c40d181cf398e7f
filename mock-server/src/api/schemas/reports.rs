use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::ProductsCallbackUrl;

/// Requests of the four endpoints: whose reports, of one institution or over all of them.
macro_rules! requests {
    ($( $(#[$doc:meta])* $name:ident, $tax_id:literal, $pattern:literal, $example:tt $(, $institution:ident)?; )*) => { $(
        $(#[$doc])*
        #[derive(ToSchema)]
        #[schema(rename_all = "camelCase", examples(json!($example)))]
        pub(crate) struct $name {
            /// Whose consents.
            #[schema(format = $tax_id, pattern = $pattern)]
            tax_id: String,
            $(
                #[schema(min_length = 1)]
                $institution: String,
            )?
            /// Consents of that link alone.
            link_id: Option<String>,
            /// These consents alone.
            consent_ids: Option<Vec<String>>,
            products: Products,
            #[schema(rename = "productsCallbackURL", nullable)]
            products_callback_url: Option<ProductsCallbackUrl>,
            /// Any content of the partner's, which events and reports bring back.
            #[schema(additional_properties)]
            external_info: Option<BTreeMap<String, Value>>,
        }
    )* };
}

requests! {
    /// Reports on a person at one institution.
    PersonalInstitutionReports, "cpf", "^[0-9]{11}$",
        {"taxId": "12345678909", "institutionCode": "341", "products": ["pf_balance"]}, institution_code;
    /// Reports on a person over all institutions.
    PersonalUserReports, "cpf", "^[0-9]{11}$", {"taxId": "12345678909", "products": ["all"]};
    /// Reports on a company at one institution.
    BusinessInstitutionReports, "cnpj", "^[0-9A-Z]{12}[0-9]{2}$",
        {"taxId": "11222333000181", "institutionCode": "341", "products": ["pj_balance"]}, institution_code;
    /// Reports on a company over all institutions.
    BusinessUserReports, "cnpj", "^[0-9A-Z]{12}[0-9]{2}$", {"taxId": "11222333000181", "products": ["all"]};
}

/// Names of products, or `all` of the contract, in an array or alone.
struct Products;

impl ToSchema for Products {}

impl PartialSchema for Products {
    fn schema() -> RefOr<Schema> {
        let name = ObjectBuilder::new().schema_type(Type::String);
        let word = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["all"]));
        OneOfBuilder::new()
            .item(ArrayBuilder::new().items(name).min_items(Some(1)))
            .item(word)
            .description(Some("Names of products, or `all` of the contract, in an array or alone."))
            .into()
    }
}

/// The reports come by webhook, under this id.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct ReportAccepted {
    #[schema(min_length = 1)]
    request_id: String,
    #[schema(examples("ok"))]
    message: String,
}
