//! A connection of the pool for one piece of work. It knows nothing of what is asked of the database.

use std::ops::{Deref, DerefMut};

use sqlx::PgConnection;
use sqlx::Postgres;
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgPool;
use tokio::time::timeout;

use super::timeouts::WAIT;

/// A connection of the pool, for one piece of work.
///
/// One whose work did not come to an end, because the server fell silent or nobody waited any longer, is closed without
/// a word: the pool would wait for its answer for ever.
pub(super) struct Lent {
    /// Nothing once it is given back.
    connection: Option<PoolConnection<Postgres>>,
}

impl Lent {
    pub(super) async fn of(pool: &PgPool) -> sqlx::Result<Self> {
        Ok(Self { connection: Some(pool.acquire().await?) })
    }

    /// Its work has come to an end.
    pub(super) fn give_back(mut self) {
        if let Some(mut connection) = self.connection.take() {
            // The pool looks whether it still answers, and sets no limit to that.
            tokio::spawn(timeout(WAIT, connection.return_to_pool()));
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            drop(connection.detach());
        }
    }
}

impl Deref for Lent {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.connection.as_ref().expect("given back by value alone")
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.connection.as_mut().expect("given back by value alone")
    }
}
