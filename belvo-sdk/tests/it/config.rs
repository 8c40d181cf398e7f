use belvo_sdk::{Client, ConfigError, Credentials, Environment, InvalidBaseUrl};
use provider_call::{ScriptedAnswer, ScriptedTransport};

use crate::support::{BASIC, SECRET_ID, SECRET_PASSWORD, link_id};

fn keys() -> Credentials {
    Credentials::new(SECRET_ID, SECRET_PASSWORD)
}

fn build(base_url: &str) -> Result<Client, ConfigError> {
    Client::builder(keys(), Environment::Sandbox)
        .transport(ScriptedTransport::new())
        .base_url(base_url)
        .build()
}

#[test]
fn keys_are_never_sent_in_clear_text_to_another_machine() {
    let error = build("http://api.belvo.com").unwrap_err();
    let insecure = ConfigError::BaseUrl(InvalidBaseUrl::Insecure);
    assert_eq!(format!("{error:?}"), format!("{insecure:?}"));
    assert!(error.to_string().starts_with("the base URL cannot be used: must be https"), "{error}");
    assert_eq!(build("http://127.0.0.1:4020/").unwrap().base_url(), "http://127.0.0.1:4020");
    let mock = Client::builder(keys(), Environment::Custom("http://belvo-mock:4020".to_owned()))
        .transport(ScriptedTransport::new())
        .allow_plain_http(true);
    assert_eq!(mock.build().unwrap().base_url(), "http://belvo-mock:4020");
}

#[test]
fn each_environment_has_its_host() {
    for (environment, expected) in [
        (Environment::Sandbox, "https://sandbox.belvo.com"),
        (Environment::Production, "https://api.belvo.com"),
    ] {
        let client =
            Client::builder(keys(), environment).transport(ScriptedTransport::new()).build().unwrap();
        assert_eq!(client.base_url(), expected);
    }
}

#[test]
fn keys_that_fit_nowhere_are_refused() {
    for (id, password) in [("", "p"), ("i", "")] {
        let error =
            Client::builder(Credentials::new(id, password), Environment::Sandbox).build().unwrap_err();
        assert!(matches!(error, ConfigError::EmptyKey));
    }
    for (id, password) in [("i:d", "p"), ("id", "p\nq")] {
        let error =
            Client::builder(Credentials::new(id, password), Environment::Sandbox).build().unwrap_err();
        assert!(matches!(error, ConfigError::Key(_)));
        assert!(!format!("{error} {error:?}").contains("i:d"));
    }
}

#[tokio::test]
async fn every_request_has_the_keys_and_the_application() {
    let transport =
        ScriptedTransport::new().then(ScriptedAnswer::json(200, "{}")).then(ScriptedAnswer::json(200, "{}"));
    let client = Client::builder(keys(), Environment::Sandbox)
        .transport(transport.clone())
        .app_name("shop/7")
        .build()
        .unwrap();
    assert!(transport.requests().is_empty(), "building sends nothing");
    client.links().get(&link_id()).await.unwrap();
    client.institutions().get(1).await.unwrap();
    let agent = format!("belvo-sdk/{} ({}; rust) shop/7", env!("CARGO_PKG_VERSION"), std::env::consts::OS);
    for request in transport.requests() {
        assert_eq!(request.headers()["authorization"], BASIC);
        assert!(request.headers()["authorization"].is_sensitive());
        assert_eq!(request.headers()["user-agent"], agent);
        assert_eq!(request.uri().host(), Some("sandbox.belvo.com"));
    }
}

#[cfg(feature = "rustls-no-provider")]
#[test]
fn a_transport_is_provided() {
    assert!(Client::builder(keys(), Environment::Sandbox).build().is_ok());
}

#[cfg(not(feature = "rustls-no-provider"))]
#[test]
fn a_transport_is_required() {
    let error = Client::builder(keys(), Environment::Sandbox).build().unwrap_err();
    assert!(matches!(error, ConfigError::NoTransport));
}
