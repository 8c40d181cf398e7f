//! How the processes that share a database hear of one another's entries.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgListener, PgPool};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::lent::Lent;
use crate::inbox::cause::Cause;
use crate::inbox::timeouts::{WAIT, within};

const CHANNEL: &str = "inbox_arrivals";
const TELL: &str = "SELECT pg_notify('inbox_arrivals', '')";

/// How long to leave a server alone that did not answer.
const PAUSE: Duration = Duration::from_secs(1);

pub(super) struct Arrivals {
    here: Arc<Notify>,
    stored: Arc<Notify>,
    /// Stopped when this is dropped.
    _tasks: JoinSet<()>,
}

impl Arrivals {
    pub(super) fn listen(pool: &PgPool) -> Self {
        let (here, stored) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let mut tasks = JoinSet::new();
        tasks.spawn(hear(pool.clone(), here.clone()));
        tasks.spawn(tell(pool.clone(), stored.clone()));
        Self { here, stored, _tasks: tasks }
    }

    /// Something was committed that others may work on.
    pub(super) fn tell(&self) {
        self.here.notify_one();
        self.stored.notify_one();
    }

    pub(super) async fn next(&self) {
        self.here.notified().await;
    }
}

/// Tells the others: after the commit and once for all that came meanwhile, because a transaction that notifies makes
/// all others wait for its commit.
async fn tell(pool: PgPool, stored: Arc<Notify>) {
    loop {
        stored.notified().await;
        let told = async {
            let mut connection = Lent::of(&pool).await?;
            sqlx::query(TELL).execute(&mut *connection).await?;
            connection.give_back();
            Ok::<_, Cause>(())
        };
        if let Err(cause) = within(WAIT, told).await {
            tracing::debug!(%cause, "others were not told of an arrival and find it when they look");
        }
    }
}

async fn hear(pool: PgPool, here: Arc<Notify>) {
    loop {
        if let Ok(mut listener) = PgListener::connect_with(&pool).await
            && listener.listen(CHANNEL).await.is_ok()
        {
            // Something may have come before.
            here.notify_one();
            while listener.recv().await.is_ok() {
                here.notify_one();
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}
