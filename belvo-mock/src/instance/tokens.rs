use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Instance;
use crate::store::{Callbacks, CredentialsStorage, Secret, Token};

/// How long a widget token lives. Source: developers.belvo.com, `token`.
const LIFE: SignedDuration = SignedDuration::from_mins(10);

/// What a partner asks for with a widget token; each part has been judged by itself.
pub(crate) struct NewToken {
    pub(crate) scopes: String,
    pub(crate) link_id: Option<String>,
    pub(crate) fetch_resources: Vec<&'static str>,
    pub(crate) credentials_storage: Option<CredentialsStorage>,
    pub(crate) stale_in: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) purpose: Option<String>,
    pub(crate) company_name: Option<String>,
    pub(crate) document: Option<Secret>,
    pub(crate) callbacks: Callbacks,
}

impl Instance {
    /// Makes a widget token; answers `access` and `refresh`.
    pub(crate) fn create_token(&self, new: NewToken) -> (String, String) {
        let mut store = self.store();
        let now = self.now();
        let expires_at = now.saturating_add(LIFE).unwrap_or(Timestamp::MAX);
        let access = jwt("access", expires_at);
        let refresh = jwt("refresh", expires_at);
        store.tokens.push(Token {
            access: Secret::new(access.clone()),
            expires_at,
            used: false,
            scopes: new.scopes,
            link_id: new.link_id,
            fetch_resources: new.fetch_resources,
            credentials_storage: new.credentials_storage,
            stale_in: new.stale_in,
            external_id: new.external_id,
            purpose: new.purpose,
            company_name: new.company_name,
            document: new.document,
            callbacks: new.callbacks,
        });
        (access, refresh)
    }
}

/// A token in the form of a JWT. Its signature is chance: nobody but the mock is to check it.
fn jwt(kind: &str, expires_at: Timestamp) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = part(&json!({"alg": "HS256", "typ": "JWT"}));
    let id = Uuid::new_v4().simple().to_string();
    let claims = part(&json!({"token_type": kind, "exp": expires_at.as_second(), "jti": id}));
    let chance = [Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes()].concat();
    format!("{head}.{claims}.{}", URL_SAFE_NO_PAD.encode(chance))
}
