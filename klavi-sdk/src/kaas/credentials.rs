//! The partner's code and token.

use std::fmt;

use http::{HeaderName, HeaderValue};
use klavi_types::Secret;
use provider_call::{Call, InvalidCredential};

/// Code and token of KaaS, in the headers of either generation. `Debug` shows neither. They are not the keys of the
/// other calls, and no token is fetched with them.
///
/// Source: docs.klavi.ai/klaas/api-invocation-method, docs.klavi.ai/klaas/quick-start.
#[derive(Clone)]
pub struct KaasCredentials {
    code: (HeaderName, HeaderValue),
    token: (HeaderName, HeaderValue),
}

impl KaasCredentials {
    /// As the headers `partner_code` and `partner_token`, which the pages of both calls name.
    ///
    /// # Errors
    /// If one of them is empty or has characters that a header cannot carry.
    pub fn partner(code: impl Into<Secret>, token: impl Into<Secret>) -> Result<Self, InvalidCredential> {
        Ok(Self {
            code: (HeaderName::from_static("partner_code"), header(&code.into())?),
            token: (HeaderName::from_static("partner_token"), header(&token.into())?),
        })
    }

    /// As `client_id` and `client_secret`, the names of the newer page. That they are headers too is inferred.
    ///
    /// # Errors
    /// As [`partner`](Self::partner).
    pub fn client(id: impl Into<Secret>, secret: impl Into<Secret>) -> Result<Self, InvalidCredential> {
        Ok(Self {
            code: (HeaderName::from_static("client_id"), header(&id.into())?),
            token: (HeaderName::from_static("client_secret"), header(&secret.into())?),
        })
    }

    pub(super) fn put_on<'a>(&self, call: Call<'a>) -> Call<'a> {
        let [code, token] = [&self.code, &self.token];
        call.header(code.0.clone(), code.1.clone()).header(token.0.clone(), token.1.clone())
    }
}

fn header(text: &Secret) -> Result<HeaderValue, InvalidCredential> {
    let text = text.expose();
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(InvalidCredential);
    }
    HeaderValue::try_from(text).map_err(|_| InvalidCredential)
}

impl fmt::Debug for KaasCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KaasCredentials({}, {})", self.code.0, self.token.0)
    }
}
