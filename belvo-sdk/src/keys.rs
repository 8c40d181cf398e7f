//! The keys as calls need them. Each attempt reads them anew, so that they can be rotated.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use provider_call::{ConfigError, Credential, CredentialLookup, CredentialSource, Renewal};

use crate::credentials::Credentials;
use crate::links::Flights;

/// The credential of most calls: the keys as HTTP Basic in `Authorization`.
pub(crate) const KEYS: &str = "keys";

/// The credential of a call that has the keys in its body, and no `Authorization`.
pub(crate) const KEYS_IN_BODY: &str = "keys in the body";

#[derive(Debug)]
pub(crate) struct Keys {
    pair: RwLock<Pair>,
    /// Registrations in progress.
    flights: Flights,
}

#[derive(Clone, Debug)]
struct Pair {
    credentials: Credentials,
    basic: Credential,
}

impl Pair {
    fn new(credentials: Credentials) -> Result<Self, ConfigError> {
        let basic = credentials.basic()?;
        Ok(Self { credentials, basic })
    }
}

impl Keys {
    pub(crate) fn new(credentials: Credentials) -> Result<Self, ConfigError> {
        Pair::new(credentials).map(Self::of)
    }

    fn of(pair: Pair) -> Self {
        Self { pair: RwLock::new(pair), flights: Flights::default() }
    }

    /// A copy for another runtime, which shares no registration in progress.
    #[cfg(feature = "blocking")]
    pub(crate) fn copied(&self) -> Self {
        Self::of(self.read().clone())
    }

    pub(crate) fn set(&self, credentials: Credentials) -> Result<(), ConfigError> {
        let pair = Pair::new(credentials)?;
        *self.pair.write().unwrap_or_else(PoisonError::into_inner) = pair;
        Ok(())
    }

    /// For the one call that has the keys in its body.
    pub(crate) fn credentials(&self) -> Credentials {
        self.read().credentials.clone()
    }

    pub(crate) fn flights(&self) -> &Flights {
        &self.flights
    }

    fn read(&self) -> RwLockReadGuard<'_, Pair> {
        self.pair.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CredentialSource for Keys {
    fn credential(&self, _: Duration, _: Option<&Credential>) -> CredentialLookup<'_> {
        CredentialLookup::ready(self.read().basic.clone())
    }

    /// Other keys are there only if they were rotated while the call was on its way.
    fn refused(&self, refused: &Credential) -> Renewal {
        let rotated = self.read().basic.authorization() != refused.authorization();
        if rotated { Renewal::Possible } else { Renewal::Impossible }
    }
}
