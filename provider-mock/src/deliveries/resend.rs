//! A delivery sent again.

use std::fmt;
use std::sync::Arc;

use url::Url;

use super::{Deliveries, Delivery, SendOptions, Signing};
use crate::{Error, address};

/// How a delivery is sent again. By default as it was: the same bytes under the same ids, signed, to the same address or,
/// where it had none, to where the mock sends by default.
#[derive(Clone, Default)]
#[must_use = "nothing is sent until it is asked for"]
pub struct Resend {
    to: Option<Url>,
    tamper_signature: bool,
}

impl Resend {
    /// As it was.
    pub fn new() -> Self {
        Self::default()
    }

    /// With a signature that does not fit the body.
    pub fn tamper_signature(self, tamper_signature: bool) -> Self {
        Self { tamper_signature, ..self }
    }

    /// To that address, any one of HTTP.
    ///
    /// # Errors
    /// [`Error::InvalidAddress`].
    pub fn to(self, url: &str) -> Result<Self, Error> {
        Ok(Self { to: Some(address::http(url).ok_or(Error::InvalidAddress)?), ..self })
    }
}

impl fmt::Debug for Resend {
    /// Without the address, which may carry a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resend").field("tamper_signature", &self.tamper_signature).finish_non_exhaustive()
    }
}

impl Deliveries {
    /// Sends a delivery again; it becomes one of its own.
    ///
    /// # Errors
    /// [`Error::UnknownDelivery`], [`Error::BodyForgotten`], [`Error::NoAddress`].
    pub fn resend(
        self: &Arc<Self>,
        id: u64,
        resend: Resend,
        default_target: Option<Url>,
        options: SendOptions,
    ) -> Result<Delivery, Error> {
        let delivery = self.get(id).ok_or(Error::UnknownDelivery)?;
        if delivery.content().is_none() {
            return Err(Error::BodyForgotten);
        }
        let to = resend.to.or_else(|| delivery.url.clone()).or(default_target).ok_or(Error::NoAddress)?;
        let signing = if resend.tamper_signature { Signing::Tampered } else { options.signing };
        self.queue(vec![delivery.again(to, SendOptions { signing, ..options })])
            .pop()
            .ok_or(Error::UnknownDelivery)
    }
}
