use klavi_sdk::{Client, ConfigError, Credentials, Environment, InvalidBaseUrl};
use provider_call::{ScriptedAnswer, ScriptedTransport};

use crate::support::{consent_id, token};

fn build(base_url: &str) -> Result<Client, ConfigError> {
    Client::builder(Credentials::new("a", "s"), Environment::Sandbox)
        .transport(ScriptedTransport::new())
        .base_url(base_url)
        .build()
}

#[test]
fn a_token_is_never_sent_in_clear_text_to_another_machine() {
    let error = build("http://api.klavi.ai").unwrap_err();
    assert!(matches!(error, ConfigError::BaseUrl(InvalidBaseUrl::Insecure)), "{error}");
    let text = "the base URL cannot be used: must be https, or http to a loopback address such as 127.0.0.1";
    assert_eq!(error.to_string(), text);
    assert_eq!(build("http://127.0.0.1:4010/").unwrap().base_url(), "http://127.0.0.1:4010");
}

#[test]
fn each_environment_has_its_host() {
    for (environment, expected) in [
        (Environment::Sandbox, "https://api-sandbox.klavi.ai"),
        (Environment::Testing, "https://api-testing.klavi.ai"),
        (Environment::Production, "https://api.klavi.ai"),
    ] {
        let keys = Credentials::new("a", "s");
        let client = Client::builder(keys, environment).transport(ScriptedTransport::new()).build().unwrap();
        assert_eq!(client.base_url(), expected);
    }
}

#[test]
fn empty_keys_are_refused() {
    for (access_key, secret_key) in [("", "s"), ("a", "")] {
        let keys = Credentials::new(access_key, secret_key);
        let error = Client::builder(keys, Environment::Sandbox).build().unwrap_err();
        assert!(matches!(error, ConfigError::EmptyKey));
    }
}

#[tokio::test]
async fn requests_name_the_application() {
    let transport = ScriptedTransport::new().then(token("t")).then(ScriptedAnswer::json(200, "{}"));
    let client = Client::builder(Credentials::new("a", "s"), Environment::Sandbox)
        .transport(transport.clone())
        .app_name("shop/7")
        .build()
        .unwrap();
    assert!(transport.requests().is_empty(), "building sends nothing");
    client.consents().get(&consent_id()).await.unwrap();
    let expected = format!("klavi-sdk/{} ({}; rust) shop/7", env!("CARGO_PKG_VERSION"), std::env::consts::OS);
    for request in transport.requests() {
        assert_eq!(request.headers()["user-agent"], expected);
    }
    let error = Client::builder(Credentials::new("a", "s"), Environment::Sandbox).app_name("a\nb").build();
    assert!(matches!(error, Err(ConfigError::AppName(_))));
}

#[cfg(feature = "rustls-no-provider")]
#[test]
fn a_transport_is_provided() {
    assert!(Client::builder(Credentials::new("a", "s"), Environment::Sandbox).build().is_ok());
}

#[cfg(not(feature = "rustls-no-provider"))]
#[test]
fn a_transport_is_required() {
    let error = Client::builder(Credentials::new("a", "s"), Environment::Sandbox).build().unwrap_err();
    assert!(matches!(error, ConfigError::NoTransport));
}
