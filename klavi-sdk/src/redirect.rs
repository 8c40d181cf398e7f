//! The URL with which the browser comes back.

use std::fmt;
use std::str::FromStr;

use klavi_types::{ConsentId, ExternalTrackId, Json, LinkId, Text};
use url::{Url, form_urlencoded};

/// How a flow ended, according to the URL that the browser came back with.
///
/// **It proves nothing**: the URL is not signed, and anyone with a browser can write any. Use it to decide
/// which page to show; take the outcome from the webhook or from [`Consents::get`](crate::Consents::get).
///
/// Reads `https` URLs as well as those with an app's own scheme. Names are those of
/// docs.klavi.ai/connect/create-a-link and docs.klavi.ai/connect/create-a-consent. How Klavi joins its parameters to
/// those of your URL is not documented, so this is generous: an empty value counts as absent; of a name that stands
/// twice the last one counts, since Klavi adds its own behind yours; where the query tells nothing, that of a path
/// in the fragment is read (`#/back?link_id=…`). A `%` that begins no code stays, bytes that are no UTF-8 become
/// U+FFFD.
///
/// ```
/// use klavi_sdk::RedirectOutcome;
///
/// let outcome: RedirectOutcome = "app://back?link_id=4437b139&error=access_denied".parse()?;
/// let RedirectOutcome::Failed(failure) = outcome else { unreachable!("there is an error in it") };
/// assert_eq!(failure.error.as_str(), "access_denied");
/// assert_eq!(failure.redirect.link_id.unwrap().as_str(), "4437b139");
///
/// // In a handler that has the query alone:
/// let outcome = RedirectOutcome::from_query("link_id=4437b139&consent_id=0325412e")?;
/// assert!(matches!(outcome, RedirectOutcome::Completed(_)));
/// # Ok::<(), klavi_sdk::InvalidRedirect>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum RedirectOutcome {
    /// The URL names no error.
    Completed(Redirect),
    /// The URL names an error: the user refused, or something went wrong.
    Failed(RedirectFailure),
}

/// What the URL says besides an error.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Redirect {
    /// `link_id`.
    pub link_id: Option<LinkId>,
    /// `consent_id`. Missing in the WhiteLabel flow, where one link may have several consents: list them.
    pub consent_id: Option<ConsentId>,
    /// `external_info`. How Klavi writes an object here is not documented, so it is kept as text; see
    /// [`external_info_json`](Self::external_info_json).
    pub external_info: Option<Text>,
    /// `external_track_id`, for flows that began with a consent.
    pub external_track_id: Option<ExternalTrackId>,
    /// All other parameters, names and values decoded, in their order: those of your own URL, for example.
    pub extra: Vec<(Text, Text)>,
}

/// A [`Redirect`] with an error.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RedirectFailure {
    /// What else the URL says.
    pub redirect: Redirect,
    /// `error`. The possible words are not documented. Empty where only a description came.
    pub error: Text,
    /// `error_description`.
    pub error_description: Option<Text>,
}

/// A text that is not a URL that Klavi redirects to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum InvalidRedirect {
    /// Not an absolute URL.
    NotAUrl,
    /// None of the parameters by which the flow could be told.
    NoParameters,
}

impl RedirectOutcome {
    /// What the URL says besides an error.
    #[must_use]
    pub fn redirect(&self) -> &Redirect {
        match self {
            Self::Completed(redirect) => redirect,
            Self::Failed(failure) => &failure.redirect,
        }
    }

    /// Reads the query alone, with or without its question mark.
    ///
    /// # Errors
    /// [`InvalidRedirect::NoParameters`].
    pub fn from_query(query: &str) -> Result<Self, InvalidRedirect> {
        let mut redirect = Redirect::default();
        let (mut error, mut error_description) = (None, None);
        let query = in_one(query.strip_prefix('?').unwrap_or(query));
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = Text::from(value.as_ref());
            match name.as_ref() {
                "link_id" | "consent_id" | "external_track_id" | "external_info" | "error"
                | "error_description"
                    if value.is_empty() => {}
                "link_id" => redirect.link_id = Some(value.as_str().into()),
                "consent_id" => redirect.consent_id = Some(value.as_str().into()),
                "external_track_id" => redirect.external_track_id = Some(value.as_str().into()),
                "external_info" => redirect.external_info = Some(value),
                "error" => error = Some(value),
                "error_description" => error_description = Some(value),
                _ => redirect.extra.push((Text::from(name.as_ref()), value)),
            }
        }
        if error.is_some() || error_description.is_some() {
            let error = error.unwrap_or_default();
            return Ok(Self::Failed(RedirectFailure { redirect, error, error_description }));
        }
        let told = redirect.link_id.is_some()
            || redirect.consent_id.is_some()
            || redirect.external_track_id.is_some();
        if told { Ok(Self::Completed(redirect)) } else { Err(InvalidRedirect::NoParameters) }
    }
}

/// The query, where parameters were put with a second question mark behind an address that had a query of its own.
fn in_one(query: &str) -> String {
    const NAMES: [&str; 6] =
        ["link_id", "consent_id", "external_track_id", "external_info", "error", "error_description"];
    let begins = |rest: &str| {
        NAMES.iter().any(|name| rest.strip_prefix(name).is_some_and(|rest| rest.starts_with('=')))
    };
    let mut parts = query.split('?');
    let mut joined = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        joined.push(if begins(part) { '&' } else { '?' });
        joined.push_str(part);
    }
    joined
}

impl Redirect {
    /// `external_info` as JSON, where it is JSON.
    #[must_use]
    pub fn external_info_json(&self) -> Option<Json> {
        serde_json::from_str(self.external_info.as_ref()?.as_str()).ok()
    }
}

impl FromStr for RedirectOutcome {
    type Err = InvalidRedirect;

    fn from_str(url: &str) -> Result<Self, InvalidRedirect> {
        let url = Url::parse(url.trim()).map_err(|_| InvalidRedirect::NotAUrl)?;
        let query = url.query().unwrap_or_default();
        let in_fragment = url.fragment().and_then(|fragment| fragment.split_once('?'));
        match (Self::from_query(query), in_fragment) {
            (Err(InvalidRedirect::NoParameters), Some((_, behind))) => {
                Self::from_query(&format!("{query}&{behind}"))
            }
            (outcome, _) => outcome,
        }
    }
}

impl fmt::Display for InvalidRedirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAUrl => "not an absolute URL",
            Self::NoParameters => {
                "the URL has neither `link_id`, `consent_id`, `external_track_id` nor `error`"
            }
        })
    }
}

impl std::error::Error for InvalidRedirect {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode_uri_component;

    #[test]
    fn a_second_question_mark_hides_nothing() {
        let url = "https://partner.example/back?order=7?link_id=l-1&consent_id=c-1";
        let outcome: RedirectOutcome = url.parse().unwrap();
        let redirect = outcome.redirect();
        assert_eq!(redirect.link_id.as_ref().unwrap().as_str(), "l-1");
        assert_eq!(redirect.consent_id.as_ref().unwrap().as_str(), "c-1");
        assert_eq!(redirect.extra, [("order".into(), "7".into())]);
        // One that belongs to a value stays there.
        let kept: RedirectOutcome = "https://partner.example/back?link_id=l-1&q=what?why".parse().unwrap();
        assert_eq!(kept.redirect().extra, [("q".into(), "what?why".into())]);
    }

    /// What a URL should be read as. `error` and its description for a failure.
    #[derive(Clone, Copy, Default)]
    struct Expected {
        link_id: Option<&'static str>,
        consent_id: Option<&'static str>,
        external_track_id: Option<&'static str>,
        external_info: Option<&'static str>,
        error: Option<(&'static str, Option<&'static str>)>,
        extra: &'static [(&'static str, &'static str)],
    }

    impl Expected {
        fn link(link_id: &'static str) -> Self {
            Self { link_id: Some(link_id), ..Self::default() }
        }
    }

    #[track_caller]
    fn assert_read(url: &str, expected: Expected) {
        let outcome: RedirectOutcome = url.parse().unwrap_or_else(|error| panic!("{url}: {error}"));
        let redirect = outcome.redirect();
        let extra: Vec<_> =
            redirect.extra.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let error = match &outcome {
            RedirectOutcome::Completed(_) => None,
            RedirectOutcome::Failed(failure) => {
                Some((failure.error.as_str(), failure.error_description.as_ref().map(Text::as_str)))
            }
        };
        assert_eq!(redirect.link_id.as_ref().map(LinkId::as_str), expected.link_id, "{url}");
        assert_eq!(redirect.consent_id.as_ref().map(ConsentId::as_str), expected.consent_id, "{url}");
        let external_track_id = redirect.external_track_id.as_ref().map(ExternalTrackId::as_str);
        assert_eq!(external_track_id, expected.external_track_id, "{url}");
        assert_eq!(redirect.external_info.as_ref().map(Text::as_str), expected.external_info, "{url}");
        assert_eq!(error, expected.error, "{url}");
        assert_eq!(extra, expected.extra, "{url}");
    }

    #[test]
    fn a_completed_flow_names_its_link_or_its_consent() {
        assert_read(
            "https://partner.example/back?user=7&link_id=L1&external_info=%7B%22a%22%3A1%7D",
            Expected { external_info: Some("{\"a\":1}"), extra: &[("user", "7")], ..Expected::link("L1") },
        );
        assert_read(
            "https://p.example/?link_id=L1&consent_id=C1&external_info=&external_track_id=T%201",
            Expected { consent_id: Some("C1"), external_track_id: Some("T 1"), ..Expected::link("L1") },
        );
        assert_read(
            "https://p.example/?consent_id=C1",
            Expected { consent_id: Some("C1"), ..Expected::default() },
        );
        assert_read(
            "https://p.example/?external_track_id=T1",
            Expected { external_track_id: Some("T1"), ..Expected::default() },
        );
    }

    #[test]
    fn a_failed_flow_tells_why() {
        assert_read(
            "https://p.example/?link_id=L1&error=access_denied&error_description=O+usu%C3%A1rio%20recusou",
            Expected { error: Some(("access_denied", Some("O usuário recusou"))), ..Expected::link("L1") },
        );
        assert_read(
            "https://p.example/?error=x",
            Expected { error: Some(("x", None)), ..Expected::default() },
        );
        assert_read(
            "https://p.example/?link_id=L1&error=&error_description=denied",
            Expected { error: Some(("", Some("denied"))), ..Expected::link("L1") },
        );
        assert_read("https://p.example/?link_id=L1&error=&error_description=", Expected::link("L1"));
    }

    #[test]
    fn an_app_may_have_any_scheme() {
        for url in [
            "app://redirect?link_id=L1",
            "app:redirect?link_id=L1",
            "app:///?link_id=L1",
            "app://?link_id=L1",
            "com.partner.app-1://back/path?link_id=L1",
            " APP://redirect?link_id=L1\n",
        ] {
            assert_read(url, Expected::link("L1"));
        }
    }

    #[test]
    fn parameters_of_the_partner_are_kept_in_their_order() {
        assert_read(
            "https://p.example/?b=2&a=1&b=&link_id=L1&%63=%26%3D&flag&=empty&Link_ID=other",
            Expected {
                extra: &[
                    ("b", "2"),
                    ("a", "1"),
                    ("b", ""),
                    ("c", "&="),
                    ("flag", ""),
                    ("", "empty"),
                    ("Link_ID", "other"),
                ],
                ..Expected::link("L1")
            },
        );
    }

    #[test]
    fn of_two_the_last_one_that_says_something_counts() {
        assert_read("https://p.example/?link_id=yours&link_id=theirs", Expected::link("theirs"));
        assert_read("https://p.example/?link_id=theirs&link_id=", Expected::link("theirs"));
        assert_read(
            "https://p.example/?error=yours&link_id=L1&error=theirs",
            Expected { error: Some(("theirs", None)), ..Expected::link("L1") },
        );
    }

    #[test]
    fn broken_percent_codes_do_no_harm() {
        assert_read(
            "https://p.example/?link_id=L1&a=100%&b=%zz&c=%e1&d=%2&external_info=%FF%FE",
            Expected {
                external_info: Some("\u{fffd}\u{fffd}"),
                extra: &[("a", "100%"), ("b", "%zz"), ("c", "\u{fffd}"), ("d", "%2")],
                ..Expected::link("L1")
            },
        );
    }

    #[test]
    fn a_fragment_is_read_only_where_the_query_tells_nothing() {
        assert_read("https://p.example/?link_id=L1#/back", Expected::link("L1"));
        assert_read("https://p.example/?link_id=L1#/back?link_id=L2", Expected::link("L1"));
        assert_read(
            "https://p.example/?user=7#/back?link_id=L2&tab=1",
            Expected { extra: &[("user", "7"), ("tab", "1")], ..Expected::link("L2") },
        );
        assert_read(
            "https://p.example/#/back?error=x",
            Expected { error: Some(("x", None)), ..Expected::default() },
        );
    }

    #[test]
    fn external_info_may_be_json() {
        let read = |info: &str| {
            let url = format!("app://x?link_id=L1&external_info={}", encode_uri_component(info));
            let outcome: RedirectOutcome = url.parse().unwrap();
            let redirect = outcome.redirect().clone();
            (redirect.external_info.clone(), redirect.external_info_json())
        };
        for json in [r#"{"order":"São 7","n":[1, 2]}"#, "[]", "\"text\"", "12345678901234567.8912"] {
            let (text, parsed) = read(json);
            assert_eq!(text.unwrap(), json);
            assert_eq!(parsed.unwrap().get(), json);
        }
        for other in ["[object Object]", "order-7", "{'a':1}", r#"{"a":1"#] {
            let (text, parsed) = read(other);
            assert_eq!(text.unwrap(), other);
            assert_eq!(parsed, None, "{other}");
        }
        assert_eq!(read(""), (None, None));
    }

    #[test]
    fn the_query_alone_is_enough() {
        let whole: RedirectOutcome = "https://p.example/?user=7&link_id=L1".parse().unwrap();
        for query in ["user=7&link_id=L1", "?user=7&link_id=L1"] {
            assert_eq!(RedirectOutcome::from_query(query).unwrap(), whole);
        }
        for query in ["", "?", "user=7", "link_id=", "external_info=%7B%7D"] {
            assert_eq!(RedirectOutcome::from_query(query), Err(InvalidRedirect::NoParameters), "{query}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for (text, error) in [
            ("/back?link_id=L1", InvalidRedirect::NotAUrl),
            ("link_id=L1", InvalidRedirect::NotAUrl),
            ("https://?link_id=L1", InvalidRedirect::NotAUrl),
            ("", InvalidRedirect::NotAUrl),
            ("https://p.example/?user=7", InvalidRedirect::NoParameters),
            ("https://p.example/#link_id=L1", InvalidRedirect::NoParameters),
            ("https://p.example/link_id=L1", InvalidRedirect::NoParameters),
        ] {
            assert_eq!(text.parse::<RedirectOutcome>().unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn nothing_of_it_shows_in_debug() {
        let outcome: RedirectOutcome =
            "https://p.example/?link_id=L77&error=E77&error_description=D77&external_info=%7B%7D77&x77=y77"
                .parse()
                .unwrap();
        assert!(!format!("{outcome:?}").contains("77"), "{outcome:?}");
    }
}
