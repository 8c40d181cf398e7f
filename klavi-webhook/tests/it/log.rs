//! What is logged while a test runs on its thread.

use std::io;
use std::sync::{Arc, Mutex, Once};

use serde_json::Value;
use tracing::Level;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

/// Somebody who is interested in every line, whatever thread comes upon it first: a line that nobody wanted then would be
/// left out for good, also where a test begins to listen at that very moment.
static LISTENER: Once = Once::new();

#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Takes in what is logged from that level on, until the guard is dropped.
    pub(crate) fn take_in(level: Level) -> (Self, DefaultGuard) {
        LISTENER.call_once(|| {
            tracing::subscriber::set_global_default(tracing_subscriber::registry()).unwrap();
            tracing::callsite::rebuild_interest_cache();
        });
        let log = Self::default();
        let lines = tracing_subscriber::fmt().json().with_max_level(level).with_writer(log.clone());
        (log, tracing::subscriber::set_default(lines.finish()))
    }

    /// The lines since the last call.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let text = String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
