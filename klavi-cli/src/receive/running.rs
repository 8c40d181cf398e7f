//! The targets that are served, and how others take their place.
//!
//! Knows dispatchers. It must not know where the settings of targets come from.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use klavi_webhook::{Change, Inbox, InboxError, Routing, Target, TargetChange};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::gone;
use super::targets::PreparedTarget;

/// One dispatcher for each target.
pub(super) struct RunningTargets {
    inbox: Arc<dyn Inbox>,
    routing: Routing,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    active: HashMap<Target, Active>,
    /// Those that were stopped and have not ended yet.
    leaving: Vec<JoinHandle<()>>,
    is_stopped: bool,
}

struct Active {
    target: PreparedTarget,
    /// Dropped to stop the dispatcher.
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

impl RunningTargets {
    /// Serves no target yet.
    pub(super) fn new(inbox: Arc<dyn Inbox>) -> Self {
        Self { inbox, routing: Routing::new(Vec::new()), state: Mutex::default() }
    }

    /// Which targets new entries go to.
    pub(super) fn routing(&self) -> Routing {
        self.routing.clone()
    }

    /// Serves these targets. Unchanged ones go on; changed and removed ones end what is in flight, and a changed one begins
    /// again after that.
    pub(super) fn replace(&self, targets: Vec<PreparedTarget>) {
        self.routing
            .replace(targets.iter().map(|target| (target.name.clone(), target.selection.clone())).collect());
        let mut state = self.state();
        if state.is_stopped {
            return;
        }
        let mut old = mem::take(&mut state.active);
        for target in targets {
            let name = target.name.clone();
            let active = match old.remove(&name) {
                Some(active) if active.target.is_same(&target) => active,
                Some(changed) => {
                    tracing::info!(to = %name, "the target is changed");
                    drop(changed.stop);
                    self.start(target, Some(changed.task))
                }
                None => {
                    tracing::info!(to = %name, "the target is served");
                    self.start(target, None)
                }
            };
            state.active.insert(name, active);
        }
        for (name, removed) in old {
            tracing::info!(to = %name, "the target is served no more");
            state.leaving.push(removed.task);
        }
        state.leaving.retain(|task| !task.is_finished());
    }

    fn start(&self, target: PreparedTarget, after: Option<JoinHandle<()>>) -> Active {
        let (stop, stopped) = watch::channel(());
        let (inbox, served) = (self.inbox.clone(), target.clone());
        let task = tokio::spawn(async move {
            // Two dispatchers of one target at a time would exceed its concurrency.
            if let Some(after) = after {
                let _ = after.await;
            }
            tokio::select! {
                () = gone(stopped.clone()) => return,
                introduced = introduce(&*inbox, &served) => if let Err(error) = introduced {
                    tracing::error!(to = %served.name, "{error}");
                }
            }
            let sink = tokio::select! {
                () = gone(stopped.clone()) => return,
                sink = served.sink(&*inbox) => sink,
            };
            served.dispatcher(inbox, sink).run(gone(stopped)).await;
        });
        Active { target, stop, task }
    }

    /// Stops all targets and waits until what is in flight has ended.
    pub(super) async fn stop(&self) {
        let tasks: Vec<_> = {
            let mut state = self.state();
            state.is_stopped = true;
            let active = mem::take(&mut state.active).into_values().map(|active| active.task);
            active.chain(mem::take(&mut state.leaving)).collect()
        };
        for task in tasks {
            let _ = task.await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives a new target what was received before it, from its start on. It is introduced after that: where the process ends in
/// between, the next one does it again, and what is assigned already stays as it is.
async fn introduce(inbox: &dyn Inbox, target: &PreparedTarget) -> Result<(), InboxError> {
    let known = inbox.targets().await?;
    if known.iter().any(|known| known.target == target.name && known.introduced_at.is_some()) {
        return Ok(());
    }
    if let Some(start) = target.start {
        let mut assigned = 0;
        for filter in target.selection.filters() {
            assigned += inbox.change(&filter.since(start), Change::Assign(target.name.clone())).await?;
        }
        tracing::info!(to = %target.name, assigned, "entries received before are delivered too");
    }
    inbox.change_target(&target.name, TargetChange::Introduce).await.map(drop)
}
