//! What one mock knows. No I/O and no time: whoever calls says what time it is.

mod consent;
mod link;
mod secret;
mod session;
mod token;

use serde::{Deserialize, Serialize};

pub(crate) use self::consent::{Consent, Permission};
pub use self::link::RefreshRate;
pub(crate) use self::link::{AccessMode, CredentialsStorage, Link, LinkStatus, StoredFor};
pub(crate) use self::secret::Secret;
pub(crate) use self::session::{Challenge, ChallengeKind, Purpose, Session};
pub(crate) use self::token::{Callbacks, Token};

/// Everything that a reset forgets.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Store {
    pub(crate) links: Vec<Link>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) tokens: Vec<Token>,
    pub(crate) consents: Vec<Consent>,
    /// When links were deleted, of the last minute.
    pub(crate) deletions: Vec<jiff::Timestamp>,
    pub(crate) unknown_fields: Vec<provider_mock::UnknownFields>,
}

impl Store {
    pub(crate) fn link(&self, id: &str) -> Option<&Link> {
        self.links.iter().find(|link| link.id == id)
    }

    pub(crate) fn link_mut(&mut self, id: &str) -> Option<&mut Link> {
        self.links.iter_mut().find(|link| link.id == id)
    }

    pub(crate) fn consent(&self, id: &str) -> Option<&Consent> {
        self.consents.iter().find(|consent| consent.id == id)
    }

    pub(crate) fn consent_mut(&mut self, id: &str) -> Option<&mut Consent> {
        self.consents.iter_mut().find(|consent| consent.id == id)
    }

    pub(crate) fn token(&self, access: &str) -> Option<&Token> {
        self.tokens.iter().find(|token| token.access.is(access))
    }

    pub(crate) fn token_mut(&mut self, access: &str) -> Option<&mut Token> {
        self.tokens.iter_mut().find(|token| token.access.is(access))
    }

    /// Takes a link away with all that belongs to it.
    pub(crate) fn remove_link(&mut self, id: &str) -> Option<Link> {
        let place = self.links.iter().position(|link| link.id == id)?;
        self.sessions.retain(|session| session.link_id != id);
        Some(self.links.remove(place))
    }
}
