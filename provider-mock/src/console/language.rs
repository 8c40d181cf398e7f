//! The language of the console: that of the page's address, else the one that was chosen before, else the browser's.
//!
//! The user's pages are in Portuguese by default, as the provider's are; the console is for developers.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{ACCEPT_LANGUAGE, COOKIE, SET_COOKIE};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Uri};
use url::form_urlencoded;

/// The cookie that keeps a choice.
const CHOICE: &str = "mock_console_lang";

/// Lets a page without `lang` in its address be read as one with it.
pub(super) async fn follow(mut request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let given = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "lang");
    let given = given.map(|(_, value)| value.into_owned());
    if given.is_none() && request.method().is_safe() && wants_english(request.headers()) {
        *request.uri_mut() = in_english(request.uri());
    }
    let mut answer = next.run(request).await;
    let choice = ["en", "pt"].into_iter().find(|lang| given.as_deref() == Some(lang));
    if let Some(lang) = choice {
        let cookie = format!("{CHOICE}={lang}; Path=/_mock/console; HttpOnly; SameSite=Strict");
        answer.headers_mut().append(SET_COOKIE, HeaderValue::from_str(&cookie).expect("plain text"));
    }
    answer
}

fn in_english(uri: &Uri) -> Uri {
    let query = uri.query().map(|query| format!("{query}&")).unwrap_or_default();
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = PathAndQuery::try_from(format!("{}?{query}lang=en", uri.path())).ok();
    Uri::from_parts(parts).unwrap_or_else(|_| uri.clone())
}

fn wants_english(headers: &HeaderMap) -> bool {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
    let pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    if let Some((_, choice)) = pairs.into_iter().find(|(name, _)| *name == CHOICE) {
        return choice == "en";
    }
    let asked = headers.get(ACCEPT_LANGUAGE).and_then(|asked| asked.to_str().ok()).unwrap_or_default();
    // The most wanted first. Source: RFC 9110, section 12.5.4.
    let mut languages: Vec<_> = asked.split(',').filter_map(language).collect();
    languages.sort_by(|(_, left), (_, right)| right.total_cmp(left));
    let known = languages.iter().find(|(tag, _)| matches!(*tag, "pt" | "en"));
    // Who reads neither understands English sooner.
    known.or(languages.first()).is_some_and(|(tag, _)| *tag != "pt")
}

/// A language without its region, and how much it is wanted.
fn language(range: &str) -> Option<(&str, f32)> {
    let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
    let weight: f32 = weight.trim().strip_prefix("q=")?.parse().ok()?;
    let tag = tag.trim().split('-').next().filter(|tag| !matches!(*tag, "" | "*"))?;
    let tag = ["pt", "en"].into_iter().find(|known| tag.eq_ignore_ascii_case(known)).unwrap_or(tag);
    (weight > 0.0).then_some((tag, weight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_says_which_language_it_reads() {
        for (asked, english) in [
            ("en-US,en;q=0.9", true),
            ("EN", true),
            ("pt-BR,pt;q=0.9,en-US;q=0.8", false),
            ("en;q=0.5, pt", false),
            ("de-DE, de;q=0.9, pt;q=0.2", false),
            ("de", true),
            ("pt;q=0, en;q=0.1", true),
            ("*", false),
            ("", false),
            (";;q=,", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, asked.parse().unwrap());
            assert_eq!(wants_english(&headers), english, "{asked}");
            for (choice, english) in [("en", true), ("pt", false)] {
                headers.insert(COOKIE, format!("a=b; {CHOICE}={choice}").parse().unwrap());
                assert_eq!(wants_english(&headers), english, "{asked}");
            }
        }
        assert!(!wants_english(&HeaderMap::new()));
    }

    #[test]
    fn an_address_keeps_its_query() {
        for (uri, english) in [("/a", "/a?lang=en"), ("/a?b=c%20d", "/a?b=c%20d&lang=en")] {
            assert_eq!(in_english(&Uri::from_static(uri)), Uri::from_static(english));
        }
    }
}
