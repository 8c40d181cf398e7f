use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::LOCATION;
use klavi_types::Json;
use url::{Url, form_urlencoded};

use crate::store::Decision;

/// What is added to a `redirectURL`. Source: docs.klavi.ai/connect/create-a-link and /connect/create-a-consent; how
/// `external_info` is encoded and which values `error` has is not documented.
pub(crate) struct Back<'a> {
    pub(crate) link_id: &'a str,
    /// Consent id and tracking value: only on the way back from a consent's own page.
    pub(crate) consent: Option<(&'a str, &'a str)>,
    pub(crate) external_info: Option<&'a Json>,
    pub(crate) decision: Decision,
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
        if self.decision == Decision::Reject {
            parameters.push(("error", "access_denied"));
            parameters.push(("error_description", "The user rejected the consent"));
        }
        parameters
    }

    /// The partner's address with the parameters after those it already has; `None` where it is no URL.
    pub(crate) fn address(&self, redirect_url: &str) -> Option<Url> {
        let mut url = Url::parse(redirect_url).ok()?;
        let mut query = url.query().unwrap_or_default().to_owned();
        for (name, value) in self.parameters() {
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(name);
            query.push('=');
            query.push_str(&encoded(value));
        }
        url.set_query(Some(&query));
        Some(url)
    }
}

/// A blank becomes `%20`, which every decoder takes, and not `+`.
fn encoded(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20")
}

/// Sends the browser away after a form: 303, so that it comes with GET.
pub(crate) fn see_other(url: &Url) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, url.as_str())]).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn existing_parameters_fragments_and_app_schemes_stay() {
        let back = Back { link_id: "l 1", consent: None, external_info: None, decision: Decision::Authorise };
        for (redirect_url, address) in [
            ("https://a.example/b?x=1%2B2#end", "https://a.example/b?x=1%2B2&link_id=l%201#end"),
            ("app://redirect", "app://redirect?link_id=l%201"),
            ("app:redirect", "app:redirect?link_id=l%201"),
        ] {
            assert_eq!(back.address(redirect_url).unwrap().as_str(), address);
        }
    }
}
