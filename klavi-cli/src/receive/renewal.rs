//! SIGHUP: the whole configuration is read again, while deliveries are accepted.
//!
//! The new one takes the place of the old one as a whole, or not at all. Knows which settings can be changed in a running
//! process.

use std::io;
use std::sync::Arc;

use anyhow::anyhow;
use klavi_webhook::Renewable;

use super::problems::Problems;
use super::running::RunningTargets;
use super::settings::{self, Settings};
use super::tls::Tls;
use super::{Command, Reload};
use crate::config_file::ConfigFile;
use crate::exit::Failure;

/// Options that take effect in a running process.
const RENEWED: [&str; 10] = [
    "authorization-file",
    "forward",
    "forward-concurrency",
    "forward-secret-file",
    "lease",
    "per-link-order",
    "secret-key-file",
    "tls-cert",
    "tls-client-ca",
    "tls-key",
];

/// What is renewed.
pub(super) struct Renewal {
    /// The configuration in use.
    pub(super) command: Command,
    pub(super) reload: Reload,
    pub(super) provider: Renewable,
    pub(super) tls: Option<Tls>,
    pub(super) targets: Arc<RunningTargets>,
}

impl Renewal {
    /// Renews with every SIGHUP, without end. From now on the signal does not end the process.
    #[cfg(unix)]
    pub(super) fn follow(mut self) -> io::Result<impl Future<Output = ()> + Send> {
        let mut signals = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?;
        Ok(async move {
            while signals.recv().await.is_some() {
                match self.renew().await {
                    Ok(()) => tracing::info!("configuration read again"),
                    Err(Failure::Failed(error) | Failure::Unreadable(error)) => {
                        tracing::error!(cause = format!("{error:#}"), "the configuration in use stays");
                    }
                }
            }
        })
    }

    /// There is no such signal here.
    #[cfg(not(unix))]
    pub(super) fn follow(self) -> io::Result<impl Future<Output = ()> + Send> {
        Ok(std::future::ready(()))
    }

    async fn renew(&mut self) -> Result<(), Failure> {
        let command = (self.reload)()?;
        self.refuse_fixed(&command)?;
        let mut problems = Problems::default();
        let settings = settings::read(&command, &mut problems).await;
        problems.into_one()?;
        let Some(Settings { sender, tls, targets, .. }) = settings else { return Ok(()) };
        sender.renew(&self.provider);
        if let (Some(used), Some(tls)) = (&self.tls, tls) {
            tls.renew(used);
        }
        self.targets.replace(targets);
        self.command = command;
        Ok(())
    }

    /// Refuses changes that this process cannot make to itself.
    fn refuse_fixed(&self, new: &Command) -> Result<(), Failure> {
        let changed = ConfigFile::changed_options(self.command.file.as_ref(), new.file.as_ref());
        let mut fixed: Vec<_> = changed.into_iter().filter(|option| !RENEWED.contains(option)).collect();
        if new.args.tls().is_some() != self.tls.is_some() {
            fixed.push("tls-cert");
        }
        if fixed.is_empty() {
            return Ok(());
        }
        Err(Failure::unreadable(anyhow!("these settings need a restart: {}", fixed.join(", "))))
    }
}
