//! Why an inbox could not do what it was asked for.

/// The inbox could not do it. The delivery is not stored, or the lease not settled.
#[derive(Debug, thiserror::Error)]
#[error("the inbox could not {doing}{}", self.sentence())]
pub struct InboxError {
    doing: &'static str,
    kind: InboxErrorKind,
    /// For the log. Only the text: errors of databases quote rows and addresses elsewhere.
    cause: String,
}

/// What keeps an inbox from working.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InboxErrorKind {
    /// The disk, the share of it that the inbox may take, or a limit of the broker is full.
    Full,
    /// Another process holds the database and does not let go.
    Locked,
    /// The file, its folder or the database may only be read.
    ReadOnly,
    /// There is none, and none was to be made.
    Missing,
    /// Its file was moved, deleted or replaced while it was open.
    Moved,
    /// The server does not answer.
    Unreachable,
    /// A part of this process that it needs has ended: only a restart helps.
    Ended,
    /// What is stored cannot be read: it is damaged, or a newer version has written it.
    Unreadable,
    /// It cannot be used as it is; the message says why and what to do.
    Unsuitable,
    /// What was to be stored is no entry; the message says why.
    InvalidEntry,
    /// Anything else.
    Other,
}

impl InboxErrorKind {
    /// The word for it: `full`, `locked`, `read_only`, `missing`, `moved`, `unreachable`, `ended`, `unreadable`,
    /// `unsuitable`, `invalid_entry`, `other`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Locked => "locked",
            Self::ReadOnly => "read_only",
            Self::Missing => "missing",
            Self::Moved => "moved",
            Self::Unreachable => "unreachable",
            Self::Ended => "ended",
            Self::Unreadable => "unreadable",
            Self::Unsuitable => "unsuitable",
            Self::InvalidEntry => "invalid_entry",
            Self::Other => "other",
        }
    }
}

impl InboxError {
    /// `doing` says in a few words what failed: "store entries". `cause` is for the log alone.
    #[expect(clippy::needless_pass_by_value, reason = "causes are handed over, not kept")]
    pub fn new(doing: &'static str, cause: impl ToString) -> Self {
        Self { doing, kind: InboxErrorKind::Other, cause: cause.to_string() }
    }

    /// The same, with what keeps the inbox from working.
    #[must_use]
    pub fn with_kind(mut self, kind: InboxErrorKind) -> Self {
        self.kind = kind;
        self
    }

    /// What keeps the inbox from working.
    pub fn kind(&self) -> InboxErrorKind {
        self.kind
    }

    /// The cause, for the log.
    pub(crate) fn cause(&self) -> &str {
        &self.cause
    }

    fn sentence(&self) -> String {
        match self.kind {
            InboxErrorKind::Full => ": it is full".to_owned(),
            InboxErrorKind::Locked => ": another process holds its database".to_owned(),
            InboxErrorKind::ReadOnly => ": its database may only be read".to_owned(),
            InboxErrorKind::Missing => ": there is none".to_owned(),
            InboxErrorKind::Moved => {
                ": its file was moved, deleted or replaced: put it back or restart".to_owned()
            }
            InboxErrorKind::Unreachable => ": it does not answer".to_owned(),
            InboxErrorKind::Ended => ": a part of it has ended: restart the process".to_owned(),
            InboxErrorKind::Unreadable => ": what it holds cannot be read".to_owned(),
            InboxErrorKind::Unsuitable | InboxErrorKind::InvalidEntry => format!(": {}", self.cause),
            InboxErrorKind::Other => String::new(),
        }
    }
}
