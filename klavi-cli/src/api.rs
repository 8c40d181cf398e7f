//! What the commands that call Klavi share.

use anyhow::anyhow;
use clap::ValueEnum;
use klavi_sdk::klavi_types::api::{InvalidRequest, Problem};
use klavi_sdk::klavi_types::{InvalidCallbackUrl, Json, Product, ProductsCallbackUrl};
use klavi_sdk::{Client, Credentials, Environment};
use serde::Serialize;

use crate::exit::{Failure, print};

/// Which Klavi is called. The keys come from `KLAVI_ACCESS_KEY` and `KLAVI_SECRET_KEY`: arguments can be seen by others.
#[derive(Debug, clap::Args)]
#[command(
    next_help_heading = "Which Klavi is called, with the keys in KLAVI_ACCESS_KEY and KLAVI_SECRET_KEY"
)]
pub(crate) struct Api {
    /// Klavi's environment
    #[arg(long, env = "KLAVI_ENVIRONMENT", required_unless_present = "base_url", ignore_case = true)]
    environment: Option<Environment_>,
    /// Base URL in place of an environment, such as that of `klavi mock`: https, or http to this machine
    #[arg(long, env = "KLAVI_BASE_URL", value_name = "URL")]
    base_url: Option<String>,
    /// Allow plain http to any host, as between containers: whoever can read the network reads keys and personal data
    #[arg(long, env = "KLAVI_ALLOW_PLAIN_HTTP")]
    allow_plain_http: bool,
    /// One JSON document in Klavi's own field names instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Environment_ {
    /// api-sandbox.klavi.ai
    Sandbox,
    /// api-testing.klavi.ai
    Testing,
    /// api.klavi.ai
    Production,
}

impl Api {
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        let environment = match (&self.base_url, self.environment) {
            (Some(base_url), _) => Environment::Custom(base_url.clone()),
            (None, Some(Environment_::Testing)) => Environment::Testing,
            (None, Some(Environment_::Production)) => Environment::Production,
            (None, Some(Environment_::Sandbox) | None) => Environment::Sandbox,
        };
        let credentials = Credentials::from_env().map_err(Failure::unreadable)?;
        Client::builder(credentials, environment)
            .app_name(concat!("klavi-cli/", env!("CARGO_PKG_VERSION")))
            .allow_plain_http(self.allow_plain_http)
            .build()
            .map_err(Failure::unreadable)
    }

    /// What Klavi answered: as JSON, or as text.
    pub(crate) fn show<T: Serialize>(
        &self,
        answer: &T,
        text: impl FnOnce(&T) -> String,
    ) -> Result<(), Failure> {
        show(self.json, answer, text)
    }
}

/// An answer as JSON, or as text.
pub(crate) fn show<T: Serialize>(
    json: bool,
    answer: &T,
    text: impl FnOnce(&T) -> String,
) -> Result<(), Failure> {
    if !json {
        return print(&text(answer));
    }
    let json = serde_json::to_string_pretty(answer).map_err(Failure::failed)?;
    print(&format!("{json}\n"))
}

/// The lines that have a value, under each other.
pub(crate) fn lines(lines: &[(&str, Option<&dyn std::fmt::Display>)]) -> String {
    let given = lines.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
    given.map(|(name, value)| format!("{name:<12} {value}\n")).collect()
}

/// The problems under the names of the flags.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(crate) fn flags_named(error: InvalidRequest) -> Failure {
    let named = |problem: &Problem| format!("--{}: {}", flag(problem.field), problem.reason);
    let problems: Vec<_> = error.problems().iter().map(named).collect();
    Failure::unreadable(anyhow!(problems.join("; ")))
}

/// `personalTaxId` is `personal-tax-id`, `redirectURL` `redirect-url`.
fn flag(field: &str) -> String {
    match field {
        "yourAppId" => return "app-id".to_owned(),
        "base_url" => return "base".to_owned(),
        "products" => return "product".to_owned(),
        _ => {}
    }
    let mut flag = String::new();
    for character in field.replace("URL", "Url").chars() {
        if character.is_ascii_uppercase() {
            flag.push('-');
        }
        flag.push(if character == '_' { '-' } else { character.to_ascii_lowercase() });
    }
    flag
}

/// Where reports go: a URL for all of them, or `PRODUCT=URL` and `other=URL`.
#[derive(Debug, clap::Args)]
pub(crate) struct CallbackUrls {
    /// Where reports go: one URL for all, or PRODUCT=URL and other=URL; may be repeated
    #[arg(long, value_name = "URL|PRODUCT=URL")]
    products_callback_url: Vec<String>,
}

impl CallbackUrls {
    pub(crate) fn read(&self) -> Result<Option<ProductsCallbackUrl>, Failure> {
        let named =
            |error: InvalidCallbackUrl| Failure::unreadable(anyhow!("--products-callback-url: {error}"));
        match self.products_callback_url.as_slice() {
            [] => Ok(None),
            [url] if split(url).is_none() => ProductsCallbackUrl::all(url).map(Some).map_err(named),
            urls => {
                let mut specific = ProductsCallbackUrl::specific();
                for url in urls {
                    specific = match split(url) {
                        Some(("other", url)) => specific.other(url),
                        Some((product, url)) => specific.product(Product::from(product), url),
                        None => {
                            let why = "--products-callback-url: a URL for all reports stands alone";
                            return Err(Failure::unreadable(anyhow!(why)));
                        }
                    };
                }
                specific.build().map(Some).map_err(named)
            }
        }
    }
}

/// `PRODUCT=URL`; an equals sign behind the scheme belongs to the URL.
fn split(text: &str) -> Option<(&str, &str)> {
    text.split_once('=').filter(|(name, _)| !name.contains(':'))
}

/// Reads a JSON object.
pub(crate) fn json_object(text: &str) -> Result<Json, &'static str> {
    serde_json::from_str(text).map_err(|_| "not JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_the_names_of_flags() {
        assert_eq!(flag("personalTaxId"), "personal-tax-id");
        assert_eq!(flag("redirectURL"), "redirect-url");
        assert_eq!(flag("appRedirectURLKey"), "app-redirect-url-key");
        assert_eq!(flag("redirect_url"), "redirect-url");
    }

    #[test]
    fn an_equals_sign_in_a_url_names_no_product() {
        assert_eq!(split("pf_loans=https://a.example/?b=c"), Some(("pf_loans", "https://a.example/?b=c")));
        assert_eq!(split("https://a.example/?b=c"), None);
    }
}
