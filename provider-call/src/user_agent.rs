//! The `User-Agent` header.

use http::HeaderValue;

/// An application name with characters that a header cannot carry.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("an application name consists of visible ASCII characters and spaces")]
pub struct InvalidAppName;

/// `<product>/<version> (<os>; rust) <app>`.
///
/// # Errors
/// If `app` has a character that a header cannot carry.
pub fn user_agent(product: &str, version: &str, app: Option<&str>) -> Result<HeaderValue, InvalidAppName> {
    let os = std::env::consts::OS;
    let text = match app {
        Some(app) => format!("{product}/{version} ({os}; rust) {app}"),
        None => format!("{product}/{version} ({os}; rust)"),
    };
    HeaderValue::try_from(text).ok().filter(|value| value.to_str().is_ok()).ok_or(InvalidAppName)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_product_system_and_application() {
        let value = user_agent("some-sdk", "1.2.3", Some("shop/7")).unwrap();
        let expected = format!("some-sdk/1.2.3 ({}; rust) shop/7", std::env::consts::OS);
        assert_eq!(value, expected);
    }

    #[test]
    fn an_application_name_cannot_smuggle_a_header() {
        assert_eq!(user_agent("s", "1", Some("a\r\nx-evil: 1")), Err(InvalidAppName));
        assert_eq!(user_agent("s", "1", Some("ação")), Err(InvalidAppName));
    }
}
