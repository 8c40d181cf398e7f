//! The partner's own id of a user.

use std::fmt;
use std::str::FromStr;

use provider_wire::Text;
use serde::{Serialize, Serializer};

use crate::ExternalIdText;

/// The fewest characters that Belvo takes.
const MIN_CHARS: usize = 3;

/// The partner's own id of a user, given to Belvo with each link: at least three letters, digits, `-` or `_`, unique
/// for each user.
///
/// **No personal data.** Belvo turns an id that looks like an e-mail address, a name, a phone or a card number into
/// null, without an error, and the link is then not to be found by it: register the user first and pass the id that
/// he has in your database, best a random one. [`returned`](Self::returned) compares what came back.
///
/// ```
/// use belvo_types::ExternalId;
///
/// let id: ExternalId = "user-7f3a".parse()?;
/// assert_eq!(id.as_str(), "user-7f3a");
/// assert!("ab".parse::<ExternalId>().is_err());
/// assert!("maria@example.com".parse::<ExternalId>().is_err());
/// # Ok::<(), belvo_types::InvalidExternalId>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExternalId(Text);

/// Why a text is no [`ExternalId`]. Never holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidExternalId {
    /// It has fewer than three characters.
    TooShort,
    /// It has a character other than ASCII letters, digits, `-` and `_`.
    Character,
}

/// What became of an external id that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExternalIdReturned {
    /// It is kept.
    Kept,
    /// Null came back: Belvo took it for personal data. The link cannot be found by it; give the user another id.
    Dropped,
    /// Another id came back.
    Other,
}

impl ExternalId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Compares the id that was sent with the one in a link that came back.
    ///
    /// ```
    /// use belvo_types::{ExternalId, ExternalIdReturned};
    ///
    /// let sent: ExternalId = "5511912345678".parse()?;
    /// assert_eq!(sent.returned(None), ExternalIdReturned::Dropped);
    /// # Ok::<(), belvo_types::InvalidExternalId>(())
    /// ```
    pub fn returned(&self, returned: Option<&ExternalIdText>) -> ExternalIdReturned {
        match returned.map(ExternalIdText::as_str) {
            None | Some("") => ExternalIdReturned::Dropped,
            Some(text) if text == self.as_str() => ExternalIdReturned::Kept,
            Some(_) => ExternalIdReturned::Other,
        }
    }
}

impl FromStr for ExternalId {
    type Err = InvalidExternalId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
            return Err(InvalidExternalId::Character);
        }
        if text.len() < MIN_CHARS {
            return Err(InvalidExternalId::TooShort);
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for ExternalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for ExternalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExternalId(..)")
    }
}

impl Serialize for ExternalId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl PartialEq<ExternalIdText> for ExternalId {
    fn eq(&self, other: &ExternalIdText) -> bool {
        self.as_str() == other.as_str()
    }
}

impl From<&ExternalId> for String {
    fn from(id: &ExternalId) -> Self {
        id.as_str().to_owned()
    }
}

impl From<ExternalId> for String {
    fn from(id: ExternalId) -> Self {
        id.as_str().to_owned()
    }
}

impl fmt::Display for InvalidExternalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooShort => "an external id has at least 3 characters",
            Self::Character => "an external id has only letters, digits, `-` and `_`",
        })
    }
}

impl std::error::Error for InvalidExternalId {}
