//! What a page is called with.

use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt;

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::Method;
use url::form_urlencoded;

/// What a page is called with: the query, or the form where one is sent. Whatever cannot be read is not there.
#[derive(Clone)]
pub struct Input(HashMap<String, String>);

impl fmt::Debug for Input {
    /// Without what was typed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Input(..)")
    }
}

impl Input {
    /// The value, empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// As if the page had been called with these.
    pub fn of<const N: usize>(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
    }

    fn read(pairs: &[u8]) -> Self {
        Self(form_urlencoded::parse(pairs).into_owned().collect())
    }
}

impl<S: Send + Sync> FromRequest<S> for Input {
    type Rejection = Infallible;

    async fn from_request(request: Request, state: &S) -> Result<Self, Infallible> {
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            return Ok(Self::read(request.uri().query().unwrap_or_default().as_bytes()));
        }
        // Bounded by axum's limit of 2 MB; forms have some bytes.
        let body = Bytes::from_request(request, state).await.unwrap_or_default();
        Ok(Self::read(&body))
    }
}
