use bon::bon;
use provider_wire::{Check, Integer, Json, Text, record};
use serde::{Serialize, Serializer};

use super::InvalidRequest;
use super::validation::FieldRules as _;
use crate::{
    ConsentId, InstitutionCode, Level, LinkId, PersonType, Product, ProductsCallbackUrl, RequestId, TaxId,
};

/// Which products a report request asks for: names, or all that the contract has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProductSelection {
    /// Everything chosen at onboarding; `["all"]` on the wire (the array is observed).
    All,
    /// These products.
    Products(Vec<Product>),
}

impl<I: IntoIterator<Item = Product>> From<I> for ProductSelection {
    fn from(products: I) -> Self {
        Self::Products(products.into_iter().collect())
    }
}

impl Serialize for ProductSelection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => ["all"].serialize(serializer),
            Self::Products(products) => products.serialize(serializer),
        }
    }
}

/// Body of `POST /data/v1/{personal|business}/{institution|user}-data`: asks Klavi to fetch data and push reports.
///
/// The tax id decides between the personal and the business path, the way it is built between institution and user
/// level, so that body and path always fit. `tax_id` alone covers all consents of that id; a link or consents narrow
/// it. Source: docs.klavi.ai/link/institutional-level-report, docs.klavi.ai/connect/vDAe-user-level-report.
///
/// ```
/// use klavi_types::api::ReportRequest;
/// use klavi_types::{Product, ProductName};
///
/// let request = ReportRequest::institution("123.456.789-09", "341")
///     .products([Product::Personal(ProductName::CategorizedCheckingL3)])
///     .build()?;
/// assert_eq!(request.path(), "/data/v1/personal/institution-data");
///
/// let error = ReportRequest::user("12.ABC.345/01DE-35")
///     .products([Product::Personal(ProductName::Identity)])
///     .build()
///     .unwrap_err();
/// assert_eq!(error.to_string(), "the request is invalid: products: pf_identity is not a product of a company");
/// # Ok::<(), klavi_types::api::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportRequest {
    tax_id: TaxId,
    #[serde(skip_serializing_if = "Option::is_none")]
    institution_code: Option<InstitutionCode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link_id: Option<LinkId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    consent_ids: Vec<ConsentId>,
    products: ProductSelection,
    #[serde(rename = "productsCallbackURL", skip_serializing_if = "Option::is_none")]
    products_callback_url: Option<ProductsCallbackUrl>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_info: Option<Json>,
}

#[bon]
impl ReportRequest {
    /// Asks for reports on one institution; `build()` checks it and names every broken field.
    #[builder(finish_fn = build)]
    pub fn institution(
        /// CPF or CNPJ, with or without punctuation.
        #[builder(start_fn, into)]
        tax_id: String,
        /// The bank.
        #[builder(start_fn, into)]
        institution_code: InstitutionCode,
        /// What to report.
        #[builder(into)]
        products: ProductSelection,
        /// Narrows it to a link.
        #[builder(into)]
        link_id: Option<LinkId>,
        /// Narrows it to consents.
        #[builder(default, into)]
        consent_ids: Vec<ConsentId>,
        /// Where the reports go; before every other setting.
        products_callback_url: Option<ProductsCallbackUrl>,
        /// Any content of your own; comes back in the reports.
        #[builder(into)]
        external_info: Option<Json>,
    ) -> Result<Self, InvalidRequest> {
        let mut check = Check::default();
        check.require("institutionCode", !institution_code.as_str().is_empty());
        Self::checked(
            check,
            tax_id,
            Some(institution_code),
            products,
            link_id,
            consent_ids,
            products_callback_url,
            external_info,
        )
    }

    /// Asks for reports on all institutions of the user; `build()` checks it and names every broken field.
    #[builder(finish_fn = build)]
    pub fn user(
        /// CPF or CNPJ, with or without punctuation.
        #[builder(start_fn, into)]
        tax_id: String,
        /// What to report.
        #[builder(into)]
        products: ProductSelection,
        /// Narrows it to a link.
        #[builder(into)]
        link_id: Option<LinkId>,
        /// Narrows it to consents.
        #[builder(default, into)]
        consent_ids: Vec<ConsentId>,
        /// Where the reports go; before every other setting.
        products_callback_url: Option<ProductsCallbackUrl>,
        /// Any content of your own; comes back in the reports.
        #[builder(into)]
        external_info: Option<Json>,
    ) -> Result<Self, InvalidRequest> {
        let check = Check::default();
        Self::checked(
            check,
            tax_id,
            None,
            products,
            link_id,
            consent_ids,
            products_callback_url,
            external_info,
        )
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of the request, taken over from two builders")]
    fn checked(
        mut check: Check,
        tax_id: String,
        institution_code: Option<InstitutionCode>,
        products: ProductSelection,
        link_id: Option<LinkId>,
        consent_ids: Vec<ConsentId>,
        products_callback_url: Option<ProductsCallbackUrl>,
        external_info: Option<Json>,
    ) -> Result<Self, InvalidRequest> {
        let level = if institution_code.is_some() { Level::Institution } else { Level::User };
        let tax_id: Option<TaxId> = check.parse("taxId", Some(tax_id));
        check.require("taxId", tax_id.is_some());
        if let ProductSelection::Products(products) = &products {
            check_products(&mut check, products, tax_id.map(person_type), level);
        }
        let external_info = check.external_info(external_info);
        match (check.finish(), tax_id) {
            (Ok(()), Some(tax_id)) => Ok(Self {
                tax_id,
                institution_code,
                link_id,
                consent_ids,
                products,
                products_callback_url,
                external_info,
            }),
            (Err(error), _) => Err(error),
            (Ok(()), None) => unreachable!("a missing tax id is a problem of its own"),
        }
    }

    /// Whose data is asked for.
    pub fn person_type(&self) -> PersonType {
        person_type(self.tax_id)
    }

    /// Whether it is asked for one institution or for all of the user's.
    pub fn level(&self) -> Level {
        if self.institution_code.is_some() { Level::Institution } else { Level::User }
    }

    /// The path it is sent to.
    pub fn path(&self) -> &'static str {
        match (self.person_type(), self.level()) {
            (PersonType::Personal, Level::Institution) => "/data/v1/personal/institution-data",
            (PersonType::Personal, Level::User) => "/data/v1/personal/user-data",
            (PersonType::Business, Level::Institution) => "/data/v1/business/institution-data",
            (PersonType::Business, Level::User) => "/data/v1/business/user-data",
        }
    }
}

fn person_type(tax_id: TaxId) -> PersonType {
    match tax_id {
        TaxId::Cpf(_) => PersonType::Personal,
        TaxId::Cnpj(_) => PersonType::Business,
    }
}

/// What Klavi answers with 4002 or 4005. A product without a known level passes.
fn check_products(check: &mut Check, products: &[Product], person: Option<PersonType>, level: Level) {
    if products.is_empty() {
        check.problem("products", "at least one product is required");
    }
    for product in products {
        match (person, product.person_type()) {
            (Some(PersonType::Personal), Some(PersonType::Business)) => {
                check.problem("products", format!("{product} is not a product of a natural person"));
            }
            (Some(PersonType::Business), Some(PersonType::Personal)) => {
                check.problem("products", format!("{product} is not a product of a company"));
            }
            _ => {}
        }
        match (level, product.level()) {
            (Level::User, Some(Level::Institution)) => {
                check.problem("products", format!("{product} is a product of institution level"));
            }
            (Level::Institution, Some(Level::User)) => {
                check.problem("products", format!("{product} is a product of user level"));
            }
            _ => {}
        }
    }
}

/// Answer of a report request: taken, the data comes by webhook.
#[record(rename_all = "camelCase")]
pub struct ReportAccepted {
    /// Comes back in each report that answers the request.
    pub request_id: Option<RequestId>,
    /// `ok`.
    pub message: Option<Text>,
    /// Seen in one text of the documentation only.
    pub code: Option<Integer>,
}
