use html_kit::with_parameters;
use klavi_types::Json;
use klavi_types::api::ConsentStatus;
use url::Url;

use crate::instance::ConsentView;
use crate::store::AppLink;

/// How it ended for the partner. That there are `error` and `error_description` is documented, their values are not:
/// the mock takes those of OAuth 2.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Authorised,
    /// The user refused, at the bank or at Klavi, or let the time pass.
    Rejected,
    /// The bank could not do it.
    Failed,
    /// The user left before there was a consent.
    Left,
}

impl Outcome {
    /// Of a consent that is through.
    pub(crate) fn of(status: &ConsentStatus) -> Self {
        match status {
            ConsentStatus::Authorised => Self::Authorised,
            ConsentStatus::Error => Self::Failed,
            _ => Self::Rejected,
        }
    }

    fn error(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Authorised => None,
            Self::Rejected => {
                Some(("access_denied", "The user rejected the consent or did not complete it in time"))
            }
            Self::Failed => Some(("server_error", "The institution could not complete the authorisation")),
            Self::Left => Some(("access_denied", "The user left before connecting an institution")),
        }
    }
}

/// What is added to a `redirectURL`. Source: docs.klavi.ai/connect/create-a-link and /connect/create-a-consent; how
/// `external_info` is encoded is not documented.
pub(crate) struct Back<'a> {
    pub(crate) link_id: &'a str,
    /// Consent id and tracking value: only where the consent was made by `POST /data/v1/consents`.
    pub(crate) consent: Option<(&'a str, &'a str)>,
    pub(crate) external_info: Option<&'a Json>,
    pub(crate) outcome: Outcome,
}

impl Back<'_> {
    fn parameters(&self) -> Vec<(&'static str, &str)> {
        let mut parameters = vec![("link_id", self.link_id)];
        if let Some((consent_id, _)) = self.consent {
            parameters.push(("consent_id", consent_id));
        }
        parameters.extend(self.external_info.map(|info| ("external_info", info.get())));
        if let Some((_, external_track_id)) = self.consent {
            parameters.push(("external_track_id", external_track_id));
        }
        if let Some((error, description)) = self.outcome.error() {
            parameters.push(("error", error));
            parameters.push(("error_description", description));
        }
        parameters
    }

    /// The partner's address with the parameters after those it already has; `None` where it is no URL.
    pub(crate) fn address(&self, redirect_url: &str) -> Option<Url> {
        with_parameters(redirect_url, &self.parameters())
    }
}

/// The partner's app, told where the user's result is.
pub(crate) fn app_address(app_link: &AppLink, result: &str) -> Option<Url> {
    with_parameters(&app_link.url, &[(&app_link.parameter, result)])
}

/// Back to the partner who made the consent.
pub(crate) fn consent_address(consent: &ConsentView, redirect_url: &str) -> Option<Url> {
    let back = Back {
        link_id: &consent.link.link_id,
        consent: Some((&consent.consent_id, &consent.external_track_id)),
        external_info: consent.link.external_info.as_ref(),
        outcome: Outcome::of(&consent.status),
    };
    back.address(redirect_url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn existing_parameters_fragments_and_app_schemes_stay() {
        let back = Back { link_id: "l 1", consent: None, external_info: None, outcome: Outcome::Authorised };
        for (redirect_url, address) in [
            ("https://a.example/b?x=1%2B2#end", "https://a.example/b?x=1%2B2&link_id=l%201#end"),
            ("app://redirect", "app://redirect?link_id=l%201"),
            ("app:redirect", "app:redirect?link_id=l%201"),
        ] {
            assert_eq!(back.address(redirect_url).unwrap().as_str(), address);
        }
    }

    #[test]
    fn an_app_finds_the_result_in_the_parameter_it_named() {
        let app_link =
            AppLink { url: "https://app.example/open?a=1".to_owned(), parameter: "back to".to_owned() };
        let address = app_address(&app_link, "http://127.0.0.1:1/r?c=x&lang=en").unwrap();
        let pairs: Vec<_> = address.query_pairs().collect();
        assert_eq!(pairs[0], ("a".into(), "1".into()));
        assert_eq!(pairs[1], ("back to".into(), "http://127.0.0.1:1/r?c=x&lang=en".into()));
    }
}
