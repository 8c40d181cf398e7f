use klavi_types::api::AccessToken;

use super::Instance;
use crate::refusal::Refusal;
use crate::rules;
use provider_mock::fresh;
use provider_mock::later;

/// Life of an access token and of a link, in seconds. Source: docs.klavi.ai/link/generate-access-token and
/// docs.klavi.ai/connect/create-a-link.
pub(crate) const TOKEN_SECONDS: i64 = 1800;

impl Instance {
    pub(crate) fn log_in(&self, access_key: &str, secret_key: &str) -> Result<AccessToken, Refusal> {
        if access_key != self.settings.access_key || secret_key != self.settings.secret_key {
            return Err(Refusal::by(&rules::KEYS, "Invalid accessKey or secretKey"));
        }
        Ok(self.issue_access_token())
    }

    /// A further token; what became of older ones is not documented, here they live on to their end.
    pub(crate) fn issue_access_token(&self) -> AccessToken {
        let (token, now) = (fresh::token("access"), self.clock.now());
        self.store().add_access_token(token.clone(), later(now, TOKEN_SECONDS), now);
        AccessToken::new(token, TOKEN_SECONDS)
    }

    /// 401 is documented for a token that is invalid or expired, 403 for one that lacks the permission.
    pub(crate) fn check_access_token(&self, token: &str) -> Result<(), Refusal> {
        let (store, now) = (self.store(), self.clock.now());
        if store.accepts_access_token(token, now) {
            Ok(())
        } else if store.link_of_token(token, now).is_some() {
            Err(Refusal::by(&rules::OTHER_TOKEN, "This call needs an accessToken, not a linkToken"))
        } else {
            Err(Refusal::by(&rules::TOKEN, "The accessToken is invalid or has expired"))
        }
    }

    /// The id of the link whose token it is.
    pub(crate) fn check_link_token(&self, token: &str) -> Result<String, Refusal> {
        let (store, now) = (self.store(), self.clock.now());
        match store.link_of_token(token, now) {
            Some(link) => Ok(link.id.clone()),
            None if store.accepts_access_token(token, now) => {
                Err(Refusal::by(&rules::OTHER_TOKEN, "This call needs a linkToken, not an accessToken"))
            }
            None => Err(Refusal::by(&rules::TOKEN, "The linkToken is invalid or has expired")),
        }
    }
}
