//! The one connection that writes, on a thread of its own.
//!
//! Whatever arrives while a commit runs is committed together with the next one, and each caller is answered after
//! the commit that holds its work: the disk is asked to sync once per group and not once per delivery.

use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::{Cause, failed, kind_of};
use crate::InboxError;

/// How many callers one commit may serve.
const GROUP: usize = 512;

/// How often to look for more before a commit, after the last that came.
const YIELDS: u32 = 32;

#[derive(Debug)]
pub(super) struct Writer {
    /// Nothing once it is told to end.
    queue: Option<mpsc::Sender<Box<dyn Work>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> std::io::Result<Self> {
        let (queue, jobs) = mpsc::channel(GROUP);
        let thread = std::thread::Builder::new()
            .name("inbox-writer".to_owned())
            .spawn(move || serve(&connection, jobs))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Does it in the next transaction, all of it or nothing; answers when that is on the disk. Where something else in
    /// that transaction fails, it is done again.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnMut(&Connection) -> Result<T, Cause> + Send + 'static,
    ) -> Result<T, InboxError> {
        let (reply, answer) = oneshot::channel();
        let ended = || InboxError::new(doing, "the thread that writes has ended");
        let job = Job { doing, work, result: None, reply };
        self.queue.as_ref().ok_or_else(ended)?.send(Box::new(job)).await.map_err(|_| ended())?;
        answer.await.map_err(|_| ended())?
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

/// Something to do inside a transaction.
trait Work: Send {
    /// Does it and keeps the result for the answer; whether it could.
    fn run(&mut self, connection: &Connection) -> bool;

    /// Tells the caller, once the transaction is committed or has failed.
    fn answer(self: Box<Self>, committed: Result<(), &rusqlite::Error>);
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
    W: FnMut(&Connection) -> Result<T, Cause> + Send,
{
    fn run(&mut self, connection: &Connection) -> bool {
        self.result.insert((self.work)(connection)).is_ok()
    }

    fn answer(self: Box<Self>, committed: Result<(), &rusqlite::Error>) {
        let Self { doing, work, result, reply } = *self;
        // With what it holds of the memory for all: whoever is answered finds that free.
        drop(work);
        let answer = match (result, committed) {
            (_, Err(error)) => Err(InboxError::new(doing, error.to_string()).with_kind(kind_of(error))),
            (Some(result), Ok(())) => result.map_err(|cause| failed(doing, cause)),
            (None, Ok(())) => Err(InboxError::new(doing, "it was left out")),
        };
        // Whoever asked may have gone away; what is stored stays.
        let _ = reply.send(answer);
    }
}

fn serve(connection: &Connection, mut jobs: mpsc::Receiver<Box<dyn Work>>) {
    let mut group = Vec::with_capacity(GROUP);
    while jobs.blocking_recv_many(&mut group, GROUP) > 0 {
        gather(&mut group, &mut jobs);
        match commit(connection, &mut group) {
            Ok(true) => group.drain(..).for_each(|work| work.answer(Ok(()))),
            Err(error) => group.drain(..).for_each(|work| work.answer(Err(&error))),
            // One of them cannot be done, perhaps for want of room. Each gets a transaction and an answer of its own.
            Ok(false) => {
                for mut work in group.drain(..) {
                    let committed = commit(connection, std::slice::from_mut(&mut work));
                    work.answer(committed.as_ref().map(|_| ()));
                }
            }
        }
    }
}

/// Those who were just answered often come back at once: lets them run as long as that brings more, so that they do
/// not miss this commit by a hair and wait for the next. Nobody waits for time.
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
fn commit(connection: &Connection, group: &mut [Box<dyn Work>]) -> rusqlite::Result<bool> {
    let execute = |statement| connection.prepare_cached(statement)?.execute([]).map(|_| ());
    execute("BEGIN IMMEDIATE")?;
    let done = group.iter_mut().all(|work| work.run(connection));
    let committed = if done { execute("COMMIT") } else { Ok(()) };
    // What fails for want of room ends the transaction by itself.
    if !connection.is_autocommit() {
        execute("ROLLBACK")?;
    }
    committed.map(|()| done)
}
