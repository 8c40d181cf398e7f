use tokio::sync::watch;

/// Tells whoever keeps the mock's state that some of it changed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes(watch::Sender<()>);

impl Changes {
    pub(crate) fn note(&self) {
        self.0.send_replace(());
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<()> {
        self.0.subscribe()
    }
}
