//! Addresses of Belvo's pages, and what comes back from them.

use belvo_types::api::{AccessMode, Resource};
use belvo_types::widget::{
    InvalidCallback, PortalUrl, WidgetCallback, WidgetEvent, WidgetMessage, WidgetUrl,
};
use serde_json::json;

use crate::support::read;

#[test]
fn the_widget_takes_every_documented_parameter() {
    let url = WidgetUrl::builder("a.b.c")
        .locale("pt")
        .access_mode(AccessMode::Recurrent)
        .external_id("user-1".parse().unwrap())
        .institutions(["x_br_retail", "y_br_retail"])
        .institution_types(["retail", "business"])
        .country_codes(["BR"])
        .resources([Resource::Accounts, Resource::Owners])
        .integration_type("openfinance")
        .show_close_dialog(true)
        .show_abandon_survey(false)
        .mode("webapp")
        .build();
    assert_eq!(
        url.expose(),
        "https://widget.belvo.io/?access_token=a.b.c&locale=pt&access_mode=recurrent&external_id=user-1\
         &institutions=x_br_retail%2Cy_br_retail&institution_types=retail%2Cbusiness&country_codes=BR\
         &resources=ACCOUNTS%2COWNERS&integration_type=openfinance&show_close_dialog=true&show_abandon_survey=false\
         &mode=webapp"
    );
    assert!(!format!("{url:?}").contains("a.b.c"));
    let local = WidgetUrl::builder("t&x=1").base_url("http://127.0.0.1:4020/widget").build();
    assert_eq!(local.expose(), "http://127.0.0.1:4020/widget?access_token=t%26x%3D1");
}

#[test]
fn the_portal_renews_a_consent() {
    let url = PortalUrl::renew("a.b.c", "link-1", "consent-1")
        .institution("x_br_retail")
        .institution_display_name("Banco São João")
        .institution_icon_logo("https://x.example/i.svg")
        .build();
    assert_eq!(
        url.expose(),
        "https://meuportal.belvo.com/?access_token=a.b.c&link_id=link-1&consent_id=consent-1&institution=x_br_retail\
         &institution_display_name=Banco%20S%C3%A3o%20Jo%C3%A3o&institution_icon_logo=https%3A%2F%2Fx.example%2Fi.svg\
         &action=renew"
    );
    assert!(!format!("{url:?}").contains("a.b.c"));
}

#[test]
fn each_callback_is_told_apart() {
    let parse = |url: &str| WidgetCallback::parse(url).unwrap();
    let WidgetCallback::Success { link, institution } = parse("app://s?link=l-1&institution=x_br_retail")
    else {
        panic!("a success")
    };
    assert_eq!((link.as_str(), institution.unwrap().as_str()), ("l-1", "x_br_retail"));

    let WidgetCallback::Exit(exit) = parse(
        "https://partner.example/x?last_encountered_error_code=login_error&last_encountered_error_message=Invalid+keys\
         &meta_data_institution_name=Banco&meta_data_step=abandon-survey",
    ) else {
        panic!("an exit")
    };
    assert_eq!(exit.last_error_code.unwrap().as_str(), "login_error");
    assert_eq!(exit.last_error_message.unwrap().as_str(), "Invalid keys");
    assert_eq!(
        (exit.institution_name.unwrap().as_str(), exit.step.unwrap().as_str()),
        ("Banco", "abandon-survey")
    );

    assert_eq!(
        parse("app://e?error=ACCESS_TOKEN_NOT_VALID&error_message=too%20old"),
        WidgetCallback::Error { error: "ACCESS_TOKEN_NOT_VALID".into(), message: Some("too old".into()) }
    );
    assert_eq!(
        parse("app://e?warning=institution_disabled"),
        WidgetCallback::Warning { warning: "institution_disabled".into(), message: None }
    );
    assert_eq!(
        parse("https://api.belvo.com/api/consents/callback/#error_description=risk_analysis_denied"),
        WidgetCallback::RefusedByBank { description: "risk_analysis_denied".into() }
    );
}

#[test]
fn strange_callbacks_are_kept() {
    assert_eq!(WidgetCallback::parse("app://x").unwrap(), WidgetCallback::Other(vec![]));
    let other = WidgetCallback::parse("app://x?colour=blue&link=").unwrap();
    assert_eq!(
        other,
        WidgetCallback::Other(vec![("colour".into(), "blue".into()), ("link".into(), "".into())])
    );
    assert!(!format!("{other:?}").contains("blue"));
    let twice = WidgetCallback::from_query("?link=first&link=second&link=");
    assert!(matches!(twice, WidgetCallback::Success { link, .. } if link.as_str() == "second"));
    for bad in ["", "linked?link=l-1", "/back?link=l-1"] {
        assert_eq!(WidgetCallback::parse(bad), Err(InvalidCallback), "{bad}");
    }
}

#[test]
fn messages_to_a_web_view_are_read_in_both_spellings() {
    let page: WidgetMessage = read(&json!({
        "eventName": "PAGE_LOAD",
        "metadata": {"page": "/institutions/1/login", "from": "/institutions", "institution_name": "Banco"},
    }));
    assert_eq!(page.event, Some(WidgetEvent::PageLoad));
    assert_eq!(page.metadata.unwrap().from.unwrap().as_str(), "/institutions");
    let error: WidgetMessage = read(&json!({
        "eventName": "ERROR", "request_id": "r",
        "meta_data": {"error_code": "login_error", "error_message": "m", "institution_name": "Banco",
            "timestamp": "2024-02-02T13:11:42.593Z"},
    }));
    assert_eq!(error.request_id.unwrap().as_str(), "r");
    assert!(error.metadata.unwrap().timestamp.is_some());
}
