//! Reads both streams into memory, from their beginning and as they grow.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::DeliverPolicy;
use async_nats::jetstream::consumer::pull::OrderedConfig;
use async_nats::jetstream::stream::Stream;
use futures_util::StreamExt;
use tokio::sync::watch;

use super::record::{Meta, Record};
use super::replica::Replica;
use super::server::Server;
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
    let mut begun_anew = server.begun_anew.subscribe();
    loop {
        let times = *begun_anew.borrow_and_update();
        let begun = tokio::select! {
            begun = read_from(&server, which, times) => begun,
            _ = connections.changed() => continue,
            _ = begun_anew.changed() => continue,
        };
        if let Err(cause) = begun {
            tracing::debug!(%cause, "a stream of the inbox is not followed");
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            _ = connections.changed() => {}
            _ = begun_anew.changed() => {}
        }
    }
}

async fn read_from(server: &Server, which: Which, times: u64) -> Result<(), Cause> {
    let (stream, reached) = match which {
        Which::Entries => (&server.entries, &server.entries_read),
        Which::States => (&server.states, &server.states_read),
    };
    let mut next = *reached.borrow() + 1;
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
                server.begin_anew(times);
                return Ok(());
            }
            continue;
        }
        next = info.stream_sequence + 1;
        match which {
            Which::Entries => add_entries(server, &message, times).await?,
            Which::States => add_state(server, &message, times)?,
        }
    }
    Ok(())
}

async fn add_entries(server: &Server, message: &Message, times: u64) -> Result<(), Cause> {
    let info = message.info()?;
    let (sequence, time) = (info.stream_sequence, info.published);
    match read_entries(server, message, sequence).await {
        Ok((record, metas)) => {
            let add = |replica: &mut Replica| replica.add_record(sequence, time, &record, &metas);
            server.add(times, &server.entries_read, sequence, add).transpose()?;
            if !metas.is_empty() {
                server.arrived.notify_one();
            }
        }
        Err(cause) if cause.is::<Unreadable>() => {
            left_out(&server.entries, sequence, &cause);
            let ids = Record::ids(message.headers.as_ref());
            let leave_out = |replica: &mut Replica| replica.leave_out(sequence, time, ids);
            server.add(times, &server.entries_read, sequence, leave_out);
        }
        Err(cause) => return Err(cause),
    }
    Ok(())
}

async fn read_entries(
    server: &Server,
    message: &Message,
    sequence: u64,
) -> Result<(Record, Vec<Meta>), Cause> {
    let record = Record::read(message.headers.as_ref())?;
    let metas = match record.metas() {
        Some(metas) => metas.to_vec(),
        None => server.open(sequence).await?.map(|opened| opened.metas).unwrap_or_default(),
    };
    Ok((record, metas))
}

fn add_state(server: &Server, message: &Message, times: u64) -> Result<(), Cause> {
    let sequence = message.info()?.stream_sequence;
    let id = message.subject.strip_prefix(server.name.as_str()).and_then(|rest| rest.strip_prefix(".state."));
    let id: Option<u64> = id.and_then(|id| id.parse().ok());
    let state = id.map(|_| State::read(&message.payload)).transpose();
    let state = state.inspect_err(|cause| left_out(&server.states, sequence, cause)).ok().flatten();
    let add = |replica: &mut Replica| id.map_or(Ok(false), |id| replica.add_state(id, sequence, state));
    if server.add(times, &server.states_read, sequence, add).transpose()?.unwrap_or_default() {
        server.arrived.notify_one();
    }
    Ok(())
}

/// Nobody but inboxes should publish there; whoever did must not keep them from reading on.
fn left_out(stream: &Stream, sequence: u64, cause: &Cause) {
    let stream = &stream.cached_info().config.name;
    tracing::error!(stream, sequence, %cause, "a message cannot be read and is left out of the inbox");
}
