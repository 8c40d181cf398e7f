//! Reads both streams into memory, from their beginning and as they grow.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::DeliverPolicy;
use async_nats::jetstream::consumer::pull::OrderedConfig;
use async_nats::jetstream::stream::Stream;
use futures_util::StreamExt;
use tokio::sync::watch;

use super::record::Record;
use super::server::{FORGOTTEN, Server};
use super::state::State;
use crate::inbox::cause::{Cause, Unreadable};

/// How long to leave a server alone that did not answer.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Clone, Copy)]
pub(super) enum Which {
    Entries,
    States,
}

/// Follows one of the streams for ever. `connections` counts how often the client connected: the server forgets its
/// readers when it restarts, so each connection begins anew behind what was read.
pub(super) async fn follow(server: Arc<Server>, which: Which, mut connections: watch::Receiver<u64>) {
    let (stream, reached) = match which {
        Which::Entries => (&server.entries, &server.entries_read),
        Which::States => (&server.states, &server.states_read),
    };
    loop {
        let next = *reached.borrow() + 1;
        let begun = tokio::select! {
            begun = read_from(&server, stream, which, next) => begun,
            _ = connections.changed() => continue,
        };
        match begun {
            Ok(()) => {}
            Err(Stop::Lost(cause)) => tracing::debug!(%cause, "a stream of the inbox is not followed"),
            Err(Stop::Unreadable(why)) => return server.is_unreadable(why),
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            _ = connections.changed() => {}
        }
    }
}

enum Stop {
    /// The server is to be asked again.
    Lost(Cause),
    /// Asking again would not help.
    Unreadable(&'static str),
}

impl<E: Into<Cause>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Lost(error.into())
    }
}

fn unreadable(cause: Cause) -> Stop {
    match cause.downcast_ref() {
        Some(Unreadable(why)) => Stop::Unreadable(why),
        None => Stop::Lost(cause),
    }
}

async fn read_from(server: &Server, stream: &Stream, which: Which, mut next: u64) -> Result<(), Stop> {
    // From the last one that was read, to see whether it is still the same.
    let reader = OrderedConfig {
        deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: next.saturating_sub(1).max(1) },
        headers_only: matches!(which, Which::Entries),
        ..OrderedConfig::default()
    };
    let mut messages = stream.create_consumer(reader).await?.messages().await?;
    while let Some(message) = messages.next().await {
        let message = message?;
        let info = message.info()?;
        // A reader that was made anew may begin further back.
        if info.stream_sequence < next {
            let read = server.replica().last_record;
            let other = |(sequence, time)| sequence == info.stream_sequence && time != info.published;
            if matches!(which, Which::Entries) && read.is_some_and(other) {
                return Err(Stop::Unreadable(FORGOTTEN));
            }
            continue;
        }
        next = match which {
            Which::Entries => add_entries(server, &message).await?,
            Which::States => add_state(server, &message)?,
        } + 1;
    }
    Ok(())
}

async fn add_entries(server: &Server, message: &Message) -> Result<u64, Stop> {
    let info = message.info()?;
    let sequence = info.stream_sequence;
    let record = Record::read(message.headers.as_ref()).map_err(unreadable)?;
    let opened = match record.metas() {
        Some(_) => None,
        None => server.open(sequence).await.map_err(unreadable)?,
    };
    let metas = record.metas().or(opened.as_ref().map(|opened| &opened.metas[..])).unwrap_or_default();
    let added = server.replica().add_record(sequence, info.published, &record, metas);
    added.map_err(unreadable)?;
    server.entries_read.send_replace(sequence);
    if !metas.is_empty() {
        server.arrived.notify_one();
    }
    Ok(sequence)
}

fn add_state(server: &Server, message: &Message) -> Result<u64, Stop> {
    let sequence = message.info()?.stream_sequence;
    let id = message.subject.strip_prefix(server.name.as_str()).and_then(|rest| rest.strip_prefix(".state."));
    if let Some(id) = id.and_then(|id| id.parse().ok()) {
        let state = State::read(&message.payload).map_err(unreadable)?;
        if server.replica().add_state(id, sequence, state).map_err(unreadable)? {
            server.arrived.notify_one();
        }
    }
    server.states_read.send_replace(sequence);
    Ok(sequence)
}
