//! What is called, and the HTTP request that comes of it.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, USER_AGENT};
use http::{HeaderName, HeaderValue, Method, Request, Uri};

use crate::base_url::BaseUrl;
use crate::error::Refusal;
use crate::retry::Idempotency;

/// Carries the id of a call; the same in all its attempts.
pub const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Carries the number of an attempt within its call, from 1.
pub const ATTEMPT_HEADER: HeaderName = HeaderName::from_static("x-request-attempt");

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What is called: method, path, query and JSON body. `Debug` shows the template only.
#[derive(Clone)]
pub struct Call<'a> {
    method: Method,
    template: &'static str,
    idempotency: Idempotency,
    path_values: Vec<(&'static str, Cow<'a, str>)>,
    query: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    headers: HeaderMap,
    body: Bytes,
}

impl<'a> Call<'a> {
    /// A call of `template`, a path below the base URL such as `/things/{id}`.
    ///
    /// The template stands in spans and errors in place of the path, so that no id shows there.
    #[must_use]
    pub fn new(method: Method, template: &'static str, idempotency: Idempotency) -> Self {
        Self {
            method,
            template,
            idempotency,
            path_values: Vec::new(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    /// The value for `{name}` of the template. It is percent-encoded.
    #[must_use]
    pub fn path_value(mut self, name: &'static str, value: impl Into<Cow<'a, str>>) -> Self {
        self.path_values.push((name, value.into()));
        self
    }

    /// Adds `name=value` to the query. Both are percent-encoded.
    #[must_use]
    pub fn query(mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Adds a header, such as a credential that does not go into `Authorization`. No log shows its value.
    #[must_use]
    pub fn header(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        value.set_sensitive(true);
        self.headers.insert(name, value);
        self
    }

    /// The body, a JSON document.
    #[must_use]
    pub fn json(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    pub(super) fn method(&self) -> &Method {
        &self.method
    }

    pub(super) fn template(&self) -> &'static str {
        self.template
    }

    pub(super) fn idempotency(&self) -> Idempotency {
        self.idempotency
    }

    fn uri(&self, base_url: &BaseUrl) -> Result<Uri, Refusal> {
        let mut text = base_url.as_str().to_owned();
        let mut rest = self.template;
        while let Some((before, name, after)) = next_name(rest) {
            text.push_str(before);
            let (name, value) =
                self.path_values.iter().find(|(given, _)| *given == name).ok_or(Refusal::MissingPathValue)?;
            if matches!(value.as_ref(), "" | "." | "..") {
                return Err(Refusal::PathValue { name });
            }
            percent_encode(value, &mut text);
            rest = after;
        }
        text.push_str(rest);
        for (position, (name, value)) in self.query.iter().enumerate() {
            text.push(if position == 0 { '?' } else { '&' });
            percent_encode(name, &mut text);
            text.push('=');
            percent_encode(value, &mut text);
        }
        let uri: Uri = text.parse().map_err(|_| Refusal::ForeignHost)?;
        if base_url.is_origin_of(&uri) { Ok(uri) } else { Err(Refusal::ForeignHost) }
    }
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("method", &self.method)
            .field("template", &self.template)
            .field("idempotency", &self.idempotency)
            .finish_non_exhaustive()
    }
}

/// Splits `a{b}c` into `a`, `b` and `c`.
fn next_name(template: &'static str) -> Option<(&'static str, &'static str, &'static str)> {
    let (before, rest) = template.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// Everything but RFC 3986's unreserved characters: fit for a path segment and for a query alike.
fn percent_encode(text: &str, into: &mut String) {
    use fmt::Write as _;

    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            into.push(char::from(byte));
        } else {
            write!(into, "%{byte:02X}").expect("a String can always be written to");
        }
    }
}

/// 128 random bits in hex: enough to find one call in a log, and nothing depends on its being secret.
pub(super) fn new_request_id() -> String {
    format!("{:032x}", fastrand::u128(..))
}

/// Everything of a request that is the same in each attempt.
pub(super) struct Envelope<'c> {
    call: &'c Call<'c>,
    uri: Uri,
    request_id: HeaderValue,
    /// Those of the options, which give way to all others.
    extra: &'c HeaderMap,
}

impl<'c> Envelope<'c> {
    pub(super) fn of(
        call: &'c Call<'c>,
        base_url: &BaseUrl,
        request_id: &str,
        extra: &'c HeaderMap,
    ) -> Result<Self, Refusal> {
        let request_id = HeaderValue::try_from(request_id).expect("hex digits are fit for a header");
        Ok(Self { call, uri: call.uri(base_url)?, request_id, extra })
    }

    pub(super) fn request(
        &self,
        attempt: u32,
        user_agent: Option<&HeaderValue>,
        authorization: Option<HeaderValue>,
    ) -> Request<Bytes> {
        let call = self.call;
        let mut request = Request::new(call.body.clone());
        *request.method_mut() = call.method.clone();
        *request.uri_mut() = self.uri.clone();
        let headers = request.headers_mut();
        // Room for all at once, the one that the transport adds included.
        headers.reserve(self.extra.len() + call.headers.len() + 7);
        headers.extend(self.extra.iter().map(|(name, value)| (name.clone(), value.clone())));
        headers.insert(ACCEPT, JSON);
        // Not on an empty body: some servers then try to parse it, and answer 400.
        if !call.body.is_empty() {
            headers.insert(CONTENT_TYPE, JSON);
        }
        headers.insert(REQUEST_ID_HEADER, self.request_id.clone());
        for (name, value) in &call.headers {
            headers.insert(name.clone(), value.clone());
        }
        headers.insert(ATTEMPT_HEADER, HeaderValue::from(attempt));
        if let Some(user_agent) = user_agent {
            headers.insert(USER_AGENT, user_agent.clone());
        }
        if let Some(mut authorization) = authorization {
            authorization.set_sensitive(true);
            headers.insert(AUTHORIZATION, authorization);
        }
        request
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(template: &'static str, values: &[(&'static str, &str)]) -> Result<String, Refusal> {
        let call = Call::new(Method::GET, template, Idempotency::Idempotent);
        let call = values.iter().fold(call, |call, (name, value)| call.path_value(name, (*value).to_owned()));
        let base_url = "https://api.example.com:8443/gate/".parse().unwrap();
        call.uri(&base_url).map(|uri| uri.to_string())
    }

    #[test]
    fn values_are_put_into_the_template() {
        assert_eq!(
            uri("/a/{x}/b/{y}", &[("y", "2"), ("x", "1")]),
            Ok("https://api.example.com:8443/gate/a/1/b/2".to_owned())
        );
        assert_eq!(uri("/a/{x}", &[]), Err(Refusal::MissingPathValue));
    }

    #[test]
    fn a_value_cannot_leave_its_place() {
        assert_eq!(
            uri("/a/{x}/b", &[("x", "../q?r#s%2e é{y}")]),
            Ok("https://api.example.com:8443/gate/a/..%2Fq%3Fr%23s%252e%20%C3%A9%7By%7D/b".to_owned())
        );
        for bad in ["", ".", ".."] {
            assert_eq!(uri("/a/{x}/b", &[("x", bad)]), Err(Refusal::PathValue { name: "x" }), "{bad:?}");
        }
    }

    #[test]
    fn a_template_cannot_leave_the_host() {
        let base_url: BaseUrl = "https://api.example.com".parse().unwrap();
        for template in ["@evil.example/a", ".evil.example/a", ":9/a"] {
            let call = Call::new(Method::GET, template, Idempotency::Idempotent);
            assert_eq!(call.uri(&base_url).unwrap_err(), Refusal::ForeignHost, "{template}");
        }
    }

    #[test]
    fn a_header_of_the_call_is_in_each_attempt_and_in_no_debug_text() {
        let call = Call::new(Method::GET, "/a", Idempotency::Idempotent)
            .header(HeaderName::from_static("x-key"), HeaderValue::from_static("s3cret"));
        let base_url = "https://h.example".parse().unwrap();
        let extra = HeaderMap::new();
        let envelope = Envelope::of(&call, &base_url, "1f", &extra).unwrap();
        for attempt in [1, 2] {
            let request = envelope.request(attempt, None, None);
            assert_eq!(request.headers()["x-key"], "s3cret");
            assert!(!format!("{call:?} {request:?}").contains("s3cret"));
        }
    }

    #[test]
    fn a_query_is_encoded() {
        let call = Call::new(Method::GET, "/a", Idempotency::Idempotent).query("x", "1&y=2").query("z", "+ ");
        let uri = call.uri(&"https://h.example".parse().unwrap()).unwrap();
        assert_eq!(uri, "https://h.example/a?x=1%26y%3D2&z=%2B%20");
    }
}
