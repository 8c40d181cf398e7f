//! Addresses of Klavi's pages that a partner puts together, without a call.

mod basic;
mod legacy;

use klavi_types::Secret;
use klavi_types::api::InvalidRequest;
use provider_call::BaseUrl;
use provider_wire::Check;

pub use self::basic::{BasicLinkUrl, WhiteLabelHost};
pub use self::legacy::{LegacyLinkHost, LegacyLinkUrl, PartnerCode};
use crate::uri_component::encode_uri_component;

/// A URL under construction.
struct Address<'a> {
    base_url: &'a str,
    path: String,
    query: Vec<(&'a str, &'a str)>,
}

impl<'a> Address<'a> {
    fn new(base_url: &'a str) -> Self {
        Self { base_url, path: String::new(), query: Vec::new() }
    }

    fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// Adds the documented parameters that are given.
    fn parameters(mut self, parameters: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) -> Self {
        let given = parameters.into_iter().filter_map(|(name, value)| Some((name, value?)));
        self.query.extend(given);
        self
    }

    /// Adds what the partner names freely. With a documented name beside it, it would be open which one counts.
    fn own(mut self, check: &mut Check, parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let documented = self.query.len();
        for (name, value) in parameters {
            if name.is_empty() {
                check.problem("parameter", "has no name");
            }
            if self.query[..documented].iter().any(|(taken, _)| *taken == name) {
                check.problem("parameter", "has a name that is set by a field of its own");
            }
            self.query.push((name, value));
        }
        self
    }

    /// Writes the URL, unless something is broken.
    fn finish(self, mut check: Check) -> Result<Secret, InvalidRequest> {
        let base_url = match self.base_url.parse::<BaseUrl>() {
            Ok(base_url) => base_url.to_string(),
            Err(error) => {
                check.problem("base_url", error);
                String::new()
            }
        };
        check.finish()?;
        let mut url = base_url + &self.path;
        for (index, (name, value)) in self.query.iter().enumerate() {
            url.push(if index == 0 { '?' } else { '&' });
            url.push_str(&encode_uri_component(name));
            url.push('=');
            url.push_str(&encode_uri_component(value));
        }
        Ok(url.into())
    }
}

/// The parameters as they were collected.
fn pairs(parameters: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}

/// A code as one segment of a path. Dots alone would lead to another page.
fn segment(check: &mut Check, field: &'static str, code: &str) -> String {
    match code {
        "" => check.problem(field, "is required"),
        "." | ".." => check.problem(field, "is no part of a path"),
        _ => {}
    }
    format!("/{}", encode_uri_component(code))
}
