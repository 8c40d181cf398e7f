//! Gathers deliveries that are to be stored at the same time, so that they share a transaction.
//!
//! Two tasks take turns: while one waits for a commit, the other gathers the next batch. Each caller is answered after
//! the commit that holds its delivery.

use std::sync::Arc;

use sqlx::postgres::PgPool;
use tokio::sync::{Mutex, mpsc, oneshot};

use super::timeouts::{BESIDE, time_for, within};
use super::transaction::Settings;
use super::{failed, insert, kind_of};
use crate::inbox::arrivals::{Arrivals, any_new};
use crate::inbox::cause::Cause;
use crate::inbox::sql::Record;
use crate::inbox::{InboxError, InboxErrorKind, Stored};

const DOING: &str = "store entries";

/// How many batches may be on their way at once.
const WRITERS: usize = 2;

/// How many deliveries wait; who comes then waits to be let in.
const QUEUE: usize = 1024;

/// How many entries and bytes a batch holds, where more deliveries wait.
const ENTRIES: usize = 256;
const BYTES: usize = 8 * 1024 * 1024;

/// A delivery with more bytes than this is a batch by itself: the driver copies what it sends.
const LARGE: usize = 1024 * 1024;

/// How often to look for more, after the last that came.
const YIELDS: u32 = 32;

#[derive(Debug)]
pub(super) struct Writer {
    queue: mpsc::Sender<Job>,
}

/// A delivery: its entries are stored together or not at all.
struct Job {
    records: Vec<Record>,
    bytes: usize,
    reply: oneshot::Sender<Result<Vec<Stored>, InboxError>>,
}

/// What the tasks that write share.
struct Queue {
    jobs: mpsc::Receiver<Job>,
    /// Did not fit into the batch before.
    next: Option<Job>,
}

impl Writer {
    /// Starts the tasks. They end when the inbox is dropped and the queue is empty.
    pub(super) fn start(pool: &PgPool, settings: &Arc<Settings>, arrivals: &Arc<Arrivals>) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let jobs = Arc::new(Mutex::new(Queue { jobs, next: None }));
        for _ in 0..WRITERS {
            let (pool, settings, arrivals) = (pool.clone(), settings.clone(), arrivals.clone());
            tokio::spawn(serve(pool, settings, arrivals, jobs.clone()));
        }
        Self { queue }
    }

    /// Stores them with whatever else waits.
    pub(super) async fn store(&self, records: Vec<Record>) -> Result<Vec<Stored>, InboxError> {
        let ended = || InboxError::new(DOING, "the task that writes has ended");
        let (reply, answer) = oneshot::channel();
        let bytes = records.iter().map(|record| record.body.len() + BESIDE).sum();
        self.queue.send(Job { records, bytes, reply }).await.map_err(|_| ended())?;
        answer.await.map_err(|_| ended())?
    }
}

impl Queue {
    /// The next batch; an empty one where none will follow.
    async fn batch(&mut self) -> Vec<Job> {
        let first = match self.next.take() {
            Some(job) => Some(job),
            None => self.jobs.recv().await,
        };
        let (mut batch, mut entries, mut bytes) = (Vec::new(), 0, 0);
        let mut job = first;
        while let Some(one) = job {
            let (more, size) = (one.records.len(), one.bytes);
            let fits = entries + more <= ENTRIES && bytes + size <= BYTES && size <= LARGE;
            if !batch.is_empty() && !fits {
                self.next = Some(one);
                break;
            }
            // Who waits no longer has told its sender to keep the delivery.
            if !one.reply.is_closed() {
                (entries, bytes) = (entries + more, bytes + size);
                batch.push(one);
            }
            if size > LARGE {
                break;
            }
            job = if batch.is_empty() { self.jobs.recv().await } else { self.more().await };
        }
        batch
    }

    /// Callers who were just answered often come back at once: lets them run as long as that brings more, so that they do
    /// not miss this batch by a hair and wait for the next.
    async fn more(&mut self) -> Option<Job> {
        for _ in 0..YIELDS {
            if let Ok(job) = self.jobs.try_recv() {
                return Some(job);
            }
            tokio::task::yield_now().await;
        }
        None
    }
}

async fn serve(pool: PgPool, settings: Arc<Settings>, arrivals: Arc<Arrivals>, queue: Arc<Mutex<Queue>>) {
    loop {
        let batch = queue.lock().await.batch().await;
        if batch.is_empty() {
            return;
        }
        // A fault in one batch must not end the task: without it nothing is stored any more.
        let done = tokio::spawn(write(pool.clone(), settings.clone(), arrivals.clone(), batch));
        if let Err(error) = done.await {
            tracing::error!(%error, "a batch of entries was not stored");
        }
    }
}

async fn write(pool: PgPool, settings: Arc<Settings>, arrivals: Arc<Arrivals>, batch: Vec<Job>) {
    let mut batch = batch;
    let stored = match store(&pool, &settings, &batch).await {
        // One of them cannot be stored, or two have met: each gets a transaction and an answer of its own.
        Err(cause) if batch.len() > 1 && is_of_one(&cause) => {
            let mut stored = Vec::with_capacity(batch.len());
            for job in &batch {
                stored
                    .push(store(&pool, &settings, std::slice::from_ref(job)).await.map(|mut one| one.pop()));
            }
            stored
        }
        Err(cause) => {
            let error = failed(DOING, cause);
            let copy = |_: &Job| Err(InboxError::new(DOING, error.cause()).with_kind(error.kind()));
            answer(&arrivals, batch.drain(..).map(|job| (copy(&job), job)));
            return;
        }
        Ok(stored) => stored.into_iter().map(|one| Ok(Some(one))).collect(),
    };
    let missing = || InboxError::new(DOING, "it was left out");
    let stored = stored.into_iter().map(|one| match one {
        Ok(one) => one.ok_or_else(missing),
        Err(cause) => Err(failed(DOING, cause)),
    });
    answer(&arrivals, stored.zip(batch));
}

fn answer(arrivals: &Arrivals, answers: impl Iterator<Item = (Result<Vec<Stored>, InboxError>, Job)>) {
    let mut targets = Vec::new();
    for (stored, job) in answers {
        let Job { records, reply, .. } = job;
        if stored.as_ref().is_ok_and(|stored| any_new(stored)) {
            targets.extend(records.iter().flat_map(|record| record.targets.iter().cloned()));
        }
        // With its share of the memory budget: the caller finds that free.
        drop(records);
        // The caller may have gone away; what is stored stays.
        let _ = reply.send(stored);
    }
    arrivals.note(&targets);
}

/// Whether the others may be stored without the one that this is about.
fn is_of_one(cause: &Cause) -> bool {
    match cause.downcast_ref::<sqlx::Error>() {
        Some(sqlx::Error::Database(error)) if error.code().as_deref() == Some("40P01") => true,
        Some(error) => matches!(kind_of(error), InboxErrorKind::Other | InboxErrorKind::Full),
        None => false,
    }
}

/// Stores a batch; the answers of each delivery.
async fn store(pool: &PgPool, settings: &Settings, batch: &[Job]) -> Result<Vec<Vec<Stored>>, Cause> {
    let time = time_for(batch.iter().map(|job| job.bytes).sum());
    let records: Vec<_> = batch.iter().flat_map(|job| &job.records).collect();
    let stored = within(time, Box::pin(insert::insert(pool, settings, &records, time))).await?;
    let mut stored = stored.into_iter();
    Ok(batch.iter().map(|job| stored.by_ref().take(job.records.len()).collect()).collect())
}
