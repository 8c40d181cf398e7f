//! Where an inbox is.

use std::convert::Infallible;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use anyhow::anyhow;
use klavi_webhook::{
    Inbox, InboxError, InboxErrorKind, MemoryInbox, PostgresInbox, PostgresOptions, SqliteInbox,
    SqliteOptions,
};

use crate::exit::Failure;

/// `sqlite:PATH`, `postgres://…` or `memory:`.
#[derive(Clone, PartialEq)]
pub(crate) enum InboxUrl {
    Sqlite(PathBuf),
    Postgres(String),
    Memory,
    /// None of these. Refused only once it is opened, since what is wrong with an argument is shown with it, and the
    /// address of a database may hold a password.
    Unreadable(&'static str),
}

impl FromStr for InboxUrl {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "memory:" {
            return Ok(Self::Memory);
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Ok(match text.strip_prefix("sqlite:") {
            // As in other addresses, `sqlite:///var/inbox.db` has an empty host; a first folder is easily taken for one.
            Some(path) if path.starts_with("//") && !path.starts_with("///") => {
                Self::Unreadable("an inbox in a file is sqlite:PATH, without // before the path")
            }
            Some(path) if !path.is_empty() => Self::Sqlite(path.into()),
            _ => Self::Unreadable("an inbox is sqlite:PATH, postgres://USER@HOST/DATABASE or memory:"),
        })
    }
}

impl fmt::Debug for InboxUrl {
    /// Without the password that the address of a database may hold.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres:.."),
            Self::Memory => f.write_str("memory:"),
            Self::Unreadable(_) => f.write_str("unreadable"),
        }
    }
}

impl InboxUrl {
    /// Whether it ends with the process.
    pub(crate) fn is_in_memory(&self) -> bool {
        *self == Self::Memory
    }

    /// Whether it can be an inbox at all.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        match self {
            Self::Unreadable(sentence) => Err(refused(sentence)),
            _ => Ok(()),
        }
    }

    /// Opens the inbox; makes it where it is not there.
    pub(crate) async fn open(&self) -> Result<Arc<dyn Inbox>, Failure> {
        Ok(match self {
            Self::Sqlite(path) => Arc::new(SqliteInbox::open(path).await.map_err(Failure::failed)?),
            Self::Postgres(url) => Arc::new(PostgresInbox::connect(url).await.map_err(Failure::failed)?),
            Self::Memory => Arc::new(MemoryInbox::new()),
            Self::Unreadable(sentence) => return Err(refused(sentence)),
        })
    }

    /// Opens an inbox that somebody else fills.
    pub(crate) async fn open_existing(&self) -> Result<Arc<dyn Inbox>, Failure> {
        self.existing().await?.map_err(|error| self.failure(error))
    }

    /// The same, where nothing may be written too.
    pub(crate) async fn open_to_read(&self) -> Result<Arc<dyn Inbox>, Failure> {
        match (self, self.existing().await?) {
            (Self::Sqlite(path), Err(error)) if error.kind() == InboxErrorKind::ReadOnly => {
                let inbox = SqliteOptions::new(path).read_only().open().await;
                inbox.map(|inbox| Arc::new(inbox) as _).map_err(|error| self.failure(error))
            }
            (_, inbox) => inbox.map_err(|error| self.failure(error)),
        }
    }

    async fn existing(&self) -> Result<Result<Arc<dyn Inbox>, InboxError>, Failure> {
        fn shared(inbox: impl Inbox) -> Arc<dyn Inbox> {
            Arc::new(inbox)
        }
        Ok(match self {
            Self::Memory => {
                return Err(Failure::unreadable(anyhow!("an inbox in memory is gone with its process")));
            }
            Self::Sqlite(path) => SqliteOptions::new(path).existing().open().await.map(shared),
            Self::Postgres(url) => PostgresOptions::new(url).existing().connect().await.map(shared),
            Self::Unreadable(sentence) => return Err(refused(sentence)),
        })
    }

    fn failure(&self, error: InboxError) -> Failure {
        match (error.kind(), self) {
            (InboxErrorKind::Missing, Self::Sqlite(path)) if !path.exists() => {
                Failure::unreadable(anyhow!("{} is not there", path.display()))
            }
            (InboxErrorKind::Missing, _) => Failure::unreadable(anyhow!("there is no inbox at {self:?}")),
            _ => Failure::failed(error),
        }
    }
}

fn refused(sentence: &str) -> Failure {
    Failure::unreadable(anyhow!("an address of an inbox cannot be read: {sentence}"))
}
