//! What is sent is checked when it is built, and written in Klavi's names.

use klavi_types::api::{
    ConsentQuery, CreateConsent, CreateLink, ProductSelection, ReportRequest, ValidityPeriod,
};
use klavi_types::{Json, Product, ProductName, ProductsCallbackUrl};
use serde_json::{json, to_value};

const CPF: &str = "529.982.247-25";
const CNPJ: &str = "12.ABC.345/01DE-35";
const BACK: &str = "https://partner.example/back?x=1";

#[test]
fn a_whole_link_is_written_in_the_documented_names() {
    let link = CreateLink::builder()
        .personal_tax_id(CPF)
        .business_tax_id(CNPJ)
        .email("ana@exemplo.example")
        .phone("+55 11 91234-5678")
        .institution_code("001")
        .redirect_url(BACK)
        .products_callback_url(ProductsCallbackUrl::all("https://partner.example/hook").unwrap())
        .external_info(Json::from_value(&json!({"order": 7})).unwrap())
        .connection_key("key")
        .app_link("https://app.example/open")
        .app_redirect_url_key("to")
        .build()
        .unwrap();
    assert_eq!(
        to_value(&link).unwrap(),
        json!({
            "personalTaxId": "52998224725", "businessTaxId": "12ABC34501DE35", "email": "ana@exemplo.example",
            "phone": "+5511912345678", "institutionCode": "001", "redirectURL": BACK,
            "productsCallbackURL": {"all": "https://partner.example/hook"}, "externalInfo": {"order": 7},
            "connectionKey": "key", "appLink": "https://app.example/open", "appRedirectURLKey": "to",
        })
    );
    assert_eq!(to_value(CreateLink::builder().build().unwrap()).unwrap(), json!({}));
}

#[test]
fn one_error_names_every_broken_field_and_no_value() {
    let error = CreateLink::builder()
        .personal_tax_id("529.982.247-24")
        .business_tax_id("12.ABC.345/01DE-99")
        .email("ana")
        .phone("11 91234-5678")
        .redirect_url("back")
        .external_info(Json::from_value("text").unwrap())
        .app_link("https://app.example/open")
        .build()
        .unwrap_err();
    let fields: Vec<_> = error.problems().iter().map(|problem| problem.field).collect();
    assert_eq!(
        fields,
        [
            "appRedirectURLKey",
            "personalTaxId",
            "businessTaxId",
            "email",
            "phone",
            "redirectURL",
            "externalInfo"
        ]
    );
    let text = error.to_string();
    for value in ["529", "ABC", "ana", "91234", "back"] {
        assert!(!text.contains(value), "{value} in {text}");
    }
}

#[test]
fn empty_input_from_a_form_counts_as_absent() {
    let link = CreateLink::builder().personal_tax_id("").phone("").email("").build().unwrap();
    assert_eq!(to_value(&link).unwrap(), json!({}));
}

#[test]
fn a_consent_needs_what_klavi_needs() {
    let consent = CreateConsent::builder("341", "track-1", BACK)
        .personal_tax_id(CPF)
        .validity_period(ValidityPeriod::Unlimited)
        .build()
        .unwrap();
    assert_eq!(
        to_value(&consent).unwrap(),
        json!({"externalTrackId": "track-1", "personalTaxId": "52998224725", "institutionCode": "341",
            "redirectURL": BACK, "validityPeriod": 0})
    );
    let error = CreateConsent::builder("", "", "").build().unwrap_err();
    for field in ["institutionCode", "externalTrackId", "redirectURL", "personalTaxId"] {
        assert!(error.names(field), "{field} in {error}");
    }
    let error = CreateConsent::builder("341", "t", BACK).business_tax_id("1").build().unwrap_err();
    assert_eq!(error.problems().len(), 1, "{error}");
}

#[test]
fn the_tax_id_and_the_builder_choose_the_path() {
    let checking = Product::Personal(ProductName::CategorizedCheckingL3);
    let institution = ReportRequest::institution(CPF, "341").products([checking]).build().unwrap();
    assert_eq!(institution.path(), "/data/v1/personal/institution-data");
    assert_eq!(
        to_value(&institution).unwrap(),
        json!({"taxId": "52998224725", "institutionCode": "341", "products": ["pf_categorized_checking_l3"]})
    );
    let user = ReportRequest::user(CNPJ)
        .products(ProductSelection::All)
        .link_id("l-1")
        .consent_ids(vec!["c-1".into(), "c-2".into()])
        .build()
        .unwrap();
    assert_eq!(user.path(), "/data/v1/business/user-data");
    assert_eq!(
        to_value(&user).unwrap(),
        json!({"taxId": "12ABC34501DE35", "linkId": "l-1", "consentIds": ["c-1", "c-2"], "products": ["all"]})
    );
}

#[test]
fn products_of_the_wrong_person_or_level_and_none_at_all_are_refused_here() {
    let refused =
        |products: Vec<Product>| ReportRequest::user(CPF).products(products).build().unwrap_err().to_string();
    assert!(refused(vec![]).contains("at least one product"));
    assert!(
        refused(vec![Product::Business(ProductName::Identity)]).contains("not a product of a natural person")
    );
    assert!(refused(vec![Product::Personal(ProductName::Balance)]).contains("institution level"));
}

#[test]
fn products_that_nobody_knows_or_whose_level_nobody_states_pass() {
    for product in ["pf_income", "pf_credit_risk", "pf_identity", "odd"] {
        assert!(ReportRequest::user(CPF).products([Product::from(product)]).build().is_ok(), "{product}");
        assert!(
            ReportRequest::institution(CPF, "1").products([Product::from(product)]).build().is_ok(),
            "{product}"
        );
    }
}

#[test]
fn a_query_has_one_parameter() {
    let query = ConsentQuery::business(CNPJ.parse().unwrap());
    assert_eq!(query.parameters().collect::<Vec<_>>(), [("businessTaxId", "12ABC34501DE35")]);
}

#[test]
fn debug_of_a_request_is_closed() {
    let link = CreateLink::builder()
        .personal_tax_id(CPF)
        .email("ana@exemplo.example")
        .phone("+5511912345678")
        .redirect_url("https://partner.example/?token=abc")
        .connection_key("key-0001")
        .products_callback_url(ProductsCallbackUrl::all("https://partner.example/hook?token=abc").unwrap())
        .build()
        .unwrap();
    let shown = format!("{link:?}");
    for value in ["52998224725", "ana", "912345678", "token", "key-0001"] {
        assert!(!shown.contains(value), "{value} in {shown}");
    }
}
