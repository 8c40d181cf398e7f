use std::fmt;

use provider_wire::{Integer, Text, record};

/// Body of a refusal. Source: docs.klavi.ai/connect/open-finance-codes-and-errors.
#[record(rename_all = "camelCase")]
pub struct ErrorBody {
    /// The HTTP status, or under HTTP 416 the business code.
    pub status_code: Option<Integer>,
    /// Name of the error, `Unauthorized`.
    pub error: Option<Text>,
    /// Text for people; not stable, may repeat what was sent.
    pub message: Option<Text>,
}

impl ErrorBody {
    /// A refusal in Klavi's form.
    pub fn new(status_code: i64, error: &str, message: &str) -> Self {
        Self {
            status_code: Some(status_code.into()),
            error: Some(error.into()),
            message: Some(message.into()),
            ..Self::default()
        }
    }
}

/// Business code of a refusal under HTTP 416. Open: any number passes.
///
/// Source: docs.klavi.ai/connect/open-finance-codes-and-errors.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BusinessCode(i64);

impl BusinessCode {
    /// 4001: the authorisation has expired or does not exist.
    pub const INVALID_AUTHORISATION: Self = Self(4001);
    /// 4002: a product is unknown or of the wrong level.
    pub const INVALID_PRODUCT: Self = Self(4002);
    /// 4003: too many consents for this person and institution.
    pub const CONSENT_LIMIT: Self = Self(4003);
    /// 4004: the institution is out of service or not allowed.
    pub const INVALID_INSTITUTION: Self = Self(4004);
    /// 4005: no product named.
    pub const NO_PRODUCTS: Self = Self(4005);
    /// 4006: `productsCallbackURL` is invalid.
    pub const INVALID_CALLBACK_URL: Self = Self(4006);
    /// 4007: the product request failed.
    pub const PRODUCT_REQUEST_FAILED: Self = Self(4007);
    /// 4008: no Open Finance consent is available (eco product only).
    pub const NO_CONSENT: Self = Self(4008);
    /// 4009: KYC is needed first (eco product only).
    pub const KYC_NEEDED: Self = Self(4009);

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// What it means; `None` for a number without a known meaning.
    pub const fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            4001 => "invalid authorisation",
            4002 => "invalid product",
            4003 => "consent limit exceeded",
            4004 => "invalid institution",
            4005 => "no products",
            4006 => "invalid productsCallbackURL",
            4007 => "product request failed",
            4008 => "no consent available",
            4009 => "KYC needed",
            _ => return None,
        })
    }
}

impl From<i64> for BusinessCode {
    fn from(code: i64) -> Self {
        Self(code)
    }
}

impl fmt::Display for BusinessCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{} {name}", self.0),
            None => write!(f, "{}", self.0),
        }
    }
}

impl fmt::Debug for BusinessCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BusinessCode({self})")
    }
}
