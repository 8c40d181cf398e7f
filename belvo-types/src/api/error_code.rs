use provider_wire::open_enum;

/// What went wrong, in a word. Source: developers.belvo.com, belvo-api-errors. Never decide by the message: Belvo
/// refines messages.
#[open_enum(rename_all = "snake_case")]
pub enum ErrorCode {
    /// A required field is missing.
    Required,
    /// A field may not be null.
    Null,
    /// A field may not be empty.
    Blank,
    /// A value cannot be used, such as a resource that the institution does not have.
    Invalid,
    /// A value is not among those that can be chosen.
    InvalidChoice,
    /// A field has to be an array, such as `fetch_resources`.
    NotAList,
    /// The body is no JSON.
    ParseError,
    /// Something that the body names does not exist.
    DoesNotExist,
    /// The body as a whole cannot be used.
    ValidationError,
    /// A period is too short; incomes take 90 days.
    InvalidPeriod,
    /// Recurrent links store their credentials, always.
    InvalidCredentialsStorage,
    /// `nostore` needs `fetch_resources`.
    InvalidFetchResources,
    /// Without stored credentials a link cannot become recurrent.
    InvalidAccessModeSwitch,
    /// The operation does not fit the link.
    UnsupportedOperation,
    /// The user has a link at this institution already; only where Belvo's support has turned this on.
    Duplicated,
    /// The institution did not let the user in.
    LoginError,
    /// The user's access could not be activated.
    ActivationFailed,
    /// The link is invalid: its user has to connect it again.
    InvalidLink,
    /// The link was never finished.
    UnconfirmedLink,
    /// The time for the second factor is over.
    SessionExpired,
    /// The widget's token is older than 10 minutes or used up, or the user took 60 seconds to go to the bank.
    SessionExpiredOb,
    /// The user is logged in at the institution elsewhere.
    TooManySessions,
    /// The institution does not answer.
    InstitutionDown,
    /// The institution cannot be reached.
    InstitutionUnavailable,
    /// The institution is switched off at Belvo.
    InstitutionInactive,
    /// The institution did not give the data.
    UnavailableData,
    /// Payments: it exists already.
    AlreadyExists,
    /// Payments: it cannot be cancelled.
    CancellationError,
    /// Payments: a number has too many digits.
    MaxDigits,
    /// Payments: a number has too many decimal places.
    MaxDecimalPlaces,
    /// Payments: a number is too small.
    MinValue,
    /// The keys are wrong, or those of another environment.
    AuthenticationFailed,
    /// The user shared no account. Comes with HTTP 401, but is not about the keys.
    ConsentWithoutAccounts,
    /// The keys have no access to production.
    AccessToProductionDenied,
    /// The keys have no access to this.
    AccessToResourceDenied,
    /// The keys may not do this.
    PermissionDenied,
    /// The environment takes no more links.
    QuotaLimitReached,
    /// There is no such thing.
    NotFound,
    /// The stored credentials of the link have ended.
    ExpiredCredentials,
    /// The path does not take this method.
    MethodNotAllowed,
    /// Belvo's five minutes for login and retrieval were not enough; what was fetched is kept.
    RequestTimeout,
    /// The institution asks for a second factor.
    TokenRequired,
    /// The user has no web access at the institution yet.
    ActivationRequired,
    /// Something went wrong at Belvo.
    UnexpectedError,
    /// Belvo is out of service; comes with HTTP 500.
    ServiceUnavailable,
}

/// What an error is about, and with that, who can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorSubject {
    /// The request: the program has to change.
    Request,
    /// The user, at the institution: new credentials, a second factor, an unlocked account.
    User,
    /// The link: its user has to connect it again.
    Link,
    /// The session: the flow begins anew.
    Session,
    /// The institution: wait; institutions.belvo.com tells its status.
    Institution,
    /// The keys and what they may do.
    Account,
    /// What the user consented to.
    Consent,
    /// Belvo.
    Belvo,
    /// A code that this version does not know.
    Unknown,
}

/// Whether the same request may be made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryAdvice {
    /// No: it fails again until something is changed.
    No,
    /// Yes, with growing pauses from 3 seconds on. The client does where that is safe.
    WithPauses,
    /// Once or twice, or for less data.
    OnceOrTwice,
    /// Later, in minutes or hours.
    Later,
    /// From the beginning of the flow: with a new session or a new widget token.
    Restart,
}

impl ErrorCode {
    /// What the error is about.
    pub fn subject(&self) -> ErrorSubject {
        match self {
            Self::Required
            | Self::Null
            | Self::Blank
            | Self::Invalid
            | Self::InvalidChoice
            | Self::NotAList
            | Self::ParseError
            | Self::DoesNotExist
            | Self::ValidationError
            | Self::InvalidPeriod
            | Self::InvalidCredentialsStorage
            | Self::InvalidFetchResources
            | Self::InvalidAccessModeSwitch
            | Self::UnsupportedOperation
            | Self::Duplicated
            | Self::AlreadyExists
            | Self::CancellationError
            | Self::MaxDigits
            | Self::MaxDecimalPlaces
            | Self::MinValue
            | Self::NotFound
            | Self::MethodNotAllowed => ErrorSubject::Request,
            Self::LoginError | Self::ActivationFailed | Self::TokenRequired | Self::ActivationRequired => {
                ErrorSubject::User
            }
            Self::InvalidLink | Self::UnconfirmedLink | Self::TooManySessions | Self::ExpiredCredentials => {
                ErrorSubject::Link
            }
            Self::SessionExpired | Self::SessionExpiredOb => ErrorSubject::Session,
            Self::InstitutionDown
            | Self::InstitutionUnavailable
            | Self::InstitutionInactive
            | Self::UnavailableData => ErrorSubject::Institution,
            Self::AuthenticationFailed
            | Self::AccessToProductionDenied
            | Self::AccessToResourceDenied
            | Self::PermissionDenied
            | Self::QuotaLimitReached => ErrorSubject::Account,
            Self::ConsentWithoutAccounts => ErrorSubject::Consent,
            Self::RequestTimeout | Self::UnexpectedError | Self::ServiceUnavailable => ErrorSubject::Belvo,
            Self::Unknown(_) => ErrorSubject::Unknown,
        }
    }

    /// Whether the same request may be made again.
    ///
    /// ```
    /// use belvo_types::api::{ErrorCode, RetryAdvice};
    ///
    /// assert_eq!(ErrorCode::TooManySessions.retry(), RetryAdvice::WithPauses);
    /// assert_eq!(ErrorCode::LoginError.retry(), RetryAdvice::No);
    /// ```
    pub fn retry(&self) -> RetryAdvice {
        match self {
            Self::TooManySessions | Self::UnexpectedError | Self::ServiceUnavailable => {
                RetryAdvice::WithPauses
            }
            Self::RequestTimeout | Self::UnavailableData => RetryAdvice::OnceOrTwice,
            Self::InstitutionDown | Self::InstitutionUnavailable | Self::InstitutionInactive => {
                RetryAdvice::Later
            }
            Self::SessionExpired | Self::SessionExpiredOb => RetryAdvice::Restart,
            _ => RetryAdvice::No,
        }
    }
}
