use std::fmt;

/// The inbox could not do it. The delivery is not stored, or the lease not settled.
#[derive(Debug)]
pub struct InboxError {
    doing: &'static str,
    kind: InboxErrorKind,
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// What stands in the way of an inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InboxErrorKind {
    /// The disk, or the share of it that the inbox may take, is full.
    Full,
    /// Somebody else holds the database and does not let go.
    Locked,
    /// The file, its folder or the database may only be read.
    ReadOnly,
    /// There is none, and none was to be made.
    Missing,
    /// The server does not answer.
    Unreachable,
    /// What is stored cannot be read: it is damaged, or a newer version has written it.
    Unreadable,
    /// Anything else.
    Other,
}

impl InboxErrorKind {
    /// The word for it: `full`, `locked`, `read_only`, `missing`, `unreachable`, `unreadable`, `other`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Locked => "locked",
            Self::ReadOnly => "read_only",
            Self::Missing => "missing",
            Self::Unreachable => "unreachable",
            Self::Unreadable => "unreadable",
            Self::Other => "other",
        }
    }
}

impl InboxError {
    /// `doing` says in a few words what failed: "store entries".
    pub fn new(doing: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { doing, kind: InboxErrorKind::Other, source: source.into() }
    }

    /// The same, with what stands in the way.
    #[must_use]
    pub fn with_kind(mut self, kind: InboxErrorKind) -> Self {
        self.kind = kind;
        self
    }

    /// What stands in the way.
    pub fn kind(&self) -> InboxErrorKind {
        self.kind
    }

    /// The cause, for the log.
    pub(crate) fn cause(&self) -> String {
        self.source.to_string()
    }
}

impl fmt::Display for InboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the inbox could not {}", self.doing)?;
        f.write_str(match self.kind {
            InboxErrorKind::Full => ": its disk is full",
            InboxErrorKind::Locked => ": somebody else holds its database",
            InboxErrorKind::ReadOnly => ": its database may only be read",
            InboxErrorKind::Missing => ": there is none",
            InboxErrorKind::Unreachable => ": its database does not answer",
            InboxErrorKind::Unreadable => ": what it holds cannot be read",
            InboxErrorKind::Other => "",
        })
    }
}

impl std::error::Error for InboxError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.source)
    }
}
