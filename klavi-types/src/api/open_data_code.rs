use std::fmt;

use provider_wire::{Fault, Integer, Reader, Value, value_schema};
use serde::{Deserialize, Serialize};

/// Return code of Open Data: of a collection task, of a report of the first generation, of a message of the Link
/// page. Not an HTTP status, though the numbers look like it. Open: any number passes.
///
/// Source: docs.klavi.ai/connect/open-data-codes-and-errors; 411 to 413 from an older list (observed).
///
/// ```
/// use klavi_types::api::OpenDataCode;
///
/// let code = OpenDataCode::from(406);
/// assert_eq!(code.to_string(), "406 too many wrong passwords");
/// assert_eq!(code.advice(), Some("frozen by the bank for 24 hours: try again after that"));
/// assert!(code.forbids_updates());
/// ```
#[value_schema(
    like = Integer,
    description = "Return code of Open Data, no HTTP status: 200 to 203 have data, any number passes."
)]
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OpenDataCode(Integer);

/// Number, what it means, what to do about it.
const CODES: &[(i64, &str, &str)] = &[
    (200, "ok", "nothing to do"),
    (201, "extra authorization required", "part of the data needs a further authorisation by the user"),
    (202, "transactions partly missing", "some entries could not be fetched: take what there is"),
    (203, "CPF missing", "the report names no CPF: find the user by the connection"),
    (400, "signature failed", "check the credentials and how the call is signed"),
    (401, "user not found", "nobody is known under that CPF"),
    (402, "user credential error", "the login data are wrong: let the user check them and connect again"),
    (403, "bank service error", "the bank is not available: try again later"),
    (404, "unexpected error", "open a ticket with Klavi"),
    (405, "no account data", "connected, but the bank shows no account"),
    (406, "too many wrong passwords", "frozen by the bank for 24 hours: try again after that"),
    (
        407,
        "account or password not active",
        "inactive, temporary or expired: the user settles it with the bank",
    ),
    (408, "account or password blocked", "the user resets the password of the internet banking"),
    (409, "wrong account type", "such as a company's login for a person: let the user choose another"),
    (410, "wrong input format", "the login data have the wrong form or are incomplete"),
    (411, "task not found", "the id of the task is empty or unknown"),
    (412, "token not needed", "the bank asks for no token: go on without"),
    (413, "another session is active", "the user logs out of the internet banking and tries again"),
];

impl OpenDataCode {
    /// The number.
    pub fn get(self) -> i64 {
        self.0.get()
    }

    /// What it means; `None` for a number without a known meaning.
    pub fn name(self) -> Option<&'static str> {
        self.entry().map(|(_, name, _)| name)
    }

    /// What to do about it; `None` for a number without a known meaning.
    pub fn advice(self) -> Option<&'static str> {
        self.entry().map(|(_, _, advice)| advice)
    }

    /// Whether data were collected, be it in part: 200 to 203.
    pub fn has_data(self) -> bool {
        (200..=203).contains(&self.get())
    }

    /// Whether automatic updates of the connection have to stop until the user has connected again (402, 406, 408):
    /// repeated wrong logins may block the account at the bank.
    pub fn forbids_updates(self) -> bool {
        matches!(self.get(), 402 | 406 | 408)
    }

    fn entry(self) -> Option<(i64, &'static str, &'static str)> {
        CODES.iter().find(|(code, ..)| *code == self.get()).copied()
    }
}

impl From<i64> for OpenDataCode {
    fn from(code: i64) -> Self {
        Self(code.into())
    }
}

impl fmt::Display for OpenDataCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{} {name}", self.get()),
            None => write!(f, "{}", self.get()),
        }
    }
}

impl fmt::Debug for OpenDataCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpenDataCode({self})")
    }
}

impl Value for OpenDataCode {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        Integer::read(reader).map(|code| code.map(Self))
    }
}
