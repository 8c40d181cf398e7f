//! SIGHUP: keys and certificates are read again, without a moment in which nobody takes deliveries.

use std::io;

use klavi_webhook::Renewable;

use super::args::Args;
use super::provider::Sender;
use super::tls::Tls;
use crate::exit::Failure;

/// Renews with every SIGHUP, without end. From now on the signal does not end the process.
#[cfg(unix)]
pub(super) fn follow(
    args: Args,
    provider: Renewable,
    tls: Option<Tls>,
) -> io::Result<impl Future<Output = ()> + Send> {
    let mut signals = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?;
    Ok(async move {
        while signals.recv().await.is_some() {
            renew(&args, &provider);
            if let Some(tls) = &tls {
                tls.reload();
            }
        }
    })
}

/// There is no such signal here.
#[cfg(not(unix))]
pub(super) fn follow(_: Args, _: Renewable, _: Option<Tls>) -> io::Result<impl Future<Output = ()> + Send> {
    Ok(std::future::ready(()))
}

/// Takes renewed files for deliveries to come; keeps the keys in use where the new cannot be read.
fn renew(args: &Args, provider: &Renewable) {
    match Sender::of(args) {
        Ok(sender) => {
            sender.renew(provider);
            tracing::info!("keys read again");
        }
        Err(Failure::Failed(error) | Failure::Unreadable(error)) => {
            tracing::error!(cause = format!("{error:#}"), "the keys in use stay");
        }
    }
}
