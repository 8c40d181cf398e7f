//! `klavi receive`: stores deliveries in an inbox and forwards them, for partners in any language.
//!
//! Puts the parts of `klavi-webhook` together. What a provider is stands in `provider` alone.

mod admin;
mod args;
mod environment;
mod provider;
mod renewal;
mod tls;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use axum::Router;
use klavi_mock::cli::stop_signal;
use klavi_webhook::{
    Dispatcher, Forward, Health, InboxSampler, IpNet, Order, Receiver, Retention, Server, SourceGuard,
};
use provider_call::{ReqwestTransport, TransportOptions};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use self::args::Endpoint;
pub(crate) use self::args::{Args, LogForm};
use self::provider::Sender;
use self::tls::Tls;
use crate::exit::{Failure, runtime};
use crate::log::LostLines;

/// How long requests to the admin address may take while the process stops.
const ADMIN_GRACE: Duration = Duration::from_secs(1);

/// Memory that the process takes beside bodies: for itself, the inbox and connections.
const OVERHEAD: usize = 64 << 20;

pub(crate) fn run(args: &Args, lost: Option<LostLines>) -> Result<(), Failure> {
    let runtime = runtime()?;
    let received = runtime.block_on(receive(args, lost));
    // A look-up of a name cannot be interrupted: its thread would hold up the end of the process.
    runtime.shutdown_background();
    received
}

async fn receive(args: &Args, lost: Option<LostLines>) -> Result<(), Failure> {
    // Wrong settings are found before anything is opened.
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
    let receiver = receiver.guard(guard.clone()).max_body(args.max_body).memory(memory).inspect(args.inspect);

    let listener = listen("--listen", args.listen).await?;
    let (stop, stopped) = watch::channel(());
    let (end, ended) = watch::channel(());
    let sampler = InboxSampler::new(inbox.clone()).receiver(receiver.clone());
    let health = Health::new(inbox.clone(), receiver.clone()).sampler(sampler.clone());
    let (mut beside, mut dispatching) = (JoinSet::new(), JoinSet::new());
    let mut without_end = JoinSet::new();
    without_end.spawn(admin::sum_up(recorder.clone()));
    if let Some(lost) = lost {
        without_end.spawn(lost.measure());
    }
    if let Some(address) = args.admin {
        let admin = listen("--admin", address).await?;
        tracing::info!(address = %shown(&admin), "admin pages");
        without_end.spawn(sampler.clone().run(std::future::pending()));
        let pages = admin::pages(health.clone(), sampler, recorder);
        beside.spawn(Server::new(pages).grace(ADMIN_GRACE).run(admin, gone(ended)));
    }
    if let Some(policy) = args.keep {
        tracing::info!(%policy, "entries are kept by the retention policy");
        without_end.spawn(Retention::new(inbox.clone(), policy).run(gone(stopped.clone())));
    }
    if let Some(forward) = forward {
        let order = if args.per_link_order { Order::PerLink } else { Order::Free };
        let dispatcher = Dispatcher::new(inbox, forward)
            .concurrency(args.forward_concurrency.get())
            .order(order)
            .lease(args.lease)
            .grace(args.grace);
        dispatching.spawn(dispatcher.run(gone(stopped)));
    }

    // Before the log says that it is receiving: SIGTERM may follow at once.
    let signal = stop_signal().map_err(Failure::failed)?;
    let renewals = renewal::follow(args.clone(), provider, tls.clone()).map_err(Failure::failed)?;
    without_end.spawn(renewals);
    if args.inbox.is_in_memory() {
        tracing::warn!("--inbox memory: is for trials: deliveries are lost when the process ends");
    }
    if args.forward.as_ref().is_some_and(Endpoint::is_unencrypted) {
        tracing::warn!(
            "--forward sends bodies unencrypted over the network: use an https URL, or an endpoint on this machine"
        );
    }
    tracing::info!(address = %shown(&listener), inbox = ?args.inbox, tls = tls.is_some(), "receiving");
    let stopping = async move {
        signal.await;
        health.stopping();
        tracing::info!("stopping: forwarding under way ends");
        drop(stop);
        // Klavi retries a delivery for some seconds only, so deliveries are accepted until forwarding has ended. They are
        // stored, and forwarded after the next start.
        while dispatching.join_next().await.is_some() {}
        tracing::info!("stopping: no new deliveries, those under way end");
    };
    let server = Server::new(Router::new().merge(receiver.into_router())).known(guard).grace(args.grace);
    match tls {
        None => server.run(listener, stopping).await,
        Some(tls) => server.over(tls).run(listener, stopping).await,
    }
    // Until here `/readyz` says that the process is stopping.
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
    let guard = guard.header(args.client_address_header.clone());
    args.trusted_proxy.iter().fold(guard, |guard, proxy| guard.trust(*proxy))
}

/// Memory that deliveries may take, of what the whole process may take.
fn memory(args: &Args) -> Result<usize, Failure> {
    let least = Receiver::memory_for(args.max_body).saturating_add(OVERHEAD);
    if args.memory < least {
        let Args { memory, max_body, .. } = args;
        let error = anyhow!(
            "--memory {memory} is too little to take bodies of --max-body {max_body}: give it {least}"
        );
        return Err(Failure::Unreadable(error));
    }
    Ok(args.memory - OVERHEAD)
}

fn forward(args: &Args, endpoint: &Endpoint) -> Result<Forward, Failure> {
    let endpoint = endpoint.read()?;
    let key = args.forward_key()?;
    // An endpoint that reads a large report slowly is not silent. The lease bounds each attempt anyway.
    let options = TransportOptions::new().read_timeout(args.lease);
    let transport = ReqwestTransport::new(&options).map_err(Failure::failed)?;
    Forward::new(endpoint, key, Arc::new(transport)).context("--forward").map_err(Failure::Unreadable)
}

async fn listen(flag: &str, address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("{flag}: cannot listen on {address}"))
        .map_err(Failure::Failed)
}

fn shown(listener: &TcpListener) -> String {
    listener.local_addr().map_or_else(|_| "?".to_owned(), |address| address.to_string())
}
