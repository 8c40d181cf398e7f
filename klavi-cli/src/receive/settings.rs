//! Everything that the configuration says, read and checked before anything is opened.
//!
//! Collects problems, so that all of them are told at once.

use anyhow::anyhow;
use klavi_webhook::Receiver;

use super::Command;
use super::args::Args;
use super::broker::Broker;
use super::problems::Problems;
use super::provider::Sender;
use super::targets::{self, PreparedTarget};
use super::tls::Tls;
use crate::exit::Failure;

/// Memory that the process takes beside bodies: for itself, the inbox and connections.
const OVERHEAD: usize = 64 << 20;

/// Settings that can be used.
pub(super) struct Settings {
    pub(super) sender: Sender,
    /// Memory that deliveries may take.
    pub(super) memory: usize,
    pub(super) tls: Option<Tls>,
    pub(super) targets: Vec<PreparedTarget>,
    /// The broker that takes the place of an inbox.
    pub(super) store: Option<Broker>,
}

/// Reads all settings; `None` where there are problems that refuse them.
pub(super) async fn read(command: &Command, problems: &mut Problems) -> Option<Settings> {
    let Command { args, file } = command;
    if let Some(inbox) = &args.inbox {
        problems.take(inbox.check());
    }
    let store = problems.take(args.store());
    let sender = problems.take(Sender::of(args));
    let memory = problems.take(memory(args));
    let tls = args.tls().map(|files| Tls::load(&files)).transpose();
    let tls = problems.take(tls.map_err(Failure::Unreadable));
    let provider = sender.as_ref().map(Sender::provider);
    let (targets, declared) = targets::prepare(args, file.as_ref(), provider, problems);
    if let (Some(Some(_)), Some(first)) = (&store, declared.first()) {
        problems.error(&first.place, "needs --inbox: with --store your consumers read from the broker");
    }
    targets::refuse_duplicates(&declared, problems);
    targets::refuse_cycles(&declared, args.listen, problems).await;
    if !problems.errors.is_empty() {
        return None;
    }
    Some(Settings { sender: sender?, memory: memory?, tls: tls?, targets, store: store? })
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
