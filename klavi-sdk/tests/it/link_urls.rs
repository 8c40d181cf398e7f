//! URLs of Klavi's pages: what stands in them, in which order, and what is refused.

use klavi_sdk::klavi_types::api::{InvalidRequest, Problem};
use klavi_sdk::klavi_types::{Cpf, InstitutionCode};
use klavi_sdk::{
    BasicLinkUrl, LegacyLinkHost, LegacyLinkUrl, PartnerCode, WhiteLabelHost, encode_uri_component,
};
use url::Url;

const CPF: &str = "123.456.789-09";
const BACK: &str = "https://partner.example/back?user=José+Silva&x=1#end";
const BACK_ENCODED: &str = "https%3A%2F%2Fpartner.example%2Fback%3Fuser%3DJos%C3%A9%2BSilva%26x%3D1%23end";

fn basic(host: WhiteLabelHost) -> String {
    BasicLinkUrl::builder(host, "app-1").build().expect("the host can be used").expose().to_owned()
}

fn problems(error: &InvalidRequest) -> Vec<(&'static str, &str)> {
    error.problems().iter().map(|Problem { field, reason, .. }| (*field, reason.as_str())).collect()
}

#[test]
fn every_parameter_stands_in_the_order_of_the_documentation() {
    let url = BasicLinkUrl::builder(WhiteLabelHost::Sandbox, "app-1")
        .parameter("external_info", "{\"order\":7}")
        .application_link("https://partner.example/app")
        .products_callback_url("https://partner.example/hook?a=1")
        .redirect_url(BACK)
        .institution_code("001")
        .phone("+55 (11) 91234-5678")
        .email("user+tag@example.com")
        .business_tax_id("12.ABC.345/01DE-35")
        .personal_tax_id(CPF)
        .parameter("connection_key", "k/1")
        .build()
        .unwrap();
    let expected = [
        "https://conecte-sandbox.klavi.ai/data/v1/basic-links/app-1?personal_tax_id=12345678909",
        "business_tax_id=12ABC34501DE35",
        "email=user%2Btag%40example.com",
        "phone=%2B5511912345678",
        "institution_code=001",
        &format!("redirect_url={BACK_ENCODED}"),
        "products_callback_url=https%3A%2F%2Fpartner.example%2Fhook%3Fa%3D1",
        "application_link=https%3A%2F%2Fpartner.example%2Fapp",
        "external_info=%7B%22order%22%3A7%7D",
        "connection_key=k%2F1",
    ];
    assert_eq!(url.expose(), expected.join("&"));
}

#[test]
fn typed_values_fit_as_well_as_text() {
    let cpf: Cpf = CPF.parse().unwrap();
    let url = BasicLinkUrl::builder(WhiteLabelHost::Sandbox, "app-1")
        .personal_tax_id(cpf)
        .institution_code(InstitutionCode::from("341"))
        .build()
        .unwrap();
    assert!(url.expose().ends_with("?personal_tax_id=12345678909&institution_code=341"));
}

#[test]
fn each_host_has_its_address() {
    for (host, base_url) in [
        (WhiteLabelHost::Sandbox, "https://conecte-sandbox.klavi.ai"),
        (WhiteLabelHost::OlderSandbox, "https://open-sandbox.klavi.ai"),
        (WhiteLabelHost::OlderTesting, "https://open-testing.klavi.ai"),
        (WhiteLabelHost::OlderProduction, "https://open.klavi.ai"),
        (WhiteLabelHost::Custom("http://127.0.0.1:4010".to_owned()), "http://127.0.0.1:4010"),
        (WhiteLabelHost::Custom("https://link.example/klavi/".to_owned()), "https://link.example/klavi"),
    ] {
        assert_eq!(basic(host), format!("{base_url}/data/v1/basic-links/app-1"));
    }
    for (host, start) in [
        (LegacyLinkHost::Sandbox, "https://openbanking-sandbox.klavi.ai?uuid=u"),
        (LegacyLinkHost::Homologation, "https://openbanking-dev.klavi.ai?uuid=u"),
        (
            LegacyLinkHost::Custom("https://link.example/c/code-1/".to_owned()),
            "https://link.example/c/code-1?uuid=u",
        ),
    ] {
        assert_eq!(LegacyLinkUrl::builder(host, "u").in_iframe(true).build().unwrap().expose(), start);
    }
}

#[test]
fn a_tax_id_travels_to_no_other_machine_in_plain_text() {
    for base_url in
        ["http://link.example", "link.example", "https://user@link.example", "https://h.example/?a=1", ""]
    {
        let host = WhiteLabelHost::Custom(base_url.to_owned());
        let error = BasicLinkUrl::builder(host, "app-1").personal_tax_id(CPF).build().unwrap_err();
        assert!(error.names("base_url"), "{base_url}");
        let host = LegacyLinkHost::Custom(base_url.to_owned());
        let error = LegacyLinkUrl::builder(host, "u").in_iframe(true).build().unwrap_err();
        assert!(error.names("base_url"), "{base_url}");
    }
}

#[test]
fn one_error_names_every_broken_field() {
    let error = BasicLinkUrl::builder(WhiteLabelHost::Custom("x".to_owned()), "")
        .personal_tax_id("123.456.789-00")
        .business_tax_id("1")
        .email("nobody")
        .phone("11 91234-5678")
        .redirect_url("/back")
        .products_callback_url("http://partner.example/hook")
        .application_link("javascript:alert(1)")
        .parameter("", "x")
        .build()
        .unwrap_err();
    assert_eq!(
        problems(&error),
        [
            ("yourAppId", "is required"),
            ("personal_tax_id", "the check digits do not fit"),
            ("business_tax_id", "a CPF has 11 digits, a CNPJ 14 characters"),
            ("email", "not an e-mail address"),
            ("phone", "a phone number is +55, the area code and 8 or 9 digits"),
            ("redirect_url", "not an absolute URL that a browser or app can open"),
            ("products_callback_url", "not an absolute https URL (http only to this machine)"),
            ("application_link", "not an absolute URL that a browser or app can open"),
            ("parameter", "has no name"),
            ("base_url", "not an absolute URL with a host"),
        ]
    );
    let error = LegacyLinkUrl::builder(LegacyLinkHost::Custom("x".to_owned()), "")
        .partner_code(PartnerCode::Segment("".into()))
        .cpf("1")
        .callback_url("back")
        .build()
        .unwrap_err();
    let fields: Vec<_> = error.problems().iter().map(|problem| problem.field).collect();
    assert_eq!(fields, ["uuid", "cpf", "callback_url", "cancel_url", "partner_code", "base_url"]);
}

#[test]
fn an_empty_text_counts_as_absent() {
    let url = BasicLinkUrl::builder(WhiteLabelHost::Sandbox, "app-1")
        .personal_tax_id("")
        .business_tax_id("")
        .email("")
        .phone("")
        .institution_code("")
        .redirect_url("")
        .products_callback_url("")
        .application_link("")
        .build()
        .unwrap();
    assert_eq!(url.expose(), basic(WhiteLabelHost::Sandbox));
    let url = LegacyLinkUrl::builder(LegacyLinkHost::Sandbox, "u")
        .cpf("")
        .bank_id("")
        .callback_url("")
        .cancel_url("")
        .connection_key("")
        .in_iframe(true);
    assert_eq!(url.build().unwrap().expose(), "https://openbanking-sandbox.klavi.ai?uuid=u");
}

#[test]
fn a_name_of_ones_own_does_not_hide_a_checked_field() {
    let own = |name: &str| {
        BasicLinkUrl::builder(WhiteLabelHost::Sandbox, "app-1").email("user@example.com").parameter(name, "x")
    };
    let error = own("email").build().unwrap_err();
    assert_eq!(problems(&error), [("parameter", "has a name that is set by a field of its own")]);
    // What is not given may be given unchecked; what is not documented may stand twice.
    assert!(own("phone").build().unwrap().expose().ends_with("?email=user%40example.com&phone=x"));
    assert!(own("a").parameter("a", "").build().unwrap().expose().ends_with("&a=x&a="));
    let code = PartnerCode::Parameter { name: "uuid".to_owned(), code: "c".into() };
    let error =
        LegacyLinkUrl::builder(LegacyLinkHost::Sandbox, "u").partner_code(code).in_iframe(true).build();
    assert!(error.unwrap_err().names("parameter"));
}

#[test]
fn no_app_id_leads_to_another_page() {
    for (app_id, segment) in
        [("a/../b", "a%2F..%2Fb"), ("a?b=c#d", "a%3Fb%3Dc%23d"), ("é %2F", "%C3%A9%20%252F"), ("...", "...")]
    {
        let url = BasicLinkUrl::builder(WhiteLabelHost::Sandbox, app_id).build().unwrap();
        let read = Url::parse(url.expose()).unwrap();
        assert_eq!(read.path(), format!("/data/v1/basic-links/{segment}"));
        assert_eq!(read.query(), None);
    }
    for app_id in [".", ".."] {
        let error = BasicLinkUrl::builder(WhiteLabelHost::Sandbox, app_id).build().unwrap_err();
        assert_eq!(problems(&error), [("yourAppId", "is no part of a path")]);
    }
}

#[test]
fn whatever_stands_in_a_parameter_is_read_back() {
    let texts = ["&=?#+ %41%", "\0\u{1}\n\t", "São João 😀", "'()*!~-_.", "<script>\"</script>", ""];
    let mut url = BasicLinkUrl::builder(WhiteLabelHost::Sandbox, "app-1");
    for text in texts {
        url = url.parameter(format!("p{text}"), text);
    }
    let url = url.build().unwrap();
    assert!(url.expose().bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'<'));
    let read = Url::parse(url.expose()).unwrap();
    assert_eq!(read.as_str().replace("%27", "'"), url.expose(), "nothing is left for others to encode");
    let pairs: Vec<_> = read.query_pairs().into_owned().collect();
    assert_eq!(pairs, texts.map(|text| (format!("p{text}"), text.to_owned())));
}

#[test]
fn redirects_may_open_an_app() {
    for url in ["app://redirect", "com.partner.app:/back?x=1", "intent://x#Intent;scheme=app;end"] {
        let basic =
            BasicLinkUrl::builder(WhiteLabelHost::Sandbox, "app-1").redirect_url(url).build().unwrap();
        let legacy = LegacyLinkUrl::builder(LegacyLinkHost::Sandbox, "u").callback_url(url).cancel_url(url);
        let encoded = encode_uri_component(url);
        assert!(basic.expose().ends_with(&format!("?redirect_url={encoded}")));
        let legacy = legacy.build().unwrap();
        assert!(legacy.expose().ends_with(&format!("&callback_url={encoded}&cancel_url={encoded}")));
    }
}

#[test]
fn a_legacy_link_names_everything_in_order() {
    let link = |code| {
        LegacyLinkUrl::builder(LegacyLinkHost::Sandbox, "user 7")
            .parameter("session", "42")
            .connection_key("key/1")
            .cancel_url("https://p.example/no")
            .callback_url("https://p.example/yes")
            .bank_id("033")
            .cpf(CPF)
            .partner_code(code)
            .build()
            .unwrap()
    };
    let documented = "uuid=user%207&cpf=12345678909&bank_id=033&callback_url=https%3A%2F%2Fp.example%2Fyes\
                      &cancel_url=https%3A%2F%2Fp.example%2Fno&connection_key=key%2F1";
    assert_eq!(
        link(PartnerCode::Segment("code/1".into())).expose(),
        format!("https://openbanking-sandbox.klavi.ai/code%2F1?{documented}&session=42")
    );
    assert_eq!(
        link(PartnerCode::Parameter { name: "partner".to_owned(), code: "code 1".into() }).expose(),
        format!("https://openbanking-sandbox.klavi.ai?{documented}&partner=code%201&session=42")
    );
}

#[test]
fn callback_and_cancel_are_required_outside_an_iframe() {
    let link = || LegacyLinkUrl::builder(LegacyLinkHost::Sandbox, "u");
    let error = link().callback_url("app://yes").build().unwrap_err();
    assert_eq!(problems(&error), [("cancel_url", "is required")]);
    let error = link().cancel_url("app://no").build().unwrap_err();
    assert_eq!(problems(&error), [("callback_url", "is required")]);
    let url = link().callback_url("app://yes").in_iframe(true).build().unwrap();
    assert!(url.expose().ends_with("&callback_url=app%3A%2F%2Fyes"));
    let error = link().callback_url("yes").in_iframe(true).build().unwrap_err();
    assert!(error.names("callback_url"));
}

#[test]
fn nothing_of_a_url_shows_in_debug_and_nothing_of_a_value_in_errors() {
    let basic =
        BasicLinkUrl::builder(WhiteLabelHost::Sandbox, "app-77").personal_tax_id(CPF).build().unwrap();
    let code = PartnerCode::Segment("code-77".into());
    let legacy = LegacyLinkUrl::builder(LegacyLinkHost::Sandbox, "user-77")
        .partner_code(code.clone())
        .cpf(CPF)
        .in_iframe(true)
        .build()
        .unwrap();
    let debug = format!("{basic:?} {legacy:?} {code:?} {basic:#?} {legacy:#?}");
    assert!(!debug.contains("77") && !debug.contains("123") && !debug.contains("http"), "{debug}");
    let error = BasicLinkUrl::builder(WhiteLabelHost::Custom("x77".to_owned()), ".")
        .personal_tax_id("77")
        .email("x77")
        .phone("77")
        .redirect_url("x77")
        .products_callback_url("x77")
        .parameter("", "x77")
        .build()
        .unwrap_err();
    assert!(!format!("{error} {error:?}").contains("77"), "{error:?}");
}
