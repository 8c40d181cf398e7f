//! `klavi receive`: takes deliveries into an inbox, for partners in any language.

mod admin;
mod args;
mod provider;
mod renewal;
mod tls;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, anyhow};
use axum::Router;
use klavi_mock::cli::stop_signal;
use klavi_webhook::{Dispatcher, Forward, IpNet, Order, Receiver, Server, SourceGuard};
use provider_call::{ReqwestTransport, TransportOptions};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use self::args::Endpoint;
pub(crate) use self::args::{Args, LogForm};
use self::provider::Sender;
use self::tls::Tls;
use crate::exit::{Failure, runtime};

/// What an operator asks is answered quickly or not at all.
const ADMIN_GRACE: Duration = Duration::from_secs(1);

/// What the process takes beside deliveries: itself, the inbox, connections.
const REST: usize = 64 << 20;

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let runtime = runtime()?;
    let received = runtime.block_on(receive(args));
    // A name that is being looked up cannot be interrupted, and nobody waits for it any more.
    runtime.shutdown_background();
    received
}

async fn receive(args: &Args) -> Result<(), Failure> {
    // Everything that can be wrong with the settings is found before anything is opened.
    args.inbox.check()?;
    let sender = Sender::of(args)?;
    let guard = guard(args, sender.addresses());
    let memory = memory(args)?;
    let forward = args.forward.as_ref().map(|endpoint| forward(args, endpoint)).transpose()?;
    let tls = args.tls().map(Tls::load).transpose().map_err(Failure::Unreadable)?;

    let inbox = args.inbox.open().await?;
    let recorder = admin::recorder()?;
    let provider = sender.renewable();
    let receiver = Receiver::new(provider.clone(), inbox.clone());
    let receiver = receiver.guard(guard.clone()).max_body(args.max_body).memory(memory).inspect();

    let listener = listen(&args.listen).await?;
    let (stop, stopped) = watch::channel(());
    let (end, ended) = watch::channel(());
    let ready = Arc::new(AtomicBool::new(true));
    let (mut beside, mut dispatching) = (JoinSet::new(), JoinSet::new());
    let mut without_end = JoinSet::new();
    without_end.spawn(admin::sum_up(recorder.clone()));
    if let Some(address) = &args.admin {
        let admin = listen(address).await?;
        tracing::info!(address = %shown(&admin), "admin pages");
        let pages = admin::pages(inbox.clone(), receiver.clone(), recorder, ready.clone());
        beside.spawn(Server::new(pages).grace(ADMIN_GRACE).run(admin, gone(ended)));
    }
    if let Some(forward) = forward {
        let order = if args.per_link_order { Order::PerLink } else { Order::Free };
        let dispatcher = Dispatcher::new(inbox, forward).order(order).lease(args.lease).grace(args.grace);
        dispatching.spawn(dispatcher.run(gone(stopped)));
    }

    // Before it says that it is there: whoever reads that may tell it to stop.
    let signal = stop_signal().map_err(Failure::failed)?;
    let renewals = renewal::follow(args.clone(), provider, tls.clone()).map_err(Failure::failed)?;
    without_end.spawn(renewals);
    if args.inbox.is_in_memory() {
        tracing::warn!("what is taken in is gone with this process: --inbox memory: is for trials");
    }
    tracing::info!(address = %shown(&listener), inbox = ?args.inbox, tls = tls.is_some(), "receiving");
    let stopping = async move {
        signal.await;
        ready.store(false, Ordering::Release);
        tracing::info!("stopping: forwarding under way ends");
        drop(stop);
        // Klavi repeats a delivery for some seconds only: the door is open as long as there is anything else to do. What
        // comes in meanwhile is stored, and forwarded after the next start.
        while dispatching.join_next().await.is_some() {}
        tracing::info!("stopping: no new deliveries, those under way end");
    };
    let server = Server::new(Router::new().merge(receiver.into_router())).known(guard).grace(args.grace);
    match tls {
        None => server.run(listener, stopping).await,
        Some(tls) => server.over(tls).run(listener, stopping).await,
    }
    // Until then its pages say that it is stopping.
    drop(end);
    while beside.join_next().await.is_some() {}
    tracing::info!("stopped");
    Ok(())
}

/// Completes once the sender is gone.
async fn gone(mut sender: watch::Receiver<()>) {
    let _ = sender.changed().await;
}

fn guard(args: &Args, addresses: Vec<IpNet>) -> SourceGuard {
    let guard = if args.no_allow_list {
        SourceGuard::everywhere()
    } else {
        args.allow.iter().fold(SourceGuard::new(addresses), |guard, network| guard.allow(*network))
    };
    args.trusted_proxy.iter().fold(guard, |guard, proxy| guard.trust(*proxy))
}

/// What deliveries may take of the memory for the whole process.
fn memory(args: &Args) -> Result<usize, Failure> {
    let least = Receiver::memory_for(args.max_body).saturating_add(REST);
    if args.memory < least {
        let Args { memory, max_body, .. } = args;
        let error = anyhow!(
            "--memory {memory} is too little to take bodies of --max-body {max_body}: give it {least}"
        );
        return Err(Failure::Unreadable(error));
    }
    Ok(args.memory - REST)
}

fn forward(args: &Args, endpoint: &Endpoint) -> Result<Forward, Failure> {
    let endpoint = endpoint.read()?;
    let key = args.forward_key()?;
    // An endpoint that takes a large report slowly is not silent. The lease bounds each attempt anyway.
    let options = TransportOptions::new().read_timeout(args.lease);
    let transport = ReqwestTransport::new(&options).map_err(Failure::failed)?;
    Forward::new(endpoint, key, Arc::new(transport)).context("--forward").map_err(Failure::Unreadable)
}

async fn listen(address: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}"))
        .map_err(Failure::Failed)
}

fn shown(listener: &TcpListener) -> String {
    listener.local_addr().map_or_else(|_| "?".to_owned(), |address| address.to_string())
}
