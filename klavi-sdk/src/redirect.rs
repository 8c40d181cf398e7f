//! The URL with which the browser comes back.

use std::fmt;
use std::str::FromStr;

use klavi_types::{ConsentId, ExternalTrackId, LinkId, Text};
use url::Url;

/// How a flow ended, according to the URL that the browser came back with.
///
/// **It proves nothing**: the URL is not signed, and whoever holds the browser can write any. Use it to decide
/// which page to show; take the outcome from the webhook or from [`Consents::get`](crate::Consents::get).
///
/// Reads `https` URLs as well as those with an app's own scheme. Names are those of
/// docs.klavi.ai/connect/create-a-link and docs.klavi.ai/connect/create-a-consent. An empty value counts as
/// absent; of a name that stands twice the last one counts, since Klavi adds its own behind yours.
///
/// ```
/// use klavi_sdk::RedirectOutcome;
///
/// let outcome: RedirectOutcome = "app://back?link_id=4437b139&error=access_denied".parse()?;
/// let RedirectOutcome::Failed(failure) = outcome else { unreachable!("there is an error in it") };
/// assert_eq!(failure.error.as_str(), "access_denied");
/// assert_eq!(failure.redirect.link_id.unwrap().as_str(), "4437b139");
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
    /// `external_info`. How Klavi writes an object here is not documented, so it is kept as text.
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
    /// `error`. The possible words are not documented.
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
}

impl FromStr for RedirectOutcome {
    type Err = InvalidRedirect;

    fn from_str(url: &str) -> Result<Self, InvalidRedirect> {
        let url = Url::parse(url.trim()).map_err(|_| InvalidRedirect::NotAUrl)?;
        let mut redirect = Redirect::default();
        let (mut error, mut error_description) = (None, None);
        for (name, value) in url.query_pairs() {
            let text = Text::from(value.as_ref());
            let given = Some(text.clone()).filter(|text| !text.is_empty());
            match name.as_ref() {
                "link_id" => redirect.link_id = given.map(|id| id.as_str().into()),
                "consent_id" => redirect.consent_id = given.map(|id| id.as_str().into()),
                "external_track_id" => redirect.external_track_id = given.map(|id| id.as_str().into()),
                "external_info" => redirect.external_info = given,
                "error" => error = given,
                "error_description" => error_description = given,
                _ => redirect.extra.push((Text::from(name.as_ref()), text)),
            }
        }
        match error {
            Some(error) => Ok(Self::Failed(RedirectFailure { redirect, error, error_description })),
            None if redirect.link_id.is_none() && redirect.consent_id.is_none() => {
                Err(InvalidRedirect::NoParameters)
            }
            None => Ok(Self::Completed(redirect)),
        }
    }
}

impl fmt::Display for InvalidRedirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAUrl => "not an absolute URL",
            Self::NoParameters => "the URL has neither `link_id`, `consent_id` nor `error`",
        })
    }
}

impl std::error::Error for InvalidRedirect {}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> RedirectOutcome {
        url.parse().unwrap()
    }

    #[test]
    fn a_completed_flow_names_its_link() {
        let outcome = parse("https://partner.example/back?user=7&link_id=L1&external_info=%7B%22a%22%3A1%7D");
        let RedirectOutcome::Completed(redirect) = outcome else { panic!("no error is named") };
        assert_eq!(redirect.link_id, Some("L1".into()));
        assert_eq!(redirect.consent_id, None);
        assert_eq!(redirect.external_info.unwrap(), "{\"a\":1}");
        assert_eq!(redirect.extra, [("user".into(), "7".into())]);
    }

    #[test]
    fn a_consent_flow_names_its_consent_too() {
        let outcome =
            parse("https://p.example/?link_id=L1&consent_id=C1&external_track_id=T%201&external_info=");
        let redirect = outcome.redirect();
        assert_eq!(redirect.consent_id, Some("C1".into()));
        assert_eq!(redirect.external_track_id, Some("T 1".into()));
        assert_eq!(redirect.external_info, None);
    }

    #[test]
    fn a_failed_flow_tells_why() {
        let outcome =
            parse("my-app://back?link_id=L1&error=denied&error_description=O+usu%C3%A1rio%20recusou");
        let RedirectOutcome::Failed(failure) = outcome else { panic!("an error is named") };
        assert_eq!(failure.error, "denied");
        assert_eq!(failure.error_description.unwrap(), "O usuário recusou");
        assert_eq!(failure.redirect.link_id, Some("L1".into()));
    }

    #[test]
    fn an_error_without_a_link_is_a_failure_and_an_empty_error_is_none() {
        assert!(matches!(parse("https://p.example/?error=x"), RedirectOutcome::Failed(_)));
        assert!(matches!(parse("https://p.example/?link_id=L&error="), RedirectOutcome::Completed(_)));
    }

    #[test]
    fn the_last_of_two_counts() {
        let outcome = parse("https://p.example/?link_id=yours&link_id=theirs");
        assert_eq!(outcome.redirect().link_id, Some("theirs".into()));
    }

    #[test]
    fn other_texts_are_refused() {
        let parse = |text: &str| text.parse::<RedirectOutcome>().unwrap_err();
        assert_eq!(parse("/back?link_id=L1"), InvalidRedirect::NotAUrl);
        assert_eq!(parse(""), InvalidRedirect::NotAUrl);
        assert_eq!(parse("https://p.example/?user=7"), InvalidRedirect::NoParameters);
    }

    #[test]
    fn nothing_of_it_shows_in_debug() {
        let outcome = parse("https://p.example/?link_id=L77&error=E77&error_description=D77&x77=y77");
        assert!(!format!("{outcome:?}").contains("77"), "{outcome:?}");
    }
}
