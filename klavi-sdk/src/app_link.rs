//! What an app is opened with on the way back from a bank's app.

use std::fmt;

use klavi_types::{Secret, Text};
use url::Url;

use crate::link_url::WhiteLabelHost;

/// The URL that opens your app when the bank is done (app to app), read.
///
/// Klavi puts the address of its result page on the `appLink` of the link, as the parameter that you named in
/// `appRedirectURLKey`; on the older `applicationLink` it is always [`LINK_CALLBACK_URL`](Self::LINK_CALLBACK_URL).
/// Your app loads that page in its web view, where the user goes on.
/// Source: docs.klavi.ai/connect/create-a-link and
/// docs.klavi.ai/connect/integration-whitelabel-using-app2app-flow; that the value is the whole address is inferred.
///
/// **Anyone can open an app link**, with any address in it: load the page only if it [`is_on`](Self::is_on) the
/// host where your links stand.
///
/// ```
/// use klavi_sdk::{AppLinkReturn, WhiteLabelHost};
///
/// let opened = "https://partner.example/app?from=bank&to=https%3A%2F%2Fconecte-sandbox.klavi.ai%2Fpath%3Fv%3Dt";
/// let back = AppLinkReturn::parse(opened, "to")?;
/// assert!(back.is_on(&WhiteLabelHost::Sandbox));
/// assert_eq!(back.page.expose(), "https://conecte-sandbox.klavi.ai/path?v=t");
/// # Ok::<(), klavi_sdk::InvalidAppLink>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AppLinkReturn {
    /// The page to go on with, `https` or `http` to anywhere. It may carry a token.
    pub page: Secret,
    /// All other parameters, names and values decoded, in their order.
    pub extra: Vec<(Text, Text)>,
}

/// A text that is not the URL with which Klavi opens an app.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum InvalidAppLink {
    /// Not an absolute URL.
    NotAUrl,
    /// The parameter is missing or empty.
    NoPage,
    /// The parameter's value is no address of a web page.
    NotAPage,
}

impl AppLinkReturn {
    /// The parameter's name on an `applicationLink`.
    pub const LINK_CALLBACK_URL: &str = "link_callback_url";

    /// Reads the URL that the app was opened with. `key` is what the link has in `appRedirectURLKey`. Of a name
    /// that stands twice the last one counts, since Klavi adds its own behind yours.
    ///
    /// # Errors
    /// If it is no URL, or holds no page under that key.
    pub fn parse(url: &str, key: &str) -> Result<Self, InvalidAppLink> {
        let url = Url::parse(url.trim()).map_err(|_| InvalidAppLink::NotAUrl)?;
        let (mut page, mut extra) = (None, Vec::new());
        for (name, value) in url.query_pairs() {
            if name != key {
                extra.push((Text::from(name.as_ref()), Text::from(value.as_ref())));
            } else if !value.is_empty() {
                page = Some(value);
            }
        }
        let page = page.ok_or(InvalidAppLink::NoPage)?;
        let is_page =
            Url::parse(&page).is_ok_and(|page| matches!(page.scheme(), "https" | "http") && page.has_host());
        if !is_page {
            return Err(InvalidAppLink::NotAPage);
        }
        Ok(Self { page: page.as_ref().into(), extra })
    }

    /// Whether the page stands on that host: same scheme, name and port.
    #[must_use]
    pub fn is_on(&self, host: &WhiteLabelHost) -> bool {
        match (Url::parse(self.page.expose()), Url::parse(host.base_url())) {
            (Ok(page), Ok(host)) => page.origin() == host.origin(),
            _ => false,
        }
    }
}

impl fmt::Display for InvalidAppLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAUrl => "not an absolute URL",
            Self::NoPage => "the URL has no value under the key",
            Self::NotAPage => "the value under the key is no address of a web page",
        })
    }
}

impl std::error::Error for InvalidAppLink {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode_uri_component;

    fn opened(link: &str, page: &str) -> String {
        format!("{link}to={}", encode_uri_component(page))
    }

    #[test]
    fn the_page_comes_back_whole_and_the_rest_is_kept() {
        let page = "https://open.klavi.ai/path?v=a.b-c%2Fd&x=1#y";
        for link in ["https://p.example/app?user=7&", "my-app://open?user=7&", "my-app:open?user=7&to=&"] {
            let back = AppLinkReturn::parse(&opened(link, page), "to").unwrap();
            assert_eq!(back.page.expose(), page);
            assert_eq!(back.extra, [("user".into(), "7".into())]);
        }
        let older = format!("https://p.example/app?link_callback_url={}", encode_uri_component(page));
        let back = AppLinkReturn::parse(&older, AppLinkReturn::LINK_CALLBACK_URL).unwrap();
        assert_eq!(back.page.expose(), page);
    }

    #[test]
    fn the_last_of_two_counts() {
        let yours = opened("app://x?", "https://yours.example/");
        let url = opened(&format!("{yours}&"), "https://open.klavi.ai/");
        assert_eq!(AppLinkReturn::parse(&url, "to").unwrap().page.expose(), "https://open.klavi.ai/");
    }

    #[test]
    fn only_the_very_host_is_the_host() {
        let is_on = |page: &str, host: WhiteLabelHost| {
            AppLinkReturn::parse(&opened("app://x?", page), "to").unwrap().is_on(&host)
        };
        for page in
            ["https://open.klavi.ai/path", "https://OPEN.klavi.ai:443/path?v=1", "https:\\\\open.klavi.ai\\"]
        {
            assert!(is_on(page, WhiteLabelHost::OlderProduction), "{page}");
        }
        for page in [
            "http://open.klavi.ai/path",
            "https://open.klavi.ai:8443/",
            "https://open-sandbox.klavi.ai/",
            "https://open.klavi.ai.evil.example/",
            "https://open.klavi.ai@evil.example/",
            "https://evil.example/https://open.klavi.ai/",
            "https://evil.example\\@open.klavi.ai/",
            "https://open.klavi.ai\u{ff0e}evil.example/",
        ] {
            assert!(!is_on(page, WhiteLabelHost::OlderProduction), "{page}");
        }
        let mock = || WhiteLabelHost::Custom("http://127.0.0.1:4010".to_owned());
        assert!(is_on("http://127.0.0.1:4010/path", mock()));
        assert!(!is_on("http://127.0.0.1:4011/path", mock()));
        assert!(!is_on("http://127.0.0.1:4010/path", WhiteLabelHost::Custom("klavi".to_owned())));
    }

    #[test]
    fn other_texts_are_refused() {
        let parse = |url: &str| AppLinkReturn::parse(url, "to").unwrap_err();
        assert_eq!(parse("/app?to=https%3A%2F%2Fopen.klavi.ai"), InvalidAppLink::NotAUrl);
        for none in ["app://x", "app://x?to=", "app://x?To=https%3A%2F%2Fopen.klavi.ai"] {
            assert_eq!(parse(none), InvalidAppLink::NoPage, "{none}");
        }
        for page in ["javascript:alert(1)", "file:///etc/passwd", "app://other", "path?v=1", "https://"] {
            assert_eq!(parse(&opened("app://x?", page)), InvalidAppLink::NotAPage, "{page}");
        }
    }

    #[test]
    fn nothing_of_it_shows_in_debug() {
        let back = AppLinkReturn::parse(&opened("app://x?u77=v77&", "https://h77.example/"), "to");
        assert!(!format!("{:?}", back.unwrap()).contains("77"));
    }
}
