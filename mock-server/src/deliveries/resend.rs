use std::fmt;

use url::Url;

use crate::trigger::TriggerError;
use crate::web_address;

/// How a delivery is sent again. By default as it was: the same bytes under the same ids, signed, to the same address or,
/// where it had none, to the console webhook.
#[derive(Clone, Default)]
#[must_use = "nothing is sent until it is asked for"]
pub struct Resend {
    pub(crate) to: Option<Url>,
    pub(crate) tamper_signature: bool,
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
    /// [`TriggerError::InvalidAddress`].
    pub fn to(self, url: &str) -> Result<Self, TriggerError> {
        Ok(Self { to: Some(web_address::http(url).ok_or(TriggerError::InvalidAddress)?), ..self })
    }
}

impl fmt::Debug for Resend {
    /// Without the address, which may carry a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resend").field("tamper_signature", &self.tamper_signature).finish_non_exhaustive()
    }
}
