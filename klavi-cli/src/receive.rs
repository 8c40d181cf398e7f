//! `klavi receive`: stores deliveries in an inbox and forwards them, for partners in any language.
//!
//! Puts the parts of `klavi-webhook` together. What a provider is stands in `provider` alone.

mod admin;
mod args;
mod broker;
mod problems;
mod provider;
#[cfg(test)]
mod reference;
mod renewal;
mod running;
mod settings;
mod tables;
mod targets;
mod tls;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use klavi_webhook::{
    DirectStore, Health, Inbox, InboxSampler, IpNet, Receiver, Retention, Server, SourceGuard, Store,
};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

pub(crate) use self::args::{Args, LogForm};
use self::broker::Broker;
use self::problems::Problems;
use self::renewal::Renewal;
use self::running::RunningTargets;
use self::settings::Settings;
pub(crate) use self::targets::TABLES;
use crate::config_file::ConfigFile;
use crate::exit::{Failure, print, print_aside, runtime};
use crate::inbox_url::InboxUrl;
use crate::log::LostLines;
use crate::stop::stop_signal;

/// How long requests to the admin address may take while the process stops.
const ADMIN_GRACE: Duration = Duration::from_secs(1);

/// The options, and the file that some of them come from.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) args: Args,
    pub(crate) file: Option<ConfigFile>,
}

/// Reads the command line, the environment and the file once more.
pub(crate) type Reload = fn() -> Result<Command, Failure>;

pub(crate) fn run(command: Command, reload: Reload, lost: Option<LostLines>) -> Result<(), Failure> {
    let runtime = runtime()?;
    let done = if command.args.check {
        runtime.block_on(check(&command))
    } else {
        runtime.block_on(receive(command, reload, lost))
    };
    // A look-up of a name cannot be interrupted: its thread would hold up the end of the process.
    runtime.shutdown_background();
    done
}

/// Says everything that is wrong with the configuration, and opens nothing.
async fn check(command: &Command) -> Result<(), Failure> {
    let mut problems = Problems::default();
    let settings = settings::read(command, &mut problems).await;
    for warning in problems.warnings.drain(..) {
        print_aside(&format!("klavi: warning: {warning}\n"));
    }
    problems.settle()?;
    let targets = settings.map_or(0, |settings| settings.targets.len());
    print(&format!(
        "the configuration is valid, with {targets} target{}\n",
        if targets == 1 { "" } else { "s" }
    ))
}

async fn receive(command: Command, reload: Reload, lost: Option<LostLines>) -> Result<(), Failure> {
    // Wrong settings are found before anything is opened.
    let mut problems = Problems::default();
    let settings = settings::read(&command, &mut problems).await;
    problems.settle()?;
    let Some(Settings { sender, memory, tls, targets, store }) = settings else { return Ok(()) };
    let args = command.args.clone();
    let guard = guard(&args, sender.addresses());

    let (store, inbox) = open(&args, store).await?;
    let recorder = admin::recorder()?;
    let provider = sender.renewable();
    let serving = inbox.clone().map(|inbox| Arc::new(RunningTargets::new(inbox)));
    let mut receiver = Receiver::new(provider.clone(), store.clone());
    if let Some(serving) = &serving {
        receiver = receiver.routing(serving.routing());
    }
    let receiver = receiver.guard(guard.clone()).max_body(args.max_body).memory(memory).inspect(args.inspect);

    let listener = listen("--listen", args.listen).await?;
    let (stop, stopped) = watch::channel(());
    let (end, ended) = watch::channel(());
    let sampler = inbox.clone().map(|inbox| InboxSampler::new(inbox).receiver(receiver.clone()));
    let mut health = Health::new(store, receiver.clone());
    if let Some(sampler) = &sampler {
        health = health.sampler(sampler.clone());
    }
    let mut beside = JoinSet::new();
    let mut without_end = JoinSet::new();
    without_end.spawn(admin::sum_up(recorder.clone()));
    if let Some(lost) = lost {
        without_end.spawn(lost.measure());
    }
    if let Some(address) = args.admin {
        let admin = listen("--admin", address).await?;
        tracing::info!(address = %shown(&admin), "admin pages");
        if let Some(sampler) = sampler.clone() {
            without_end.spawn(sampler.run(std::future::pending()));
        }
        let pages = admin::pages(health.clone(), sampler, recorder);
        beside.spawn(Server::new(pages).grace(ADMIN_GRACE).run(admin, gone(ended)));
    }
    if let (Some(policy), Some(inbox)) = (args.keep, inbox) {
        tracing::info!(%policy, "entries are kept by the retention policy");
        without_end.spawn(Retention::new(inbox, policy).run(gone(stopped)));
    }
    if let Some(serving) = &serving {
        serving.replace(targets);
    }

    // Before the log says that it is receiving: SIGTERM may follow at once.
    let signal = stop_signal().map_err(Failure::failed)?;
    let renewal = Renewal { command, reload, provider, tls: tls.clone(), targets: serving.clone() };
    without_end.spawn(renewal.follow().map_err(Failure::failed)?);
    if args.inbox.as_ref().is_some_and(InboxUrl::is_in_memory) {
        tracing::warn!("--inbox memory: is for trials: deliveries are lost when the process ends");
    }
    tracing::info!(address = %shown(&listener), inbox = args.inbox.as_ref().map(tracing::field::debug), tls = tls.is_some(), "receiving");
    let stopping = async move {
        signal.await;
        health.stopping();
        tracing::info!("stopping: forwarding under way ends");
        drop(stop);
        // Klavi retries a delivery for some seconds only, so deliveries are accepted until forwarding has ended. They are
        // stored, and forwarded after the next start.
        if let Some(serving) = serving {
            serving.stop().await;
        }
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

/// Opens what deliveries are stored in, and the inbox where it is one.
async fn open(
    args: &Args,
    broker: Option<Broker>,
) -> Result<(Arc<dyn Store>, Option<Arc<dyn Inbox>>), Failure> {
    if let Some(broker) = broker {
        let publisher = broker.connect().await.context("--store").map_err(Failure::Failed)?;
        let store = DirectStore::new(publisher, args.max_body).context("--store").map_err(Failure::Failed)?;
        return Ok((Arc::new(store), None));
    }
    let url = args.inbox.as_ref().context("give --inbox or --store").map_err(Failure::Unreadable)?;
    let inbox = url.open().await?;
    Ok((inbox.clone(), Some(inbox)))
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

async fn listen(flag: &str, address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("{flag}: cannot listen on {address}"))
        .map_err(Failure::Failed)
}

fn shown(listener: &TcpListener) -> String {
    listener.local_addr().map_or_else(|_| "?".to_owned(), |address| address.to_string())
}
