//! Where a browser is sent next.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::LOCATION;
use url::{Url, form_urlencoded};

/// The address with these parameters behind those that it has; `None` where it is no URL.
pub fn with_parameters(address: &str, parameters: &[(&str, &str)]) -> Option<Url> {
    let mut url = Url::parse(address).ok()?;
    let mut query = url.query().unwrap_or_default().to_owned();
    for (name, value) in parameters {
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(&encoded(name));
        query.push('=');
        query.push_str(&encoded(value));
    }
    url.set_query(Some(&query));
    Some(url)
}

/// A blank becomes `%20`, which every decoder takes, and not `+`.
fn encoded(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20")
}

/// Sends the browser on: 303, so that it comes with GET.
pub fn see_other(address: impl AsRef<str>) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, address.as_ref())]).into_response()
}
