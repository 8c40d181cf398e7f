use uuid::Uuid;

use super::{Instance, news};
use crate::store::{Link, LinkStatus, StoredFor};

/// What a test or a developer lets happen to a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkAct {
    /// The institution no longer lets it in.
    Invalidate,
    /// The institution asks for a new token.
    RequireToken,
    /// What was stored of the credentials is gone.
    ExpireCredentials,
    /// The user has a new password at the institution, which shows at the next try.
    ChangePassword,
    /// Its turn to be brought up to date has come, if it is recurrent.
    Update,
}

impl LinkAct {
    pub(crate) const ALL: [Self; 5] =
        [Self::Invalidate, Self::RequireToken, Self::ExpireCredentials, Self::ChangePassword, Self::Update];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Invalidate => "invalidate",
            Self::RequireToken => "require-token",
            Self::ExpireCredentials => "expire-credentials",
            Self::ChangePassword => "change-password",
            Self::Update => "update",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == word)
    }
}

impl Instance {
    /// Lets it happen; `None` where there is no such link.
    pub(crate) fn act(&self, id: &str, act: LinkAct) -> Option<Link> {
        let mut store = self.store();
        let now = self.now();
        let consent = store.link(id)?.consent_id.as_ref().and_then(|id| store.consent(id)).cloned();
        let link = store.link_mut(id)?;
        let mut told = Vec::new();
        match act {
            LinkAct::Invalidate => {
                link.status = LinkStatus::Invalid;
                told.push(news::invalid_credentials(link));
            }
            LinkAct::RequireToken => {
                link.status = LinkStatus::TokenRequired;
                let data = serde_json::json!({});
                told.push(news::of_link(link, "token_required", Uuid::new_v4(), data));
            }
            LinkAct::ExpireCredentials => {
                link.credentials = StoredFor::Gone;
                link.status = LinkStatus::Invalid;
            }
            LinkAct::ChangePassword => link.password_changed = true,
            LinkAct::Update if link.refresh_rate.is_none() => {}
            LinkAct::Update => self.update(link, consent.as_ref(), now, &mut told),
        }
        let link = link.clone();
        self.announce(told);
        Some(link)
    }
}
