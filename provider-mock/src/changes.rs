//! A word to whoever keeps the state that some of it has changed.

use tokio::sync::watch;

/// Tells whoever keeps the mock's state that some of it changed.
#[derive(Clone, Debug, Default)]
pub struct Changes(watch::Sender<()>);

impl Changes {
    /// Something has changed.
    pub fn note(&self) {
        self.0.send_replace(());
    }

    /// Whoever wants to be told.
    pub fn subscribe(&self) -> watch::Receiver<()> {
        self.0.subscribe()
    }
}
