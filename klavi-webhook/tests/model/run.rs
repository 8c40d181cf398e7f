//! Runs a plan with an inbox and with the model, and compares them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use klavi_webhook::{Change, Filter, LeaseRequest, Page, Target, TargetChange};

use crate::clients::Clients;
use crate::ledger::Ledger;
use crate::place::Place;
use crate::plan::{Op, TARGETS};
use crate::seen::{Answer, Seen};
use crate::world::{Call, Step, World};

/// After so many steps everything is compared.
const EVERYTHING: usize = 50;

/// How many entries a page has when everything is compared, and when it is only looked at what is gone.
const PAGE: usize = 7;
const LARGE_PAGE: usize = 500;

/// More rounds than any plan leaves to do.
const ROUNDS: usize = 2_000;

/// Longer than any pause, lease and deadline.
const LONGER_THAN_ALL: Duration = Duration::from_secs(200_000);

pub(crate) struct Run<'a> {
    world: World,
    clients: Clients<'a>,
    ledger: Ledger,
}

impl<'a> Run<'a> {
    /// Runs the plan in an inbox that is kept there. `seen` counts the steps that were taken.
    pub(crate) async fn plan(
        place: &'a dyn Place,
        beginning: &World,
        plan: &[Op],
        seen: Option<&AtomicUsize>,
    ) -> Result<(), String> {
        let world = beginning.under(place.rules());
        let clients = Clients::of(place, &world.model).await;
        let mut run = Self { world, clients, ledger: Ledger::default() };
        let mut taken = 0;
        let mut ran = Ok(());
        for op in plan {
            taken += 1;
            ran = run.step(op, taken).await.map_err(|why| format!("step {taken}, {op:?}: {why}"));
            if ran.is_err() {
                break;
            }
        }
        if let Some(seen) = seen {
            seen.fetch_max(taken, Ordering::Relaxed);
        }
        ran?;
        run.everything().await.map_err(|why| format!("at the end: {why}"))?;
        run.drain().await.map_err(|why| format!("when what is left is done: {why}"))
    }

    async fn step(&mut self, op: &Op, taken: usize) -> Result<(), String> {
        match self.world.step(op) {
            Step::Call { client, call, right } => self.call(client, &call, &right).await.map(drop)?,
            Step::Clocks => self.clients.set_clocks(&self.world.model),
            Step::Reopen(client) => self.clients.reopen(client).await,
            Step::Damage(id) => {
                self.clients.damage(id);
                self.ledger.damaged(id);
            }
            Step::Nothing => {}
        }
        if taken.is_multiple_of(EVERYTHING) { self.everything().await } else { Ok(()) }
    }

    async fn call(&mut self, client: usize, call: &Call, right: &Answer) -> Result<Answer, String> {
        let answer = self.clients.call(client, call, right).await?;
        self.ledger.note(call, &answer)?;
        if *right != answer {
            return Err(format!("{call:?}\n   right: {right:?}\nanswered: {answer:?}"));
        }
        let wanted = std::mem::take(&mut self.world.model.clients[client].arrived);
        for target in TARGETS.map(Target::new) {
            let wanted = wanted.contains(&target);
            if !self.clients.arrived(client, &target, wanted).await && wanted {
                return Err(format!(
                    "{call:?}\nstored something for {target} or made it due, and nobody is woken"
                ));
            }
        }
        if let (Call::Change(_, Change::Erase | Change::Prune), Answer::Changed(gone)) = (call, &answer) {
            let listed = self.list(LARGE_PAGE).await?;
            self.ledger.listed(&listed, *gone)?;
        }
        Ok(answer)
    }

    /// Everything that is listed, page by page, held to the model.
    async fn list(&mut self, limit: usize) -> Result<Vec<Seen>, String> {
        let mut all = Vec::<Seen>::new();
        loop {
            let after = all.last().map(|last| (last.id, last.target.clone()));
            let call = Call::List(Filter::all(), Page { limit, after });
            let right = self.world.answer(0, &call);
            let answer = self.clients.call(0, &call, &right).await?;
            if right != answer {
                return Err(format!("{call:?}\n   right: {right:?}\nanswered: {answer:?}"));
            }
            match answer {
                Answer::Listed(page) if !page.is_empty() => all.extend(page),
                _ => return Ok(all),
            }
        }
    }

    async fn everything(&mut self) -> Result<(), String> {
        let listed = self.list(PAGE).await?;
        self.ledger.listed(&listed, 0)?;
        let ids: Vec<_> = self.world.model.rows.iter().map(|row| row.id).collect();
        let calls = ids.into_iter().map(Call::Get);
        for call in calls.chain([Call::Counts, Call::Targets]) {
            let right = self.world.answer(0, &call);
            self.call(0, &call, &right).await?;
        }
        Ok(())
    }

    /// Lets all that is open come due, hands it to a holder that does nothing else, and settles it.
    async fn drain(&mut self) -> Result<(), String> {
        self.world.set_right(LONGER_THAN_ALL);
        self.clients.set_clocks(&self.world.model);
        for target in TARGETS.map(Target::new) {
            let call = Call::ChangeTarget(target.clone(), TargetChange::Resume);
            let right = self.world.answer(0, &call);
            self.call(0, &call, &right).await?;
            let request = LeaseRequest::new(5).target(target);
            let mut rounds = 0..ROUNDS;
            loop {
                rounds.next().ok_or("it never ends")?;
                let call = Call::Lease(request.clone());
                let right = self.world.answer(0, &call);
                let Answer::Leased(lease) = self.call(0, &call, &right).await? else { break };
                if lease.entries.is_empty() && !lease.more {
                    break;
                }
                let tickets = lease.entries.into_iter().map(|(_, ticket)| ticket);
                let settled = tickets.map(|ticket| match ticket.id.get() % 5 {
                    0 => ticket.dead("no"),
                    _ => ticket.done(),
                });
                let call = Call::Settle(settled.collect());
                let right = self.world.answer(0, &call);
                self.call(0, &call, &right).await?;
            }
        }
        self.everything().await?;
        let listed = self.list(LARGE_PAGE).await?;
        self.ledger.drained(&listed)
    }
}
