//! `klavi receive`: takes deliveries into an inbox, for partners in any language.

mod admin;
mod args;
mod tls;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use axum::Router;
use klavi_webhook::klavi::{Environment, Klavi};
use klavi_webhook::{Dispatcher, Forward, Order, Receiver, Server, SourceGuard};
use provider_call::{ReqwestTransport, TransportLimits};
use tokio::net::TcpListener;
use tokio::sync::watch;

pub(crate) use self::args::{Args, LogForm};
use self::tls::Tls;
use crate::exit::{Failure, runtime};
use crate::stop;

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    runtime()?.block_on(receive(args))
}

async fn receive(args: &Args) -> Result<(), Failure> {
    // Everything that can be wrong with the settings is found before anything is opened.
    let provider = provider(args)?;
    let guard = guard(args);
    let forward = args.forward.as_ref().map(|endpoint| forward(args, endpoint)).transpose()?;
    let tls = args.tls().map(Tls::load).transpose().map_err(Failure::Unreadable)?;

    let inbox = args.inbox.open().await?;
    let recorder = admin::recorder()?;
    let mut receiver = Receiver::new(provider, inbox.clone()).guard(guard);
    if let Some(bytes) = args.max_body {
        receiver = receiver.max_body(bytes);
    }
    if let Some(bytes) = args.memory {
        receiver = receiver.memory(bytes);
    }

    let listener = listen(&args.listen).await?;
    let (stop, stopped) = watch::channel(());
    let stopped = || {
        let mut stopped = stopped.clone();
        async move {
            // An error says that the sender is gone, which it is once everything has to stop.
            let _ = stopped.changed().await;
        }
    };
    let ready = Arc::new(AtomicBool::new(true));
    let mut beside = tokio::task::JoinSet::new();
    if let Some(address) = &args.admin {
        let admin = listen(address).await?;
        tracing::info!(address = %shown(&admin), "admin pages");
        let pages = admin::pages(inbox.clone(), receiver.clone(), recorder, ready.clone());
        beside.spawn(Server::new(pages).run(admin, stopped()));
    }
    if let Some(forward) = forward {
        let order = if args.per_link_order { Order::PerLink } else { Order::Free };
        beside.spawn(Dispatcher::new(inbox, forward).order(order).run(stopped()));
    }

    tracing::info!(address = %shown(&listener), inbox = ?args.inbox, tls = tls.is_some(), "receiving");
    let signal = stop::signalled().map_err(Failure::failed)?;
    let draining = ready.clone();
    let stopping = async move {
        signal.await;
        draining.store(false, Ordering::Release);
        tracing::info!("stopping: no new deliveries, those under way end");
    };
    let server = Server::new(Router::new().merge(receiver.into_router()));
    match tls {
        None => server.run(listener, stopping).await,
        Some(tls) => {
            let reloading = tokio::spawn(tls.clone().follow());
            server.over(tls).run(listener, stopping).await;
            reloading.abort();
        }
    }
    // What was taken in is stored; handlers end, or their entries come again.
    drop(stop);
    while beside.join_next().await.is_some() {}
    tracing::info!("stopped");
    Ok(())
}

fn provider(args: &Args) -> Result<Klavi, Failure> {
    let environment = Environment::from(args.environment);
    if args.allow_unsigned {
        return Ok(Klavi::unsigned().environment(environment));
    }
    let mut keys = args.keys.read()?.into_iter();
    let first = keys.next().context("no key").map_err(Failure::Unreadable)?;
    let klavi = keys.fold(Klavi::new(first), Klavi::also);
    Ok(klavi.environment(environment))
}

fn guard(args: &Args) -> SourceGuard {
    let guard = if args.no_allow_list {
        SourceGuard::everywhere()
    } else {
        args.allow
            .iter()
            .fold(SourceGuard::new(Environment::from(args.environment).addresses()), |guard, network| {
                guard.allow(*network)
            })
    };
    args.trusted_proxy.iter().fold(guard, |guard, proxy| guard.trust(*proxy))
}

fn forward(args: &Args, endpoint: &http::Uri) -> Result<Forward, Failure> {
    let key = args.forward_key()?;
    let transport = ReqwestTransport::new(TransportLimits::default()).map_err(Failure::failed)?;
    Forward::new(endpoint.clone(), key, Arc::new(transport)).context("--forward").map_err(Failure::Unreadable)
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
