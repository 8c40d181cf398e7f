//! What is sent is checked when it is built, and written in Belvo's names.

use belvo_types::api::{
    AccessMode, CallbackUrls, ChangeRetrieval, CreateWidgetToken, CredentialsStorage, IdentificationInfo,
    OpenFinanceFeature, RefreshLink, RegisterLink, Resource, Scopes, ThemeValue, UpdateCredentials,
    UsernameType, Widget, WidgetBranding, WidgetConsent, WidgetPermission,
};
use serde_json::{json, to_value};

#[test]
fn a_whole_registration_is_written_in_the_documented_names() {
    let request = RegisterLink::builder("x_mx_fiscal", "user")
        .password("p1")
        .username2("user2")
        .username3("user3")
        .password2("p2")
        .username_type(UsernameType::Cpf)
        .token("123456")
        .external_id("user-1")
        .access_mode(AccessMode::Single)
        .fetch_resources([Resource::Accounts, "NEWS".into()])
        .credentials_storage(CredentialsStorage::Days(30))
        .stale_in_days(90)
        .certificate("Y2VydA==")
        .private_key("a2V5")
        .fetch_historical(true)
        .save_data(false)
        .encryption_key("k")
        .build()
        .unwrap();
    assert_eq!(
        to_value(&request).unwrap(),
        json!({
            "institution": "x_mx_fiscal", "username": "user", "password": "p1", "username2": "user2",
            "username3": "user3", "password2": "p2", "username_type": "103", "token": "123456",
            "external_id": "user-1", "access_mode": "single", "fetch_resources": ["ACCOUNTS", "NEWS"],
            "credentials_storage": "30d", "stale_in": "90d", "certificate": "Y2VydA==", "private_key": "a2V5",
            "fetch_historical": true, "save_data": false, "encryption_key": "k",
        })
    );
    let text = format!("{request:?}");
    for secret in ["user", "p1", "p2", "123456", "Y2VydA", "a2V5"] {
        assert!(!text.replace("username", "").contains(secret), "{secret}: {text}");
    }
}

#[test]
fn one_error_names_every_broken_field_and_no_value() {
    let error = RegisterLink::builder("", "")
        .external_id("maria@example.com")
        .access_mode(AccessMode::Single)
        .credentials_storage(CredentialsStorage::Days(366))
        .stale_in_days(0)
        .private_key("a2V5")
        .build()
        .unwrap_err();
    let names: Vec<_> = error.problems().iter().map(|problem| problem.field).collect();
    assert_eq!(
        names,
        [
            "institution",
            "username",
            "password",
            "certificate",
            "credentials_storage",
            "external_id",
            "stale_in"
        ]
    );
    assert!(!error.to_string().contains("maria") && !error.to_string().contains("a2V5"));
}

#[test]
fn credentials_are_kept_as_the_access_mode_allows() {
    use CredentialsStorage::{Days, NoStore, Store};

    let build = |mode: Option<AccessMode>, storage, resources: Option<Vec<Resource>>| {
        RegisterLink::builder("i", "u")
            .password("p")
            .maybe_access_mode(mode)
            .credentials_storage(storage)
            .maybe_fetch_resources(resources)
            .build()
            .err()
            .map(|error| error.problems()[0].field)
    };
    let single = || Some(AccessMode::Single);
    for mode in [None, Some(AccessMode::Recurrent)] {
        assert_eq!(build(mode.clone(), Store, None), None);
        assert_eq!(build(mode.clone(), Days(30), None), Some("credentials_storage"));
        assert_eq!(build(mode, NoStore, Some(vec![Resource::Owners])), Some("credentials_storage"));
    }
    assert_eq!(build(single(), Days(1), None), None);
    assert_eq!(build(single(), Days(365), None), None);
    assert_eq!(build(single(), Days(0), None), Some("credentials_storage"));
    assert_eq!(build(single(), NoStore, None), Some("fetch_resources"));
    assert_eq!(build(single(), NoStore, Some(vec![])), Some("fetch_resources"));
    assert_eq!(build(single(), NoStore, Some(vec![Resource::Owners])), None);
    // What this version does not know, Belvo may.
    assert_eq!(build(None, "forever".into(), None), None);
    assert_eq!(build(Some("hourly".into()), NoStore, Some(vec![Resource::Owners])), None);
}

#[test]
fn a_password_is_needed_but_where_none_is_taken() {
    assert!(RegisterLink::builder("i", "u").build().unwrap_err().names("password"));
    assert!(RegisterLink::builder("imss_mx_employment", "u").build().is_ok());
    assert!(RegisterLink::builder("i", "u").certificate("c").private_key("k").build().is_ok());
    assert!(RegisterLink::builder("no pattern at all", "u").password("p").build().is_ok());
}

#[test]
fn changes_are_written_without_what_is_not_given() {
    let update = UpdateCredentials::builder("p").token("t").build().unwrap();
    assert_eq!(to_value(update).unwrap(), json!({"password": "p", "token": "t"}));
    let error = UpdateCredentials::builder("p").certificate("c").build().unwrap_err();
    assert!(error.names("private_key"));

    let change = ChangeRetrieval::builder().fetch_resources([]).stale_in_days(1).build().unwrap();
    assert_eq!(to_value(change).unwrap(), json!({"stale_in": "1d", "fetch_resources": []}));
    assert!(ChangeRetrieval::builder().stale_in_days(0).build().unwrap_err().names("stale_in"));

    assert_eq!(to_value(RefreshLink::everything()).unwrap(), json!({}));
    let only = RefreshLink::only([Resource::Owners]);
    assert_eq!(to_value(only).unwrap(), json!({"fetch_resources": ["OWNERS"]}));
}

#[test]
fn a_widget_token_asks_for_exactly_the_documented_scopes() {
    for (scopes, expected) in [
        (Scopes::multi_region(), "read_institutions,write_links"),
        (
            Scopes::open_finance_brazil(),
            "read_institutions,write_links,read_consents,write_consents,write_consent_callback,delete_consents",
        ),
        (Scopes::my_belvo_portal(), "read_consents,write_consents,write_consent_callback"),
    ] {
        let request = CreateWidgetToken::builder(scopes.clone()).build().unwrap();
        assert_eq!(to_value(request).unwrap(), json!({"scopes": expected}));
        let update = CreateWidgetToken::builder(scopes).link_id("l").build().unwrap();
        assert_eq!(
            to_value(update).unwrap(),
            json!({"scopes": format!("{expected},read_links"), "link_id": "l"})
        );
    }
}

#[test]
fn a_whole_widget_token_is_written_in_the_documented_names() {
    let consent = WidgetConsent::builder()
        .terms_and_conditions_url("https://partner.example/terms")
        .permissions([WidgetPermission::Register, WidgetPermission::CreditCards])
        .identification_info([
            IdentificationInfo::cpf("12345678909").name("Maria"),
            IdentificationInfo::cnpj("12ABC34501DE35"),
        ])
        .build();
    let branding = WidgetBranding::builder()
        .company_icon("https://partner.example/i.svg")
        .company_logo("https://partner.example/l.svg")
        .company_name("Partner")
        .company_terms_url("https://partner.example/terms")
        .overlay_background_color("#F0F2F4")
        .social_proof(true)
        .build();
    let widget = Widget::builder()
        .purpose("To find a loan")
        .openfinance_feature(OpenFinanceFeature::ConsentLinkCreation)
        .callback_urls(CallbackUrls::builder().success("app://s").exit("app://x").event("app://e").build())
        .consent(consent)
        .branding(branding)
        .theme([ThemeValue::new("--color-primary", "#907AD6")])
        .color_scheme("dark")
        .build();
    let request = CreateWidgetToken::builder(Scopes::multi_region())
        .external_id("user-1")
        .fetch_resources([Resource::Accounts])
        .credentials_storage(CredentialsStorage::Store)
        .stale_in_days(30)
        .widget(widget)
        .build()
        .unwrap();
    assert_eq!(
        to_value(&request).unwrap(),
        json!({
            "scopes": "read_institutions,write_links", "external_id": "user-1", "fetch_resources": ["ACCOUNTS"],
            "credentials_storage": "store", "stale_in": "30d",
            "widget": {
                "purpose": "To find a loan", "openfinance_feature": "consent_link_creation",
                "callback_urls": {"success": "app://s", "exit": "app://x", "event": "app://e"},
                "consent": {
                    "terms_and_conditions_url": "https://partner.example/terms",
                    "permissions": ["REGISTER", "CREDIT_CARDS"],
                    "identification_info": [
                        {"type": "CPF", "number": "12345678909", "name": "Maria"},
                        {"type": "CNPJ", "number": "12ABC34501DE35"},
                    ],
                },
                "branding": {
                    "company_icon": "https://partner.example/i.svg", "company_logo": "https://partner.example/l.svg",
                    "company_name": "Partner", "company_terms_url": "https://partner.example/terms",
                    "overlay_background_color": "#F0F2F4", "social_proof": true,
                },
                "theme": [{"css_key": "--color-primary", "value": "#907AD6"}], "color_scheme": "dark",
            },
        })
    );
    assert!(!format!("{request:?}").contains("Maria") && !format!("{request:?}").contains("12345678909"));
}

#[test]
fn a_widget_token_names_every_broken_field() {
    let purpose = |chars: usize| Widget::builder().purpose("é".repeat(chars)).build();
    let build = |chars| {
        CreateWidgetToken::builder(Scopes::multi_region())
            .external_id("a b")
            .stale_in_days(0)
            .widget(purpose(chars))
            .build()
            .unwrap_err()
    };
    let error = build(601);
    assert!(["widget.purpose", "external_id", "stale_in"].iter().all(|field| error.names(field)), "{error}");
    assert!(!build(600).names("widget.purpose"));
}
