//! Where log lines go: to standard error, and in servers through a writer that never waits.
//!
//! A server whose standard error is not read would stop at the first line that the pipe has no room for, with all that
//! it serves. Knows nothing of what is logged.

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, OnceLock, mpsc};
use std::time::Duration;

use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::receive::LogForm;

/// Lines that wait for standard error to be read: a few megabytes.
const QUEUE: usize = 8_192;

/// How long the end of the process waits for standard error to be read.
const END: Duration = Duration::from_secs(3);

/// How often lost lines are counted.
const COUNT: Duration = Duration::from_secs(1);

/// The metric that counts lost lines.
const LOST: &str = "log_lines_dropped_total";

/// The log of this process.
#[derive(Debug)]
pub(crate) struct Log(Option<Queue>);

#[derive(Debug)]
struct Queue {
    worker: WorkerGuard,
    lost: LostLines,
}

/// How many lines were lost because standard error was not read.
#[derive(Clone, Debug)]
pub(crate) struct LostLines(Arc<OnceLock<ErrorCounter>>);

/// Begins to log what `RUST_LOG` asks for, else lines of that level; `server` logs without ever waiting.
pub(crate) fn init(level: LevelFilter, form: LogForm, server: bool) -> Log {
    let (writer, log) = if server { queued() } else { (BoxMakeWriter::new(io::stderr), Log(None)) };
    let filter = EnvFilter::builder().with_default_directive(level.into()).from_env_lossy();
    // A log that cannot be written is no reason to panic.
    let lines = tracing_subscriber::fmt::layer().with_writer(writer).log_internal_errors(false);
    let registry = tracing_subscriber::registry().with(filter);
    match form {
        LogForm::Pretty => registry.with(lines.with_ansi(io::stderr().is_terminal())).init(),
        LogForm::Json => registry.with(lines.json()).init(),
    }
    log
}

fn queued() -> (BoxMakeWriter, Log) {
    let lost = LostLines(Arc::default());
    let stderr = Stderr { lost: lost.clone(), told: 0 };
    let (writer, worker) =
        NonBlockingBuilder::default().buffered_lines_limit(QUEUE).thread_name("log").finish(stderr);
    lost.0.get_or_init(|| writer.error_counter());
    (BoxMakeWriter::new(writer), Log(Some(Queue { worker, lost })))
}

impl Log {
    /// How many lines are lost; `None` where none can be.
    pub(crate) fn lost(&self) -> Option<LostLines> {
        self.0.as_ref().map(|queue| queue.lost.clone())
    }

    /// Writes the lines that still wait, unless standard error is not read.
    pub(crate) fn end(self) {
        let Some(Queue { worker, .. }) = self.0 else { return };
        let (ended, end) = mpsc::channel();
        // Where the queue is full the guard complains on standard output, which may be the same unread pipe.
        std::thread::spawn(move || {
            drop(worker);
            let _ = ended.send(());
        });
        let _ = end.recv_timeout(END);
    }
}

impl LostLines {
    fn count(&self) -> usize {
        self.0.get().map_or(0, ErrorCounter::dropped_lines)
    }

    /// Counts them as a metric, without end.
    pub(crate) async fn measure(self) {
        metrics::describe_counter!(LOST, "Log lines that were lost because standard error was not read.");
        let counter = metrics::counter!(LOST);
        let mut every = tokio::time::interval(COUNT);
        loop {
            every.tick().await;
            counter.absolute(self.count() as u64);
        }
    }
}

/// Standard error, which tells of lost lines once it is read again.
struct Stderr {
    lost: LostLines,
    told: usize,
}

impl Write for Stderr {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        io::stderr().write(line)
    }

    /// Called once no line waits.
    fn flush(&mut self) -> io::Result<()> {
        let lost = self.lost.count();
        if lost > self.told {
            self.told = lost;
            // Into the queue, which has room now: this thread writes it next.
            tracing::warn!(lost, "log lines were lost: standard error was not read");
        }
        io::stderr().flush()
    }
}
