//! What is called, and the HTTP request that comes of it.

use std::borrow::Cow;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, USER_AGENT};
use http::{HeaderName, HeaderValue, Request, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::base_url::BaseUrl;
use crate::credential::Credential;
use crate::endpoint::Endpoint;
use crate::error::Refusal;

/// Carries the id of a call; the same in all its attempts.
pub const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Carries the number of an attempt within its call, from 1.
pub const ATTEMPT_HEADER: HeaderName = HeaderName::from_static("x-request-attempt");

/// Everything but RFC 3986's unreserved characters: fit for a path segment and for a query alike.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const FIRST: HeaderValue = HeaderValue::from_static("1");

/// What goes out with a call besides the credential. `Debug` shows nothing of it.
#[derive(Clone, Default)]
pub(super) struct Content<'a> {
    pub(super) path_values: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    pub(super) query: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

fn uri(endpoint: &Endpoint, content: &Content<'_>, base_url: &BaseUrl) -> Result<Uri, Refusal> {
    let values = content.path_values.iter().chain(&content.query);
    // Values grow by what is percent-encoded in them, which mostly is little.
    let more = values.map(|(name, value)| name.len() + value.len() + 8).sum::<usize>();
    let mut text = String::with_capacity(base_url.as_str().len() + endpoint.path().len() + more);
    text.push_str(base_url.as_str());
    let mut rest = endpoint.path();
    while let Some((before, name, after)) = next_name(rest) {
        text.push_str(before);
        let given = content.path_values.iter().find(|(given, _)| given == name);
        let (_, value) = given.ok_or_else(|| Refusal::MissingPathValue(name.to_owned()))?;
        if matches!(value.as_ref(), "" | "." | "..") {
            return Err(Refusal::PathValue(name.to_owned()));
        }
        text.extend(utf8_percent_encode(value, RESERVED));
        rest = after;
    }
    text.push_str(rest);
    for (position, (name, value)) in content.query.iter().enumerate() {
        text.push(if position == 0 { '?' } else { '&' });
        text.extend(utf8_percent_encode(name, RESERVED));
        text.push('=');
        text.extend(utf8_percent_encode(value, RESERVED));
    }
    let uri = Uri::try_from(text).map_err(|_| Refusal::ForeignHost)?;
    if base_url.is_origin_of(&uri) { Ok(uri) } else { Err(Refusal::ForeignHost) }
}

/// Splits `a{b}c` into `a`, `b` and `c`.
fn next_name(template: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = template.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// 128 random bits in hex: enough to find one call in a log, and nothing depends on its being secret.
pub(super) fn new_request_id() -> HeaderValue {
    let digit = |number: u8| b"0123456789abcdef"[usize::from(number)];
    let mut digits = [0; 32];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(fastrand::u128(..).to_ne_bytes()) {
        pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
    HeaderValue::from_bytes(&digits).expect("hex digits are fit for a header")
}

/// Everything of a request that is the same in each attempt.
pub(super) struct Envelope<'c> {
    endpoint: &'c Endpoint,
    content: &'c Content<'c>,
    uri: Uri,
    request_id: HeaderValue,
    /// Those of the options, which give way to all others.
    extra: &'c HeaderMap,
}

impl<'c> Envelope<'c> {
    pub(super) fn of(
        endpoint: &'c Endpoint,
        content: &'c Content<'c>,
        base_url: &BaseUrl,
        request_id: HeaderValue,
        extra: &'c HeaderMap,
    ) -> Result<Self, Refusal> {
        Ok(Self { endpoint, content, uri: uri(endpoint, content, base_url)?, request_id, extra })
    }

    pub(super) fn request(
        &self,
        attempt: u32,
        user_agent: &HeaderValue,
        credential: Option<&Credential>,
    ) -> Request<Bytes> {
        let content = self.content;
        let mut request = Request::new(content.body.clone());
        *request.method_mut() = self.endpoint.method().clone();
        *request.uri_mut() = self.uri.clone();
        let headers = request.headers_mut();
        // Room for all at once, the one that the transport adds included.
        headers.reserve(self.extra.len() + content.headers.len() + 8);
        headers.extend(self.extra.iter().map(|(name, value)| (name.clone(), value.clone())));
        headers.insert(ACCEPT, JSON);
        // Not on an empty body: some servers then try to parse it, and answer 400.
        if !content.body.is_empty() {
            headers.insert(CONTENT_TYPE, JSON);
        }
        headers.insert(REQUEST_ID_HEADER, self.request_id.clone());
        for (name, value) in &content.headers {
            headers.insert(name.clone(), value.clone());
        }
        headers.insert(ATTEMPT_HEADER, if attempt == 1 { FIRST } else { HeaderValue::from(attempt) });
        headers.insert(USER_AGENT, user_agent.clone());
        if let Some(credential) = credential {
            headers.insert(AUTHORIZATION, credential.authorization().clone());
        }
        request
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(path: &'static str, values: &[(&'static str, &'static str)]) -> Result<String, Refusal> {
        let path_values = values.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let content = Content { path_values, ..Content::default() };
        let base_url = "https://api.example.com:8443/gate/".parse().unwrap();
        uri(&Endpoint::get(path), &content, &base_url).map(|uri| uri.to_string())
    }

    #[test]
    fn values_are_put_into_the_template() {
        assert_eq!(
            filled("/a/{x}/b/{y}", &[("y", "2"), ("x", "1")]),
            Ok("https://api.example.com:8443/gate/a/1/b/2".to_owned())
        );
        assert_eq!(filled("/a/{x}", &[]), Err(Refusal::MissingPathValue("x".to_owned())));
    }

    #[test]
    fn a_value_cannot_leave_its_place() {
        assert_eq!(
            filled("/a/{x}/b", &[("x", "../q?r#s%2e é{y}")]),
            Ok("https://api.example.com:8443/gate/a/..%2Fq%3Fr%23s%252e%20%C3%A9%7By%7D/b".to_owned())
        );
        for bad in ["", ".", ".."] {
            assert_eq!(filled("/a/{x}/b", &[("x", bad)]), Err(Refusal::PathValue("x".to_owned())), "{bad:?}");
        }
    }

    #[test]
    fn a_template_cannot_leave_the_host() {
        let base_url: BaseUrl = "https://api.example.com".parse().unwrap();
        for path in ["@evil.example/a", ".evil.example/a", ":9/a"] {
            let refused = uri(&Endpoint::get(path), &Content::default(), &base_url);
            assert_eq!(refused.unwrap_err(), Refusal::ForeignHost, "{path}");
        }
    }

    #[test]
    fn a_query_is_encoded() {
        let query = vec![("x".into(), "1&y=2".into()), ("z".into(), "+ ".into())];
        let content = Content { query, ..Content::default() };
        let uri = uri(&Endpoint::get("/a"), &content, &"https://h.example".parse().unwrap()).unwrap();
        assert_eq!(uri, "https://h.example/a?x=1%26y%3D2&z=%2B%20");
    }
}
