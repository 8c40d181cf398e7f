//! A word to whoever keeps the state that some of it has changed.

use tokio::sync::watch;

/// Tells whoever keeps the mock's state that some of it changed.
#[derive(Clone, Debug, Default)]
pub struct Changes(watch::Sender<()>);

impl Changes {
    pub fn note(&self) {
        self.0.send_replace(());
    }

    pub fn subscribe(&self) -> watch::Receiver<()> {
        self.0.subscribe()
    }
}
