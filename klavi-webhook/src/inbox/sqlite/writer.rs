//! The one connection that writes, on a thread of its own.
//!
//! Whatever arrives while a commit runs is committed together with the next one, and each caller is answered after
//! the commit that holds its work: the disk is asked to sync once per group and not once per delivery.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::file::OpenedFile;
use super::{Cause, failed, failed_by, migrate};
use crate::inbox::counts::CountChanges;
use crate::{InboxError, InboxErrorKind};

/// How many callers one commit may serve.
const GROUP: usize = 512;

/// How often to look for more before a commit, after the last that came.
const YIELDS: u32 = 32;

const COUNT: &str =
    "INSERT INTO inbox_counts (target, state, shard, entries, bytes) VALUES ($1, $2, 0, $3, $4)
ON CONFLICT (target, state, shard) DO UPDATE SET entries = entries + $3, bytes = bytes + $4";

/// What a piece of work is done in.
pub(super) struct Transaction<'a> {
    pub(super) connection: &'a Connection,
    /// Written with the commit.
    pub(super) counts: CountChanges,
}

#[derive(Debug)]
pub(super) struct Writer {
    /// Nothing once it is told to end.
    queue: Option<mpsc::Sender<Box<dyn Work>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection, file: Arc<OpenedFile>) -> std::io::Result<Self> {
        let (queue, jobs) = mpsc::channel(GROUP);
        let thread = std::thread::Builder::new()
            .name("inbox-writer".to_owned())
            .spawn(move || serve(&connection, &file, jobs))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Whether the thread lives.
    pub(super) fn check(&self, doing: &'static str) -> Result<(), InboxError> {
        match &self.thread {
            Some(thread) if !thread.is_finished() => Ok(()),
            _ => Err(ended(doing)),
        }
    }

    /// Does it in the next transaction, all of it or nothing; answers when that is on the disk. Where something else in
    /// that transaction fails, it is done again.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnMut(&mut Transaction<'_>) -> Result<T, Cause> + Send + 'static,
    ) -> Result<T, InboxError> {
        let (reply, answer) = oneshot::channel();
        let job = Job { doing, work, result: None, reply };
        let queue = self.queue.as_ref().ok_or_else(|| ended(doing))?;
        queue.send(Box::new(job)).await.map_err(|_| ended(doing))?;
        answer.await.map_err(|_| ended(doing))?
    }
}

impl Drop for Writer {
    /// Waits for what is queued, so that the file is closed afterwards.
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported already.
            let _ = thread.join();
        }
    }
}

/// Nothing is written any more. The thread ends by itself only where it panics outside of a caller's work.
fn ended(doing: &'static str) -> InboxError {
    InboxError::new(doing, "the thread that writes has ended").with_kind(InboxErrorKind::Ended)
}

/// Something to do inside a transaction.
trait Work: Send {
    /// Does it and keeps the result for the answer; whether it could.
    fn run(&mut self, transaction: &mut Transaction<'_>) -> bool;

    /// Tells the caller, once the transaction is committed or has failed.
    fn answer(self: Box<Self>, committed: Result<(), &Cause>);
}

struct Job<T, W> {
    doing: &'static str,
    work: W,
    result: Option<Result<T, Cause>>,
    reply: oneshot::Sender<Result<T, InboxError>>,
}

impl<T, W> Work for Job<T, W>
where
    T: Send,
    W: FnMut(&mut Transaction<'_>) -> Result<T, Cause> + Send,
{
    fn run(&mut self, transaction: &mut Transaction<'_>) -> bool {
        // The thread has to outlive a fault in one piece of work: without it nothing is stored any more.
        let done = catch_unwind(AssertUnwindSafe(|| (self.work)(transaction)));
        let done = done.unwrap_or_else(|_| Err("the work panicked".into()));
        self.result.insert(done).is_ok()
    }

    fn answer(self: Box<Self>, committed: Result<(), &Cause>) {
        let Self { doing, work, result, reply } = *self;
        // With its share of the memory budget: the caller finds that free.
        drop(work);
        let answer = match (result, committed) {
            (Some(Err(cause)), _) => Err(failed(doing, cause)),
            (_, Err(cause)) => Err(failed_by(doing, cause)),
            (Some(Ok(result)), Ok(())) => Ok(result),
            (None, Ok(())) => Err(InboxError::new(doing, "it was left out")),
        };
        // The caller may have gone away; what is stored stays.
        let _ = reply.send(answer);
    }
}

fn serve(connection: &Connection, file: &OpenedFile, mut jobs: mpsc::Receiver<Box<dyn Work>>) {
    let mut group = Vec::with_capacity(GROUP);
    while jobs.blocking_recv_many(&mut group, GROUP) > 0 {
        gather(&mut group, &mut jobs);
        match commit(connection, file, &mut group) {
            Ok(true) => group.drain(..).for_each(|work| work.answer(Ok(()))),
            Err(error) => group.drain(..).for_each(|work| work.answer(Err(&error))),
            // One of them cannot be done, perhaps for want of room. Each gets a transaction and an answer of its own.
            Ok(false) => {
                for mut work in group.drain(..) {
                    let committed = commit(connection, file, std::slice::from_mut(&mut work));
                    work.answer(committed.as_ref().map(|_| ()));
                }
            }
        }
    }
}

/// Callers who were just answered often come back at once: lets them run as long as that brings more, so that they do
/// not miss this commit by a hair and wait for the next.
fn gather(group: &mut Vec<Box<dyn Work>>, jobs: &mut mpsc::Receiver<Box<dyn Work>>) {
    let mut in_vain = 0;
    while in_vain < YIELDS && group.len() < GROUP {
        match jobs.try_recv() {
            Ok(work) => {
                group.push(work);
                in_vain = 0;
            }
            Err(_) => {
                in_vain += 1;
                std::thread::yield_now();
            }
        }
    }
}

/// One transaction for all of them; `false` where one could not be done, and so none was.
fn commit(connection: &Connection, file: &OpenedFile, group: &mut [Box<dyn Work>]) -> Result<bool, Cause> {
    let execute = |statement| connection.prepare_cached(statement)?.execute([]);
    execute("BEGIN IMMEDIATE")?;
    let committed = work_and_commit(connection, group);
    // What fails for want of room ends the transaction by itself.
    if !connection.is_autocommit() {
        execute("ROLLBACK")?;
    }
    let committed = committed?;
    if committed {
        // What was written to a file that nobody will open again is lost.
        file.check()?;
    }
    Ok(committed)
}

fn work_and_commit(connection: &Connection, group: &mut [Box<dyn Work>]) -> Result<bool, Cause> {
    migrate::check_version(connection)?;
    let mut transaction = Transaction { connection, counts: CountChanges::default() };
    if !group.iter_mut().all(|work| work.run(&mut transaction)) {
        return Ok(false);
    }
    for (target, state, entries, bytes) in transaction.counts.drain() {
        let params = rusqlite::params![target.as_str(), state.as_str(), entries, bytes];
        connection.prepare_cached(COUNT)?.execute(params)?;
    }
    connection.prepare_cached("COMMIT")?.execute([])?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use crate::inbox::sqlite::{Cause, SqliteInbox};
    use crate::{InboxErrorKind, Store};

    #[tokio::test]
    async fn the_thread_outlives_a_panic_and_so_does_what_is_done_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let inbox = SqliteInbox::open(folder.path().join("inbox.db")).await.unwrap();
        let panics = inbox.write("panic", |_| -> Result<(), Cause> { panic!("as the test says") });
        let (panicked, beside) = tokio::join!(panics, inbox.write("go on", |_| Ok(7)));
        assert_eq!(panicked.unwrap_err().kind(), InboxErrorKind::Other);
        assert_eq!(beside.unwrap(), 7);
        inbox.check().await.unwrap();
    }
}
